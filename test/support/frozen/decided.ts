import { readFileSync } from 'node:fs';
import { frozenFolder } from './frozen-flows';

/**
 * A difference. `side` tells who says so: the dialog, the runtime, palette and canvas (`facts`; `property` is then a path, such as
 * `definition.icon`), or the rows that a dialog shows (`rows`; `property` is then a choice, `mode=staged`, or `shown`). `value` is JSON, or `-` where the property is missing.
 */
export interface Difference {
    side: 'dialog' | 'runtime' | 'facts' | 'rows';
    type: string;
    property: string;
    value: string;
    was: string;
    now: string;
}

/** A difference that was decided. `type`, `property` and `value` may be `*`; in `was` and `now` a `*` stands for any text. */
interface Decision extends Difference {
    /** The version against which it was decided. */
    version: string;
    /** Why it is safer so. */
    why: string;
}

/** The differences that were decided, in test/fixtures/frozen/decided.json. */
export class Decided {
    private readonly decisions: Decision[];
    private readonly used = new Set<Decision>();

    constructor(version: string) {
        const all = JSON.parse(readFileSync(`${frozenFolder('.')}/decided.json`, 'utf8')) as Decision[];
        this.decisions = all.filter((decision) => decision.version === version);
        for (const decision of this.decisions) {
            const { why, was, now } = decision;
            if (!why || was === '*' || now === '*') throw new Error(`not decided: ${JSON.stringify(decision)}`);
        }
    }

    /** Whether a decision names just this value, or this verdict of any. */
    concerns(type: string, property: string, value: string, was: Record<'dialog' | 'runtime', string>): boolean {
        return this.decisions.some(
            (each) =>
                (each.side === 'dialog' || each.side === 'runtime') &&
                isAbout(each, type, property, value) &&
                matches(each.was, was[each.side]),
        );
    }

    allows({ side, type, property, value, was, now }: Difference): boolean {
        const found = this.decisions.find(
            (each) =>
                each.side === side &&
                isAbout(each, type, property, value) &&
                matches(each.was, was) &&
                matches(each.now, now),
        );
        if (found) this.used.add(found);
        return found !== undefined;
    }

    unused(...sides: Difference['side'][]): Decision[] {
        return this.decisions.filter((decision) => sides.includes(decision.side) && !this.used.has(decision));
    }
}

function isAbout(decision: Decision, type: string, property: string, value: string): boolean {
    return named(decision.type, type) && named(decision.property, property) && named(decision.value, value);
}

const named = (pattern: string, name: string) => pattern === '*' || pattern === name;

function matches(pattern: string, text: string): boolean {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's').test(text);
}
