import type { Expectation } from './expectation';

/** A rack PDU: 0.1 Hz, V and A. Its lines carry no load; the third is dead. It has no battery, no source and, here, no alarms. */
export const SOCOMEC_RACK_PDU: Expectation = {
    recording: 'socomec',
    map: 'socomec-pdu',
    status: {
        identity: { model: 'NRT-OP-PDU1-28', serial: 'YD17190028  A', firmware: '00' },
        battery: {},
        input: { lines: [] },
        output: {
            frequency: 49.9,
            lines: [
                { voltage: 227.3, current: 0 },
                { voltage: 227, current: 0 },
                { voltage: 0, current: 0 },
            ],
        },
        bypass: { lines: [] },
        test: {},
    },
};
