import type { DetectionConfig } from './config';
import { cardSays, type Signs } from './signs';

/** A flag has to stay so long: a card may say "float" for a moment before the charging begins [ours]. */
const FLAG_MS = 60_000;

/** Since when a condition holds. */
class Since {
    private at: number | undefined;

    /** @returns for how long it has held, ms; undefined if it does not */
    look(holds: boolean, now: number): number | undefined {
        if (!holds) this.at = undefined;
        else this.at ??= now;
        return this.at === undefined ? undefined : now - this.at;
    }
}

/** Finds when a battery that is charged after a discharge floats: told by the card, by a small current, or by the UPS where no current is known. */
export class FloatWatch {
    private readonly card = new Since();
    private readonly current = new Since();
    private readonly ups = new Since();

    constructor(private readonly config: DetectionConfig) {}

    /** @param now monotonic ms */
    floats({ flags, currents, voltage, ups }: Signs, now: number): boolean {
        const { dischargeBelow, chargeAbove, ratedVoltage, floatMinutes } = this.config;
        const sum = currents?.sum;
        const small = sum !== undefined && sum >= dischargeBelow && sum <= chargeAbove;
        // Without a charger the current is small as well; the voltage then stays low.
        const charged = voltage === undefined || voltage >= ratedVoltage;
        const held = [
            [this.card.look(cardSays(flags, 'float-charging') === true, now), FLAG_MS],
            [this.current.look(small && charged, now), 60_000 * floatMinutes],
            [this.ups.look(sum === undefined && ups?.floating === true, now), FLAG_MS],
        ] as const;
        return held.some(([ms, least]) => ms !== undefined && ms >= least);
    }
}

/** Whether the current charges the battery: two readings have to agree. */
export class ChargeWatch {
    private last: boolean | undefined;

    constructor(
        private readonly config: DetectionConfig,
        /** The decision, also that of an earlier process. */
        public charging: boolean | undefined,
    ) {}

    /** @param sum A of all strings */
    reading(sum: number): void {
        const now = sum > this.config.chargeAbove;
        if (this.last === now) this.charging = now;
        this.last = now;
    }

    /** What the phase of the discharge tells. */
    phase(charging: boolean): void {
        this.charging = charging;
        this.last = undefined;
    }
}
