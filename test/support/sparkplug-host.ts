/** A metric as a host reads it, whoever has decoded it. */
export interface HostMetric {
    name?: string;
    alias?: number;
    datatype?: number;
    isNull?: boolean;
    value?: number | boolean | string;
}

export interface HostPayload {
    timestamp?: number;
    seq?: number;
    metrics: HostMetric[];
}

interface KnownDevice {
    byAlias: Map<number, string>;
    values: Map<string, HostMetric['value']>;
}

/**
 * A host application of one edge node, as the Eclipse Sparkplug Specification 3.0.0 wants it to check what it gets. It shares no code with `lib`: it is given what
 * a decoder has read. What is wrong is in `faults`.
 */
export class SparkplugHost {
    readonly faults: string[] = [];
    readonly devices = new Map<string, KnownDevice>();
    /** bdSeq of each NBIRTH of another connection, and how many births and deaths came. */
    readonly births: number[] = [];
    readonly counts: Record<string, number> = {};
    isAlive = false;
    private bdSeq: number | undefined;
    private seq = 0;

    constructor(
        private readonly group: string,
        private readonly node: string,
    ) {}

    receive(topic: string, payload: HostPayload): void {
        const [space, group, type = '', node, device] = topic.split('/');
        if (space !== 'spBv1.0' || group !== this.group || node !== this.node) {
            this.fault(topic, 'another topic');
            return;
        }
        this.counts[type] = (this.counts[type] ?? 0) + 1;
        if (payload.timestamp === undefined) this.fault(topic, 'no timestamp');
        if (type === 'NDEATH') return this.nodeDeath(topic, payload);
        this.checkSeq(topic, type, payload.seq);
        if (type === 'NBIRTH') return this.nodeBirth(topic, payload);
        if (!this.isAlive) this.fault(topic, 'before NBIRTH');
        if (type === 'DBIRTH') this.deviceBirth(topic, device!, payload);
        else if (type === 'DDEATH') {
            if (!this.devices.delete(device!)) this.fault(topic, 'death of an unborn device');
        } else if (type === 'DDATA') this.deviceData(topic, device!, payload);
        else this.fault(topic, 'a type that no edge node sends here');
    }

    value(device: string, name: string): HostMetric['value'] {
        return this.devices.get(device)?.values.get(name);
    }

    private checkSeq(topic: string, type: string, seq: number | undefined): void {
        const wanted = type === 'NBIRTH' ? 0 : (this.seq + 1) % 256;
        if (seq !== wanted) this.fault(topic, `seq ${seq} in place of ${wanted}`);
        this.seq = wanted;
    }

    private nodeBirth(topic: string, { metrics }: HostPayload): void {
        const bdSeq = metrics.find(({ name }) => name === 'bdSeq');
        const rebirth = metrics.find(({ name }) => name === 'Node Control/Rebirth');
        if (bdSeq?.datatype !== 4 || typeof bdSeq.value !== 'number') this.fault(topic, 'no bdSeq of Int64');
        if (rebirth?.datatype !== 11 || rebirth.value !== false) this.fault(topic, 'no Rebirth');
        const told = Number(bdSeq?.value);
        const again = this.isAlive && told === this.bdSeq;
        if (!again) {
            const last = this.births.at(-1);
            if (this.isAlive) this.fault(topic, 'another session before the death of the one before');
            if (last !== undefined && told !== (last + 1) % 256) this.fault(topic, `bdSeq ${told} behind ${last}`);
            this.births.push(told);
        }
        this.bdSeq = told;
        this.isAlive = true;
        this.devices.clear();
    }

    private nodeDeath(topic: string, { metrics, seq }: HostPayload): void {
        const [bdSeq] = metrics;
        if (metrics.length !== 1 || bdSeq?.name !== 'bdSeq' || bdSeq.value !== this.bdSeq)
            this.fault(topic, `bdSeq ${String(bdSeq?.value)} is not that of the NBIRTH, ${this.bdSeq}`);
        if (seq !== undefined) this.fault(topic, 'a seq');
        this.isAlive = false;
        this.devices.clear();
    }

    private deviceBirth(topic: string, device: string, { metrics }: HostPayload): void {
        const known: KnownDevice = { byAlias: new Map(), values: new Map() };
        for (const { name, alias, datatype, value, isNull } of metrics) {
            if (name === undefined || datatype === undefined) this.fault(topic, 'a metric without a name or a type');
            if (known.values.has(name!)) this.fault(topic, `${name} twice`);
            if ((value === undefined) !== (isNull === true)) this.fault(topic, `${name} has no value, and is not null`);
            if (alias !== undefined) {
                for (const [other, { byAlias }] of this.devices)
                    if (other !== device && byAlias.has(alias)) this.fault(topic, `alias ${alias} twice`);
                if (known.byAlias.has(alias)) this.fault(topic, `alias ${alias} twice`);
                known.byAlias.set(alias, name!);
            }
            known.values.set(name!, isNull ? undefined : value);
        }
        this.devices.set(device, known);
    }

    private deviceData(topic: string, device: string, { metrics }: HostPayload): void {
        const known = this.devices.get(device);
        if (!known) {
            this.fault(topic, 'data of an unborn device');
            return;
        }
        if (metrics.length === 0) this.fault(topic, 'nothing in it');
        for (const { name, alias, value, isNull } of metrics) {
            const of = alias === undefined ? name : known.byAlias.get(alias);
            if (of === undefined || !known.values.has(of)) this.fault(topic, `alias ${alias} is unknown`);
            else known.values.set(of, isNull ? undefined : value);
            if (alias !== undefined && name !== undefined) this.fault(topic, 'a name beside its alias');
        }
    }

    private fault(topic: string, what: string): void {
        this.faults.push(`${topic}: ${what}`);
    }
}
