import type { BatteryFlags, BatterySweep } from '../model';
import { isNotKnownYet } from '../starting';

/** What flag and percents tell of the equalizing since `forget`. */
export class Sight {
    /** Undefined: no flags since. */
    private flag: { tells: boolean; on: boolean } | undefined;
    private percents: { told: boolean; allKnown: boolean; allZero: boolean } | undefined;

    forget(): void {
        this.flag = this.percents = undefined;
    }

    flags(flags: BatteryFlags): void {
        const { states, tells } = flags;
        // A monitor that starts confirms nothing.
        if (!states.has('equalizing') && isNotKnownYet('equalizing', flags)) return;
        this.flag = { tells: tells.has('equalizing'), on: states.has('equalizing') };
    }

    sweep({ blocks }: BatterySweep): void {
        const known = blocks.equalizing?.filter((value) => !Number.isNaN(value));
        this.percents = {
            told: known !== undefined && known.length > 0,
            allKnown: known !== undefined && known.length === blocks.equalizing!.length,
            allZero: known?.every((value) => value === 0) ?? false,
        };
    }

    /** The flag is off, and the percent of every block is known and 0. What this path never tells is not needed. */
    get paused(): boolean {
        if (!this.flag || !this.percents || this.cannotTell) return false;
        const byFlag = !this.flag.tells || !this.flag.on;
        return byFlag && (!this.percents.told || (this.percents.allKnown && this.percents.allZero));
    }

    /** The flag is on; without a flag: any percent is above 0. */
    get running(): boolean {
        if (this.flag?.tells) return this.flag.on;
        return this.percents?.told === true && !this.percents.allZero;
    }

    get canTell(): boolean {
        return this.flag?.tells === true || this.percents?.told === true;
    }

    /** Flags and a whole sweep were there, and neither tells it. */
    get cannotTell(): boolean {
        return this.flag !== undefined && this.percents !== undefined && !this.canTell;
    }
}
