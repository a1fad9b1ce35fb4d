import type { UpsStatus } from '../status/status';
import { MainsWatch, type LearnedPath, type MainsEvidence } from './mains-evidence';
import type { Verdict } from './rules';

/** What the rule must know beside the reading. */
export interface OutageContext {
    /** Whether the outage is already on. */
    active: boolean;
    /** A battery test or calibration is running, whichever path has told so. */
    testing: boolean;
    /** It is still within `testMaxMinutes`. */
    testInTime: boolean;
}

/** Readings before a path is called blind: a card that starts may need a few to know its UPS. */
const BLIND_READINGS = 3;
const BLIND_MS = 5000;
/** A count that ran in outages and stands at 0 for so long: the battery is not used, whatever the source says. */
const COUNT_OVER_MS = 60_000;

/**
 * Is this an outage? One rule for every path to every UPS; docs/outage.md has it as a table. What a device says of its source is one witness
 * among several: the alarm, the input, the count of seconds, the charge. A witness is believed as far as this path has shown that it can
 * tell (RFC 1628 sections 4.4 and 4.6; reports of real devices in the tests).
 */
export class OutageRule {
    /** Nothing by which this path could see an outage was in its last readings. */
    blind = false;
    /** Its count of seconds on battery is seen to run. */
    counts = false;
    /** What the last reading tells, if another one says so, too, or nobody says otherwise. */
    doubted: Verdict | undefined;
    private readonly watch: MainsWatch;
    private blindSince: number | undefined;
    private blindReadings = 0;
    /** Its count was seen above 0 in this process. */
    private sawCount = false;
    /** Since when the count stands at 0 in an outage, and whether its agent may have begun anew then. */
    private zero: { since: number; doubtful: boolean } | undefined;

    /** @param learned of this path; changed in place */
    constructor(private readonly learned: LearnedPath = {}) {
        this.watch = new MainsWatch(learned);
    }

    /** @param at clock ms; @param gap the device was silent since the last reading. @returns undefined: this reading does not tell. */
    judge(status: UpsStatus, at: number, gap: boolean, context: OutageContext): Verdict | undefined {
        const seen = this.watch.read(status, at, gap);
        this.look(seen, at);
        const outcome = this.decide(status, seen, at, context);
        if (!outcome) return undefined;
        const [active, rule] = outcome;
        if (active) this.remember(seen);
        else this.watch.learnAlive(seen);
        if (!active && this.learned.outage) this.watch.rest();
        if (!active && !context.active) this.forgetOutage(seen);
        return { active, rule, values: valuesOf(seen) };
    }

    private remember({ source, alarm, counting }: MainsEvidence): void {
        const outage = (this.learned.outage ??= source === 'none' ? { offBefore: true } : {});
        if (source === 'battery') outage.bySource = true;
        if (alarm) outage.byAlarm = true;
        if (counting === 'runs') outage.byCount = true;
    }

    /** It is over, and not only said to be. */
    private forgetOutage({ count }: MainsEvidence): void {
        delete this.learned.outage;
        this.zero = undefined;
        this.sawCount = (count ?? 0) > 0;
    }

    private look({ telling, alarm, count, counting }: MainsEvidence, at: number): void {
        if (telling || alarm !== undefined || count === 0 || (count !== undefined && counting !== 'stands')) {
            this.blindReadings = 0;
            this.blindSince = at;
        } else {
            this.blindReadings++;
        }
        this.blindSince ??= at;
        this.blind = this.blindReadings >= BLIND_READINGS && at - this.blindSince >= BLIND_MS;
        if ((count ?? 0) > 0) this.sawCount = true;
        this.counts = counting === 'runs';
    }

    private decide(
        status: UpsStatus,
        seen: MainsEvidence,
        at: number,
        context: OutageContext,
    ): [boolean, string] | undefined {
        this.doubted = undefined;
        const claimed = seen.alarm === true || seen.source === 'battery';
        const tested = context.testing ? this.tested(status, seen, context, claimed) : undefined;
        if (tested) return tested;
        if (seen.alarm) return [true, 'alarm on-battery'];
        // The 0 V of an agent that has just begun anew and does not know its battery is neither of a dead input nor of a battery that falls.
        const knowsNothing = seen.suspect && !seen.knows;
        const deadAndUsed = seen.input === 'dead' && seen.discharge !== undefined && !knowsNothing;
        if (deadAndUsed && (seen.inputTold || this.falls(seen))) {
            const rule = 'input dead, battery discharges';
            if (context.active || seen.source === 'battery' || !seen.onlyDead) return [true, rule];
            this.doubted = { active: true, rule, values: valuesOf(seen) };
        }
        if (seen.source === 'battery') return this.sourceBattery(seen, at, context);
        if (seen.telling) return this.sourceElsewhere(seen, context);
        // One that was off before tells nothing new by it.
        const off = seen.source === 'none' && !this.learned.outage?.offBefore;
        return off ? this.outputOff(seen, context) : this.noSource(seen, context);
    }

    /** A charge that has not come back yet is no discharge, where what has told the outage now tells its end. */
    private falls({ falls, counting, telling, source, alarm, charging, zeroMs }: MainsEvidence): boolean {
        const { outage } = this.learned;
        const over =
            (telling && source !== 'battery' && outage?.bySource) ||
            (alarm === false && outage?.byAlarm) ||
            (zeroMs >= COUNT_OVER_MS && outage?.byCount);
        return falls && (counting === 'runs' || (!over && !charging));
    }

    /** A test or calibration is no outage while the input is seen alive; where no input is told, for a limited time. */
    private tested(
        status: UpsStatus,
        seen: MainsEvidence,
        { active, testInTime }: OutageContext,
        claimed: boolean,
    ): [boolean, string] | undefined {
        if (seen.inputBad || !(claimed || seen.counting === 'runs')) return undefined;
        if (this.watch.inTolerance(status, seen)) return [false, 'on battery for a test, input alive'];
        const notTold = seen.input === undefined || (seen.input === 'dead' && !seen.inputTold && !seen.falls);
        if ((notTold || seen.input === 'poor') && testInTime && !seen.exhausted) {
            return [active, 'on battery for a test'];
        }
        return undefined;
    }

    /**
     * Some cards (CE+T) name the battery for ever on mains. A card that was seen on another source is believed at once; one that never was
     * needs some sign of a discharge.
     */
    private sourceBattery(seen: MainsEvidence, at: number, { active }: OutageContext): [boolean, string] | undefined {
        const { count, counting, input, discharge, exhausted } = seen;
        const signs = input === 'dead' || exhausted || discharge !== undefined || count === undefined;
        if (signs || this.learned.sourceMoves) return [true, 'output on battery'];
        // A first reading: nobody knows yet whether this count runs.
        if (count !== 0 && counting === undefined) return active ? [true, 'output on battery'] : undefined;
        if (!active) return [false, 'source battery, contradicted by a count that does not run'];
        if (count !== 0 || !(this.learned.outage?.byCount ?? this.learned.countRuns)) {
            this.zero = undefined;
            return [true, 'output on battery'];
        }
        // A count that ran and is 0 again: the mains are back. That of an agent that may have begun anew has to stay there.
        this.zero ??= { since: at, doubtful: seen.suspect || !this.sawCount };
        if (this.zero.doubtful && at - this.zero.since < COUNT_OVER_MS) return undefined;
        return [false, 'seconds on battery back at 0'];
    }

    private sourceElsewhere(seen: MainsEvidence, { active }: OutageContext): [boolean, string] | undefined {
        if (!active) return [false, 'output not on battery'];
        const doubtful = seen.input === 'dead' && seen.inputTold;
        if (doubtful && this.learned.outage && !this.learned.outage.bySource) return undefined;
        if (seen.counting === 'runs' && this.learned.outage && !this.learned.outage.bySource) return undefined;
        if ((seen.suspect && (doubtful || !seen.knows)) || (doubtful && !seen.knows)) return undefined;
        // "Normal" may be what it says before it knows its UPS.
        if (seen.begunAnew && seen.justBegun && seen.input !== 'alive') return undefined;
        return [false, 'output not on battery'];
    }

    /** An output that is off tells nothing of the mains: an outage that has emptied the battery is still one. */
    private outputOff(seen: MainsEvidence, { active }: OutageContext): [boolean, string] | undefined {
        if (!active) return [false, 'output not on battery'];
        const back = seen.input === 'alive' && !seen.inputBad && seen.counting !== 'runs';
        return back && !(seen.suspect && !seen.knows) ? [false, 'output off, input alive'] : undefined;
    }

    /** Only paths that never say what feeds the output are judged by their other witnesses; of others, one reading does not know it yet. */
    private noSource(seen: MainsEvidence, { active }: OutageContext): [boolean, string] | undefined {
        const { alarm, counting, count, input } = seen;
        // One step may be a slip; against a live input, or an alarm that is not there, it takes more than one.
        const alone = alarm === undefined && input !== 'alive' && !this.learned.namesSource;
        const steady = active || seen.steps > 1 || alone;
        if (counting === 'runs' && steady && (alarm === undefined || input !== 'alive')) {
            return [true, 'seconds on battery run'];
        }
        if (!active) {
            if (alarm === false) return [false, 'no alarm on-battery'];
            if (count === 0) return [false, 'no seconds on battery'];
            if (counting === 'stands') return [false, 'seconds on battery stand still'];
            return input === 'alive' ? [false, 'input alive'] : undefined;
        }
        const says = seen.knows && !seen.justBegun && !(input === 'dead' && seen.inputTold);
        if (this.learned.namesSource || !says || counting === 'runs') return undefined;
        if (alarm === false && this.learned.outage?.byAlarm !== false) return [false, 'no alarm on-battery'];
        if (input === 'alive') return [false, 'input alive'];
        return count === 0 && this.learned.countRuns ? [false, 'seconds on battery back at 0'] : undefined;
    }
}

function valuesOf(seen: MainsEvidence): Verdict['values'] {
    return {
        'output.source': seen.source,
        'alarm on-battery': seen.alarm,
        'battery.secondsOnBattery': seen.count,
        'input.voltage': seen.volts,
        input: seen.input,
        discharge: seen.discharge,
    };
}
