import { encodeStatus } from '../../lib/protocols/bacs/flags';
import {
    ALARM_COLUMNS,
    ALARMS_PRESENT,
    alarmOf,
    AUX_COUNT,
    auxColumns,
    MODULE_COLUMNS,
    SETTINGS,
    STATUS,
    STRING_COLUMNS,
    type SettingName,
} from '../../lib/protocols/bacs/oids';
import type { SnmpVersion } from '../../lib/protocols/snmp/transport';
import { MemoryAgent } from './snmp-memory';

/** A BACS card in memory, by SNMP: V/100, °C/10, mΩ/100, A/100. */
export class BacsAgent extends MemoryAgent {
    constructor(
        modules: number,
        strings: number,
        readonly base: 0 | 1 = 1,
        version: SnmpVersion = '2c',
    ) {
        super([], version);
        this.counts(modules, strings);
        this.flags([]);
        this.put('1.3.6.1.2.1.1.3.0', 100_000);
        this.put('1.3.6.1.2.1.33.1.1.2.0', 'BACS WEBMANAGER');
        this.put('1.3.6.1.2.1.33.1.1.7.0', '4711');
        this.alarms();
        for (let module = 1; module <= modules; module++) this.module(module);
        for (let string = 1; string <= strings; string++) this.string(string);
    }

    counts(modules: number, strings: number): void {
        this.put(STATUS.numModules.oid, modules);
        this.put(STATUS.numStrings.oid, strings);
    }

    /** As an INTEGER of 32 bits. */
    flags(states: readonly string[]): void {
        this.put(STATUS.status.oid, encodeStatus(new Set(['monitoring-started', ...states])) | 0);
    }

    alarms(...states: string[]): void {
        for (const oid of [...this.objects.keys()]) if (oid.startsWith(`${ALARM_COLUMNS.descr}.`)) this.remove(oid);
        this.put(ALARMS_PRESENT, states.length);
        states.forEach((state, i) => this.put(`${ALARM_COLUMNS.descr}.${i + 1}`, alarmOf(state)!));
    }

    module(module: number, volts = 13 + module / 100): void {
        const row = module - 1 + this.base;
        const words = { voltage: Math.round(volts * 100), temperature: 251, bypass: 30, resistance: 450, state: 0 };
        for (const [name, value] of Object.entries({ index: row, ...words }))
            this.put(`${MODULE_COLUMNS[name as keyof typeof MODULE_COLUMNS].oid}.${row}`, value);
    }

    string(string: number, amperes = 1.5, over: { totalVolt?: number; alarm?: number; alarm2?: number } = {}): void {
        const row = string - 1 + this.base;
        const words = { current: Math.round(amperes * 100), totalVolt: 5210, averageVolt: 1303, currentAC: 20 };
        for (const [name, value] of Object.entries({ index: row, ...words, alarm: 0, alarm2: 0, ...over }))
            this.put(`${STRING_COLUMNS[name as keyof typeof STRING_COLUMNS].oid}.${row}`, value);
    }

    setUp(settings: Partial<Record<SettingName, number>>): void {
        for (const [name, value] of Object.entries(settings)) this.put(SETTINGS[name as SettingName].oid, value);
    }

    /** One I/O module, with its first input on. */
    aux(): void {
        this.put(AUX_COUNT, 1);
        for (const what of ['input', 'output'] as const) {
            for (let port = 1; port <= 4; port++) {
                const { state, name } = auxColumns(what, port);
                this.put(`${state}.${this.base}`, what === 'input' && port === 1 ? 1 : 0);
                this.put(`${name}.${this.base}`, `${what} ${port}`);
            }
        }
    }
}
