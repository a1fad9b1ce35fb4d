import type { Clock } from '../../core/clock';
import type { AlarmId } from '../../core/status/alarms';
import type { PartialStatus, SettingValue } from '../../core/status/status';
import { exceptionOf, type ModbusLine } from '../modbus/line';
import { ReadValues } from '../modbus/register-reader';
import { readAlarms } from './alarms';
import type { Register, RegisterMap } from './maps';
import { Readings } from './readings';

export interface ModuleRoundsOptions {
    clock: Clock;
    line: ModbusLine;
    unitId: number;
    addressOffset: 0 | 1;
    map: RegisterMap;
}

/** A module is asked this often: its alarms are those of a part, the whole is polled. */
const ROUND_MS = 60_000;
/** One that was never there is asked again ever more rarely, up to this: modules are added while the UPS runs. */
const FIRST_ABSENT_MS = 300_000;
const ABSENT_MS = 600_000;
/** Requests to modules come at least so far apart, for the polls go first. */
const APART_MS = 500;
/** What is known of a module for longer is dropped. */
const FORGET_MS = 3 * ROUND_MS;

/** What the whole tells as well, or cannot be said of a module. */
const OF_THE_WHOLE: readonly AlarmId[] = ['on-battery', 'input-bad', 'test-in-progress'];

/** What a module may do for years, and nobody needs to come for; the whole tells it as well. */
const STATES: readonly AlarmId[] = ['eco-mode', 'on-bypass', 'generator-on'];

interface Module {
    rows: Register[];
    due: number;
    readAt: number;
    /** In a row. */
    misses: number;
    wasThere: boolean;
    alarms: AlarmId[];
    values: Record<string, number>;
}

/**
 * The modules of a modular UPS, one request at a time: their alarms, and how the load is shared. CS141 manual, "Section OEM: ABB/NEWAVE UPS
 * Type Concept Power": registers of module n are a copy of the whole's. A module of which all reads 0, or that is refused, is not there
 * [inferred].
 */
export class ModuleRounds {
    private readonly modules: Module[];
    private next: number;

    constructor(private readonly options: ModuleRoundsOptions) {
        const { map, clock } = options;
        this.next = clock.monotonic() + APART_MS;
        this.modules = (map.series ?? [])
            .filter(({ modules }) => modules)
            .flatMap((series) =>
                Array.from({ length: series.count }, (_, index) => ({
                    rows: series
                        .registers(index + 1, map.registers)
                        .filter(({ means = '' }) => /^(alarm\.|output\.\d\.load$|status$)/.test(means)),
                    ...{ due: 0, readAt: -Infinity, misses: 0, wasThere: false, alarms: [], values: {} },
                })),
            );
    }

    /** Clock.monotonic() of the next request; Infinity: there are no modules in this map. */
    due(): number {
        return this.modules.length === 0 ? Infinity : Math.max(this.next, this.modules[this.first()]!.due);
    }

    /** Asks one module. Never rejects: a line that fails is told by the polls. */
    async ask(): Promise<void> {
        const { clock, line, unitId, addressOffset } = this.options;
        const number = this.first();
        const module = this.modules[number];
        if (!module) return;
        const from = Math.min(...module.rows.map(({ address }) => address));
        const count = Math.max(...module.rows.map(({ address }) => address)) - from + 1;
        let words: number[] | undefined;
        try {
            words = await line.read(unitId, { table: 'holding', address: from + addressOffset, count });
        } catch (error) {
            if (exceptionOf(error) !== undefined) this.missed(module);
            else module.due = clock.monotonic() + ROUND_MS;
        }
        this.next = clock.monotonic() + APART_MS;
        if (words) this.take(number + 1, module, from, words);
    }

    /** The status with what the modules say: `vendor:module 3 fan failure`, `state:module 3 eco mode`, and `module 3 load, phase 1` among the settings. */
    addTo(status: PartialStatus): PartialStatus {
        const fresh = this.modules.filter(({ readAt }) => this.options.clock.monotonic() < readAt + FORGET_MS);
        if (fresh.length === 0) return status;
        const alarms = fresh.flatMap((module) => module.alarms);
        const settings: Record<string, SettingValue> = Object.assign({}, ...fresh.map(({ values }) => values));
        return {
            ...status,
            ...(alarms.length > 0 ? { alarms: [...(status.alarms ?? []), ...alarms].sort() } : {}),
            ...(status.alarmsTold ? { alarmsTold: [...status.alarmsTold, ...alarms].sort() } : {}),
            settings: { ...status.settings, ...settings },
        };
    }

    private first(): number {
        return this.modules.reduce((best, { due }, index) => (due < this.modules[best]!.due ? index : best), 0);
    }

    private take(number: number, module: Module, from: number, words: readonly number[]): void {
        const { clock } = this.options;
        const values = new ReadValues();
        words.forEach((word, index) => values.set('holding', from + index, word));
        const readings = new Readings(module.rows, values);
        const there = module.rows.some(
            ({ address }) => ![undefined, 0, 0xffff].includes(values.get('holding', address)),
        );
        if (!there) {
            this.missed(module);
            return;
        }
        const { alarms = [] } = readAlarms(readings);
        module.alarms = alarms
            .filter((alarm) => !OF_THE_WHOLE.includes(alarm))
            .map((alarm): AlarmId => {
                const words = `module ${number} ${alarm.replace(/^(vendor|state):/, '').replaceAll('-', ' ')}`;
                return STATES.includes(alarm) ? `state:${words}` : `vendor:${words}`;
            });
        module.values = {};
        for (const phase of [1, 2, 3]) {
            const load = readings.number(`output.${phase}.load`);
            if (load !== undefined) module.values[`module ${number} load, phase ${phase}`] = load;
        }
        module.readAt = clock.monotonic();
        module.due = module.readAt + ROUND_MS;
        module.misses = 0;
        module.wasThere = true;
    }

    /** A card that starts refuses modules, too: one that was there before is asked again in the next round. */
    private missed(module: Module): void {
        const wait = module.wasThere
            ? ROUND_MS
            : Math.min(ABSENT_MS, FIRST_ABSENT_MS * 2 ** Math.min(module.misses, 10));
        module.misses++;
        module.due = this.options.clock.monotonic() + wait;
        this.forget(module);
    }

    private forget(module: Module): void {
        module.readAt = -Infinity;
        module.alarms = [];
        module.values = {};
    }
}
