import type { Expectation } from './expectation';

/**
 * Smart-UPS 1500 RM. It does not measure its output current: 0 A at a load of 16.9 % is no value. The probe of the integrated monitor is connected
 * (2), in Celsius (1), without humidity (-1); its contacts are disabled (3).
 */
export const APC_SUA1500: Expectation = {
    recording: 'apc_sua1500rmi2u',
    map: 'apc-powernet',
    status: {
        identity: { model: 'Smart-UPS 1500 RM', firmware: '617.3.I', serial: 'FFFFFFFFFFFF' },
        battery: { minutesRemaining: 66, condition: 'good', chargePercent: 100, temperature: 26.1, voltage: 27.5 },
        input: { lines: [{ voltage: 239, frequency: 50 }] },
        output: { source: 'normal', frequency: 50, lines: [{ voltage: 239, load: 16.9 }] },
        bypass: { lines: [] },
        test: {},
        alarms: [],
        alarmsTold: ['awaiting-power', 'battery-replace', 'eco-mode', 'test-in-progress'],
        environment: { temperature: 26 },
    },
};
