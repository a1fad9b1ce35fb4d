import { WELL_KNOWN_ALARMS, type AlarmId } from '../../lib/core/status/alarms';
import type { PartialStatus } from '../../lib/core/status/status';

/**
 * The UPSMAN status bytes (CS141 manual, "UPSMAN Status Bytes"). Defined here independently of lib, since the simulator is used
 * to test the client.
 */
const STATUS = {
    bypass: 0x0001,
    shutdown: 0x0002,
    output: 0x0004,
    backup: 0x0008,
    batteryLow: 0x0010,
    overTemperature: 0x0020,
    test: 0x0040,
    overload: 0x0100,
    inverterFailure: 0x0200,
    batteryBad: 0x0400,
    eco: 0x0800,
    failed: 0x2000,
    connectionLost: 0x4000,
    siteAlarm: 0x8000,
};

/**
 * STATUS of a UPS, e.g. 4 on mains, 12 in a power failure, 68 in a battery test, 5 on bypass (CS141 manual, "Section OEM: Default
 * addresses").
 */
export function statusWord(reading: PartialStatus, siteAlarm = false): number {
    const has = (...alarms: AlarmId[]) => alarms.some((alarm) => reading.alarms?.includes(alarm));
    const flags: [boolean, number][] = [
        [has('on-bypass'), STATUS.bypass],
        [has('shutdown-pending', 'shutdown-imminent'), STATUS.shutdown],
        [reading.output?.source !== 'none', STATUS.output],
        // A battery test is not a power failure: the example is 68, not 76.
        [has('on-battery') && !(has('test-in-progress') && !has('input-bad')), STATUS.backup],
        [has('low-battery', 'depleted-battery'), STATUS.batteryLow],
        [has('temp-bad'), STATUS.overTemperature],
        [has('test-in-progress'), STATUS.test],
        [has('output-overload'), STATUS.overload],
        [has('inverter-failure'), STATUS.inverterFailure],
        [has('battery-bad', 'battery-weak', 'battery-replace'), STATUS.batteryBad],
        [has('eco-mode'), STATUS.eco],
        [has('general-fault'), STATUS.failed],
        [has('communications-lost'), STATUS.connectionLost],
        [siteAlarm, STATUS.siteAlarm],
    ];
    return flags.reduce((word, [set, bit]) => (set ? word | bit : word), 0);
}

/** SNMPALARMS: the alarms of RFC 1628 by number, the first in bit 0 (as in the expressions of the CS141 manual's maps). */
export function alarmWord(reading: PartialStatus): number {
    return WELL_KNOWN_ALARMS.reduce(
        (word, alarm, bit) => (reading.alarms?.includes(alarm) ? word | (1 << bit) : word),
        0,
    );
}
