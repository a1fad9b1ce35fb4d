import { SnmpError, type SnmpTransport, type SnmpVarbind } from './transport';

/** Objects asked for in one PDU; answers stay well under the 1472 octets of an unfragmented datagram. */
const LARGEST_REQUEST = 48;
/** Below this many objects a timeout is silence, not a request that was too long for the card. */
const SMALL_REQUEST = 8;
const MAX_REPETITIONS = 20;
/** `genErr` answers to one list of objects. */
const MOST_FAILURES = 16;

/** Where what was read is kept; `undefined` values are never put in. */
export type ValueStore = Map<string, SnmpVarbind['value']>;

/**
 * Reads objects through one transport and learns how this agent wants to be asked: which objects it lacks (in v1 one of them
 * fails the whole request, RFC 1157 section 4.1.2), how many it takes at once, and whether it can do GETBULK.
 */
export class ObjectReader {
    private readonly missing = new Set<string>();
    /** Had a value once: an agent that lost its UPS may lack them for a while, and they are asked for again each time. */
    private readonly proven = new Set<string>();
    /** As it stood when it was last asked for; `missing` is forgotten now and then, this is not. */
    private readonly lacking = new Set<string>();
    private largest = LARGEST_REQUEST;
    private largestSeen = 0;
    private bulk: boolean;

    constructor(private readonly transport: SnmpTransport) {
        this.bulk = transport.version !== '1';
    }

    /** Everything that was learned of this agent. */
    forget(): void {
        this.missing.clear();
        this.proven.clear();
        this.lacking.clear();
        this.largest = LARGEST_REQUEST;
        this.largestSeen = 0;
        this.bulk = this.transport.version !== '1';
    }

    /** Ask again for what was missing: firmware gets updated. */
    forgetMissing(): void {
        this.missing.clear();
    }

    /** Whether the agent was asked for it, and does not have it. What could not be asked yet is not lacking. */
    lacks(oid: string): boolean {
        return this.lacking.has(oid);
    }

    /** The objects of `oids` that are not known to be missing, in requests of the size that this agent takes. */
    plan(oids: readonly string[]): string[][] {
        const wanted = oids.filter((oid) => !this.missing.has(oid));
        const requests = Math.ceil(wanted.length / this.largest);
        const size = Math.ceil(wanted.length / Math.max(1, requests));
        return Array.from({ length: requests }, (_, i) => wanted.slice(i * size, (i + 1) * size));
    }

    /**
     * Reads `oids` into `store`, and takes out of it what the agent turned out not to have.
     * @throws SnmpError
     */
    async read(oids: readonly string[], store: ValueStore): Promise<void> {
        const queue = this.plan(oids);
        const absent = new Set<string>();
        let failures = 0;
        while (queue.length) {
            const request = queue.shift()!.filter((oid) => !absent.has(oid));
            if (request.length === 0) continue;
            try {
                this.keep(request, await this.transport.get(request), absent, store);
                this.largestSeen = Math.max(this.largestSeen, request.length);
            } catch (error) {
                // An agent whose UPS is gone may fail on everything: no use asking it for each object by itself.
                if ((error as SnmpError).status === 'genErr' && ++failures > MOST_FAILURES) throw error;
                queue.unshift(...this.retry(request, error, absent, store));
            }
        }
    }

    /** What to ask instead of `request`, which failed; throws `error` again if nothing else is left to try. */
    private retry(request: string[], error: unknown, absent: Set<string>, store: ValueStore): string[][] {
        if (!(error instanceof SnmpError)) throw error;
        const halves = (): string[][] => {
            const half = Math.ceil(request.length / 2);
            return [request.slice(0, half), request.slice(half)];
        };
        const tooMuch =
            error.status === 'tooBig' ||
            // Some cards drop what they find too long instead of saying so.
            (error.kind === 'timeout' &&
                this.largestSeen > 0 &&
                request.length > Math.max(SMALL_REQUEST, this.largestSeen));
        if (tooMuch && request.length > 1) {
            this.largest = Math.ceil(request.length / 2);
            return halves();
        }
        if (error.status === 'noSuchName' || error.status === 'genErr' || error.status === 'tooBig') {
            if (error.oid !== undefined && request.includes(error.oid)) {
                this.leaveOut(error.oid, absent, store);
                return [request];
            }
            if (request.length === 1) {
                if (error.status === 'genErr' && this.largestSeen === 0) throw error;
                this.leaveOut(request[0]!, absent, store);
                return [];
            }
            // The agent does not say which one: find it by halving.
            return halves();
        }
        throw error;
    }

    private keep(
        request: readonly string[],
        answer: readonly SnmpVarbind[],
        absent: Set<string>,
        store: ValueStore,
    ): void {
        const values = new Map(answer.map(({ oid, value }) => [oid, value]));
        for (const oid of request) {
            const value = values.get(oid);
            if (value === undefined) {
                this.leaveOut(oid, absent, store);
            } else {
                store.set(oid, value);
                this.proven.add(oid);
                this.lacking.delete(oid);
            }
        }
    }

    private leaveOut(oid: string, absent: Set<string>, store: ValueStore): void {
        absent.add(oid);
        store.delete(oid);
        if (this.proven.has(oid)) return;
        this.missing.add(oid);
        this.lacking.add(oid);
    }

    /**
     * First rows of several columns side by side, one GETNEXT for the next row of all of them: a three-phase table of twelve
     * columns costs four round trips in any version. Rows beyond `maxRows` are left.
     */
    async readColumns(columns: readonly string[], maxRows: number): Promise<SnmpVarbind[]> {
        const found: SnmpVarbind[] = [];
        let open = columns.map((column) => ({ column, at: column }));
        for (let row = 0; open.length > 0 && row < maxRows; row++) {
            const answers = await this.nextOf(open.map(({ at }) => at));
            open = open.flatMap(({ column, at }, i) => {
                const answer = answers[i];
                if (!answer || answer.value === undefined || !follows(answer.oid, at, column)) return [];
                found.push(answer);
                return [{ column, at: answer.oid }];
            });
        }
        return found;
    }

    /** GETNEXT of each; `undefined` for those past the end. */
    private async nextOf(oids: readonly string[]): Promise<(SnmpVarbind | undefined)[]> {
        if (oids.length > this.largest) {
            const head = await this.nextOf(oids.slice(0, this.largest));
            return [...head, ...(await this.nextOf(oids.slice(this.largest)))];
        }
        try {
            return await this.transport.getNext(oids);
        } catch (error) {
            if (!(error instanceof SnmpError)) throw error;
            const ended = error.status === 'noSuchName' || error.status === 'genErr';
            if (oids.length === 1 && ended) return [undefined];
            if (oids.length > 1 && (ended || error.status === 'tooBig')) {
                if (error.status === 'tooBig') this.largest = Math.ceil(oids.length / 2);
                const last = ended && error.oid !== undefined ? oids.indexOf(error.oid) : -1;
                if (last >= 0) {
                    const others = await this.nextOf(oids.filter((_, i) => i !== last));
                    return [...others.slice(0, last), undefined, ...others.slice(last)];
                }
                const middle = Math.ceil(oids.length / 2);
                return [...(await this.nextOf(oids.slice(0, middle))), ...(await this.nextOf(oids.slice(middle)))];
            }
            throw error;
        }
    }

    /** All instances of one column, at most `maxRows` of them, by GETBULK where the agent can. */
    async walk(column: string, maxRows: number): Promise<SnmpVarbind[]> {
        const rows: SnmpVarbind[] = [];
        let at = column;
        while (this.bulk && rows.length < maxRows) {
            let answers: SnmpVarbind[];
            try {
                answers = await this.transport.getBulk(at, MAX_REPETITIONS);
            } catch (error) {
                if (!(error instanceof SnmpError) || error.kind !== 'refused') throw error;
                this.bulk = false;
                break;
            }
            for (const answer of answers) {
                if (answer.value === undefined || !follows(answer.oid, at, column) || rows.length >= maxRows)
                    return rows;
                rows.push(answer);
                at = answer.oid;
            }
            if (answers.length === 0) return rows;
        }
        if (rows.length >= maxRows) return rows;
        const left = await this.readColumnFrom(column, at, maxRows - rows.length);
        return [...rows, ...left];
    }

    private async readColumnFrom(column: string, from: string, maxRows: number): Promise<SnmpVarbind[]> {
        const rows: SnmpVarbind[] = [];
        let at = from;
        while (rows.length < maxRows) {
            const [answer] = await this.nextOf([at]);
            if (!answer || answer.value === undefined || !follows(answer.oid, at, column)) break;
            rows.push(answer);
            at = answer.oid;
        }
        return rows;
    }
}

/** Whether `oid` lies in `column` and behind `before`: an agent that goes in circles must not keep us walking. */
function follows(oid: string, before: string, column: string): boolean {
    if (!oid.startsWith(`${column}.`)) return false;
    const left = oid.split('.').map(Number);
    const right = before.split('.').map(Number);
    for (let i = 0; i < right.length; i++) {
        const difference = (left[i] ?? -1) - right[i]!;
        if (difference !== 0) return difference > 0;
    }
    return left.length > right.length;
}
