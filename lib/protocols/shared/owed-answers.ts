import type { Clock } from '../../core/clock';

/** A request that went out. */
export interface SentRequest<Kind> {
    /** The same text for the same request: answers to it mean the same. */
    request: string;
    /** What its answer looks like. */
    kind: Kind;
    /** Clock.monotonic() at which it was sent. */
    at: number;
}

/** What may still come behind the first answer. */
export interface Doubt {
    ms: number;
    others: number;
}

interface Owed<Kind> extends SentRequest<Kind> {
    /** Clock.monotonic() after which its answer comes no more. */
    until: number;
    /** Clock.monotonic() until which the line is left in peace for it. */
    quietUntil: number;
}

export interface OwedAnswersOptions<Kind> {
    clock: Clock;
    /** Whether the answer to one could be taken for the answer to the other. */
    isAlike(one: Kind, other: Kind): boolean;
    /** One device answers them all, in the order of asking: an answer that is unlike those owed says that they come no more. */
    isInOrder: boolean;
}

/** No answer comes later behind its deadline than so many deadlines, or so many ms [inferred: radio links and busy gateways take seconds]. */
const LATE_DEADLINES = 4;
const LATE_MS = 5000;
/** No answer is later than the first one was, with a margin. */
const MARGIN = 1.5;
const MOST = 16;

/**
 * The answers that a line owes after time-outs, where nothing in an answer tells to which request it belongs. While one is owed that looks like the
 * answer to another request, the first that comes may be the late one. So it is waited on for as long as a late one can take, and the last one counts:
 * a device answers in the order of asking, and no answer is later than the first one after the time-out can have been.
 */
export class OwedAnswers<Kind> {
    private list: Owed<Kind>[] = [];

    constructor(private readonly options: OwedAnswersOptions<Kind>) {}

    /** What the owed answers look like, each kind once. */
    get kinds(): Kind[] {
        return [...new Set(this.recent().map(({ kind }) => kind))];
    }

    /** Ms for which the line is left in peace, so that a late answer comes before the next request. */
    get quietMs(): number {
        const ends = this.recent().map(({ quietUntil }) => quietUntil);
        return Math.max(0, ...ends.map((end) => end - this.options.clock.monotonic()));
    }

    /** A request was not answered within `timeoutMs`. */
    owe(sent: SentRequest<Kind>, timeoutMs: number): void {
        const deadline = sent.at + timeoutMs;
        const owed = {
            ...sent,
            until: deadline + Math.max(LATE_MS, LATE_DEADLINES * timeoutMs),
            quietUntil: deadline + timeoutMs,
        };
        this.list = [...this.recent(), owed].slice(-MOST);
    }

    /** An answer of this kind came while nothing was asked: the oldest one is no longer owed. @returns whether one was */
    came(kind: Kind): boolean {
        const found = this.recent().find((owed) => this.options.isAlike(owed.kind, kind));
        this.list = this.list.filter((owed) => owed !== found);
        return found !== undefined;
    }

    /**
     * The first answer since a request was sent.
     * @returns undefined: it is the answer to it; else how long others may follow, and how many of them: the last one counts
     */
    doubt(sent: SentRequest<Kind>): Doubt | undefined {
        const { clock, isAlike, isInOrder } = this.options;
        const now = clock.monotonic();
        const alike = this.recent().filter(({ kind }) => isAlike(kind, sent.kind));
        const [oldest] = alike;
        if (!oldest) {
            if (isInOrder) this.list = [];
            return undefined;
        }
        const lateBy = (now - oldest.at) * MARGIN;
        if (!alike.every(({ request }) => request === sent.request))
            return { ms: sent.at + lateBy - now, others: alike.length };
        // The first one is for the oldest of these requests at the worst, and as good as the others; as many as before are owed.
        const others = this.list.filter((owed) => !alike.includes(owed));
        const still = [...alike.slice(1), { ...sent, until: Infinity, quietUntil: 0 }];
        const late = still.map((owed) => ({ ...owed, until: Math.min(owed.until, owed.at + lateBy) }));
        this.list = isInOrder ? late : [...others, ...late];
        return undefined;
    }

    /** The last answer that came is the one to this request: nothing like it is owed any more. */
    settle({ kind: own }: SentRequest<Kind>): void {
        const { isAlike, isInOrder } = this.options;
        this.list = isInOrder ? [] : this.list.filter(({ kind }) => !isAlike(kind, own));
    }

    private recent(): Owed<Kind>[] {
        const now = this.options.clock.monotonic();
        this.list = this.list.filter(({ until }) => now < until);
        return this.list;
    }
}
