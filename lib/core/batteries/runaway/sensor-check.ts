import type { Values } from '../model';
import type { SensorFault } from './view';

/** °C: no block in a room has less or more and is measured; such a value is not known [ours]. */
const LOWEST = -40;
const HIGHEST = 150;
/** K: steps of the sensor and noise are no jump [ours]. */
const TOLERANCE = 2;
/** A sensor that has jumped is believed again when its value was like the others, give or take so many K, for so long and in so many readings [ours]. */
const LIKE_OTHERS = 6;
const LIKE_OTHERS_MS = 30 * 60_000;
const LIKE_OTHERS_READINGS = 3;
/** °C: where no others are known, it has to be what a room has [ours]. */
const ROOM = { lowest: 0, highest: 40 };
/** A value that stays exactly the same for so long, while the others move by so many K, is stuck [ours]. */
const STUCK_MS = 12 * 3_600_000;
const STUCK_WHILE = 3;

interface Sensor {
    value: number;
    at: number;
    changedAt: number;
    /** The median's range since the value changed last. */
    low: number;
    high: number;
    /** How far it was from the median before its jump. */
    before?: number;
    /** Since when its value has been plausible again, and how many readings were. */
    again?: { at: number; readings: number };
    fault?: SensorFault;
}

/** Tells temperatures that no battery can have from those that a hot one has. */
export class SensorCheck {
    private readonly sensors: (Sensor | undefined)[] = [];

    /** @param fastest K per minute */
    constructor(private readonly fastest: number) {}

    /** The faults there are, by module. */
    faults(): SensorFault[] {
        return this.sensors.flatMap((sensor) => sensor?.fault ?? []);
    }

    /** @param module from 1 */
    faultOf(module: number): SensorFault | undefined {
        return this.sensors[module - 1]?.fault;
    }

    /** Values of blocks that can be judged are returned; of others NaN. Plausible, but faulty ones stay, so that a rise is seen. */
    static plausible(told: Values): Values {
        return told.map((value) => (value >= LOWEST && value <= HIGHEST ? value : NaN));
    }

    /**
     * @param now monotonic ms @param wall epoch ms @param median °C of all blocks
     * @returns the faults that began, those that ended, and the modules that jumped now
     */
    look(
        now: number,
        wall: number,
        values: Values,
        median: number | undefined,
    ): { began: SensorFault[]; ended: SensorFault[]; jumped: number[] } {
        const found = { began: [] as SensorFault[], ended: [] as SensorFault[], jumped: [] as number[] };
        for (let index = 0; index < values.length; index++) {
            const value = values[index]!;
            if (Number.isNaN(value)) continue;
            const sensor = this.sensors[index];
            if (!sensor) {
                this.sensors[index] = this.fresh(value, now, median);
                continue;
            }
            const had = sensor.fault;
            this.lookAt(sensor, index + 1, value, now, wall, median, found.jumped);
            if (sensor.fault && sensor.fault !== had) found.began.push(sensor.fault);
            if (had && sensor.fault !== had) found.ended.push(had);
        }
        return found;
    }

    private lookAt(
        sensor: Sensor,
        module: number,
        value: number,
        now: number,
        wall: number,
        median: number | undefined,
        jumped: number[],
    ): void {
        const step = Math.abs(value - sensor.value);
        const before = sensor.value;
        if (step > TOLERANCE + (this.fastest * (now - sensor.at)) / 60_000) {
            sensor.again = undefined;
            jumped.push(module);
            sensor.before ??= median === undefined ? undefined : before - median;
            if (sensor.fault?.kind !== 'jump') sensor.fault = { module, kind: 'jump', value, before, since: wall };
        }
        sensor.at = now;
        if (value !== sensor.value) {
            sensor.value = value;
            sensor.changedAt = now;
            sensor.low = sensor.high = median ?? NaN;
            if (sensor.fault?.kind === 'stuck') sensor.fault = undefined;
        }
        // Back where it was, as seen from the others: it can be believed again.
        const distance = median === undefined ? NaN : value - median - (sensor.before ?? 0);
        const isBack = Math.abs(distance) <= TOLERANCE || this.isPlausibleAgain(sensor, now, median);
        if (sensor.fault?.kind === 'jump' && isBack) sensor.fault = sensor.before = sensor.again = undefined;
        this.lookForStuck(sensor, module, now, wall, median);
    }

    /** A block that was hot and became cold in a gap of the readings does not come back to where it was. */
    private isPlausibleAgain(sensor: Sensor, now: number, median: number | undefined): boolean {
        if (sensor.fault?.kind !== 'jump') return false;
        const { value } = sensor;
        const isLike =
            median === undefined
                ? value >= ROOM.lowest && value <= ROOM.highest
                : Math.abs(value - median) <= LIKE_OTHERS;
        if (!isLike) {
            sensor.again = undefined;
            return false;
        }
        sensor.again ??= { at: now, readings: 0 };
        sensor.again.readings++;
        return now - sensor.again.at >= LIKE_OTHERS_MS && sensor.again.readings >= LIKE_OTHERS_READINGS;
    }

    private lookForStuck(sensor: Sensor, module: number, now: number, wall: number, median: number | undefined): void {
        if (median === undefined) return;
        sensor.low = Math.min(Number.isNaN(sensor.low) ? median : sensor.low, median);
        sensor.high = Math.max(Number.isNaN(sensor.high) ? median : sensor.high, median);
        if (sensor.fault || now - sensor.changedAt < STUCK_MS || sensor.high - sensor.low < STUCK_WHILE) return;
        sensor.fault = { module, kind: 'stuck', value: sensor.value, since: wall };
    }

    private fresh(value: number, now: number, median: number | undefined): Sensor {
        return { value, at: now, changedAt: now, low: median ?? NaN, high: median ?? NaN };
    }

    /** JSON: what a later process needs to see a jump, for the given modules and all with a fault. */
    state(now: number, modules: readonly number[]): StoredSensor[] {
        return this.sensors.flatMap((sensor, index) => {
            const module = index + 1;
            if (!sensor || !(sensor.fault || modules.includes(module))) return [];
            const { value, at, before, fault } = sensor;
            return [
                { module, value, ageMs: now - at, ...(before !== undefined && { before }), ...(fault && { fault }) },
            ];
        });
    }

    restore(stored: readonly StoredSensor[], now: number, awayMs: number): void {
        for (const { module, value, ageMs, before, fault } of stored) {
            const sensor = this.fresh(value, now - ageMs - awayMs, undefined);
            this.sensors[module - 1] = {
                ...sensor,
                changedAt: now,
                ...(before !== undefined && { before }),
                ...(fault && { fault }),
            };
        }
    }
}

export interface StoredSensor {
    module: number;
    value: number;
    ageMs: number;
    before?: number;
    fault?: SensorFault;
}
