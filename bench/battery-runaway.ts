import { RUNAWAY_DEFAULTS } from '../lib/core/batteries/runaway/config';
import { type RunawayChange, RunawayWatch } from '../lib/core/batteries/runaway/runaway-watch';
import type { Clock } from '../lib/core/clock';
import { BatteryBank } from '../lib/simulation/battery/bank';
import { BlockFaults } from '../lib/simulation/battery/faults';
import { BatteryMonitor } from '../lib/simulation/battery/monitor/monitor';
import { threadMs } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement } from './support/measurement';
import { round } from './support/statistics';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A block of 100 Ah in a cabinet. */
const MELTDOWN = 60;
const LEAST_MINUTES = 30;
/** W at 25 °C of a block that runs away: from slow to fast. */
const POWERS = [20, 30, 40, 60, 80];
const START = Date.UTC(2026, 5, 1);
const SUMMER = { ambient: 28, dailyKelvin: 7, yearlyKelvin: 0 };

/** A battery room, its card, and the watch that is judged: they share no code. */
class Room {
    readonly bank: BatteryBank;
    readonly monitor: BatteryMonitor;
    readonly faults: BlockFaults;
    readonly told: { at: number; change: RunawayChange }[] = [];
    private readonly watch: RunawayWatch;
    private endedAt: number | undefined;

    constructor(
        seed: number,
        private readonly sweepMs: number,
        private readonly knowsAmbient: boolean,
    ) {
        this.bank = new BatteryBank({ ...SUMMER, seed }, START);
        this.monitor = new BatteryMonitor(this.bank);
        this.faults = new BlockFaults(this.bank, this.monitor);
        const time = () => this.bank.time;
        const clock: Clock = {
            now: time,
            monotonic: () => time() - START,
            setTimeout: () => undefined,
            clearTimeout: () => undefined,
            speed: 1,
        };
        this.watch = new RunawayWatch({ layout: this.bank.layout, config: RUNAWAY_DEFAULTS, clock });
    }

    /** @param until the room lives on, until this says so @returns whether it was so within `ms` */
    live(ms: number, until = () => false): boolean {
        for (let lived = 0; lived < ms; lived += this.sweepMs) {
            this.bank.advance(this.sweepMs);
            this.monitor.update();
            const discharging = !this.bank.charging;
            if (discharging) this.endedAt = this.bank.time;
            const changes = this.watch.sweep(this.monitor.sweep(), {
                ...(this.knowsAmbient && { ambient: this.bank.ambient }),
                discharging,
                currentPerString: true,
                ...(this.endedAt !== undefined && { sinceDischargeMs: this.bank.time - this.endedAt }),
            });
            this.told.push(...changes.map((change) => ({ at: this.bank.time, change })));
            if (until()) return true;
        }
        return false;
    }

    outage(): void {
        this.bank.setLoad({ watts: 8000 });
        this.bank.setCharger(false);
        this.live(HOUR_MS / 2);
        this.bank.setCharger(true);
    }
}

/** Days of a summer of up to 35 °C, with an outage each week. @returns how many warnings */
function falseOnes(seed: number, sweepMs: number, days: number): number {
    let warnings = 0;
    for (const knowsAmbient of [false, true]) {
        const room = new Room(seed, sweepMs, knowsAmbient);
        for (let day = 0; day < days; day++) {
            if (day % 7 === 3) room.outage();
            room.live(DAY_MS);
        }
        warnings += room.told.filter(({ change }) => change.kind === 'warning' && change.active).length;
    }
    return warnings;
}

/** @returns minutes from the warning to 60 °C; -1 if it was not told; undefined if the block never gets there */
function minutesBefore(seed: number, sweepMs: number, watts: number): number | undefined {
    const room = new Room(seed, sweepMs, false);
    room.live(6 * HOUR_MS);
    room.faults.set('runaway', 17, true, watts);
    if (!room.live(4 * DAY_MS, () => room.bank.blocks.temperature[16]! >= MELTDOWN)) return undefined;
    const end = room.bank.time;
    const warning = room.told.find(({ change }) => change.kind === 'warning' && change.active);
    return warning ? (end - warning.at) / 60_000 : -1;
}

/** Thermal runaway at sweeps of 10 s, 30 s and 5 min, on simulated batteries: how long before 60 °C it is told, and how often wrongly. */
export const batteryRunaway: Measurement = {
    name: 'battery-runaway',
    run: ({ size }: Bench) => {
        const target = { shortOf30: 0, falseWarnings: 0 };
        const rows = (
            [
                [10, 14],
                [30, 42],
                [300, 92],
            ] as const
        ).map(([seconds, days]) => {
            const began = threadMs();
            const before = [1, 2, 3].flatMap((seed) =>
                POWERS.flatMap((watts) => minutesBefore(seed, seconds * 1000, watts) ?? []),
            );
            const shortOf30 = round(Math.max(0, LEAST_MINUTES - Math.min(...before)), 0);
            const falseWarnings = falseOnes(1, seconds * 1000, size(days)) + falseOnes(2, seconds * 1000, size(days));
            return {
                measurement: `thermal runaway, a sweep each ${seconds} s`,
                unit: 'min before 60 °C',
                runs: before.length,
                least: round(Math.min(...before), 0),
                most: round(Math.max(...before), 0),
                days: 4 * size(days),
                shortOf30,
                falseWarnings,
                seconds: round((threadMs() - began) / 1000, 1),
                target,
                met: withinTargets({ shortOf30, falseWarnings }, target),
            };
        });
        return Promise.resolve(rows);
    },
};
