import { RequestSize } from './request-size';
import { SnmpError, type SnmpTransport, type SnmpVarbind } from './transport';

/** Most `genErr` answers to one list of objects. */
const MOST_FAILURES = 16;
/** Most objects without an answer in one list whose other objects were answered; more mean that the agent is silent. */
const MOST_UNANSWERED = 3;
/** Slow rounds for which an object without an answer is skipped, at most. */
const LONGEST_SKIP_ROUNDS = 60;
/** For agents that take fewer objects per request than this, known missing objects are left out of requests. */
const SMALL_REQUEST = 8;

/** Error statuses of a single object, which is left out: `noAccess` is answered for what the community may not see. */
const LEFT_OUT: readonly string[] = ['noSuchName', 'genErr', 'tooBig', 'noAccess'];

/** The last values by OID; it never holds `undefined`. */
export type ValueStore = Map<string, SnmpVarbind['value']>;

/** Kinds of requests. Cards that drop long messages drop texts, or GETNEXT for many columns, before they drop numbers. */
export type ObjectKind = 'numbers' | 'texts' | 'columns';

type Take = (oid: string, answer: SnmpVarbind | undefined, failed?: boolean) => void;

/** Results so far of one list of objects. */
interface Progress {
    answered: boolean;
    failures: number;
    unanswered: number;
}

/** Largest number of objects per request, for each kind; kept for the next process. JSON. */
export type AgentLimits = Partial<Record<ObjectKind, number>>;

/**
 * Reads objects through one transport and learns the limits of the agent: which objects it lacks (in v1 one of them fails the
 * whole request, RFC 1157 section 4.1.2), which it never answers, and how many it takes per request. Cards that take one or two
 * objects and drop larger requests are common (pve-ups 40, sharpsnmplib 537), and so are truncated answers (centreon-plugins
 * 1316).
 */
export class ObjectReader {
    private readonly missing = new Set<string>();
    /** Missing objects whose request fails with an error: they cost a request in any SNMP version. */
    private readonly failing = new Set<string>();
    /** Objects that once had a value. An agent that lost its UPS may lack them for a while, so each poll requests them again. */
    private readonly proven = new Set<string>();
    /** Result of the last request for each object; unlike `missing`, it is not cleared for a retry. */
    private readonly lacking = new Set<string>();
    /** Objects without an answer while others are answered: slow rounds to skip each, and how many the next time. */
    private readonly unanswered = new Map<string, { rest: number; next: number }>();
    /** The largest request in which each object was answered. If a request of this size or smaller times out, the agent is silent. */
    private readonly answeredIn = new Map<string, number>();
    private readonly sizes: Record<ObjectKind, RequestSize> = {
        numbers: new RequestSize(),
        texts: new RequestSize(),
        columns: new RequestSize(),
    };
    private spoken = false;

    constructor(private readonly transport: SnmpTransport) {}

    /** Forgets everything that was learned of this agent. @param limits what a former process learned */
    forget(limits: AgentLimits = {}): void {
        for (const each of [this.missing, this.failing, this.proven, this.lacking, this.unanswered, this.answeredIn])
            each.clear();
        for (const [kind, size] of this.everySize()) size.begin(limits[kind]);
        this.spoken = false;
    }

    /** Undefined while no limit is known. */
    get limits(): AgentLimits | undefined {
        const found = this.everySize().flatMap(([kind, { limit }]) => (limit === undefined ? [] : [[kind, limit]]));
        return found.length > 0 ? (Object.fromEntries(found) as AgentLimits) : undefined;
    }

    /** Missing objects are requested again: firmware is updated, and an agent that is starting lacks many objects. */
    forgetMissing(): void {
        this.missing.clear();
        this.failing.clear();
    }

    /** Counts one slow round: objects without an answer are tried again, ever less often. */
    roundPassed(): void {
        for (const entry of this.unanswered.values()) if (entry.rest > 0) entry.rest--;
    }

    /** Whether the agent was asked for the object and does not have it; false for objects that were not yet requested. */
    lacks(oid: string): boolean {
        return this.lacking.has(oid);
    }

    /**
     * Reads `oids` into `store`, and removes objects that the agent lacks.
     * @param fresh receives each object read now; after a failure, objects outside it have their former values
     * @throws SnmpError when the agent stops answering; values read before that stay in `store`
     */
    async read(
        oids: readonly string[],
        store: ValueStore,
        kind: ObjectKind = 'numbers',
        fresh?: Set<string>,
    ): Promise<void> {
        const size = this.sizeOf(kind);
        const sparing = this.transport.version === '1' || size.now < SMALL_REQUEST;
        const wanted = oids.filter(
            (oid) => !this.failing.has(oid) && !(sparing && this.missing.has(oid)) && !this.isSkipped(oid),
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

    /**
     * Reads objects of which none may be old: what was not answered is removed from `store`.
     * @returns whether all requests were answered
     * @throws SnmpError when nothing was read
     */
    async readOrForget(oids: readonly string[], store: ValueStore): Promise<boolean> {
        const fresh = new Set<string>();
        let failure: unknown;
        await this.read(oids, store, 'numbers', fresh).catch((error: unknown) => (failure = error));
        if (failure !== undefined && !oids.some((oid) => fresh.has(oid) && store.has(oid))) throw failure as Error;
        for (const oid of oids) if (!fresh.has(oid)) store.delete(oid);
        return failure === undefined;
    }

    /** Tests whether the agent now takes more objects per request; a failure changes nothing. */
    async tryLarger(oids: readonly string[]): Promise<void> {
        const { now, limit } = this.sizes.numbers;
        // Only texts or columns had a limit: the next slow round tries the full size, so polls are not affected.
        if (limit === undefined) return this.forgetLimits();
        const able = oids.filter((oid) => this.transport.version !== '1' || this.proven.has(oid));
        const wanted = able.slice(0, 2 * now + 2);
        if (wanted.length <= now) return;
        const answers = await this.transport.get(wanted).catch(() => []);
        if (answers.length === wanted.length) this.forgetLimits();
    }

    /**
     * First rows of several columns: each GETNEXT requests the next row of all columns, so a three-phase table of twelve columns
     * costs four round trips in any version. Rows beyond `maxRows` are not read.
     * @throws SnmpError
     */
    async readColumns(columns: readonly string[], maxRows: number): Promise<SnmpVarbind[]> {
        const found: SnmpVarbind[] = [];
        const at = new Map(columns.filter((column) => !this.isSkipped(column)).map((column) => [column, column]));
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
            // A column whose object was skipped without an answer has ended, too.
            for (const [oid, column] of columnAt) if (at.get(column) === oid) at.delete(column);
        }
        return found;
    }

    /** The object after `at` in one column; undefined at the end of the column. @throws SnmpError */
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

    /** An agent that drops requests for numbers of some size drops texts and columns of that size as well. */
    private sizeOf(kind: ObjectKind): RequestSize {
        const { numbers, [kind]: size } = this.sizes;
        if (numbers.limit !== undefined && size.limit === undefined) size.begin(numbers.limit);
        return size;
    }

    private isSkipped(oid: string): boolean {
        return (this.unanswered.get(oid)?.rest ?? 0) > 0;
    }

    /** Calls `take` for each of `oids`, with `undefined` if the agent lacks the object. @throws SnmpError */
    private async ask(
        kind: 'get' | 'getNext',
        oids: readonly string[],
        size: RequestSize,
        take: Take,
        skipNone = false,
    ): Promise<void> {
        const queue = [[...oids]];
        const putBack = size.remember();
        const progress: Progress = { answered: false, failures: 0, unanswered: skipNone ? MOST_UNANSWERED : 0 };
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
                const left = this.takeAnswers(kind, request, answers, size, (oid, answer) => {
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

    /** Calls `take` for each answer; returns the objects to request again. */
    private takeAnswers(
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
        // The answer holds none of the requested objects.
        else if (left.length === request.length) size.dropped(request.length);
        else size.cutShort(request.length, request.length - left.length);
        return left;
    }

    /** The requests to make instead of `request`, which failed. @throws SnmpError `error` when no alternative is left */
    private retry(
        request: string[],
        error: SnmpError,
        size: RequestSize,
        progress: Progress,
        leave: (oid: string) => void,
        done: Set<string>,
    ): string[][] {
        if (error.kind === 'timeout') return this.afterTimeout(request, error, size, progress, done);
        // An agent that lost its UPS may fail on every object: do not try each one.
        if (error.status === 'genErr' && ++progress.failures > MOST_FAILURES) throw error;
        if (error.status === 'tooBig' && request.length > 1) {
            size.tooMany(request.length);
            return [request];
        }
        if (LEFT_OUT.includes(error.status ?? '')) {
            if (error.oid !== undefined && request.includes(error.oid)) {
                leave(error.oid);
                return [request];
            }
            if (request.length === 1) {
                if (error.status === 'genErr' && !this.spoken) throw error;
                leave(request[0]!);
                return [];
            }
            // The agent does not name the object: halve the request.
            const half = Math.ceil(request.length / 2);
            return [request.slice(0, half), request.slice(half)];
        }
        throw error;
    }

    /**
     * Decides between silence and a request that is too large: it is silence only if each object was once answered in a request
     * of at least this size.
     */
    private afterTimeout(
        request: string[],
        error: SnmpError,
        size: RequestSize,
        progress: Progress,
        done: Set<string>,
    ): string[][] {
        if (request.length > 1) {
            if (request.every((oid) => (this.answeredIn.get(oid) ?? 0) >= request.length)) throw error;
            // The agent answered another request of this list, or may answer a smaller one.
            size.dropped(request.length);
            return [request];
        }
        if (!progress.answered || progress.unanswered >= MOST_UNANSWERED) throw error;
        progress.unanswered++;
        const [oid] = request as [string];
        const next = Math.min(LONGEST_SKIP_ROUNDS, this.unanswered.get(oid)?.next ?? 1);
        this.unanswered.set(oid, { rest: next, next: 2 * next });
        done.add(oid);
        return [];
    }
}

function byName(answers: readonly SnmpVarbind[]): Map<string, SnmpVarbind> {
    return new Map(answers.map((answer) => [answer.oid, answer]));
}

/**
 * Pairs GETNEXT answers with requests by position. Some agents answer in reverse order; sorting both lists restores the pairs,
 * since the successor of a greater OID is not smaller.
 */
function byOrder(request: readonly string[], answers: readonly SnmpVarbind[]): Map<string, SnmpVarbind> {
    const turned =
        answers.length === request.length &&
        answers.some(({ oid, value }, i) => value !== undefined && !isBehind(oid, request[i]!));
    const order = (a: string, b: string) => (a === b ? 0 : isBehind(a, b) ? 1 : -1);
    const asked = turned ? [...request].sort(order) : request;
    const given = turned ? [...answers].sort((a, b) => order(a.oid, b.oid)) : answers;
    return new Map(given.slice(0, asked.length).map((answer, i) => [asked[i]!, answer]));
}

/** Whether `oid` lies in `column` and after `before`. This ends walks of agents whose answers go in circles. */
export function follows(oid: string, before: string, column: string): boolean {
    return oid.startsWith(`${column}.`) && isBehind(oid, before);
}

/** Whether `oid` comes after `before` in the order of OIDs, RFC 3416 section 4.2.2. */
export function isBehind(oid: string, before: string): boolean {
    const left = oid.split('.').map(Number);
    const right = before.split('.').map(Number);
    for (let i = 0; i < right.length; i++) {
        const difference = (left[i] ?? -1) - right[i]!;
        if (difference !== 0) return difference > 0;
    }
    return left.length > right.length;
}
