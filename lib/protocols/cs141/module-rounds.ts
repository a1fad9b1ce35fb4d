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

/** Interval between two requests to one module. Its alarms concern a part of the UPS; polls read the whole. */
const ROUND_MS = 60_000;
/** A module that never answered is asked ever less often, up to this interval: modules can be added while the UPS runs. */
const FIRST_ABSENT_MS = 300_000;
const ABSENT_MS = 600_000;
/** Minimum time between two requests to modules: polls have priority. */
const REQUEST_GAP_MS = 500;
/** Older values of a module are dropped. */
const FORGET_MS = 3 * ROUND_MS;

/** Alarms that the whole UPS reports as well, or that do not apply to a module. */
const ALARMS_OF_WHOLE_UPS: readonly AlarmId[] = ['on-battery', 'input-bad', 'test-in-progress'];

/** Permanent states of a module that need no action; the whole UPS reports them as well. */
const STATES: readonly AlarmId[] = ['eco-mode', 'on-bypass', 'generator-on'];

interface Module {
    rows: Register[];
    due: number;
    readAt: number;
    /** Consecutive failures. */
    misses: number;
    wasThere: boolean;
    alarms: AlarmId[];
    values: Record<string, number>;
}

/**
 * Reads the modules of a modular UPS, one request at a time: their alarms, and their shares of the load. By the CS141 manual,
 * "Section OEM: ABB/NEWAVE UPS Type Concept Power", the registers of module n are a copy of those of the whole. A module whose
 * registers all read 0, or whose request is refused, does not exist [inferred].
 */
export class ModuleRounds {
    private readonly modules: Module[];
    private next: number;

    constructor(private readonly options: ModuleRoundsOptions) {
        const { map, clock } = options;
        this.next = clock.monotonic() + REQUEST_GAP_MS;
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

    /** Monotonic ms of the next request; Infinity if the map has no modules. */
    due(): number {
        return this.modules.length === 0 ? Infinity : Math.max(this.next, this.modules[this.first()]!.due);
    }

    /** Reads one module. Never rejects: the polls report a failing line. */
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
        this.next = clock.monotonic() + REQUEST_GAP_MS;
        if (words) this.take(number + 1, module, from, words);
    }

    /**
     * Adds alarms and values of the modules to a status: `vendor:module 3 fan failure`, `state:module 3 eco mode`, and `module 3
     * load, phase 1` in the settings.
     */
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
            .filter((alarm) => !ALARMS_OF_WHOLE_UPS.includes(alarm))
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

    /** A card that is starting refuses modules, too: a module that answered before is asked again in the next round. */
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
