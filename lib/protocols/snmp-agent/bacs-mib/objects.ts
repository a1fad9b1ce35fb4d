import { ObjectType } from 'net-snmp';
import { AUX_PORTS } from '../../../core/batteries/events';
import type { CardState, Values } from '../../../core/batteries/model';
import type { ServedBattery } from '../../../core/served/served-battery';
import { encodeModuleFlags, encodeStatus, REGISTER_STATES, wordOfStates } from '../../bacs/flags';
import {
    ALARM_COLUMNS,
    ALARMS_PRESENT,
    alarmOf,
    AUX_COUNT,
    AUX_INDEX,
    auxColumns,
    INFERRED_DIVISORS,
    LIMITS,
    MODULE_ALARMS_PRESENT,
    MODULE_COLUMNS,
    MODULE_WARNINGS_PRESENT,
    SETTINGS,
    STATUS,
    STRING_COLUMNS,
    type SettingName,
    type SnmpUnit,
} from '../../bacs/oids';
import { levelsOfModules } from './module-levels';
import type { AlarmRow } from '../alarm-rows';
import { gauge, integer, oidOf, text, ticks } from '../object-makers';
import type { ServedObject } from '../object-tree';

/** The data of the served objects of a battery. */
export interface BacsSource {
    /** Called at each request; undefined: there is no such battery. */
    battery(): ServedBattery | undefined;
    alarms(): readonly AlarmRow<CardState>[];
}

type Number = (battery: ServedBattery) => number | undefined;

/**
 * The instances of a BACS system (CS141 manual, "RFC 1628 MIB – BACS extension"), by the codec of the reader (lib/protocols/bacs), unordered. Types and units are
 * not printed; those of the reader are taken [inferred]. Rows of tables count from 1, and are those of the moment of the call.
 */
export function bacsObjects(source: BacsSource): ServedObject[] {
    const battery = source.battery();
    if (!battery) return [];
    const { modules = 0, strings = 0 } = battery.view.layout ?? {};
    const live = (read: Number) => () => {
        const now = source.battery();
        return now?.knowledge === 'live' ? read(now) : undefined;
    };
    return [
        ...settingObjects(live),
        ...statusObjects(live),
        ...cells(source.battery, modules, MODULES),
        ...cells(source.battery, strings, STRINGS),
        ...alarmObjects(source, live),
        ...auxObjects(source, live, auxDevices(battery)),
    ];
}

/** Of two moments with the same shape the same instances exist. */
export function bacsShapeOf(battery: ServedBattery | undefined): string {
    if (!battery) return '';
    const { modules, strings } = battery.view.layout ?? {};
    return [modules, strings, ...auxDevices(battery)].join();
}

/** The alarms of bacsAlarmTable. */
export function bacsAlarms({ states }: ServedBattery): CardState[] {
    return [...states].filter((state) => alarmOf(state) !== undefined);
}

type Live = (read: Number) => () => number | undefined;

function scaled(unit: SnmpUnit | undefined, value: number | undefined): number | undefined {
    if (value === undefined || Number.isNaN(value)) return undefined;
    return Math.round(value * (unit ? INFERRED_DIVISORS[unit] : 1));
}

function settingObjects(live: Live): ServedObject[] {
    const limits = new Map(Object.entries(LIMITS).map(([event, name]) => [name, event]));
    const others: Partial<Record<SettingName, Number>> = {
        // The numbers of the types are not printed: the nominal voltage, as the reader takes it [inferred].
        moduleType: ({ view }) => view.settings.nominalVoltage,
        numStrings: ({ view }) => view.layout?.strings,
        numBatteries: ({ view }) => view.layout?.modules,
        battCap: ({ view }) => view.settings.capacityAh,
        // °C [inferred].
        temperatureUnit: () => 0,
    };
    return (Object.keys(SETTINGS) as SettingName[]).map((name) => {
        const { oid, unit } = SETTINGS[name];
        const event = limits.get(name);
        const read = others[name] ?? (({ view }) => (event === undefined ? undefined : view.settings.limits?.[event]));
        return integer(
            oid,
            live((battery) => scaled(unit, read(battery))),
        );
    });
}

function statusObjects(live: Live): ServedObject[] {
    const { status, avModuleVolt, totalVolt, numModules, numStrings } = STATUS;
    return [
        // Bit 31 makes it negative. Bit 32, a lost GX_R_AUX, does not fit into 32 bits and is left out.
        integer(
            status.oid,
            live(({ states }) => encodeStatus(new Set([...states, 'connected'])) | 0),
        ),
        integer(
            avModuleVolt.oid,
            live(({ view }) => scaled(avModuleVolt.unit, meanOf(view.blocks.voltage))),
        ),
        integer(
            totalVolt.oid,
            live(({ view }) => scaled(totalVolt.unit, meanOf(view.byString.voltage))),
        ),
        integer(
            numModules.oid,
            live(({ view }) => view.layout?.modules),
        ),
        integer(
            numStrings.oid,
            live(({ view }) => view.layout?.strings),
        ),
    ];
}

function meanOf(values: Values | undefined): number | undefined {
    let sum = 0;
    let count = 0;
    for (const value of values ?? []) {
        if (Number.isNaN(value)) continue;
        sum += value;
        count++;
    }
    return count === 0 ? undefined : sum / count;
}

/** The columns of a table: each tells the value of a row (from 0). */
type Columns = readonly (readonly [entry: string, read: (battery: ServedBattery, row: number) => number | undefined])[];

/** A cell of a table. There are thousands: each is one object, with nothing of its own but its name and its place. */
class Cell implements ServedObject {
    readonly type = ObjectType.Integer;

    constructor(
        readonly oid: string,
        private readonly battery: () => ServedBattery | undefined,
        private readonly read: Columns[number][1],
        private readonly row: number,
    ) {}

    value(): number | undefined {
        const battery = this.battery();
        return battery?.knowledge === 'live' ? this.read(battery, this.row) : undefined;
    }
}

function cells(battery: BacsSource['battery'], rows: number, columns: Columns): ServedObject[] {
    return columns.flatMap(([entry, read]) =>
        // Joined, a name has no parts that live on beside it.
        Array.from({ length: rows }, (_, row) => new Cell([entry, row + 1].join('.'), battery, read, row)),
    );
}

const MODULES: Columns = [
    [MODULE_COLUMNS.index.oid, (_, row) => row + 1],
    [MODULE_COLUMNS.voltage.oid, ({ view }, row) => scaled('blockVoltage', view.blocks.voltage?.[row])],
    [MODULE_COLUMNS.temperature.oid, ({ view }, row) => scaled('temperature', view.blocks.temperature?.[row])],
    [MODULE_COLUMNS.bypass.oid, ({ view }, row) => scaled(undefined, view.blocks.equalizing?.[row])],
    [MODULE_COLUMNS.resistance.oid, ({ view }, row) => scaled('impedance', view.blocks.impedance?.[row])],
    [MODULE_COLUMNS.state.oid, ({ moduleStates }, row) => encodeModuleFlags(statesOf(moduleStates, row + 1))],
];

const STRINGS: Columns = [
    [STRING_COLUMNS.index.oid, (_, row) => row + 1],
    [STRING_COLUMNS.current.oid, ({ view }, row) => scaled('current', view.byString.current?.[row])],
    [STRING_COLUMNS.totalVolt.oid, ({ view }, row) => scaled('stringVoltage', view.byString.voltage?.[row])],
    [STRING_COLUMNS.averageVolt.oid, ({ view }, row) => scaled('blockVoltage', view.byString.average?.[row])],
    [STRING_COLUMNS.currentAC.oid, ({ view }, row) => scaled('current', view.byString.ripple?.[row])],
    [STRING_COLUMNS.alarm.oid, ({ view }, row) => wordOfStates(REGISTER_STATES[1001], statesOf(view.strings, row + 1))],
    [
        STRING_COLUMNS.alarm2.oid,
        ({ view }, row) => wordOfStates(REGISTER_STATES[1005], statesOf(view.strings, row + 1)),
    ],
];

function statesOf(by: ReadonlyMap<CardState, readonly number[]>, number: number): Set<CardState> {
    const found = new Set<CardState>();
    for (const [state, numbers] of by) if (numbers.includes(number)) found.add(state);
    return found;
}

function alarmObjects({ alarms }: BacsSource, live: Live): ServedObject[] {
    return [
        gauge(
            ALARMS_PRESENT,
            live(() => alarms().length),
        ),
        ...alarms().flatMap(({ id, oid, time }) => [
            integer(`${ALARM_COLUMNS.id}.${id}`, () => id),
            oidOf(`${ALARM_COLUMNS.descr}.${id}`, () => oid),
            ticks(`${ALARM_COLUMNS.time}.${id}`, () => time),
        ]),
        gauge(
            MODULE_ALARMS_PRESENT,
            live((battery) => levelsOfModules(battery).alarm),
        ),
        gauge(
            MODULE_WARNINGS_PRESENT,
            live((battery) => levelsOfModules(battery).warning),
        ),
    ];
}

/** The modules of inputs and outputs (GX_R_AUX) that tell anything, from 0. */
function auxDevices({ view: { inputs, outputs } }: ServedBattery): number[] {
    const count = Math.ceil(Math.max(inputs.length, outputs.length) / AUX_PORTS);
    const tells = (ports: readonly unknown[], device: number) =>
        ports.slice(device * AUX_PORTS, (device + 1) * AUX_PORTS).some((port) => port !== undefined);
    return Array.from({ length: count }, (_, device) => device).filter(
        (device) => tells(inputs, device) || tells(outputs, device),
    );
}

function auxObjects({ battery }: BacsSource, live: Live, devices: readonly number[]): ServedObject[] {
    return [
        integer(
            AUX_COUNT,
            live(() => devices.length),
        ),
        ...devices.flatMap((device, row) => [
            integer(
                `${AUX_INDEX}.${row + 1}`,
                live(() => row + 1),
            ),
            ...Array.from({ length: AUX_PORTS }, (_, port) => {
                const place = device * AUX_PORTS + port;
                return (['input', 'output'] as const).flatMap((what) => {
                    const { state, name } = auxColumns(what, port + 1);
                    return [
                        integer(
                            `${state}.${row + 1}`,
                            live(({ view }) => {
                                const on = view[`${what}s`][place];
                                return on === undefined ? undefined : Number(on);
                            }),
                        ),
                        text(
                            `${name}.${row + 1}`,
                            () => battery()?.view.settings[`${what}Names`]?.[place] || undefined,
                        ),
                    ];
                });
            }).flat(),
        ]),
    ];
}
