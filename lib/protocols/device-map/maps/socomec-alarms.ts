import { WELL_KNOWN_ALARMS, type AlarmId } from '../../../core/status/alarms';

/**
 * The alarms of SOCOMECUPS-MIB 8.11 (upsWellKnownAlarms), by their number; several may mean one of ours. The codes A000 to A067 of Socomec are in the
 * MIB.
 */
export const NETVISION_ALARMS: Readonly<Record<number, AlarmId>> = {
    1: 'shutdown-imminent',
    2: 'output-overload',
    3: 'temp-bad',
    4: 'vendor:Transfer locked',
    5: 'vendor:Automatic transfer impossible',
    6: 'vendor:Insufficient resources',
    7: 'redundancy-lost',
    8: 'vendor:Short circuit at the output',
    9: 'vendor:Maintenance due',
    10: 'vendor:Remote service requested',
    11: 'general-fault',
    12: 'vendor:Battery circuit open',
    13: 'depleted-battery',
    14: 'low-battery',
    15: 'on-battery',
    16: 'temp-bad',
    17: 'vendor:Alarm of the battery room',
    18: 'battery-weak',
    19: 'battery-replace',
    20: 'vendor:Rectifier fault',
    21: 'vendor:Rectifier alarm',
    22: 'input-bad',
    23: 'vendor:Alarm of the generator',
    24: 'charger-failed',
    25: 'charger-failed',
    26: 'inverter-failure',
    27: 'inverter-failure',
    28: 'vendor:Bypass fault',
    29: 'vendor:Bypass alarm',
    30: 'bypass-bad',
    31: 'vendor:Phase rotation fault',
    32: 'fan-failure',
    // Maintenance bypass.
    33: 'on-bypass',
    // Switched off by an external device.
    34: 'emergency-power-off',
    35: 'vendor:Wrong configuration',
    36: 'vendor:Internal failure',
    37: 'vendor:Alarm of an optional board',
    38: 'vendor:External alarm 1',
    39: 'vendor:External alarm 2',
    40: 'vendor:External alarm 3',
    41: 'vendor:External alarm 4',
    ...Object.fromEntries(
        Array.from({ length: 12 }, (_, index) => [42 + index, `vendor:Alarm of module ${index + 1}` as const]),
    ),
    54: 'test-in-progress',
    55: 'on-bypass',
    56: 'ups-output-off',
    57: 'ups-system-off',
    58: 'communications-lost',
    // A shutdown of the servers is under way, or was told to them.
    59: 'shutdown-pending',
    60: 'shutdown-pending',
    61: 'shutdown-imminent',
    62: 'awaiting-power',
};

/** The alarms of Net Vision 5 and earlier: 1 to 24 as in RFC 1628, in its order, then Socomec's own. Others are told by their reference. */
export const OLD_ALARMS: Readonly<Record<number, AlarmId>> = {
    ...Object.fromEntries(WELL_KNOWN_ALARMS.map((which, index) => [index + 1, which])),
    27: 'on-bypass',
    29: 'charger-failed',
    62: 'redundancy-lost',
    67: 'on-bypass',
    77: 'emergency-power-off',
    79: 'fan-failure',
};
