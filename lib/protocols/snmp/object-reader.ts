import { RequestSize } from './request-size';
import { SnmpError, type SnmpTransport, type SnmpVarbind } from './transport';

/** `genErr` answers to one list of objects. */
const MOST_FAILURES = 16;
/** Single objects without an answer in one list, while others are answered: beyond, it is silence. */
const MOST_MUTE = 3;
/** Rounds that a mute object is left alone, at most. */
const LONGEST_MUTE = 60;
/** Agents that take fewer objects at once than this are not asked each time for what they lack. */
const SPARSE = 8;

/** Where what was read is kept; `undefined` values are never put in. */
export type ValueStore = Map<string, SnmpVarbind['value']>;

/** What is asked for: cards that drop what gets too long drop texts, or GETNEXT for many columns, before they drop numbers. */
export type ObjectKind = 'numbers' | 'texts' | 'columns';

type Take = (oid: string, answer: SnmpVarbind | undefined, failed?: boolean) => void;

/** One list of objects on its way: what has come of it so far. */
interface Progress {
    answered: boolean;
    failures: number;
    mute: number;
}

/** JSON: what a later process need not find out again. */
export type AgentLimits = Partial<Record<ObjectKind, number>>;

/**
 * Reads objects through one transport and learns how this agent wants to be asked: which objects it lacks (in v1 one of them
 * fails the whole request, RFC 1157 section 4.1.2), which it never answers, and how many it takes at once. Cards that take one or two
 * objects and drop the rest are common (pve-ups 40, sharpsnmplib 537), and so are answers that are cut short (centreon-plugins 1316).
 */
export class ObjectReader {
    private readonly missing = new Set<string>();
    /** … and fails with an error when it is asked for: that costs requests in any version. */
    private readonly failing = new Set<string>();
    /** Had a value once: an agent that lost its UPS may lack them for a while, and they are asked for again each time. */
    private readonly proven = new Set<string>();
    /** As it stood when it was last asked for; `missing` is forgotten now and then, this is not. */
    private readonly lacking = new Set<string>();
    /** Never answered while others are: rounds to leave each of them alone, and for how long the next time. */
    private readonly mute = new Map<string, { rest: number; next: number }>();
    /** The largest request in which each object was answered: a time-out of one no larger is silence. */
    private readonly answeredIn = new Map<string, number>();
    private readonly sizes: Record<ObjectKind, RequestSize> = {
        numbers: new RequestSize(),
        texts: new RequestSize(),
        columns: new RequestSize(),
    };
    private spoken = false;

    constructor(private readonly transport: SnmpTransport) {}

    /** Everything that was learned of this agent; `limits`: found by a former process. */
    forget(limits: AgentLimits = {}): void {
        for (const each of [this.missing, this.failing, this.proven, this.lacking, this.mute, this.answeredIn])
            each.clear();
        for (const [kind, size] of this.everySize()) size.begin(limits[kind]);
        this.spoken = false;
    }

    /** Undefined while no limit is known. */
    get limits(): AgentLimits | undefined {
        const found = this.everySize().flatMap(([kind, { limit }]) => (limit === undefined ? [] : [[kind, limit]]));
        return found.length > 0 ? (Object.fromEntries(found) as AgentLimits) : undefined;
    }

    /** Ask again for what was missing: firmware gets updated, and an agent that boots lacks much. */
    forgetMissing(): void {
        this.missing.clear();
        this.failing.clear();
    }

    /** One round of the slow reading has passed: mute objects are tried again, ever more rarely. */
    roundPassed(): void {
        for (const entry of this.mute.values()) if (entry.rest > 0) entry.rest--;
    }

    /** Whether the agent was asked for it, and does not have it. What could not be asked yet is not lacking. */
    lacks(oid: string): boolean {
        return this.lacking.has(oid);
    }

    /**
     * Reads `oids` into `store`, and takes out of it what the agent turned out not to have.
     * @param fresh gets every object that was read now: what is not in it after a failure is as old as it was
     * @throws SnmpError when the agent stops answering; what was read before stays in `store`
     */
    async read(
        oids: readonly string[],
        store: ValueStore,
        kind: ObjectKind = 'numbers',
        fresh?: Set<string>,
    ): Promise<void> {
        const size = this.sizeOf(kind);
        const sparing = this.transport.version === '1' || size.now < SPARSE;
        const wanted = oids.filter(
            (oid) => !this.failing.has(oid) && !(sparing && this.missing.has(oid)) && !this.isMute(oid),
        );
        await this.ask('get', wanted, size, (oid, answer, failed) => {
            fresh?.add(oid);
            if (answer?.value === undefined) {
                store.delete(oid);
                if (this.proven.has(oid)) return;
                (failed ? this.failing : this.missing).add(oid);
                this.lacking.add(oid);
            } else {
                store.set(oid, answer.value);
                this.proven.add(oid);
                this.lacking.delete(oid);
            }
        });
    }

    /** Whether it takes all of these at once after all; a failure teaches nothing new. */
    async tryLarger(oids: readonly string[]): Promise<void> {
        const { now, limit } = this.sizes.numbers;
        // Only texts or columns were too much: they are asked for in full in the next round, polls do not suffer.
        if (limit === undefined) return this.forgetLimits();
        const able = oids.filter((oid) => this.transport.version !== '1' || this.proven.has(oid));
        const wanted = able.slice(0, 2 * now + 2);
        if (wanted.length <= now) return;
        const answers = await this.transport.get(wanted).catch(() => []);
        if (answers.length === wanted.length) this.forgetLimits();
    }

    /**
     * First rows of several columns side by side, one GETNEXT for the next row of all of them: a three-phase table of twelve
     * columns costs four round trips in any version. Rows beyond `maxRows` are left.
     * @throws SnmpError
     */
    async readColumns(columns: readonly string[], maxRows: number): Promise<SnmpVarbind[]> {
        const found: SnmpVarbind[] = [];
        const at = new Map(columns.filter((column) => !this.isMute(column)).map((column) => [column, column]));
        for (let row = 0; at.size > 0 && row < maxRows; row++) {
            const columnAt = new Map([...at].map(([column, oid]) => [oid, column]));
            await this.ask('getNext', [...at.values()], this.sizeOf('columns'), (asked, answer) => {
                const column = columnAt.get(asked)!;
                if (answer?.value !== undefined && follows(answer.oid, asked, column)) {
                    found.push(answer);
                    at.set(column, answer.oid);
                } else {
                    at.delete(column);
                }
            });
            // A column whose object was left out without an answer has ended, too.
            for (const [oid, column] of columnAt) if (at.get(column) === oid) at.delete(column);
        }
        return found;
    }

    /** The next object of one column; undefined at its end. @throws SnmpError */
    async next(column: string, at: string): Promise<SnmpVarbind | undefined> {
        let found: SnmpVarbind | undefined;
        await this.ask('getNext', [at], this.sizes.columns, (_, answer) => (found = answer), true);
        return found?.value !== undefined && follows(found.oid, at, column) ? found : undefined;
    }

    private forgetLimits(): void {
        for (const [, size] of this.everySize()) size.begin(undefined);
    }

    private everySize(): [ObjectKind, RequestSize][] {
        return Object.entries(this.sizes) as [ObjectKind, RequestSize][];
    }

    /** What drops numbers drops the others as well. */
    private sizeOf(kind: ObjectKind): RequestSize {
        const { numbers, [kind]: size } = this.sizes;
        if (numbers.limit !== undefined && size.limit === undefined) size.begin(numbers.limit);
        return size;
    }

    private isMute(oid: string): boolean {
        return (this.mute.get(oid)?.rest ?? 0) > 0;
    }

    /** Hands every answer of `oids` to `take`, with `undefined` for what the agent does not have. @throws SnmpError */
    private async ask(
        kind: 'get' | 'getNext',
        oids: readonly string[],
        size: RequestSize,
        take: Take,
        noMute = false,
    ): Promise<void> {
        const queue = [[...oids]];
        const putBack = size.remember();
        const progress: Progress = { answered: false, failures: 0, mute: noMute ? MOST_MUTE : 0 };
        const done = new Set<string>();
        while (queue.length > 0) {
            const whole = queue.shift()!.filter((oid) => !done.has(oid));
            if (whole.length === 0) continue;
            const parts = Math.ceil(whole.length / size.now);
            const request = whole.slice(0, Math.ceil(whole.length / parts));
            if (request.length < whole.length) queue.unshift(whole.slice(request.length));
            try {
                const answers = await this.transport[kind](request);
                this.spoken = progress.answered = true;
                const left = this.hand(kind, request, answers, size, (oid, answer) => {
                    done.add(oid);
                    take(oid, answer);
                });
                if (left.length > 0) queue.unshift(left);
            } catch (error) {
                if (!(error instanceof SnmpError)) throw error;
                const leave = (oid: string) => {
                    done.add(oid);
                    take(oid, undefined, true);
                };
                try {
                    queue.unshift(...this.retry(request, error, size, progress, leave, done));
                } catch (fatal) {
                    if (!progress.answered) putBack();
                    throw fatal;
                }
            }
        }
    }

    /** Gives out what was answered; returns what is to be asked again. */
    private hand(
        kind: 'get' | 'getNext',
        request: readonly string[],
        answers: readonly SnmpVarbind[],
        size: RequestSize,
        take: Take,
    ): string[] {
        const short = answers.length < request.length;
        const asAsked = !short && kind === 'get' && answers.every(({ oid }, index) => oid === request[index]);
        const matched = asAsked ? undefined : kind === 'get' ? byName(answers) : byOrder(request, answers);
        const left = request.filter((oid, index) => {
            const answer = matched ? matched.get(oid) : answers[index];
            if (answer === undefined && short && request.length > 1) return true;
            if (answer !== undefined) this.answeredIn.set(oid, Math.max(request.length, this.answeredIn.get(oid) ?? 0));
            take(oid, answer);
            return false;
        });
        if (left.length === 0) size.answered(request.length);
        // Not one of them is what was asked for.
        else if (left.length === request.length) size.dropped(request.length);
        else size.cutShort(request.length, request.length - left.length);
        return left;
    }

    /** What to ask instead of `request`, which failed; throws `error` again if nothing else is left to try. */
    private retry(
        request: string[],
        error: SnmpError,
        size: RequestSize,
        progress: Progress,
        leave: (oid: string) => void,
        done: Set<string>,
    ): string[][] {
        if (error.kind === 'timeout') return this.afterTimeout(request, error, size, progress, done);
        // An agent whose UPS is gone may fail on everything: no use asking it for each object by itself.
        if (error.status === 'genErr' && ++progress.failures > MOST_FAILURES) throw error;
        if (error.status === 'tooBig' && request.length > 1) {
            size.tooMany(request.length);
            return [request];
        }
        if (error.status === 'noSuchName' || error.status === 'genErr' || error.status === 'tooBig') {
            if (error.oid !== undefined && request.includes(error.oid)) {
                leave(error.oid);
                return [request];
            }
            if (request.length === 1) {
                if (error.status === 'genErr' && !this.spoken) throw error;
                leave(request[0]!);
                return [];
            }
            // The agent does not say which one: find it by halving.
            const half = Math.ceil(request.length / 2);
            return [request.slice(0, half), request.slice(half)];
        }
        throw error;
    }

    /** Silence, or a request that was too much for the card? Only what was answered in so large a request before tells the former. */
    private afterTimeout(
        request: string[],
        error: SnmpError,
        size: RequestSize,
        progress: Progress,
        done: Set<string>,
    ): string[][] {
        if (request.length > 1) {
            if (request.every((oid) => (this.answeredIn.get(oid) ?? 0) >= request.length)) throw error;
            // Something is known to be heard: the agent answered in this list, or answers the first of these by itself.
            size.dropped(request.length);
            return [request];
        }
        if (!progress.answered || progress.mute >= MOST_MUTE) throw error;
        progress.mute++;
        const [oid] = request as [string];
        const next = Math.min(LONGEST_MUTE, this.mute.get(oid)?.next ?? 1);
        this.mute.set(oid, { rest: next, next: 2 * next });
        done.add(oid);
        return [];
    }
}

function byName(answers: readonly SnmpVarbind[]): Map<string, SnmpVarbind> {
    return new Map(answers.map((answer) => [answer.oid, answer]));
}

/** GETNEXT answers in the order of the request; agents that turn it round are put right, since what follows a greater OID is no smaller. */
function byOrder(request: readonly string[], answers: readonly SnmpVarbind[]): Map<string, SnmpVarbind> {
    const turned =
        answers.length === request.length &&
        answers.some(({ oid, value }, i) => value !== undefined && !isBehind(oid, request[i]!));
    const order = (a: string, b: string) => (a === b ? 0 : isBehind(a, b) ? 1 : -1);
    const asked = turned ? [...request].sort(order) : request;
    const given = turned ? [...answers].sort((a, b) => order(a.oid, b.oid)) : answers;
    return new Map(given.slice(0, asked.length).map((answer, i) => [asked[i]!, answer]));
}

/** Whether `oid` lies in `column` and behind `before`: an agent that goes in circles must not keep us walking. */
export function follows(oid: string, before: string, column: string): boolean {
    return oid.startsWith(`${column}.`) && isBehind(oid, before);
}

/** In the order of OIDs, RFC 3416 section 4.2.2. */
export function isBehind(oid: string, before: string): boolean {
    const left = oid.split('.').map(Number);
    const right = before.split('.').map(Number);
    for (let i = 0; i < right.length; i++) {
        const difference = (left[i] ?? -1) - right[i]!;
        if (difference !== 0) return difference > 0;
    }
    return left.length > right.length;
}
