import type { Expectation } from './expectation';

/** Symmetra LX: of RFC 1628 its card answers only the maker. Runtime 84000: 14 min. None of its battery packs is bad (0). */
export const APC_SYMMETRALX: Expectation = {
    recording: 'apc_symmetralx',
    map: 'apc-powernet',
    status: {
        identity: {
            manufacturer: 'APC',
            model: 'Symmetra LX 16000 RM',
            firmware: '267.557.I',
            serial: '5D2123T08251',
        },
        battery: { minutesRemaining: 14, condition: 'good', chargePercent: 100, temperature: 39, voltage: 138.7 },
        input: { lines: [{ voltage: 223.3, frequency: 49.9 }] },
        output: { source: 'normal', frequency: 49.9, lines: [{ voltage: 230.2, load: 64, current: 34.7 }] },
        bypass: { lines: [] },
        test: {},
        alarms: [],
        alarmsTold: ['awaiting-power', 'battery-bad', 'battery-replace', 'eco-mode', 'test-in-progress'],
    },
};
