import type {
    BatteryDriverEvents,
    BatteryFlags,
    BatteryIdentity,
    BatterySweep,
    CardSettings,
} from '../../lib/core/batteries/model';
import type { TimerHandle } from '../../lib/core/clock';
import type { DriverState } from '../../lib/core/driver';
import { UpsError } from '../../lib/core/errors';
import { encodeFlags, encodeModuleFlags } from '../../lib/protocols/bacs/flags';
import {
    chargeAddress,
    MODULE_WORDS,
    moduleAddress,
    MODULES_AT,
    SERIAL_AT,
    STRING_WORDS,
    stringFieldAddress,
    STRINGS_AT,
} from '../../lib/protocols/bacs/registers';
import type { ModbusBlock } from '../../lib/protocols/modbus/line';
import type { FakeClock } from './fake-clock';
import { ModbusMemory } from './modbus-memory';

/** A BACS card in memory, by Modbus: all registers of 512 modules are there, those of modules that are not read -9999. */
export class BacsMemory extends ModbusMemory {
    /** ms for each answer; 0: at once. */
    delayMs = 0;
    /** Called before each answer. */
    onRead?: (block: ModbusBlock) => void;
    private end?: () => void;

    constructor(
        private readonly clock: FakeClock,
        modules: number,
        strings: number,
    ) {
        super();
        for (let address = 1000; address <= 4515; address++) this.set('holding', address, -9999);
        this.flags();
        this.counts(modules, strings);
        for (let module = 1; module <= modules; module++) this.module(module);
        for (let string = 1; string <= strings; string++) this.string(string, 1.5);
        this.set('holding', SERIAL_AT, 12345, 0);
        this.set('holding', SERIAL_AT + 2, 216);
    }

    flags(...states: string[]): void {
        const words = encodeFlags(new Set(['monitoring-started', ...states]));
        for (const [address, word] of Object.entries(words)) this.set('holding', Number(address), word);
    }

    counts(modules: number, strings: number): void {
        this.set('holding', STRINGS_AT, strings);
        this.set('holding', MODULES_AT, modules);
    }

    /** @param volts by default 13.001 V for module 1, 13.002 V for module 2, … */
    module(module: number, volts = 13 + module / 1000, states: string[] = []): void {
        const at = moduleAddress(module);
        const { temperature, voltage, impedance, equalizing } = MODULE_WORDS;
        const alarms = encodeModuleFlags(new Set(states));
        this.set('holding', at, temperature.encode(25), voltage.encode(volts), impedance.encode(4.5), alarms);
        this.set('holding', at + 4, equalizing.encode(30));
        this.set('holding', chargeAddress(module), 99);
    }

    string(string: number, amperes: number): void {
        const values = { current: amperes, voltage: 52, average: 13, ripple: 0.2 } as const;
        for (const field of ['current', 'voltage', 'average', 'ripple'] as const) {
            const at = stringFieldAddress(string, field);
            if (at !== undefined) this.set('holding', at, STRING_WORDS[field].encode(values[field]));
        }
    }

    /** Ends a read under way, as a line does. */
    override close(): Promise<void> {
        const closed = super.close();
        this.end?.();
        return closed;
    }

    override async read(unitId: number, block: ModbusBlock): Promise<number[]> {
        if (this.delayMs > 0 && !this.closed) {
            const timer = await new Promise<TimerHandle>((resolve) => {
                const timer = this.clock.setTimeout(() => resolve(timer), this.delayMs);
                this.end = () => resolve(timer);
            });
            this.clock.clearTimeout(timer);
        }
        if (this.closed) throw new UpsError('interrupted');
        this.onRead?.(block);
        return super.read(unitId, block);
    }
}

/** Keeps what a driver of a battery tells. */
export class BatteryWatch implements BatteryDriverEvents {
    readonly all: {
        flags: BatteryFlags[];
        sweeps: BatterySweep[];
        identities: BatteryIdentity[];
        settings: CardSettings[];
        states: DriverState[];
    } = { flags: [], sweeps: [], identities: [], settings: [], states: [] };

    flags = (flags: BatteryFlags): void => void this.all.flags.push(flags);
    sweep = (sweep: BatterySweep): void => void this.all.sweeps.push(sweep);
    identity = (identity: BatteryIdentity): void => void this.all.identities.push(identity);
    settings = (settings: CardSettings): void => void this.all.settings.push(settings);
    state = (state: DriverState): void => void this.all.states.push(state);

    get last(): BatterySweep {
        return this.all.sweeps.at(-1)!;
    }

    get lastFlags(): BatteryFlags {
        return this.all.flags.at(-1)!;
    }
}
