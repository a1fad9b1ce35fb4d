import type { BatterySweep, CardState, StringQuantity, Values } from '../../core/batteries/model';
import type { ValueStore } from '../snmp/object-reader';
import { rawNumber } from '../snmp/values';
import { REGISTER_STATES, statesOf } from './flags';
import { isKnown, many, push } from './modbus-values';
import { STRING_COLUMNS, type SnmpUnit } from './oids';
import { indexBase, instancesOf, type IndexBase } from './snmp-rows';
import type { SnmpCard } from './snmp-reader';
import { isSupported } from './words';

const COLUMNS = Object.values(STRING_COLUMNS).map(({ oid }) => oid);

const QUANTITIES: Readonly<Record<StringQuantity, { column: string; unit: SnmpUnit | 'ripple' }>> = {
    current: { column: STRING_COLUMNS.current.oid, unit: 'current' },
    voltage: { column: STRING_COLUMNS.totalVolt.oid, unit: 'stringVoltage' },
    average: { column: STRING_COLUMNS.averageVolt.oid, unit: 'blockVoltage' },
    ripple: { column: STRING_COLUMNS.currentAC.oid, unit: 'ripple' },
};

/** The string table: values, and which strings have an alarm. */
export class StringReader {
    private readonly store: ValueStore = new Map();
    private instances: readonly number[] = [];
    private base: IndexBase | undefined;
    private count = 0;

    constructor(
        private readonly card: SnmpCard,
        private readonly alarms: 'inferred' | 'none',
    ) {}

    forget(): void {
        this.store.clear();
        this.count = 0;
        this.base = undefined;
        this.instances = [];
    }

    /** Reads the table of so many strings; what is not answered is not known any more. @throws SnmpError */
    async read(strings: number): Promise<void> {
        const { reader } = this.card;
        // Rows that are known are asked for by name, many at once.
        if (this.count !== strings || this.instances.length < strings) {
            this.store.clear();
            const cells = await reader.readColumns(COLUMNS, strings);
            this.instances = instancesOf(STRING_COLUMNS.current.oid, cells);
            this.base = this.card.indexBase ?? indexBase(this.instances, strings) ?? this.base;
            this.count = strings;
            for (const { oid, value } of cells) this.store.set(oid, value);
            return;
        }
        const oids = this.instances.flatMap((row) => COLUMNS.map((column) => `${column}.${row}`));
        await reader.readOrForget(oids, this.store);
    }

    /** Values by string, where any is known. */
    values(): BatterySweep['byString'] {
        const found: Partial<Record<StringQuantity, Values>> = {};
        for (const [quantity, { column, unit }] of Object.entries(QUANTITIES)) {
            const values = many(this.count);
            this.eachRow((string, row) => {
                values[string - 1] = this.card.units.value(this.store.get(`${column}.${row}`), unit);
            });
            if (isKnown(values)) found[quantity as StringQuantity] = values;
        }
        return found;
    }

    /** Learns the divisors from what the same card tells of its strings by Modbus. */
    learn(byModbus: BatterySweep['byString']): void {
        for (const quantity of ['voltage', 'average', 'current'] as const) {
            const { column, unit } = QUANTITIES[quantity];
            const known = byModbus[quantity];
            if (!known || unit === 'ripple') continue;
            const pairs: (readonly [number, number])[] = [];
            this.eachRow((string, row) => {
                const raw = rawNumber(this.store.get(`${column}.${row}`));
                const value = known[string - 1];
                if (raw !== undefined && value !== undefined && !Number.isNaN(value)) pairs.push([raw, value]);
            });
            this.card.units.learn(unit, pairs);
        }
    }

    /**
     * Strings by state. The bits of bacsStringAlarm and bacsStringAlarm2 are not printed; they are taken for those of the registers 1001 and 1005 [inferred], and
     * only for states that the card has as a whole, so that a wrong table cannot raise an alarm.
     */
    alarmsAmong(states: ReadonlySet<CardState>): Map<CardState, number[]> | undefined {
        if (this.alarms === 'none' || this.count === 0) return undefined;
        const found = new Map<CardState, number[]>();
        this.eachRow((string, row) => {
            for (const [column, register] of ALARM_TABLES) {
                const word = rawNumber(this.store.get(`${column}.${row}`));
                if (word === undefined || word <= 0 || word > 0xffff || !isSupported(word)) continue;
                for (const state of statesOf(REGISTER_STATES[register], word))
                    if (states.has(state) && !found.get(state)?.includes(string)) push(found, state, string);
            }
        });
        return found;
    }

    private eachRow(take: (string: number, row: number) => void): void {
        const { base } = this;
        if (base === undefined) return;
        for (const row of this.instances) {
            const string = row - base + 1;
            if (string >= 1 && string <= this.count) take(string, row);
        }
    }
}

const ALARM_TABLES = [
    [STRING_COLUMNS.alarm.oid, 1001],
    [STRING_COLUMNS.alarm2.oid, 1005],
] as const;
