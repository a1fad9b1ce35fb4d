import type { PartialStatus } from '../../../../lib/core/status/status';

/**
 * What each recording says, written down by hand from its text (never by running the code): RFC 1628 units turned into SI, fields
 * that the device marks as unknown left out; `agentUptime` is sysUpTime / 100. Only `time` is missing. `?` notes tell why a recorded number is not a reading.
 */
export const EXPECTED_READINGS: Record<string, Omit<PartialStatus, 'time'>> = {
    // Voltages in tenths (2360, 2300, 2350); lines 2 and 3 are NULL throughout; battery current NULL.
    deltaups_rfc1628string: {
        identity: {},
        battery: {
            state: 'normal',
            secondsOnBattery: 0,
            minutesRemaining: 338,
            chargePercent: 29,
            voltage: 55.4,
            temperature: 14,
        },
        input: { lines: [{ frequency: 50, voltage: 236 }] },
        output: { source: 'normal', frequency: 50, lines: [{ voltage: 230, current: 0, power: 122, load: 8 }] },
        bypass: { frequency: 50, lines: [{ voltage: 235, current: 0, power: 0 }] },
        test: {},
    },
    // The test start lies 35 s after the sysUpTime of the walk; transfer points of 0 V are empty fields.
    'eaton-mgeups_9pxle': {
        agentUptime: 9718672.44,
        identity: {
            manufacturer: 'EATON',
            model: 'Eaton 9PX 1000i RT 2U',
            firmware: 'INV: 01.16.4638',
            name: 'ID: GA10J05109 , Msg: 9PX1000iRT2U',
        },
        battery: {
            state: 'normal',
            secondsOnBattery: 0,
            minutesRemaining: 18,
            chargePercent: 91,
            voltage: 55,
            current: 0,
            temperature: 0,
            lowMinutes: 3,
        },
        input: { lineBads: 2, nominalVoltage: 230, lines: [{ frequency: 50, voltage: 228, current: 0, power: 0 }] },
        output: { source: 'normal', frequency: 50, lines: [{ voltage: 230, current: 1.7, power: 360, load: 40 }] },
        bypass: { frequency: 50, lines: [{ voltage: 227, current: 0, power: 0 }] },
        alarms: [],
        test: { result: 'passed' },
        settings: {
            upsIdentAgentSoftwareVersion: 'Network Management Card V6.00 LE',
            upsConfigInputVoltage: 230,
            upsConfigInputFreq: 50,
            upsConfigOutputVoltage: 230,
            upsConfigOutputFreq: 50,
            upsConfigOutputVA: 1000,
            upsConfigOutputPower: 1000,
            upsConfigLowBattTime: 3,
            upsConfigAudibleStatus: 'enabled',
            upsShutdownType: 'system',
            upsAutoRestart: true,
        },
    },
    'generex-ups_cs121': {
        identity: { manufacturer: 'Rittal', model: 'RITTAL PMC Extension' },
        battery: { state: 'normal', minutesRemaining: 59, voltage: 273, current: 0, temperature: 21 },
        input: {
            lines: [
                { frequency: 50, current: 0 },
                { frequency: 50, current: 0 },
                { frequency: 50, current: 0 },
            ],
        },
        output: {
            source: 'normal',
            lines: [
                { voltage: 227, current: 80, power: 19000, load: 28 },
                { voltage: 227, current: 76, power: 18300, load: 27 },
                { voltage: 227, current: 68, power: 16600, load: 24 },
            ],
        },
        bypass: { frequency: 0, lines: [] },
        test: {},
        settings: { upsIdentAgentSoftwareVersion: 'CS121 v 4.26.14' },
    },
    // Source 4 is bypass; -4 W and -26 W are readings of idle phases.
    'generex-ups_cs141': {
        agentUptime: 10543018.67,
        identity: { manufacturer: 'Multimatic', model: 'Upscale' },
        battery: {
            state: 'normal',
            secondsOnBattery: 0,
            minutesRemaining: 544,
            chargePercent: 100,
            voltage: 271.6,
            current: 0,
            temperature: 25,
        },
        input: {
            lines: [
                { frequency: 50, voltage: 233 },
                { frequency: 50, voltage: 233 },
                { frequency: 50, voltage: 235 },
            ],
        },
        output: {
            source: 'bypass',
            frequency: 50,
            lines: [
                { voltage: 233, current: 0.3, power: -4, load: 2 },
                { voltage: 233, current: 2.1, power: 469, load: 14 },
                { voltage: 235, current: 0.2, power: -26, load: 2 },
            ],
        },
        bypass: { frequency: 50, lines: [{ voltage: 233 }, { voltage: 233 }, { voltage: 235 }] },
        test: {},
        settings: { upsIdentAgentSoftwareVersion: 'CS141-SNMP V1.80.17 190618' },
    },
    // Table index 1.0; manufacturer and model empty; ratings and transfer points 0 are empty fields; audible status 0 is no value.
    istars: {
        agentUptime: 623154.74,
        identity: { firmware: 'R1.1.1', name: 'ec3_6kva' },
        battery: {
            state: 'normal',
            secondsOnBattery: 0,
            minutesRemaining: 848,
            chargePercent: 100,
            voltage: 216.9,
            current: 0,
            temperature: 35,
        },
        input: { lineBads: 0, nominalVoltage: 115, lines: [{ frequency: 60, voltage: 224, current: 0, power: 0 }] },
        output: { source: 'normal', frequency: 60, lines: [{ voltage: 115, current: 0, power: 0, load: 17 }] },
        bypass: { frequency: 60, lines: [{ voltage: 224, current: 0, power: 0 }] },
        alarms: [],
        test: { result: 'none' },
        settings: {
            upsIdentAgentSoftwareVersion: 'iStars_SWV4.25',
            upsConfigInputVoltage: 115,
            upsConfigInputFreq: 60,
            upsConfigOutputVoltage: 115,
            upsConfigOutputFreq: 60,
            upsConfigLowBattTime: 0,
            upsShutdownType: 'system',
            upsAutoRestart: true,
        },
    },
    liebert_weblbds: {
        agentUptime: 343393.37,
        identity: {},
        battery: { state: 'normal', minutesRemaining: 52 },
        input: {
            lines: [
                { voltage: 227, current: 52 },
                { voltage: 225, current: 52 },
                { voltage: 227, current: 51 },
            ],
        },
        output: {
            source: 'normal',
            frequency: 49.9,
            lines: [
                { voltage: 230, current: 42 },
                { voltage: 231, current: 40 },
                { voltage: 229, current: 39 },
            ],
        },
        bypass: { frequency: 49.9, lines: [{ voltage: 227 }, { voltage: 227 }, { voltage: 228 }] },
        test: {},
    },
    // 0 minutes with a normal battery at 100 % is no estimate; the test start is ten times the sysUpTime.
    marathonups: {
        agentUptime: 4201088.54,
        identity: { manufacturer: 'Marathon Power' },
        battery: { state: 'normal', secondsOnBattery: 0, chargePercent: 100, voltage: 27.2, temperature: 9 },
        input: { lineBads: 6, lines: [{ frequency: 60.7, voltage: 119 }] },
        output: { source: 'normal', frequency: 60, lines: [{ voltage: 119, load: 16 }] },
        bypass: { lines: [] },
        alarms: [],
        test: { result: 'passed', detail: 'Test finished without failure' },
    },
    netmanplus_mct20: {
        agentUptime: 8430.56,
        identity: { manufacturer: 'SE' },
        battery: {
            state: 'normal',
            secondsOnBattery: 0,
            minutesRemaining: 38,
            chargePercent: 100,
            voltage: 272.6,
            current: 5,
            temperature: 22,
        },
        input: {
            lines: [
                { frequency: 50, voltage: 232, current: 6.5, power: 0 },
                { frequency: 50, voltage: 232, current: 6.6, power: 0 },
                { frequency: 50, voltage: 232, current: 6.4, power: 0 },
            ],
        },
        output: {
            source: 'normal',
            frequency: 50,
            lines: [
                { voltage: 231, current: 7.2, power: 1316, load: 24 },
                { voltage: 230, current: 5.4, power: 1004, load: 18 },
                { voltage: 230, current: 8.3, power: 1728, load: 28 },
            ],
        },
        bypass: {
            frequency: 50,
            lines: [
                { voltage: 232, current: 0, power: 0 },
                { voltage: 232, current: 0, power: 0 },
                { voltage: 233, current: 0, power: 0 },
            ],
        },
        test: {},
    },
    // 65535 minutes, 65535 battery current, 655350 and 65535 on the lines: all ones, unknown.
    'netvision-rfc': {
        agentUptime: 7466880.05,
        identity: {},
        battery: { state: 'normal', secondsOnBattery: 0, chargePercent: 100, voltage: 217, temperature: 27 },
        input: { lines: [{ frequency: 49.9, voltage: 234 }] },
        output: { source: 'normal', frequency: 49.9, lines: [{ voltage: 230, current: 2.2, power: 200, load: 7 }] },
        bypass: { frequency: 49.9, lines: [{ voltage: 234 }] },
        test: {},
        settings: { upsIdentAgentSoftwareVersion: 'Net Vision 7 v7.20' },
    },
    'orvaldi-ups': {
        agentUptime: 20929525.27,
        identity: {},
        battery: {
            state: 'normal',
            secondsOnBattery: 0,
            minutesRemaining: 44,
            chargePercent: 100,
            voltage: 273.1,
            current: 0,
            temperature: 32,
        },
        input: { lines: [{ frequency: 49.9, voltage: 244, current: 0, power: 0 }] },
        output: { source: 'normal', frequency: 49.9, lines: [{ voltage: 228, current: 8.8, power: 2013, load: 33 }] },
        bypass: { frequency: 0, lines: [{ voltage: 0, current: 0, power: 0 }] },
        test: {},
    },
    // Two rows of the alarm table name the same alarm, upsAlarmBatteryBad.
    poweralert_2: {
        agentUptime: 2308985.68,
        identity: {
            manufacturer: 'TRIPP LITE',
            model: 'SMART1500RMXL2UA',
            firmware: '12.06.0069',
            name: 'Device 1',
        },
        battery: { state: 'normal', minutesRemaining: 24, chargePercent: 100, voltage: 42, temperature: 24 },
        input: { nominalVoltage: 120, lines: [{ frequency: 59.7, voltage: 122 }] },
        output: { source: 'normal', frequency: 59.7, lines: [{ voltage: 122, current: 3, power: 357, load: 27 }] },
        bypass: { lines: [] },
        alarms: ['battery-bad'],
        test: {},
        settings: {
            upsIdentAgentSoftwareVersion: '12.06.0069',
            upsIdentAttachedDevices: ',,',
            upsConfigInputVoltage: 120,
            upsConfigAudibleStatus: 'enabled',
            upsConfigLowVoltageTransferPoint: 83,
            upsConfigHighVoltageTransferPoint: 145,
        },
    },
    // The model is NULs followed by a memory dump; the software version is text followed by one.
    'powerwalker-vfi_20kcpgpf133': {
        agentUptime: 10709201.76,
        identity: { firmware: '2767,10,2738,11.' },
        battery: {
            state: 'normal',
            secondsOnBattery: 0,
            minutesRemaining: 131,
            chargePercent: 100,
            voltage: 273.5,
            current: 0,
            temperature: 39,
        },
        input: {
            lines: [
                { frequency: 49.9, voltage: 231, current: 0, power: 0 },
                { frequency: 49.9, voltage: 229, current: 0, power: 0 },
                { frequency: 49.9, voltage: 229, current: 0, power: 0 },
            ],
        },
        output: {
            source: 'normal',
            frequency: 50.1,
            lines: [
                { voltage: 230, current: 14.5, power: 0, load: 50 },
                { voltage: 230, current: 6.4, power: 0, load: 21 },
                { voltage: 231, current: 7, power: 0, load: 24 },
            ],
        },
        bypass: {
            frequency: 50,
            lines: [
                { voltage: 230, current: 0, power: 0 },
                { voltage: 227, current: 0, power: 0 },
                { voltage: 227, current: 0, power: 0 },
            ],
        },
        test: {},
        settings: { upsIdentAgentSoftwareVersion: '1.1.4' },
    },
    // Temperature NULL.
    'powerwalker-vfi_500r1u': {
        agentUptime: 17273179,
        identity: { model: '500R', firmware: '1.0.6' },
        battery: { state: 'normal', secondsOnBattery: 0, minutesRemaining: 20, chargePercent: 100, voltage: 13.6 },
        input: { lines: [{ frequency: 50, voltage: 227, current: 0, power: 0 }] },
        output: { source: 'normal', frequency: 50, lines: [{ voltage: 226, current: 0, power: 0, load: 28 }] },
        bypass: { frequency: 50, lines: [] },
        test: {},
    },
};
