import { UPS_MIB } from './oids';

/**
 * GENEREX extensions besides the UPS itself, under the RFC 1628 root [source: the maker's MIB; CS141 manual, "RFC 1628 MIB
 * Overview"]: AUX ports off(0)/on(1); SENSORMANAGER sensors: value and offset in 0.1, scaling in 0.01; digital inputs.
 */
const AUX = `${UPS_MIB}.1.11`;
const SENSOR_MANAGER = `${UPS_MIB}.1.12`;

export const AUX_PORTS = [1, 2, 3, 4].map((port) => ({ name: `aux${port}`, value: `${AUX}.${port}.0` }));

export const SENSORS = [1, 2, 3, 4, 5, 6, 7, 8].map((sensor) => ({
    value: `${SENSOR_MANAGER}.${sensor}.1.0`,
    unit: `${SENSOR_MANAGER}.${sensor}.3.0`,
}));

export const DIGITAL_INPUTS = [1, 2, 3, 4].map((input) => ({
    name: `input${input}`,
    value: `${SENSOR_MANAGER}.${input + 8}.1.0`,
    location: `${SENSOR_MANAGER}.${input + 8}.2.0`,
}));

export const GENEREX_ENVIRONMENT: readonly string[] = [
    ...AUX_PORTS.map((port) => port.value),
    ...SENSORS.flatMap((sensor) => [sensor.value, sensor.unit]),
    ...DIGITAL_INPUTS.flatMap((input) => [input.value, input.location]),
];
