import { readFileSync } from 'node:fs';
import {
    SnmpError,
    type SnmpErrorStatus,
    type SnmpSetVarbind,
    type SnmpTransport,
    type SnmpValue,
    type SnmpVarbind,
    type SnmpVersion,
} from '../../lib/protocols/snmp/transport';

/** An agent in memory: the twin of NetSnmpTransport. Answers at once, unless it is made slow or silent. */
export class MemoryAgent implements SnmpTransport {
    readonly objects: Map<string, SnmpValue>;
    /** Every request, as `get 1.2.3 4.5.6`. */
    readonly log: string[] = [];
    /** While set, requests fail with this. */
    failure?: SnmpError;
    /** Requests that this card drops without an answer. */
    drops?: (kind: string, oids: readonly string[]) => boolean;
    /** While set, requests wait for it: to look at what happens in mid-request. */
    gate?: Promise<void>;
    /** Requests with more objects are answered tooBig. */
    largest = Infinity;
    /** v1 agents that do not say which object is missing. */
    hidesErrorIndex = false;
    /** Objects that a SET may not touch, and why. */
    readonly refuses = new Map<string, SnmpErrorStatus>();
    /** Called after a SET was taken over. */
    onSet?: (varbinds: readonly SnmpSetVarbind[]) => void;
    /** Requests under way at the same time, at most so far. */
    mostInFlight = 0;
    closed = false;

    private inFlight = 0;
    private sorted?: string[];
    private abort?: (error: SnmpError) => void;

    constructor(
        objects: Iterable<[string, SnmpValue]> = [],
        readonly version: SnmpVersion = '2c',
    ) {
        this.objects = new Map(objects);
    }

    /** As a recording tells it. */
    static fromRecording(file: string, version: SnmpVersion = '2c'): MemoryAgent {
        return new MemoryAgent(readRecording(file), version);
    }

    get(oids: readonly string[]): Promise<SnmpVarbind[]> {
        return this.answer('get', oids, () => oids.map((oid, i) => this.varbind(oid, this.objects.get(oid), oids, i)));
    }

    getNext(oids: readonly string[]): Promise<SnmpVarbind[]> {
        return this.answer('getNext', oids, () =>
            oids.map((oid, i) => {
                const next = this.after(oid);
                return next === undefined ? this.varbind(oid, undefined, oids, i) : this.instance(next);
            }),
        );
    }

    getBulk(oid: string, maxRepetitions: number): Promise<SnmpVarbind[]> {
        return this.answer('getBulk', [oid], () => {
            if (this.version === '1') throw new SnmpError('invalid', 'v1 has no GETBULK');
            const rows: SnmpVarbind[] = [];
            let at: string | undefined = oid;
            while (rows.length < maxRepetitions) {
                at = this.after(at);
                if (at === undefined) return [...rows, { oid, value: undefined }];
                rows.push(this.instance(at));
            }
            return rows;
        });
    }

    set(varbinds: readonly SnmpSetVarbind[]): Promise<SnmpVarbind[]> {
        const oids = varbinds.map(({ oid, value }) => `${oid}=${value}`);
        return this.answer('set', oids, () => {
            for (const { oid } of varbinds) {
                const status = this.refuses.get(oid);
                if (status === 'noAccess' || status === 'authorizationError') {
                    throw new SnmpError('access-denied', status, { status, oid });
                }
                if (status) throw new SnmpError('refused', status, { status, oid });
            }
            for (const { oid, value } of varbinds) this.put(oid, value);
            this.onSet?.(varbinds);
            return [...varbinds];
        });
    }

    close(): void {
        this.closed = true;
        this.abort?.(new SnmpError('closed', 'closed'));
    }

    put(oid: string, value: SnmpValue): void {
        if (!this.objects.has(oid)) this.sorted = undefined;
        this.objects.set(oid, value);
    }

    remove(oid: string): void {
        this.objects.delete(oid);
        this.sorted = undefined;
    }

    /** How many requests of this kind were made. */
    count(kind: string): number {
        return this.log.filter((line) => line.startsWith(`${kind} `)).length;
    }

    private async answer(kind: string, oids: readonly string[], make: () => SnmpVarbind[]): Promise<SnmpVarbind[]> {
        if (this.closed) throw new SnmpError('closed', 'closed');
        this.log.push(`${kind} ${oids.join(' ')}`);
        this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
        try {
            await Promise.race([
                this.gate ?? Promise.resolve(),
                new Promise<never>((_, reject) => (this.abort = reject)),
            ]);
            if (this.failure) throw this.failure;
            if (this.drops?.(kind, oids)) throw new SnmpError('timeout', 'no answer in time');
            if (oids.length > this.largest) throw new SnmpError('refused', 'tooBig', { status: 'tooBig' });
            return make();
        } finally {
            this.inFlight--;
        }
    }

    private varbind(oid: string, value: SnmpValue, oids: readonly string[], index: number): SnmpVarbind {
        if (value === undefined && this.version === '1') {
            const at = this.hidesErrorIndex ? undefined : oids[index];
            throw new SnmpError('refused', 'noSuchName', { status: 'noSuchName', oid: at });
        }
        return { oid, value };
    }

    private instance(oid: string): SnmpVarbind {
        return { oid, value: this.objects.get(oid) };
    }

    private after(oid: string): string | undefined {
        this.sorted ??= [...this.objects.keys()].sort(compareOids);
        return this.sorted.find((each) => compareOids(each, oid) > 0);
    }
}

export function compareOids(a: string, b: string): number {
    const left = a.split('.').map(Number);
    const right = b.split('.').map(Number);
    for (let i = 0; i < Math.min(left.length, right.length); i++) {
        if (left[i] !== right[i]) return left[i]! - right[i]!;
    }
    return left.length - right.length;
}

const NUMERIC_TAGS = new Set(['2', '65', '66', '67', '70']);

/** A `.snmprec` file of snmpsim: `OID|TAG|VALUE` per line, hexadecimal where the tag ends in x. */
export function readRecording(file: string): [string, SnmpValue][] {
    return readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.includes('|'))
        .map((line) => {
            const [oid, tag, ...rest] = line.split('|') as [string, string, ...string[]];
            const text = rest.join('|');
            if (tag === '5') return [oid, null];
            if (NUMERIC_TAGS.has(tag)) return [oid, Number(text)];
            return [oid, tag.endsWith('x') ? Buffer.from(text, 'hex').toString('latin1') : text];
        });
}
