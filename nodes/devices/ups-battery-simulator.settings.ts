import { MOST_MODULES, MOST_STRINGS } from '../../lib/core/batteries/model';
import { declareNode, number, ownFault, reference, section, whole } from '../../lib/core/settings';

export const settings = declareNode({
    type: 'ups-battery-simulator',
    family: 'devices',
    ports: { inputs: 1, outputs: ['readings'] },
    label: ['battery'],
    triesNow: false,
    sections: [
        section('', {
            battery: reference('ups-battery', { icon: 'th', required: true }),
            // While it is on battery, its load discharges the blocks; without it, messages switch the mains.
            ups: reference('ups-unit', { icon: 'plug' }),
            // Simulated seconds per second; also the speed of the battery's timers.
            speed: number({ icon: 'fast-forward', unit: '×', min: 1, max: 3600, default: 1 }),
        }),
        section('physics', {
            modules: whole({ icon: 'th', min: 1, max: MOST_MODULES, default: 40 }),
            strings: whole({ icon: 'bars', min: 1, max: MOST_STRINGS, default: 2 }),
            capacityAh: number({ icon: 'database', unit: 'Ah', min: 7, max: 6000, default: 100 }),
            // Without a UPS, and for one that does not tell its load.
            loadWatts: number({ icon: 'bolt', unit: 'W', min: 0, max: 10_000_000, default: 5000 }),
            ambient: number({ icon: 'thermometer-half', unit: '°C', min: -40, max: 80, default: 22 }),
            // The same number makes the same blocks.
            seed: whole({ icon: 'random', min: 1, max: 1_000_000, default: 1 }),
        }),
    ],
    checks: {
        strings: ({ modules, strings }) =>
            modules % strings === 0 ? undefined : ownFault('strings', strings, { modules }),
    },
});
