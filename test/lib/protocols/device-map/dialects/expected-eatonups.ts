import type { Expectation } from './expectation';

/**
 * ConnectUPS with three phases. Runtime 8620 s: 143.67 min. The battery rests (4). The load of 25 % is that of all phases, and of none. The card has
 * no alarm table: only what the battery, the source and the test tell is known. The two contacts of the probe are not used (4).
 */
export const EATONUPS: Expectation = {
    recording: 'eatonups',
    map: 'eaton-xups',
    status: {
        identity: {},
        battery: {
            minutesRemaining: 143.7,
            voltage: 78,
            current: 0,
            chargePercent: 100,
            charging: 'resting',
            installedOn: '2001-01-01',
        },
        input: {
            lines: [
                { frequency: 50, voltage: 228, current: 5 },
                { voltage: 232, current: 5 },
                { voltage: 231, current: 5 },
            ],
        },
        output: {
            source: 'normal',
            frequency: 50,
            lines: [
                { voltage: 230, current: 1, power: 231 },
                { voltage: 231, current: 5, power: 944 },
                { voltage: 230, current: 5, power: 882 },
            ],
        },
        bypass: { frequency: 50, lines: [{ voltage: 228 }, { voltage: 233 }, { voltage: 232 }] },
        test: { result: 'passed' },
        alarms: [],
        alarmsTold: ['battery-weak', 'eco-mode', 'test-in-progress', 'vendor:Battery disconnected'],
        environment: { temperature: 21, humidity: 26 },
        channels: { 'Ambient temperature': { value: 29, unit: '°C' } },
    },
};
