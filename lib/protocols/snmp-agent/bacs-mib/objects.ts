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
        ...moduleObjects(live, modules),
        ...stringObjects(live, strings),
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

function at(values: Values | undefined, index: number): number | undefined {
    return values?.[index];
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

function moduleObjects(live: Live, modules: number): ServedObject[] {
    const { index, voltage, temperature, bypass, resistance, state } = MODULE_COLUMNS;
    return Array.from({ length: modules }, (_, i) => {
        const row = i + 1;
        return [
            integer(`${index.oid}.${row}`, () => row),
            integer(
                `${voltage.oid}.${row}`,
                live(({ view }) => scaled(voltage.unit, at(view.blocks.voltage, i))),
            ),
            integer(
                `${temperature.oid}.${row}`,
                live(({ view }) => scaled(temperature.unit, at(view.blocks.temperature, i))),
            ),
            integer(
                `${bypass.oid}.${row}`,
                live(({ view }) => scaled(undefined, at(view.blocks.equalizing, i))),
            ),
            integer(
                `${resistance.oid}.${row}`,
                live(({ view }) => scaled(resistance.unit, at(view.blocks.impedance, i))),
            ),
            integer(
                `${state.oid}.${row}`,
                live((battery) => encodeModuleFlags(statesOf(battery.moduleStates, row))),
            ),
        ];
    }).flat();
}

function statesOf(by: ReadonlyMap<CardState, readonly number[]>, number: number): Set<CardState> {
    const found = new Set<CardState>();
    for (const [state, numbers] of by) if (numbers.includes(number)) found.add(state);
    return found;
}

function stringObjects(live: Live, strings: number): ServedObject[] {
    const { index, current, totalVolt, averageVolt, currentAC, alarm, alarm2 } = STRING_COLUMNS;
    return Array.from({ length: strings }, (_, i) => {
        const row = i + 1;
        const word = (register: 1001 | 1005) =>
            live(({ view }) => wordOfStates(REGISTER_STATES[register], statesOf(view.strings, row)));
        return [
            integer(`${index.oid}.${row}`, () => row),
            integer(
                `${current.oid}.${row}`,
                live(({ view }) => scaled(current.unit, at(view.byString.current, i))),
            ),
            integer(
                `${totalVolt.oid}.${row}`,
                live(({ view }) => scaled(totalVolt.unit, at(view.byString.voltage, i))),
            ),
            integer(
                `${averageVolt.oid}.${row}`,
                live(({ view }) => scaled(averageVolt.unit, at(view.byString.average, i))),
            ),
            integer(
                `${currentAC.oid}.${row}`,
                live(({ view }) => scaled(currentAC.unit, at(view.byString.ripple, i))),
            ),
            integer(`${alarm.oid}.${row}`, word(1001)),
            integer(`${alarm2.oid}.${row}`, word(1005)),
        ];
    }).flat();
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
            integer(`${AUX_INDEX}.${row + 1}`, () => row + 1),
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
                            () => battery()?.view.settings[`${what}Names`]?.[row * AUX_PORTS + port] || undefined,
                        ),
                    ];
                });
            }).flat(),
        ]),
    ];
}
