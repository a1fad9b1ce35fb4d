import {
    choice,
    declareNode,
    invalid,
    number,
    ownFault,
    rows,
    section,
    text,
    type Field,
} from '../../lib/core/settings';
import { deviceFields } from '../shared/fields/device';

/** The load at the start. If a flow has none, it is 1000 VA, or less if the UPS is rated for less. */
const loadVA: Field<number | undefined> = {
    ...number({ icon: 'plug', unit: 'VA', min: 1, optional: true }),
    initial: 1000,
};

export const settings = declareNode({
    type: 'ups-simulator',
    family: 'devices',
    ports: { inputs: 1, outputs: ['status'] },
    sections: [
        section('', {
            ups: deviceFields.ups,
            interval: number({ icon: 'refresh', unit: 's', min: 0.05, max: 3600, default: 1 }),
            // Simulated seconds per second; also the speed of the unit's timers.
            speed: number({ icon: 'fast-forward', unit: '×', min: 0.001, max: 1000, default: 1 }),
        }),
        section('physics', {
            output: choice(['ac', 'dc'], { icon: 'exchange', default: 'ac', width: 'medium' }),
            dcVolts: number({ icon: 'bolt', unit: 'V', min: 1, max: 1000, default: 24, when: { output: 'dc' } }),
            ratedVA: number({ icon: 'bolt', unit: 'VA', min: 1, default: 1000 }),
            loadVA,
            holdMinutes: number({ icon: 'hourglass-half', unit: 'min', min: 0.01, default: 60 }),
            rechargeMinutes: number({ icon: 'battery-half', unit: 'min', min: 0.01, default: 240 }),
            // How long the mains have to be stable until an output that was switched off is back.
            bootDelay: number({ icon: 'history', unit: 's', min: 0, max: 3600, default: 0 }),
            loads: rows(
                {
                    name: text(),
                    va: number({ min: 0, default: 0, blank: true }),
                    shutdownSeconds: number({ min: 0, default: 0, blank: true }),
                },
                {
                    icon: 'server',
                    unique: { column: 'name', rule: 'loads' },
                    check: ({ name }) => (name === '' ? ownFault('loads') : undefined),
                },
            ),
        }),
    ],
    checks: {
        loadVA: ({ loadVA: load, ratedVA }) =>
            load === undefined || load <= ratedVA
                ? undefined
                : invalid('numberBetween', load, { min: 1, max: ratedVA }),
    },
});
