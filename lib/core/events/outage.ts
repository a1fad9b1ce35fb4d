import type { UpsStatus } from '../status/status';
import { CHARGE_POINTS, MainsWatch, type LearnedPath, type MainsEvidence } from './mains-evidence';
import type { Verdict } from './rules';

/** What the rule must know in addition to the reading. */
export interface OutageContext {
    /** Whether the outage is already on. */
    active: boolean;
    /** A battery test or calibration is running; any path may have reported it. */
    testing: boolean;
    /** It is still within `testMaxMinutes`. */
    testInTime: boolean;
}

/** Readings before a path is called blind: a card that starts may need a few to know its UPS. */
const BLIND_READINGS = 3;
const BLIND_MS = 5000;
/** If the count of seconds worked in earlier outages and stays at 0 for so long, the battery is not in use, even if the source says so. */
const COUNT_OVER_MS = 60_000;

/** For so long the source must be none that we know before the other evidence decides on the end of an outage. */
const UNNAMED_MS = 60_000;

/**
 * Decides whether a reading is an outage. One rule for every path to every UPS; docs/outage.md has it as a table. The source that a device
 * reports is one piece of evidence among several: the alarm, the input, the count of seconds, the charge. Evidence counts as far as this
 * path has shown that it can report it (RFC 1628 sections 4.4 and 4.6; reports of real devices in the tests).
 */
export class OutageRule {
    /** The last readings of this path contained nothing that could show an outage. */
    blind = false;
    /** The last reading of this path contained something that could show an outage. */
    sees = false;
    /** Its count of seconds on battery was seen to grow. */
    counts = false;
    /** The verdict of the last reading; it counts when a second reading agrees, or when none comes in time. */
    doubted: Verdict | undefined;
    private readonly watch: MainsWatch;
    private blindSince: number | undefined;
    private blindReadings = 0;
    /** The last reading that told of the mains was none of an outage. */
    private isOver = false;
    /** Its count was seen above 0 in this process. */
    private sawCount = false;
    /** Since when the count stands at 0 in an outage, and whether its agent may have begun anew then. */
    private zero: { since: number; doubtful: boolean } | undefined;
    /** Since when, in an outage, the source is neither the mains nor the battery: `other`, unknown, or off since before the outage. */
    private unnamedSince: number | undefined;
    /** Since when the input is missing in the readings of an outage that it has shown, and the charge then, percent. */
    private inputMissing: { since: number; charge: number | undefined } | undefined;

    /** @param learned of this path; changed in place */
    constructor(private readonly learned: LearnedPath = {}) {
        this.watch = new MainsWatch(learned);
    }

    /** @param at clock ms; @param gap the device was silent since the last reading. @returns undefined: this reading says nothing about the mains. */
    judge(status: UpsStatus, at: number, gap: boolean, context: OutageContext): Verdict | undefined {
        const seen = this.watch.read(status, at, gap);
        this.look(seen, at);
        const isOff = seen.source === 'none' && !this.learned.outage?.offBefore;
        const isUnnamed = context.active && !seen.sourceShowsMains && !isOff;
        this.unnamedSince = isUnnamed ? (this.unnamedSince ?? at) : undefined;
        const outcome = this.decide(status, seen, at, context);
        if (!outcome) return undefined;
        const [active, rule] = outcome;
        if (active) this.remember(seen);
        else this.watch.learnAlive(seen);
        // Only the first reading on mains: what the battery loses after it is a sign of the next outage.
        if (!active && this.learned.outage && !this.isOver) this.watch.rest();
        this.isOver = !active;
        if (!active && !context.active) this.forgetOutage(seen);
        return { active, rule, values: valuesOf(seen) };
    }

    private remember({ source, alarm, counting }: MainsEvidence): void {
        const outage = (this.learned.outage ??= source === 'none' ? { offBefore: true } : {});
        if (source === 'battery') outage.bySource = true;
        if (alarm) outage.byAlarm = true;
        if (counting === 'runs') outage.byCount = true;
    }

    /** The outage is over: more than one piece of evidence shows it. */
    private forgetOutage({ count }: MainsEvidence): void {
        delete this.learned.outage;
        this.zero = undefined;
        this.sawCount = (count ?? 0) > 0;
    }

    private look({ sourceShowsMains, alarm, count, counting }: MainsEvidence, at: number): void {
        this.sees =
            sourceShowsMains || alarm !== undefined || count === 0 || (count !== undefined && counting !== 'stands');
        if (this.sees) {
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
        // An agent that has just restarted and does not know its battery reports 0 V: that is neither a dead input nor a falling battery.
        const knowsNothing = seen.mayHaveRestarted && !seen.knowsBattery;
        const deadAndUsed = seen.input === 'dead' && seen.discharge !== undefined && !knowsNothing;
        if (deadAndUsed && (seen.inputSeenAlive || this.falls(seen))) {
            const rule = 'input dead, battery discharges';
            if (context.active || seen.source === 'battery' || !seen.onlyDead) return [true, rule];
            this.doubted = { active: true, rule, values: valuesOf(seen) };
        }
        if (seen.source === 'battery') return this.sourceBattery(seen, at, context);
        if (seen.sourceShowsMains) return this.sourceElsewhere(status, seen, at, context);
        // The output was off before the outage, so it shows nothing.
        const off = seen.source === 'none' && !this.learned.outage?.offBefore;
        return off ? this.outputOff(seen, context) : this.noSource(status, seen, at, context);
    }

    /** The evidence that showed the outage shows its end: a charge that is still low is then no sign of a discharge. */
    private falls({
        batteryFalls,
        counting,
        sourceShowsMains,
        source,
        alarm,
        charging,
        zeroMs,
    }: MainsEvidence): boolean {
        const { outage } = this.learned;
        const over =
            (sourceShowsMains && source !== 'battery' && outage?.bySource) ||
            (alarm === false && outage?.byAlarm) ||
            (zeroMs >= COUNT_OVER_MS && outage?.byCount);
        return batteryFalls && (counting === 'runs' || (!over && !charging));
    }

    /** A test or calibration is no outage while the input is alive; if the device reports no input, only for a limited time. */
    private tested(
        status: UpsStatus,
        seen: MainsEvidence,
        { active, testInTime }: OutageContext,
        claimed: boolean,
    ): [boolean, string] | undefined {
        if (seen.inputBad || !(claimed || seen.counting === 'runs')) return undefined;
        if (this.watch.inTolerance(status, seen)) return [false, 'on battery for a test, input alive'];
        const notTold =
            seen.input === undefined || (seen.input === 'dead' && !seen.inputSeenAlive && !seen.batteryFalls);
        if ((notTold || seen.input === 'poor') && testInTime && !seen.exhausted) {
            return [active, 'on battery for a test'];
        }
        return undefined;
    }

    /**
     * Some cards (CE+T) always report source "battery", also on mains. If the card has reported another source before, it is believed at
     * once; otherwise a sign of a discharge must come with it.
     */
    private sourceBattery(seen: MainsEvidence, at: number, { active }: OutageContext): [boolean, string] | undefined {
        const { count, counting, input, discharge, exhausted } = seen;
        const signs = input === 'dead' || exhausted || discharge !== undefined || count === undefined;
        if (signs || this.learned.sourceMoves) return [true, 'output on battery'];
        // The first reading: it is not known yet whether this count grows.
        if (count !== 0 && counting === undefined) return active ? [true, 'output on battery'] : undefined;
        if (!active) return [false, 'source battery, contradicted by a count that does not run'];
        if (count !== 0 || !(this.learned.outage?.byCount ?? this.learned.countRuns)) {
            this.zero = undefined;
            return [true, 'output on battery'];
        }
        // The count grew and is 0 again: the mains are back. If the agent may have restarted, the count must stay at 0 for a while.
        this.zero ??= { since: at, doubtful: seen.mayHaveRestarted || !this.sawCount };
        if (this.zero.doubtful && at - this.zero.since < COUNT_OVER_MS) return undefined;
        return [false, 'seconds on battery back at 0'];
    }

    private sourceElsewhere(
        status: UpsStatus,
        seen: MainsEvidence,
        at: number,
        { active }: OutageContext,
    ): [boolean, string] | undefined {
        if (!active) return [false, 'output not on battery'];
        const doubtful = seen.input === 'dead' && seen.inputSeenAlive;
        if (doubtful && this.learned.outage && !this.learned.outage.bySource) return undefined;
        if (seen.counting === 'runs' && this.learned.outage && !this.learned.outage.bySource) return undefined;
        if (this.lacksInput(status, seen, at)) return undefined;
        if ((seen.mayHaveRestarted && (doubtful || !seen.knowsBattery)) || (doubtful && !seen.knowsBattery))
            return undefined;
        // A card that has just started may report "normal" before it knows its UPS.
        if (seen.restarted && seen.justRestarted && seen.input !== 'alive') return undefined;
        return [false, 'output not on battery'];
    }

    /**
     * The outage was seen by a dead input, whatever source was named, and this reading lacks the input: a part of it was lost on its way. It ends
     * nothing, unless the input is missing for long and the battery is not used meanwhile.
     */
    private lacksInput({ battery: { chargePercent } }: UpsStatus, seen: MainsEvidence, at: number): boolean {
        const { outage } = this.learned;
        const shown = (outage?.byAlarm && seen.alarm === false) || (outage?.byCount && seen.count === 0);
        const lacks = outage && !outage.bySource && !shown && seen.input === undefined && seen.inputSeenAlive;
        if (!lacks) {
            this.inputMissing = undefined;
            return false;
        }
        const from = (this.inputMissing ??= { since: at, charge: chargePercent });
        const fallen = (from.charge ?? 0) - (chargePercent ?? 100) >= CHARGE_POINTS;
        if (fallen && !seen.charging) this.inputMissing = { since: at, charge: chargePercent };
        const rests = seen.charging || (chargePercent !== undefined ? !fallen : seen.discharge === undefined);
        return at - from.since < UNNAMED_MS || !rests || !seen.knowsBattery;
    }

    /** An output that is off says nothing about the mains: after an outage has emptied the battery, the outage still lasts. */
    private outputOff(seen: MainsEvidence, { active }: OutageContext): [boolean, string] | undefined {
        if (!active) return [false, 'output not on battery'];
        const back = seen.input === 'alive' && !seen.inputBad && seen.counting !== 'runs';
        return back && !(seen.mayHaveRestarted && !seen.knowsBattery) ? [false, 'output off, input alive'] : undefined;
    }

    /**
     * Only a path that never reports the source of the output is judged by other evidence; on any other path the next reading will report
     * the source, unless it is one for long that we do not know, such as hot standby.
     */
    private noSource(
        status: UpsStatus,
        seen: MainsEvidence,
        at: number,
        { active }: OutageContext,
    ): [boolean, string] | undefined {
        const { alarm, counting, count, input } = seen;
        // A single step may be an error: if the input is alive or the alarm is absent, more than one step is needed.
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
        const says = seen.knowsBattery && !seen.justRestarted && !(input === 'dead' && seen.inputSeenAlive);
        if (!says || counting === 'runs') return undefined;
        if (this.learned.namesSource) {
            const isLasting = at - (this.unnamedSince ?? at) >= UNNAMED_MS;
            return isLasting && this.isGone(status, seen) ? [false, 'the signs of the outage are gone'] : undefined;
        }
        if (alarm === false && this.learned.outage?.byAlarm !== false) return [false, 'no alarm on-battery'];
        if (input === 'alive') return [false, 'input alive'];
        return count === 0 && this.learned.countRuns ? [false, 'seconds on battery back at 0'] : undefined;
    }

    /** What showed the outage shows its end, and nothing speaks against it. */
    private isGone(status: UpsStatus, seen: MainsEvidence): boolean {
        const { byAlarm, byCount } = this.learned.outage ?? {};
        if (seen.inputBad || seen.exhausted || seen.discharge !== undefined) return false;
        if (byAlarm && seen.alarm !== false) return false;
        if (byCount && seen.zeroMs < COUNT_OVER_MS) return false;
        if (seen.input !== undefined) return this.watch.inTolerance(status, seen);
        return byAlarm === true || byCount === true;
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
