import type { MapItem } from '../device-map';
import { cell, number, rows, state } from './parts';

/** Universal sensors of the NMC 2 and 3: sensors 1 and 2 have the rows 1.1 and 2.1. */
const UIO = '1.3.6.1.4.1.318.1.1.25.1.2.1';
/** Integrated Environmental Monitor of the NMC 1: probes 1 and 2. */
const IEM = '1.3.6.1.4.1.318.1.1.10.2.3';
/** Environmental Monitoring Unit: probe 1. */
const EMU = '1.3.6.1.4.1.318.1.1.10.1.3.3.1';
/** Measure-UPS: one probe. */
const MEASURE_UPS = '1.3.6.1.4.1.318.1.1.2.1';

/** -1 stands for "there is none", also for a temperature: better none than one of -1 °C. */
const NONE = { absent: [-1] };
const CELSIUS = { unit: '°C', digits: 1, min: -60, max: 150, ...NONE };
const FAHRENHEIT = { ...CELSIUS, scale: 5 / 9, offset: -160 / 9 };

/** The temperature of one probe, in the unit that the card tells: 1 Celsius, 2 Fahrenheit. One that is not connected tells -1. */
function temperatures(id: string, column: string, unit: string, row: string, to: string): MapItem[] {
    const at = cell(column, row);
    return [
        number(`${id}, °C`, at, to, { ...CELSIUS, when: { at: cell(unit, row), values: [1] } }),
        number(`${id}, °F`, at, to, { ...FAHRENHEIT, when: { at: cell(unit, row), values: [2] } }),
    ];
}

/** uioSensorStatusCommStatus 2: the sensor answers. */
function universal(sensor: number, temperature: string, humidity: string): MapItem[] {
    const row = `${sensor}.1`;
    const when = { at: cell(`${UIO}.10`, row), values: [2] };
    return [
        number(`uioSensorStatusTemperatureDegC ${row}, ${temperature}`, cell(`${UIO}.6`, row), temperature, {
            ...CELSIUS,
            when,
        }),
        number(`uioSensorStatusHumidity ${row}, ${humidity}`, cell(`${UIO}.7`, row), humidity, {
            unit: '%',
            ...NONE,
            when,
        }),
    ];
}

/**
 * The probes of an APC card. The first that answers is the environment of the UPS; the second universal sensor is told as a channel, too.
 */
export const APC_ENVIRONMENT: MapItem[] = [
    ...universal(1, 'environment.temperature', 'environment.humidity'),
    ...universal(2, 'environment.temperature', 'environment.humidity'),
    ...universal(2, 'channel:Sensor 2 temperature', 'channel:Sensor 2 humidity'),
    ...[1, 2].flatMap((probe) => [
        ...temperatures(
            `iemStatusProbeCurrentTemp ${probe}`,
            `${IEM}.2.1.4`,
            `${IEM}.2.1.5`,
            String(probe),
            'environment.temperature',
        ),
        number(`iemStatusProbeCurrentHumid ${probe}`, cell(`${IEM}.2.1.6`, probe), 'environment.humidity', {
            unit: '%',
            ...NONE,
            when: { at: cell(`${IEM}.2.1.3`, probe), values: [2] },
        }),
    ]),
    ...temperatures('emStatusProbeCurrentTemp 1', `${EMU}.4`, `${EMU}.5`, '1', 'environment.temperature'),
    number('emStatusProbeCurrentHumidity 1', cell(`${EMU}.6`, 1), 'environment.humidity', { unit: '%', ...NONE }),
    number('mUpsEnvironAmbientTemperature', `${MEASURE_UPS}.1.0`, 'environment.temperature', {
        unit: '°C',
        // 0 without a probe [inferred].
        absent: [-1, 0],
    }),
    number('mUpsEnvironRelativeHumidity', `${MEASURE_UPS}.2.0`, 'environment.humidity', { unit: '%', absent: [-1, 0] }),
    // A contact that is switched off in the configuration (1 disabled, 2 enabled) also tells "no fault".
    state(
        'iemStatusContactStatus',
        rows(`${IEM}.4.1.3`),
        'environment.contacts.*',
        { 1: 'off', 2: 'on' },
        { when: { at: rows('1.3.6.1.4.1.318.1.1.10.2.2.4.1.3'), values: [2] } },
    ),
];
