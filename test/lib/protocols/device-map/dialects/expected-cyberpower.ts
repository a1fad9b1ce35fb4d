import type { Expectation } from './expectation';

/**
 * OL2200RTXL2U with an environment sensor: 683 tenths of a degree Fahrenheit are 20.2 °C. Contact 3 is abnormal (2). Runtime 174000: 29 min.
 * The input is normal (1).
 */
export const CYBERPOWER_OL2200: Expectation = {
    recording: 'cyberpower',
    map: 'cyberpower',
    status: {
        identity: { manufacturer: 'CPS', model: 'OL2200RTXL2U', firmware: 'S1A17', serial: 'ABCFT1000001' },
        battery: { state: 'normal', chargePercent: 100, temperature: 36, minutesRemaining: 29, condition: 'good' },
        input: { lines: [{ voltage: 119.5, frequency: 60 }] },
        output: { source: 'normal', frequency: 60, lines: [{ voltage: 120.2, current: 6.5 }] },
        bypass: { lines: [] },
        test: {},
        alarms: [],
        alarmsTold: [
            'battery-replace',
            'eco-mode',
            'input-bad',
            'low-battery',
            'output-overload',
            'vendor:No battery attached',
        ],
        environment: {
            temperature: 20.2,
            humidity: 56,
            contacts: { 1: false, 2: false, 3: true, 4: false },
        },
    },
};
