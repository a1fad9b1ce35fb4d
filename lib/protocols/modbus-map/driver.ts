import type { Clock } from '../../core/clock';
import type { CommandResult, RawItem, SettingInfo, UpsCommand } from '../../core/driver';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { PartialStatus } from '../../core/status/status';
import type { BatterySweep } from '../../core/batteries/model';
import { batterySweep } from '../device-map/battery-sweep';
import { decodeMap, saysAnything } from '../device-map/decode';
import type { DeviceMap, MapWrite } from '../device-map/device-map';
import { MapCommands } from '../device-map/map-commands';
import { unwritable, wholeOf } from '../device-map/raw-to-write';
import { channelStates } from '../device-map/channel-states';
import { rawItemsOf } from '../device-map/raw-items';
import type { RawValue } from '../device-map/raw-value';
import type { ModbusLine } from '../modbus/line';
import { ReadValues, RegisterReader } from '../modbus/register-reader';
import { PollingDriver } from '../shared/polling-driver';
import { lengthOf, numberOf, RegisterReading, registersOf } from './registers';

export interface ModbusMapOptions {
    clock: Clock;
    /** Name for errors and messages. */
    host: string;
    intervalMs: number;
    line: ModbusLine;
    unitId: number;
    /** 1 for a device that counts its registers from 1. */
    addressOffset: 0 | 1;
    map: DeviceMap;
    /** Receives problems that do not stop polling; each kind once, until it is over. */
    warn?(error: unknown): void;
}

/** Interval of the round of texts, settings and nominal values. */
const SLOW_MS = 60_000;

/** A UPS or DC supply that is read by the registers of a device map. */
export class ModbusMapDriver extends PollingDriver {
    private readonly fast: RegisterReader;
    private readonly slow: RegisterReader | undefined;
    private fastValues = new ReadValues();
    private slowValues = new ReadValues();
    private slowDue = -Infinity;
    private readonly commands: MapCommands;
    private settings: readonly string[] = [];
    private swept?: { of: ReadValues; sweep: BatterySweep | undefined };

    constructor(private readonly options: ModbusMapOptions) {
        super(options);
        const { map, host } = options;
        const { fast, slow } = registersOf(map);
        // A map of texts alone is read whole at every poll.
        this.fast = new RegisterReader(options, fast.length > 0 ? fast : slow);
        this.slow = fast.length > 0 && slow.length > 0 ? new RegisterReader(options, slow) : undefined;
        this.commands = new MapCommands(map, host, {
            write: (at, value) => this.write(at, value),
            ask: (at) => this.ask(at),
            read: (at) => this.reading.at(at),
        });
    }

    supports(command: UpsCommand): boolean {
        return this.commands.supports(command);
    }

    async execute(command: UpsCommand): Promise<CommandResult> {
        try {
            return await this.loop.enqueue(() => this.commands.execute(command));
        } finally {
            this.loop.pollNow();
        }
    }

    /** Settings of a map are read only. */
    settingsInfo(): Record<string, SettingInfo> {
        return Object.fromEntries(this.settings.map((name) => [name, { writable: false }]));
    }

    channelStates(name: string): string[] | undefined {
        return channelStates(this.options.map, name);
    }

    rawItems(): Record<string, RawItem> {
        return rawItemsOf(this.options.map, this.reading);
    }

    battery(): BatterySweep | undefined {
        // Blocks are read at every poll: one pass over all of them is made once.
        if (this.swept?.of !== this.fastValues)
            this.swept = { of: this.fastValues, sweep: batterySweep(this.options.map, this.reading) };
        return this.swept.sweep;
    }

    private get reading(): RegisterReading {
        return new RegisterReading([this.fastValues, this.slowValues]);
    }

    protected async release(): Promise<void> {
        this.fast.interrupt();
        this.slow?.interrupt();
        await this.options.line.close();
    }

    protected async read(): Promise<PartialStatus> {
        const { clock, host, map } = this.options;
        this.fastValues = await this.fast.read();
        const time = clock.now();
        // The first reading is complete.
        if (this.slowDue === -Infinity) await this.readSlow();
        const status = decodeMap(map, this.reading, time);
        if (!saysAnything(status, map) && !this.battery())
            throw new UpsError('device-refused', { host, reason: said('map.nothing') });
        this.settings = Object.keys(status.settings ?? {});
        return status;
    }

    protected override async background(): Promise<boolean> {
        await this.readSlow();
        return true;
    }

    protected override backgroundDue(): number {
        return this.slow && this.state.state === 'ready' ? this.slowDue : Infinity;
    }

    /** A device that answers polls and not this is not silent: the former values stay until the next round. */
    private async readSlow(): Promise<void> {
        this.slowDue = this.clock.monotonic() + SLOW_MS;
        const values = await this.slow?.read().catch(() => undefined);
        if (values) this.slowValues = values;
    }

    private async write(at: MapWrite['at'], value: number | string): Promise<void> {
        const { line, unitId, addressOffset, host } = this.options;
        const number = wholeOf(value);
        const isWord = number !== undefined && number >= -32_768 && number <= 65_535;
        if (!('register' in at) || unwritable(at) || !isWord)
            throw new UpsError('not-supported', { device: host, command: String(value) });
        const address = at.register + addressOffset;
        if (at.table === 'coil') await line.writeCoil(unitId, address, number !== 0);
        else await line.writeRegister(unitId, address, number & 0xffff);
    }

    private async ask(at: MapWrite['at']): Promise<RawValue> {
        if (!('register' in at)) return undefined;
        const { line, unitId, addressOffset } = this.options;
        const block = { table: at.table, address: at.register + addressOffset, count: lengthOf(at) };
        const words = await line.read(unitId, block);
        return at.table === 'coil' || at.table === 'discrete' ? words[0] : numberOf(words, at);
    }
}
