import type { Expectation } from './expectation';

/** Smart-UPS RT 3000: an online UPS, whose output has its own voltage. Runtime 1952600: 325.43 min. The probe is not connected (1): -1. */
export const APC_SURT3000XL: Expectation = {
    recording: 'apc_surt3000xl',
    map: 'apc-powernet',
    status: {
        identity: { model: 'Smart-UPS RT 3000 XL', firmware: '4.1', serial: 'NS083300xxxx' },
        battery: { minutesRemaining: 325.4, condition: 'good', chargePercent: 100, temperature: 21, voltage: 218 },
        input: { lines: [{ voltage: 223, frequency: 50 }] },
        output: { source: 'normal', frequency: 50, lines: [{ voltage: 230, current: 4 }] },
        bypass: { lines: [] },
        test: {},
        alarms: [],
        alarmsTold: ['awaiting-power', 'battery-replace', 'eco-mode', 'test-in-progress'],
    },
};
