/** What dialog and runtime say of a value. */
export interface Sides {
    dialog: string;
    runtime: string;
}

/** A value (JSON, or that it is missing) in its setting. */
export interface Judged {
    property: string;
    value: string;
    /** The setting counts, as its siblings are. */
    counts: boolean;
}

const isRefused = (verdict: string) => !/^ok\b/.test(verdict);
/** The property, of a table or a group as a whole; what was expected is said in other words as the catalogues grow. */
const propertyOf = (verdict: string) => verdict.split(' ')[1]?.replace(/[[.].*$/, '');
/** A list, an object or a truth value, where a text or a number is due. */
const isOfNoKind = (value: string) => /^([[{]|true$|false$)/.test(value);

/**
 * Whether a verdict that has changed needs no decision of its own, because it only brings the two sides together:
 * - the sentence of a refusal may change, its property may not;
 * - a dialog may refuse what the runtime refuses: it is told before the deploy, not after it;
 * - a dialog may take what the runtime has always taken;
 * - a node may refuse or take what made it crash, and refuse a list, an object or a truth value that it took for a text or a number;
 * - a setting that does not count is not looked at.
 */
export function bringsTogether(
    side: keyof Sides,
    was: Sides,
    now: Sides,
    { property, value, counts }: Judged,
): boolean {
    const [before, after] = [was[side], now[side]];
    if (!counts && (!isRefused(after) || propertyOf(after) !== property)) return true;
    if (side === 'dialog') {
        if (isRefused(before)) return isRefused(after) || !isRefused(was.runtime);
        return !isRefused(after) || isRefused(now.runtime);
    }
    if (before.startsWith('crash')) return !after.startsWith('crash');
    if (isRefused(before)) return isRefused(after) && propertyOf(before) === propertyOf(after);
    // A value that could not be seen before.
    if (!isRefused(after)) return before === 'ok';
    return isOfNoKind(value);
}
