import { choice, day, declareNode, number, reference, seconds, section } from '../../lib/core/settings';
import { UNIT_DEFAULTS as usual } from '../../lib/core/unit/unit-config';
import { loadFault } from '../shared/fields/rating';

const voltAmperes = (icon: string) => number({ icon, unit: 'VA', min: 1, optional: true });
const minutes = (icon: string) => number({ icon, unit: 'min', min: 0.01, optional: true });

export const settings = declareNode({
    type: 'ups-unit',
    family: 'config',
    nameRequired: true,
    sections: [
        section('', { site: reference('ups-site', { icon: 'building-o', required: true }) }),
        section('runtime', {
            ratedVA: voltAmperes('bolt'),
            // The load of the hold time, VA.
            loadVA: voltAmperes('plug'),
            holdMinutes: minutes('hourglass-half'),
            rechargeMinutes: minutes('battery-half'),
        }),
        section('battery', {
            batteryInstalledOn: day({ icon: 'calendar' }),
            batteryMaxAgeMonths: number({
                icon: 'calendar-times-o',
                unit: 'months',
                min: 1,
                max: 600,
                default: usual.batteryMaxAgeMonths,
            }),
            healthPercent: number({ icon: 'heartbeat', unit: '%', min: 5, max: 30, default: usual.healthPercent }),
        }),
        section('decide', {
            confirmSeconds: seconds({ icon: 'filter', min: 0, max: 3600, default: usual.confirmSeconds }),
            mainsBackSeconds: seconds({ icon: 'undo', min: 0, max: 3600, default: 0 }),
            staleSeconds: seconds({ icon: 'clock-o', min: 1, max: 86_400, default: usual.staleSeconds }),
            onSilence: choice(['continue', 'hold'], { icon: 'chain-broken', default: usual.onSilence }),
            testMaxMinutes: number({ icon: 'flask', unit: 'min', min: 1, max: 1440, default: usual.testMaxMinutes }),
            shutdownSeconds: seconds({ icon: 'power-off', min: 0, max: 86_400, optional: true }),
        }),
    ],
    checks: { loadVA: ({ loadVA, ratedVA }) => loadFault(loadVA, ratedVA) },
});
