import { BatteryBank } from '../lib/simulation/battery/bank';
import { BatteryMonitor } from '../lib/simulation/battery/monitor/monitor';
import { threadMs } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement } from './support/measurement';
import { round } from './support/statistics';

const DAYS = 365;
const SCAN_MS = 600_000;
const HOUR_MS = 3_600_000;
/** In each month an outage. */
const EVERY_DAYS = 30;

/** A year of 512 simulated blocks in 16 strings, with the card that watches them and an outage of half an hour in each month. */
export const simulatedBattery: Measurement = {
    name: 'simulated-battery',
    run: (bench: Bench) => {
        const days = bench.size(DAYS);
        const began = threadMs();
        const bank = new BatteryBank({ modules: 512, strings: 16 }, Date.UTC(2026, 0, 1));
        const monitor = new BatteryMonitor(bank);
        const live = (ms: number, step: number) => {
            for (let lived = 0; lived < ms; lived += step) {
                bank.advance(step);
                monitor.update();
            }
        };
        bank.setLoad({ watts: 60_000 });
        for (let day = 0; day < days; day++) {
            if (day % EVERY_DAYS === 10) {
                bank.setCharger(false);
                live(HOUR_MS / 2, 5000);
                bank.setCharger(true);
                live(HOUR_MS / 2, SCAN_MS);
                live(23 * HOUR_MS, SCAN_MS);
            } else live(24 * HOUR_MS, SCAN_MS);
        }
        const seconds = round(((threadMs() - began) / 1000 / days) * DAYS, 1);
        const values = { seconds };
        const target = { seconds: 60 };
        return Promise.resolve([
            {
                measurement: 'a year of 512 simulated blocks',
                unit: 's of CPU',
                ...values,
                discharges: monitor.discharges,
                target,
                met: withinTargets(values, target),
            },
        ]);
    },
};
