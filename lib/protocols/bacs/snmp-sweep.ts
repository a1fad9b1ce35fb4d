import type { BatteryFlags, BatterySweep, CardState } from '../../core/batteries/model';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { toUpsError } from '../snmp/refusals';
import { rawNumber } from '../snmp/values';
import { decodeModuleFlags } from './flags';
import { isKnown, many, push, type Counts } from './modbus-values';
import { MODULE_COLUMNS } from './oids';
import type { SweepRun } from './path';
import { indexBase, instancesOf, type IndexBase } from './snmp-rows';
import type { SnmpCard } from './snmp-reader';
import type { StringReader } from './snmp-strings';

const { voltage, temperature, bypass, resistance, state } = MODULE_COLUMNS;
const COLUMNS = [voltage, temperature, resistance, bypass, state].map(({ oid }) => oid);
/** Modules in one step: their objects fill one request. */
const MODULES_IN_STEP = 9;

/** What is known of the rows of the modules; kept from sweep to sweep. */
export interface ModuleRows {
    count: number;
    instances: readonly number[];
    base: IndexBase | undefined;
}

/** One pass by SNMP: the rows, if they are not known; then nine modules with each request; the strings at the end. */
export class SnmpSweep implements SweepRun {
    private readonly startedAt: number;
    /** Index of the next row; -1: the rows are not known. */
    private next: number;

    constructor(
        private readonly card: SnmpCard,
        private readonly rows: ModuleRows,
        private readonly strings: StringReader,
        private readonly counts: Counts,
        private readonly host: string,
    ) {
        this.startedAt = card.clock.monotonic();
        this.next = rows.count === counts.modules && rows.base !== undefined ? 0 : -1;
    }

    async step(): Promise<'more' | 'done'> {
        try {
            if (this.next < 0) {
                await this.findRows();
                this.next = 0;
            } else if (this.next < this.rows.instances.length) {
                const rows = this.rows.instances.slice(this.next, this.next + MODULES_IN_STEP);
                const oids = rows.flatMap((row) => COLUMNS.map((column) => `${column}.${row}`));
                if (!(await this.card.reader.readOrForget(oids, this.card.values)))
                    throw new UpsError('device-silent', { host: this.host, why: 'timeout' });
                this.next += MODULES_IN_STEP;
            } else {
                if (this.counts.strings !== undefined) await this.strings.read(this.counts.strings);
                return 'done';
            }
        } catch (error) {
            throw toUpsError(error, this.host);
        }
        return 'more';
    }

    result(_flags: BatteryFlags): BatterySweep {
        const { values, units, clock } = this.card;
        const { modules, strings } = this.counts;
        const [volts, degrees, ohms, percent] = [many(modules), many(modules), many(modules), many(modules)];
        const moduleStates = new Map<CardState, number[]>();
        for (const row of this.rows.instances) {
            const module = row - this.rows.base! + 1;
            if (module < 1 || module > modules) continue;
            const of = (column: string) => values.get(`${column}.${row}`);
            volts[module - 1] = units.value(of(voltage.oid), 'blockVoltage');
            degrees[module - 1] = units.value(of(temperature.oid), 'temperature');
            ohms[module - 1] = units.value(of(resistance.oid), 'impedance');
            percent[module - 1] = units.value(of(bypass.oid), 'percent');
            const flags = rawNumber(of(state.oid));
            if (flags !== undefined && flags > 0 && flags <= 0xffff)
                for (const each of decodeModuleFlags(flags)) push(moduleStates, each, module);
        }
        return {
            modules,
            ...(strings !== undefined && { strings }),
            tookMs: clock.monotonic() - this.startedAt,
            blocks: {
                voltage: volts,
                temperature: degrees,
                impedance: ohms,
                ...(isKnown(percent) && { equalizing: percent }),
            },
            byString: strings === undefined ? {} : this.strings.values(),
            moduleStates,
        };
    }

    /** Which rows there are, and whether they count from 0 or 1. @throws UpsError device-refused if that cannot be told */
    private async findRows(): Promise<void> {
        const { modules } = this.counts;
        // One more than there should be: a table that is longer than its count is no good.
        const cells = await this.card.walk.read(voltage.oid, modules + 1, modules);
        const instances = instancesOf(voltage.oid, cells);
        const isSame = this.rows.count === modules;
        const base = this.card.indexBase ?? indexBase(instances, modules) ?? (isSame ? this.rows.base : undefined);
        if (base === undefined || instances.length > modules)
            throw new UpsError('device-refused', { host: this.host, reason: said('bacs.rowsUnclear') });
        Object.assign(this.rows, { count: modules, instances, base });
    }
}
