import type { DriverMemory } from '../../core/driver';
import type { DeviceMap } from '../device-map/device-map';
import type { Dialect } from './dialect';
import { MapDialect, type MapMemory } from './map-dialect';
import { ObjectReader } from './object-reader';
import { SYS_OBJECT_ID } from './oids';
import { RFC1628, Rfc1628Dialect } from './rfc1628-dialect';
import type { SnmpTransport, SnmpValue } from './transport';

export interface DialectParts {
    /** Name for errors. */
    host: string;
    transport: SnmpTransport;
    /** Epoch ms. */
    now: () => number;
    /** Called as soon as the objects that decide on events are read. */
    onDecisive: () => void;
}

/**
 * Finds out which objects a card speaks: RFC 1628 first, then the map whose objects answer; if several do, the one that names the card's
 * sysObjectID. A card may answer a small part of RFC 1628, which says nothing of the mains: a map by which it does say so is taken instead. What was found is kept for the next process, which then asks for it first.
 */
export class Dialects {
    private current: Dialect;
    private memory: DriverMemory | undefined;

    /** @param chosen `rfc1628` or the id of a map; absent: found out */
    constructor(
        private readonly parts: DialectParts,
        private readonly maps: readonly DeviceMap[] = [],
        private readonly chosen?: string,
    ) {
        this.current = this.make(chosen ?? RFC1628);
    }

    get spoken(): Dialect {
        return this.current;
    }

    /** Begins with what a former process found. */
    begin(memory: DriverMemory | undefined): void {
        this.memory = memory;
        const kept = memory?.get() as Partial<MapMemory> | null | undefined;
        const known = this.maps.some(({ id }) => id === kept?.dialect);
        this.speak(this.chosen ?? (known ? kept!.dialect! : RFC1628));
    }

    /** Reads the card whole, in the dialect that it speaks. @throws SnmpError */
    async discover(): Promise<void> {
        await this.current.discover();
        if (this.isFound) return;
        // Another card may stand at this address now, or the agent is still starting.
        if (this.current.id !== RFC1628) {
            this.speak(RFC1628);
            await this.current.discover();
            if (this.isFound) return;
        }
        const map = await this.findMap();
        if (!map) return;
        const standard = this.current;
        this.speak(map.id);
        await this.current.discover();
        if (standard.hasReading && !this.current.tellsMains) this.current = standard;
    }

    /** A map was found by its objects; what answers RFC 1628 may be too little. */
    private get isFound(): boolean {
        const { id, hasReading, tellsMains } = this.current;
        return this.chosen !== undefined || (hasReading && (id !== RFC1628 || tellsMains));
    }

    private async findMap(): Promise<DeviceMap | undefined> {
        if (this.maps.length === 0) return undefined;
        const found = new Map<string, SnmpValue>();
        const probes = this.maps.flatMap(({ probes: own = [] }) => own);
        await new ObjectReader(this.parts.transport).read([...new Set([SYS_OBJECT_ID, ...probes])], found);
        const agent = String(found.get(SYS_OBJECT_ID) ?? '');
        const answering = this.maps.filter(({ probes: own = [] }) => own.some((oid) => isValue(found.get(oid))));
        return answering.find((map) => isOf(map, agent)) ?? answering[0];
    }

    private speak(id: string): void {
        this.current = this.make(id);
    }

    private make(id: string): Dialect {
        const { host, transport, now, onDecisive } = this.parts;
        const map = this.maps.find((each) => each.id === id);
        const dialect = map
            ? new MapDialect(map, host, transport, now, onDecisive)
            : new Rfc1628Dialect(host, transport, now, onDecisive);
        dialect.begin(this.memory);
        return dialect;
    }
}

function isOf({ agents = [] }: DeviceMap, agent: string): boolean {
    return agents.some((prefix) => agent === prefix || agent.startsWith(`${prefix}.`));
}

/** NULL and an empty text are what agents answer for objects of other models. */
function isValue(value: SnmpValue): boolean {
    return value !== undefined && value !== null && value !== '';
}
