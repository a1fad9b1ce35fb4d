import type { BatterySweep } from '../../core/batteries/model';
import type { DriverMemory, RawItem, SettingInfo } from '../../core/driver';
import { UpsError } from '../../core/errors';
import { mainsTold } from '../../core/events/mains-evidence';
import type { PartialStatus } from '../../core/status/status';
import { batterySweep } from '../device-map/battery-sweep';
import { decodeMap, saysAnything } from '../device-map/decode';
import type { ColumnPlace, DeviceMap, MapWrite, ObjectPlace } from '../device-map/device-map';
import { MapCommands, type WriteType } from '../device-map/map-commands';
import { channelStates } from '../device-map/channel-states';
import { rawItemsOf } from '../device-map/raw-items';
import { CardDialect } from './card-dialect';
import { MapCard } from './map-card';
import { oidOf } from './map-objects';
import { typeAsRead, varbindFor } from './map-write';
import type { AgentLimits } from './object-reader';
import { toUpsError } from './refusals';
import { SnmpError, type SnmpTransport, type SnmpValue } from './transport';
import { readUpTime } from './up-time';

/** What is kept for the next process, JSON. */
export interface MapMemory {
    /** sysObjectID of the card. */
    card: string;
    /** Id of the map. */
    dialect: string;
    limits?: AgentLimits;
    /** When the agent started, epoch ms. */
    since?: number;
}

/** Each reading computes the agent's start time again; a smaller difference is not a change. */
const SINCE_MS = 60_000;

/** The objects of a maker, by a device map. */
export class MapDialect extends CardDialect {
    readonly id: string;
    protected readonly card: MapCard;
    protected readonly commands: MapCommands;
    private memory: DriverMemory | undefined;
    private limits: AgentLimits | undefined;
    private kept?: MapMemory;
    private startedAt?: number;

    /** @param now epoch ms @param onDecisive called as soon as the objects that decide on events are read */
    constructor(
        private readonly map: DeviceMap,
        private readonly host: string,
        private readonly transport: SnmpTransport,
        private readonly now: () => number,
        onDecisive: () => void,
    ) {
        super();
        this.id = map.id;
        this.card = new MapCard(transport, map, now, onDecisive);
        this.commands = new MapCommands(map, host, {
            write: (at, value, type) => this.write(at, value, type),
            ask: (at) => this.ask(at),
            read: (at) => this.card.at(at),
        });
    }

    /** Loads what a former process has learned, if it spoke this map. */
    begin(memory: DriverMemory | undefined): void {
        this.memory = memory;
        const kept = memory?.get() as Partial<MapMemory> | null | undefined;
        if (kept?.dialect !== this.id) return;
        if (typeof kept.since === 'number') this.startedAt = kept.since;
        this.limits = kept.limits;
    }

    get alarmsRead(): boolean {
        return this.card.listsRead;
    }

    get hasReading(): boolean {
        if (!this.card.isAlive) return false;
        return saysAnything(decodeMap(this.map, this.card, this.now()), this.map) || this.battery() !== undefined;
    }

    get mainsTold(): 0 | 1 | 2 {
        return this.card.isAlive ? mainsTold(decodeMap(this.map, this.card, this.now())) : 0;
    }

    get since(): number | undefined {
        return this.startedAt;
    }

    discover(): Promise<void> {
        return this.card.discover(this.limits);
    }

    readFast(): Promise<void> {
        return this.card.readFast();
    }

    status(): PartialStatus | undefined {
        const time = this.card.decisiveAt ?? this.now();
        const status = decodeMap(this.map, this.card, time);
        if (!this.card.isAlive || !(saysAnything(status, this.map) || this.battery())) return undefined;
        const { seconds, since } = readUpTime(this.card.values, time, this.startedAt);
        this.startedAt = since;
        this.keep();
        return { ...(seconds === undefined ? {} : { agentUptime: seconds }), ...status };
    }

    shutdownCountdown(): Promise<undefined> {
        return Promise.resolve(undefined);
    }

    /** Settings of a map are read only. */
    settingsInfo(): Record<string, SettingInfo> {
        const { settings = {} } = decodeMap(this.map, this.card, 0);
        return Object.fromEntries(Object.keys(settings).map((name) => [name, { writable: false }]));
    }

    channelStates(name: string): string[] | undefined {
        return channelStates(this.map, name);
    }

    battery(): BatterySweep | undefined {
        return batterySweep(this.map, this.card);
    }

    rawItems(): Record<string, RawItem> {
        return rawItemsOf(this.map, this.card);
    }

    private async write(at: MapWrite['at'], value: number | string, type: WriteType = 'integer'): Promise<void> {
        if ('register' in at)
            throw new UpsError('not-supported', { device: this.host, command: `register ${at.register}` });
        const oid = oidOf(at);
        const known = type === 'asRead' ? typeAsRead(await this.lastRead(at), value) : type;
        const varbind = varbindFor(oid, known, value);
        await this.transport.set([varbind]).catch((error: unknown) => {
            throw toUpsError(error, this.host, oid);
        });
    }

    /** The last value that was read there; the device is asked if there is none yet. */
    private async lastRead(at: ObjectPlace | ColumnPlace): Promise<SnmpValue> {
        return this.card.at(at) ?? (await this.ask(at).catch(() => undefined));
    }

    private async ask(at: MapWrite['at']): Promise<SnmpValue> {
        if ('register' in at) return undefined;
        try {
            return (await this.transport.get([oidOf(at)]))[0]?.value;
        } catch (error) {
            if (error instanceof SnmpError && error.status === 'noSuchName') return undefined;
            throw toUpsError(error, this.host);
        }
    }

    private keep(): void {
        const { limits } = this.card;
        const moved = Math.abs((this.startedAt ?? 0) - (this.kept?.since ?? 0)) >= SINCE_MS;
        const since = moved ? this.startedAt : this.kept?.since;
        const next: MapMemory = {
            card: this.agent,
            dialect: this.id,
            ...(limits ? { limits } : {}),
            ...(since === undefined ? {} : { since }),
        };
        if (JSON.stringify(next) === JSON.stringify(this.kept)) return;
        this.kept = next;
        this.memory?.keep(structuredClone(next));
    }
}
