import type { Expectation } from './expectation';

/**
 * Smart-UPS 1500 with an AP9631. It has no name plate in the recording. Tenths: charge 1000, temperature 300, voltages 2476, load 176; the runtime
 * 456000 is in hundredths of a second. The last test is 3, "invalid": nothing is known of one. The contacts 1 and 2 are not enabled. Sensors 1 and
 * 2 answer; their humidity -1 is none.
 */
export const APC_SMART1500: Expectation = {
    recording: 'apc_smart1500',
    map: 'apc-powernet',
    status: {
        identity: {},
        battery: {
            installedOn: '2025-04-30',
            minutesRemaining: 76,
            condition: 'good',
            chargePercent: 100,
            temperature: 30,
            voltage: 27,
        },
        input: { lines: [{ voltage: 247.6, frequency: 50 }] },
        output: { source: 'normal', frequency: 50, lines: [{ voltage: 247.6, load: 17.6, current: 1, power: 169 }] },
        bypass: { lines: [] },
        test: {},
        alarms: [],
        alarmsTold: ['awaiting-power', 'battery-replace', 'eco-mode', 'test-in-progress'],
        environment: { temperature: 30 },
        channels: { 'Sensor 2 temperature': { value: 21, unit: '°C' }, 'Sensor 2 humidity': { unit: '%' } },
    },
};
