import type { AlarmId } from '../../../core/status/alarms';
import type { DeviceMap, MapItem } from '../device-map';
import { alarm, number, ONE_ZERO, TENTHS, text } from './parts';

const PDU = '1.3.6.1.4.1.4555.2.30';

/** dpduIdentModel */
const MODEL = `${PDU}.1.2.0`;

/** dpduAlarm by number, each 0 off or 1 on. */
const ALARMS: [number, AlarmId][] = [
    // The card does not reach its PDU.
    [1, 'communications-lost'],
    ...[1, 2, 3].flatMap((line): [number, AlarmId][] => [
        [4 * line - 2, 'output-overload'],
        [4 * line - 1, `vendor:Load of line ${line} high`],
        [4 * line, 'output-bad'],
        [4 * line + 1, `vendor:Voltage of line ${line} out of range`],
    ]),
    [14, 'output-overload'],
    [15, 'vendor:Load of lines 1 and 2 high'],
];

/** dpduEnvironment by number. */
const ENVIRONMENT_ALARMS: [number, AlarmId][] = [
    [11, 'vendor:Environment temperature high'],
    [12, 'vendor:Environment temperature too high'],
    [13, 'vendor:Environment humidity high'],
    [14, 'vendor:Environment humidity too high'],
    [19, 'vendor:Environment probe disconnected'],
];

const ITEMS: MapItem[] = [
    text('dpduIdentManufacturer', `${PDU}.1.1.0`, 'identity.manufacturer'),
    text('dpduIdentModel', MODEL, 'identity.model'),
    text('dpduIdentSerialNumber', `${PDU}.1.3.0`, 'identity.serial'),
    text('dpduIdentPDUFirmwareVersion', `${PDU}.1.4.0`, 'identity.firmware'),
    text('dpduIdentName', `${PDU}.1.6.0`, 'identity.name'),
    number('dpduOutputFrequency', `${PDU}.2.1.0`, 'output.frequency', TENTHS),
    ...[1, 2, 3].flatMap((line) => [
        number(`dpduOutputVoltage${line}`, `${PDU}.2.${2 * line}.0`, `output.lines.${line}.voltage`, TENTHS),
        number(`dpduOutputCurrent${line}`, `${PDU}.2.${2 * line + 1}.0`, `output.lines.${line}.current`, {
            ...TENTHS,
            absent: [-1],
        }),
    ]),
    ...ALARMS.map(([number, which]) => alarm(`dpduAlarm ${number}`, `${PDU}.3.${number}.0`, which, ONE_ZERO)),
    ...ENVIRONMENT_ALARMS.map(([number, which]) =>
        alarm(`dpduEnvironment ${number}`, `${PDU}.4.${number}.0`, which, ONE_ZERO),
    ),
    // 0 without a probe.
    number('dpduEnvTemperature', `${PDU}.4.1.0`, 'environment.temperature', { unit: '°C', ...TENTHS, absent: [-1, 0] }),
    number('dpduEnvHumidity', `${PDU}.4.2.0`, 'environment.humidity', { unit: '%', absent: [-1, 0] }),
];

/**
 * A rack PDU of Socomec (enterprise 4555.2.30): it tells its supply as its output, and has neither battery nor source. Judged by SOCOMECPDU-MIB 1.00 and
 * a recording. It has no outlets to switch, and does not speak RFC 1628.
 */
export const SOCOMEC_PDU: DeviceMap = {
    version: 1,
    id: 'socomec-pdu',
    name: 'Socomec (PDU)',
    judgedBy: 'SOCOMECPDU-MIB 1.00; a recording of one PDU',
    agents: ['1.3.6.1.4.1.4555.2.30'],
    probes: [MODEL, `${PDU}.2.1.0`],
    items: ITEMS,
};
