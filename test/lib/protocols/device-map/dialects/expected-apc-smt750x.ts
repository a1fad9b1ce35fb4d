import type { Expectation } from './expectation';

/** Smart-UPS X 750 without a load: 0 % and 0 A. Runtime 10976200 hundredths of a second: 1829.37 min. One sensor, without humidity. */
export const APC_SMT750X: Expectation = {
    recording: 'apc_smt750x-nmc2',
    map: 'apc-powernet',
    status: {
        identity: { model: 'Smart-UPS X 750', firmware: 'UPS 09.8 (ID20)', serial: 'AS1907242163' },
        battery: {
            minutesRemaining: 1829.4,
            condition: 'good',
            chargePercent: 100,
            temperature: 23.4,
            voltage: 54.7,
        },
        input: { lines: [{ voltage: 119.1, frequency: 60 }] },
        output: { source: 'normal', frequency: 60, lines: [{ voltage: 119.1, load: 0, current: 0 }] },
        bypass: { lines: [] },
        test: {},
        alarms: [],
        alarmsTold: ['awaiting-power', 'battery-replace', 'eco-mode', 'test-in-progress'],
        environment: { temperature: 20 },
    },
};
