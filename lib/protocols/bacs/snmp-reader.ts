import { AUX_DEVICES, AUX_PORTS } from '../../core/batteries/events';
import type { BatteryFlags, BatteryIdentity, CardSettings, CardState } from '../../core/batteries/model';
import type { Clock } from '../../core/clock';
import { AlarmWalk } from '../snmp/alarm-walk';
import { ObjectReader, type ValueStore } from '../snmp/object-reader';
import { SYS_UP_TIME, UPS_MIB } from '../snmp/oids';
import { toUpsError } from '../snmp/refusals';
import { SnmpError, type SnmpTransport } from '../snmp/transport';
import { rawNumber, readOid, readText } from '../snmp/values';
import { decodeStatus } from './flags';
import { checkedCounts, requireBattery } from './modbus-reader';
import type { Counts } from './modbus-values';
import {
    ALARM_COLUMNS,
    ALARM_STATES,
    ALARMS_PRESENT,
    AUX_COUNT,
    auxColumns,
    LIMITS,
    SETTINGS,
    STATUS,
    stateOfAlarm,
    type SnmpDivisors,
} from './oids';
import type { BacsPath, CardFlags, SweepRun } from './path';
import { instancesOf, type IndexBase } from './snmp-rows';
import { StringReader } from './snmp-strings';
import { SnmpSweep } from './snmp-sweep';
import { plainNumber, SnmpUnits } from './snmp-values';

export interface SnmpReaderOptions {
    clock: Clock;
    transport: SnmpTransport;
    /** Name for errors. */
    host: string;
    /** Default: found out. */
    indexBase?: IndexBase;
    /** Default: those of oids.ts, or as Modbus shows them. */
    divisors?: Partial<SnmpDivisors>;
    /** The card tells temperatures in °F. */
    fahrenheit?: boolean;
    /** `none`: the flags of single strings are not used; their bits are inferred. */
    stringAlarms?: 'inferred' | 'none';
}

/** bacsWellKnownAlarms has 39. */
const MOST_ALARMS = 64;

/** The card itself (CS141 manual, "RFC 1628 MIB Overview"). */
const IDENT = `${UPS_MIB}.1.1`;
const MODEL = `${IDENT}.2.0`;
const FIRMWARE = `${IDENT}.4.0`;
const SERIAL = `${IDENT}.7.0`;

/** What all parts of the reader use of one agent. */
export interface SnmpCard {
    readonly clock: Clock;
    readonly reader: ObjectReader;
    readonly walk: AlarmWalk;
    readonly units: SnmpUnits;
    /** Values of the present round. */
    readonly values: ValueStore;
    readonly indexBase?: IndexBase;
}

/** A BACS system by SNMP: all of it, or what Modbus does not tell. */
export class SnmpReader implements BacsPath {
    readonly strings: StringReader;
    private readonly card: SnmpCard;
    /** Modules' instances, kept while the count is the same. */
    private readonly rows: { count: number; instances: readonly number[]; base: IndexBase | undefined } = {
        count: 0,
        instances: [],
        base: undefined,
    };
    private auxRows: readonly number[] = [];
    private upTime?: number;

    constructor(private readonly options: SnmpReaderOptions) {
        const { clock, transport, indexBase, divisors, fahrenheit } = options;
        const reader = new ObjectReader(transport);
        this.card = {
            clock,
            reader,
            walk: new AlarmWalk(transport, reader),
            units: new SnmpUnits(divisors, fahrenheit),
            values: new Map(),
            ...(indexBase !== undefined && { indexBase }),
        };
        this.strings = new StringReader(this.card, options.stringAlarms ?? 'inferred');
    }

    async flags(): Promise<CardFlags> {
        const { reader, values } = this.card;
        const scalars = [STATUS.status, STATUS.numModules, STATUS.numStrings].map(({ oid }) => oid);
        const inputs = this.auxRows.flatMap((row) => auxObjects(row));
        return this.asked(async () => {
            await reader.readOrForget([...scalars, ALARMS_PRESENT, SYS_UP_TIME, ...inputs], values);
            const told = (oid: string) => plainNumber(values.get(oid));
            const { states, tells } = decodeStatus(told(STATUS.status.oid));
            await this.addAlarms(states, tells);
            const counts = checkedCounts(told(STATUS.numModules.oid), told(STATUS.numStrings.oid));
            requireBattery({ states, tells, ...counts }, this.options.host);
            const strings = this.strings.alarmsAmong(states);
            return {
                states,
                tells,
                ...counts,
                ...(strings && { strings }),
                ...this.aux(),
                ...(this.hasRestarted() && { restarted: true }),
            };
        });
    }

    sweep(counts: Counts): SweepRun {
        return new SnmpSweep(this.card, this.rows, this.strings, counts, this.options.host);
    }

    async settings(): Promise<CardSettings> {
        const { reader, units } = this.card;
        return this.asked(async () => {
            const values: ValueStore = new Map();
            await reader.read(
                Object.values(SETTINGS).map(({ oid }) => oid),
                values,
            );
            const names = await this.auxNames();
            const number = (oid: string) => plainNumber(values.get(oid));
            const limits: Record<string, number> = {};
            for (const [event, setting] of Object.entries(LIMITS)) {
                const { oid, unit } = SETTINGS[setting];
                const limit = units.value(values.get(oid), unit ?? 'percent');
                // 0 is "off" where no battery can reach it [inferred].
                if (!Number.isNaN(limit) && (limit !== 0 || unit === 'temperature')) limits[event] = limit;
            }
            const { modules, strings } = checkedCounts(
                number(SETTINGS.numBatteries.oid),
                number(SETTINGS.numStrings.oid),
            ).counts ?? { modules: undefined, strings: undefined };
            const volts = number(SETTINGS.moduleType.oid);
            const capacity = number(SETTINGS.battCap.oid);
            return {
                // The numbers of the types are not printed; one that is a nominal voltage is taken for it [inferred].
                ...([2, 4, 6, 12, 16, 24].includes(volts) && { nominalVoltage: volts }),
                ...(capacity > 0 && capacity <= 20_000 && { capacityAh: capacity }),
                ...(modules !== undefined && { modules }),
                ...(strings !== undefined && { strings }),
                ...(Object.keys(limits).length > 0 && { limits }),
                ...names,
            };
        });
    }

    async identity(): Promise<BatteryIdentity> {
        return this.asked(async () => {
            const values: ValueStore = new Map();
            await this.card.reader.read([MODEL, FIRMWARE, SERIAL], values, 'texts');
            const text = (oid: string) => {
                const value = values.get(oid);
                return typeof value === 'number' ? String(value) : readText(value);
            };
            const [model, firmware, serial] = [text(MODEL), text(FIRMWARE), text(SERIAL)];
            return { ...(model && { model }), ...(firmware && { firmware }), ...(serial && { serial }) };
        });
    }

    /** The divisors, for who knows true values. */
    get units(): SnmpUnits {
        return this.card.units;
    }

    forget(): void {
        this.card.reader.forgetMissing();
        this.card.values.clear();
        this.strings.forget();
        this.rows.count = 0;
        this.rows.base = undefined;
        this.auxRows = [];
    }

    close(): Promise<void> {
        this.options.transport.close();
        return Promise.resolve();
    }

    /** The alarm table, walked while the card counts any: one may take the place of another. */
    private async addAlarms(states: Set<CardState>, tells: Set<CardState>): Promise<void> {
        const present = plainNumber(this.card.values.get(ALARMS_PRESENT));
        if (Number.isNaN(present)) return;
        if (present > 0) {
            const expected = Math.min(present, MOST_ALARMS);
            const rows = await this.card.walk
                .read(ALARM_COLUMNS.descr, MOST_ALARMS, expected)
                .catch((error: unknown) => {
                    // The state was answered; of the alarms nothing is known.
                    if (error instanceof SnmpError && error.kind !== 'closed') return [];
                    throw error;
                });
            // An alarm has gone, or come, since they were counted; or the table is not told: nothing is known of the states that are not in it.
            if (rows.length < expected) return;
            for (const { value } of rows) {
                const state = stateOfAlarm(readOid(value) ?? '');
                if (state !== undefined) states.add(state);
            }
        }
        for (const state of ALARM_STATES) tells.add(state);
    }

    private hasRestarted(): boolean {
        const ticks = rawNumber(this.card.values.get(SYS_UP_TIME));
        const before = this.upTime;
        this.upTime = ticks;
        return ticks !== undefined && before !== undefined && ticks < before;
    }

    private aux(): Pick<BatteryFlags, 'inputs' | 'outputs'> {
        if (this.auxRows.length === 0) return {};
        const of = (what: 'input' | 'output') =>
            Array.from({ length: AUX_DEVICES * AUX_PORTS }, (_, i) => {
                const row = this.auxRows[Math.floor(i / AUX_PORTS)];
                const { state } = auxColumns(what, (i % AUX_PORTS) + 1);
                const bit = row === undefined ? NaN : plainNumber(this.card.values.get(`${state}.${row}`));
                // The values are not printed: 0 and 1, as by Modbus [inferred].
                return bit === 0 || bit === 1 ? bit === 1 : undefined;
            });
        return { inputs: of('input'), outputs: of('output') };
    }

    /** Names of inputs and outputs; which modules there are is learned by the way. */
    private async auxNames(): Promise<Pick<CardSettings, 'inputNames' | 'outputNames'>> {
        const { reader } = this.card;
        const values: ValueStore = new Map();
        await reader.read([AUX_COUNT], values);
        const count = plainNumber(values.get(AUX_COUNT));
        if (!(count > 0)) {
            this.auxRows = [];
            return {};
        }
        const ports = Array.from({ length: AUX_PORTS }, (_, i) => i + 1);
        const columns = (['input', 'output'] as const).flatMap((what) =>
            ports.map((port) => auxColumns(what, port).name),
        );
        const cells = await reader.readColumns(
            [auxColumns('input', 1).state, ...columns],
            Math.min(count, AUX_DEVICES),
        );
        this.auxRows = instancesOf(auxColumns('input', 1).state, cells);
        const texts = new Map(cells.map(({ oid, value }) => [oid, readText(value) ?? '']));
        const of = (what: 'input' | 'output') =>
            this.auxRows.flatMap((row) =>
                ports.map((port) => texts.get(`${auxColumns(what, port).name}.${row}`) ?? ''),
            );
        return { inputNames: of('input'), outputNames: of('output') };
    }

    private async asked<T>(work: () => Promise<T>): Promise<T> {
        try {
            return await work();
        } catch (error) {
            throw toUpsError(error, this.options.host);
        }
    }
}

/** States of the inputs and outputs in one row. */
function auxObjects(row: number): string[] {
    return (['input', 'output'] as const).flatMap((what) =>
        Array.from({ length: AUX_PORTS }, (_, i) => `${auxColumns(what, i + 1).state}.${row}`),
    );
}
