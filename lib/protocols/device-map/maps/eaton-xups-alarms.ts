import { WELL_KNOWN_ALARMS } from '../../../core/status/alarms';
import type { MapItem } from '../device-map';
import { XUPS } from './eaton-xups-oids';
import { alarm, rows, state, YES_NO } from './parts';

/** The alarms of xupsAlarm, by their number. Those with an empty meaning tell that all is well again. 18 and 19 are the event history. */
const NUMBERS: Record<number, string> = {
    3: 'on-battery',
    4: 'low-battery',
    // Utility power restored; return from low battery.
    5: '',
    6: '',
    7: 'output-overload',
    8: 'general-fault',
    9: 'depleted-battery',
    10: 'inverter-failure',
    11: 'on-bypass',
    12: 'bypass-bad',
    13: 'ups-output-off',
    14: 'input-bad',
    15: 'vendor:Building alarm',
    16: 'shutdown-imminent',
    // On inverter.
    17: '',
    20: 'vendor:Breaker open',
    // An entry of the table was added, or removed.
    21: '',
    22: '',
    23: 'battery-bad',
    24: 'output-off-as-requested',
    25: 'diagnostic-test-failed',
    26: 'communications-lost',
    27: 'shutdown-pending',
    28: 'test-in-progress',
    29: 'vendor:Ambient temperature outside its limits',
    30: 'redundancy-lost',
    31: 'temp-bad',
    32: 'charger-failed',
    33: 'fan-failure',
    34: 'fuse-failure',
    35: 'vendor:Power switch failed',
    36: 'vendor:Module failed',
    37: 'state:On alternate power source',
    38: 'vendor:Alternate power not available',
    39: 'vendor:Notice of the UPS',
    40: 'vendor:Remote temperature outside its limits',
    41: 'vendor:Remote humidity outside its limits',
    42: 'output-bad',
    43: 'awaiting-power',
    44: 'on-bypass',
    51: 'vendor:Output not protected',
};

/** The table has references: to its own alarms, or to those of RFC 1628 (upsWellKnownAlarms, the last part from 1). */
const REFERENCES: Record<string, string> = {
    ...Object.fromEntries(Object.entries(NUMBERS).map(([number, which]) => [`${XUPS}.7.${number}`, which])),
    ...Object.fromEntries(WELL_KNOWN_ALARMS.map((which, index) => [`1.3.6.1.2.1.33.1.6.3.${index + 1}`, which])),
};

/** The active alarms of a card that counts them (xupsAlarms), and single objects. */
export const XUPS_ALARMS: MapItem[] = [
    // A card without the count does not have the table: it would look like one without alarms.
    state('xupsAlarmDescr', rows(`${XUPS}.7.2.1.2`), 'alarm', REFERENCES, { when: { at: { oid: `${XUPS}.7.1.0` } } }),
    alarm('xupsBatteryAbmStatus', `${XUPS}.2.5.0`, 'test-in-progress', { on: [7], off: [1, 2, 3, 4] }),
    alarm('xupsBatteryAbmStatus', `${XUPS}.2.5.0`, 'battery-weak', { on: [8], off: [1, 2, 3, 4] }),
    alarm('xupsBatteryAbmStatus', `${XUPS}.2.5.0`, 'vendor:Battery disconnected', { on: [6], off: [1, 2, 3, 4, 7, 8] }),
    alarm('xupsBatteryFailure', `${XUPS}.2.7.0`, 'battery-bad', YES_NO),
    alarm('xupsBatteryNotPresent', `${XUPS}.2.8.0`, 'vendor:No battery attached', YES_NO),
    alarm('xupsBatteryAged', `${XUPS}.2.9.0`, 'battery-too-old', YES_NO),
    alarm('xupsBatteryLowCapacity', `${XUPS}.2.10.0`, 'low-battery', YES_NO),
    alarm('xupsInputStatus', `${XUPS}.3.9.0`, 'input-bad', YES_NO),
    alarm('xupsOutputSource', `${XUPS}.4.5.0`, 'eco-mode', { on: [10, 12], off: [2, 3, 4, 5, 6, 7, 8, 9, 11] }),
    alarm('xupsOutputStatus', `${XUPS}.4.10.0`, 'ups-output-off', { on: [1], off: [2, 3] }),
    alarm('xupsOutputStatus', `${XUPS}.4.10.0`, 'vendor:Output not protected', { on: [2], off: [1, 3] }),
    alarm('xupsTestBatteryStatus', `${XUPS}.8.2.0`, 'test-in-progress', { on: [4], off: [2, 3] }),
];
