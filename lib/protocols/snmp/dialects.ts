import type { DriverMemory } from '../../core/driver';
import type { DeviceMap } from '../device-map/device-map';
import type { Dialect } from './dialect';
import { MapDialect, type MapMemory } from './map-dialect';
import { ObjectReader } from './object-reader';
import { SCALARS, SYS_OBJECT_ID } from './oids';
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

/** Slow rounds until a card is looked at again, for which no better dialect was found. */
const REST_ROUNDS = 10;
/** upsOutputSource: values that say where the output comes from. */
const SOURCES: readonly unknown[] = [3, 4, 5, 6, 7];

/**
 * Finds out which objects a card speaks: RFC 1628 first, then the map whose objects answer; if several do, the one that names the card's
 * sysObjectID. A card may answer a part of RFC 1628, or zeros, without the source of its output: then a map is taken that tells more of the mains. What
 * was found is kept for the next process, which then asks for it first; a card that starts may tell more later (`reconsider`).
 */
export class Dialects {
    private current: Dialect;
    private memory: DriverMemory | undefined;
    private rest = 0;

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
        // A community may not see RFC 1628, and its agent may drop what asks for it: a card that answered anything is asked for its maker's objects.
        const failure = await this.tryCurrent();
        if (this.isFound) return;
        // Another card may stand at this address now, or the agent is still starting.
        if (this.current.id !== RFC1628) {
            this.speak(RFC1628);
            await this.current.discover();
            if (this.isFound) return;
        }
        if (!(await this.speakBetter()) && failure !== undefined) throw failure;
    }

    /**
     * Looks whether the card tells more of the mains by other objects than those it is asked for, or RFC 1628 again; once in each slow round.
     * @returns whether it is asked for others from now on
     */
    async reconsider(): Promise<boolean> {
        if (this.chosen !== undefined || this.maps.length === 0 || this.isSettled) return false;
        if (this.rest > 0) {
            this.rest--;
            return false;
        }
        const isBetter = await (this.current.id === RFC1628 ? this.speakBetter() : this.speakStandard());
        this.rest = isBetter ? 0 : REST_ROUNDS;
        return isBetter;
    }

    /** @returns why RFC 1628 was not read, of a card that answers @throws SnmpError */
    private async tryCurrent(): Promise<Error | undefined> {
        try {
            await this.current.discover();
            return undefined;
        } catch (error) {
            const isAlive = this.current.id === RFC1628 && this.current.agent !== '';
            if (this.chosen !== undefined || this.maps.length === 0 || !isAlive) throw error;
            return error as Error;
        }
    }

    /** Speaks the map by which the card tells more of the mains than now; if nothing is read now, the one that answers. */
    private async speakBetter(): Promise<boolean> {
        const map = await this.findMap();
        if (!map) return false;
        const before = this.current;
        this.speak(map.id);
        try {
            await this.current.discover();
        } catch (error) {
            this.current = before;
            throw error;
        }
        if (!before.hasReading || this.current.mainsTold > before.mainsTold) return true;
        this.current = before;
        return false;
    }

    /** RFC 1628 is there again, or has begun to tell the source. */
    private async speakStandard(): Promise<boolean> {
        const [source] = await this.parts.transport.get([SCALARS.upsOutputSource]);
        if (!SOURCES.includes(source?.value)) return false;
        const before = this.current;
        this.speak(RFC1628);
        try {
            await this.current.discover();
        } catch {
            this.current = before;
        }
        if (this.current.mainsTold === 2) return true;
        this.current = before;
        return false;
    }

    /** A map was found by its objects; what answers RFC 1628 may be too little. */
    private get isFound(): boolean {
        return (
            this.chosen !== undefined || (this.current.hasReading && (this.current.id !== RFC1628 || this.isSettled))
        );
    }

    private get isSettled(): boolean {
        return this.current.id === RFC1628 && this.current.mainsTold === 2;
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
