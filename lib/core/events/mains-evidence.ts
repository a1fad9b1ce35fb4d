import type { PartialStatus, UpsStatus } from '../status/status';
import { reportsAlarms } from './rules';

/** Output sources that show whether the mains feed the load; `none`, `other` and no source say nothing about the mains. */
const MAINS_SOURCES = ['normal', 'battery', 'bypass', 'booster', 'reducer'] as const;

/** How much a reading says of the mains: 2 the source of the output, 1 the alarm on-battery or a count of seconds on battery, 0 nothing. */
export function mainsTold({ output, battery, alarms, alarmsTold }: PartialStatus): 0 | 1 | 2 {
    if ((MAINS_SOURCES as readonly unknown[]).includes(output?.source)) return 2;
    return battery?.secondsOnBattery !== undefined || reportsAlarms({ alarms, alarmsTold }, ['on-battery']) ? 1 : 0;
}

/** What one path has learned about its device: JSON, stored for each path over restarts, and never used for another path. */
export interface LearnedPath {
    /** The path has reported an output source other than the battery or none at least once. */
    namesSource?: boolean;
    sourceMoves?: boolean;
    /** Its counter of seconds on battery was seen to run. */
    countRuns?: boolean;
    /** Voltage at its input while the mains are present, V. */
    aliveVolts?: number;
    /** By which signs this path saw the present outage, and whether its output was off from the beginning; deleted at the end of the outage. */
    outage?: { bySource?: boolean; byAlarm?: boolean; byCount?: boolean; offBefore?: boolean };
}

/** `poor`: a voltage is present, but clearly lower than with the mains. */
export type InputState = 'alive' | 'poor' | 'dead';

/** The evidence of one reading for and against an outage, compared with earlier readings of the same path. */
export interface MainsEvidence {
    source: UpsStatus['output']['source'];
    /** The source shows what feeds the output. */
    sourceShowsMains: boolean;
    /** The alarm on-battery: present, absent, or not reported. */
    alarm: boolean | undefined;
    inputBad: boolean;
    input: InputState | undefined;
    volts: number | undefined;
    /** Expected input voltage while nothing is learned yet, V. */
    expected: number;
    /** This path has seen the input alive before, so a dead input is evidence. */
    inputSeenAlive: boolean;
    count: number | undefined;
    /** The counter of seconds on battery runs, stands still, or is not known yet. */
    counting: 'runs' | 'stands' | undefined;
    /** How many times in a row the counter has grown. */
    steps: number;
    /** How long the counter has been 0, clock ms. */
    zeroMs: number;
    /** The sign of a discharge of the battery; undefined: none. */
    discharge: string | undefined;
    /** The battery was seen to discharge: not only a flag, and in more than one reading. */
    batteryFalls: boolean;
    /** The dead input and every sign of a discharge are in one single reading. */
    onlyDead: boolean;
    /** Low or depleted. */
    exhausted: boolean;
    /** The device reports that the battery is being charged. */
    charging: boolean;
    /** The device knows the state of its battery. */
    knowsBattery: boolean;
    /** The agent may have restarted since the last reading: missing values, and counters that start at 0, mean nothing. */
    mayHaveRestarted: boolean;
    /** The agent may have restarted a moment ago: even an alarm that it reports as absent may only be not seen yet. */
    justRestarted: boolean;
    /** Its uptime shows that the agent has restarted. */
    restarted: boolean;
}

/** As parts of the voltage with the mains: below the first an input is dead, above the second it is alive. */
const DEAD_PART = 0.25;
const POOR_PART = 0.6;
/** Outside of this band a UPS may run on battery because of its input. */
const IN_TOLERANCE = [0.85, 1.2] as const;
/** Limit if no reference is known: the voltage that a disconnected AC input picks up is below a DC supply of 12 V. */
const LEAST_ALIVE_VOLTS = 9;
/** A counter that grows by more than the time that has passed, plus this, has jumped. */
const COUNT_SLACK_S = 120;
/** For so long after its last step a counter still counts as running. */
const COUNT_PATIENCE_MS = 10_000;
/** A restarted agent knows its UPS after this time at the latest. */
const SETTLING_MS = 60_000;
/** An alarm that a restarted agent reports as absent counts after this time. */
const JUST_BEGUN_MS = 15_000;
/** sysUpTime and other objects are not read at exactly the same moment: it may seem to go back a little. */
const UPTIME_JITTER_S = 5;
/** A smaller change of the charge is noise of the gauge. */
export const CHARGE_POINTS = 2;
const VOLTAGE_PART = 0.05;
/** The learned voltage is replaced, and written, if it differs by more than this part. */
const LEARN_PART = 0.1;
/** So many readings on mains with a lower input voltage replace the learned voltage. */
const LOWER_READINGS = 60;
/** … and so many with a higher one: a single high reading may be an error, and would make every later reading a dead input. */
const HIGHER_READINGS = 3;
/**
 * A first reading that is much higher than expected is not learned at once. Without an expected voltage the limit is the voltage of any
 * low-voltage mains.
 */
const LIKELY_PART = 1.5;
const LIKELY_VOLTS = 480;
/** A device that reported the battery first must report another source in so many readings in a row; then its source is believed. */
const MOVED_READINGS = 2;
/** A battery that loses less in this time is not in use: it ages, or its gauge drifts. */
const REST_MS = 30 * 60_000;

/** Collects the evidence about the mains from the readings of one path. */
export class MainsWatch {
    private last: { at: number; count?: number; uptime?: number } | undefined;
    private movedAt: number | undefined;
    private zeroSince: number | undefined;
    /** How many times in a row the counter has grown. */
    private steps = 0;
    private stoodSince: number | undefined;
    private suspectSince: number | undefined;
    /** The restart is known from the uptime, not only assumed after a silence. */
    private begunAnew = false;
    /** The battery when it was last not discharging. */
    private rested: { at: number; charge?: number; voltage?: number; exhausted: boolean } | undefined;
    private level: { charge?: number; voltage?: number } = {};
    /** The last reading showed a falling battery, and a dead input. */
    private fell = false;
    private dead = false;
    /** The device has reported a state of its battery at least once. */
    private toldState = false;
    /** Number of readings on mains with an input that is lower, or higher, than the learned voltage. */
    private lower = 0;
    private higher = 0;
    /** The device reported an input of 0 V with the mains present: perhaps it never fills in this value. */
    private blank = false;
    /** The device reported the battery first, and then another source in so many readings in a row. */
    private elsewhere: number | undefined;

    constructor(readonly learned: LearnedPath) {}

    /** @param at clock ms; @param gap the device was silent since the last reading */
    read(status: UpsStatus, at: number, gap: boolean): MainsEvidence {
        const { battery, output, alarms } = status;
        const source = this.sourceOf(output);
        const sourceShowsMains = (MAINS_SOURCES as readonly unknown[]).includes(source);
        if (sourceShowsMains) this.learned.namesSource = true;
        if (sourceShowsMains && output.sourceTold === undefined) this.learnMoves(source !== 'battery');
        const onBattery = alarms?.includes('on-battery') ?? false;
        const alarm = onBattery ? true : reportsAlarms(status, ['on-battery']) ? false : undefined;
        const counting = this.count(battery.secondsOnBattery, at);
        this.zeroSince = battery.secondsOnBattery === 0 ? (this.zeroSince ?? at) : undefined;
        this.suspectRestart(status, at, gap);
        if (counting === 'runs' || onBattery) this.suspectSince = undefined;
        this.last = { at, count: battery.secondsOnBattery, uptime: status.agentUptime ?? this.last?.uptime };
        // A DC UPS has its mains at a DC input.
        const volts = highest(status.input.lines) ?? status.dc?.inputVoltage;
        const inputSeenAlive = this.learned.aliveVolts !== undefined;
        const input = this.inputState(status, volts);
        const exhausted =
            battery.state === 'low' ||
            battery.state === 'depleted' ||
            alarms?.includes('low-battery') === true ||
            alarms?.includes('depleted-battery') === true;
        // In an outage a reading that lacks the input does not show the battery at rest.
        const isMissing = input === undefined && inputSeenAlive && this.learned.outage !== undefined;
        const rests = input !== 'dead' && !isMissing && !onBattery && source !== 'battery';
        const fall = this.fall(status, at, exhausted, rests);
        const fellBefore = this.fell;
        this.fell = fall !== undefined;
        const flag = battery.charging === 'discharging' ? 'discharging' : undefined;
        const single = input === 'dead' && !this.dead && (!fellBefore || fall === undefined);
        this.dead = input === 'dead';
        this.toldState ||= battery.state !== undefined;
        return {
            source,
            sourceShowsMains,
            alarm,
            inputBad: alarms?.includes('input-bad') === true,
            input,
            volts,
            expected: this.reference(status) ?? LIKELY_VOLTS,
            inputSeenAlive,
            count: battery.secondsOnBattery,
            counting,
            steps: this.steps,
            zeroMs: this.zeroSince === undefined ? 0 : at - this.zeroSince,
            discharge: (counting === 'runs' ? 'seconds on battery run' : undefined) ?? fall ?? flag,
            batteryFalls: (counting === 'runs' && this.steps > 1) || (fall !== undefined && fellBefore),
            exhausted,
            charging: battery.charging === 'charging',
            onlyDead: single && counting !== 'runs',
            knowsBattery: battery.state !== 'unknown' && (battery.state !== undefined || !this.toldState),
            mayHaveRestarted: this.suspectSince !== undefined && at - this.suspectSince < SETTLING_MS,
            justRestarted: this.suspectSince !== undefined && at - this.suspectSince < JUST_BEGUN_MS,
            restarted: this.begunAnew,
        };
    }

    /**
     * Learns the input voltage from a reading that was decided to be on mains. A lower voltage than before counts only if it lasts: it may
     * be a brown-out.
     */
    learnAlive({ volts, source, expected }: MainsEvidence): void {
        const known = this.learned.aliveVolts;
        if (volts === undefined || source === 'battery') return;
        if (volts < LEAST_ALIVE_VOLTS) {
            this.blank ||= known === undefined;
            this.higher = 0;
            return;
        }
        const isLower = known !== undefined && volts < known * (1 - LEARN_PART);
        const isHigher =
            known === undefined ? this.blank || volts > LIKELY_PART * expected : volts > known * (1 + LEARN_PART);
        this.lower = isLower ? this.lower + 1 : 0;
        this.higher = isHigher ? this.higher + 1 : 0;
        const isFirst = known === undefined && !isHigher;
        if (!isFirst && this.lower < LOWER_READINGS && this.higher < HIGHER_READINGS) return;
        this.learned.aliveVolts = Math.round(volts * 10) / 10;
    }

    /** An outage is over: the charge that the battery lost in it is no sign of a discharge now. */
    rest(): void {
        this.rested = undefined;
        this.fell = false;
    }

    /** Whether the input is within the range that a UPS passes on. */
    inTolerance(status: UpsStatus, { volts, input }: MainsEvidence): boolean {
        const reference = this.reference(status);
        if (volts === undefined || input !== 'alive') return false;
        if (reference === undefined) return true;
        return volts >= IN_TOLERANCE[0] * reference && volts <= IN_TOLERANCE[1] * reference;
    }

    /**
     * A path that has reported another source before is believed when it reports "battery": the only contradiction is then that the card
     * counts no seconds.
     */
    private sourceOf({ source, sourceTold }: UpsStatus['output']): UpsStatus['output']['source'] {
        return sourceTold !== undefined && this.learned.sourceMoves ? sourceTold : source;
    }

    private count(count: number | undefined, at: number): 'runs' | 'stands' | undefined {
        const before = this.last;
        if (count === undefined || !before) return undefined;
        if (before.count !== undefined && count !== before.count) {
            const began = count < before.count ? 0 : before.count;
            const most = (3 * (at - before.at)) / 1000 + COUNT_SLACK_S;
            const runs = count > 0 && count - began <= most;
            this.movedAt = runs ? at : undefined;
            this.steps = runs ? (count > before.count ? this.steps + 1 : 1) : 0;
            this.stoodSince = undefined;
            if (runs) this.learned.countRuns = true;
        }
        const patience = Math.max(COUNT_PATIENCE_MS, 2.5 * (at - before.at));
        if (this.movedAt !== undefined && at - this.movedAt <= patience) return 'runs';
        this.stoodSince ??= before.at;
        return at - this.stoodSince >= COUNT_PATIENCE_MS ? 'stands' : undefined;
    }

    /** A device that always reports the battery may report something else for a single reading. */
    private learnMoves(elsewhere: boolean): void {
        if (!elsewhere) this.elsewhere = 0;
        else if (this.elsewhere === undefined || ++this.elsewhere >= MOVED_READINGS) this.learned.sourceMoves = true;
    }

    private suspectRestart({ agentUptime }: UpsStatus, at: number, gap: boolean): void {
        const before = this.last;
        if (!before) {
            // The uptime shows how long ago the agent started; the last uptime before was seen by our former process.
            if (agentUptime !== undefined) this.suspect(at - agentUptime * 1000, true);
        } else if (agentUptime !== undefined && before.uptime !== undefined) {
            if (agentUptime + UPTIME_JITTER_S < before.uptime) this.suspect(at, true);
        } else if (gap) {
            this.suspect(at, false);
        }
    }

    private suspect(since: number, begunAnew: boolean): void {
        this.suspectSince = since;
        this.begunAnew = begunAnew;
    }

    /** Its uptime shows that the agent has restarted, and it may not know its UPS yet. */
    private settles(at: number): boolean {
        return this.begunAnew && this.suspectSince !== undefined && at - this.suspectSince < SETTLING_MS;
    }

    private reference({ input, output }: UpsStatus): number | undefined {
        return this.learned.aliveVolts ?? positive(input.nominalVoltage) ?? positive(highest(output.lines));
    }

    private inputState(status: UpsStatus, volts: number | undefined): InputState | undefined {
        if (volts === undefined) return undefined;
        const reference = this.reference(status);
        if (reference === undefined || reference < LEAST_ALIVE_VOLTS) {
            return volts >= LEAST_ALIVE_VOLTS ? 'alive' : 'dead';
        }
        if (volts < DEAD_PART * reference) return 'dead';
        return volts >= POOR_PART * reference ? 'alive' : 'poor';
    }

    /** Which value of the battery has fallen since it was last not discharging. */
    private fall({ battery }: UpsStatus, at: number, exhausted: boolean, rests: boolean): string | undefined {
        // 0 V of a battery is a value that the device never fills in, or does not know yet; so is 0 % beside it, or after a restart.
        const voltage = positive(battery.voltage);
        const isBlank = battery.chargePercent === 0 && (battery.voltage === 0 || this.settles(at));
        const charge = isBlank ? undefined : battery.chargePercent;
        const from = this.rested;
        // A single higher reading is not used as a level to fall from.
        const held = { charge: least(this.level.charge, charge), voltage: least(this.level.voltage, voltage) };
        this.level = { charge, voltage };
        if (rests || !from || at - from.at > REST_MS) {
            this.rested = { at, ...held, exhausted };
            return undefined;
        }
        if (held.charge !== undefined && held.charge > (from.charge ?? -1)) from.charge = held.charge;
        if (held.voltage !== undefined && held.voltage > (from.voltage ?? -1)) from.voltage = held.voltage;
        if (charge !== undefined && from.charge! - charge >= CHARGE_POINTS) return 'charge falls';
        if (voltage !== undefined && from.voltage! - voltage >= VOLTAGE_PART * from.voltage!) return 'voltage falls';
        return exhausted && !from.exhausted ? 'battery runs low' : undefined;
    }
}

function highest(lines: readonly { voltage?: number }[]): number | undefined {
    const volts = lines.map(({ voltage }) => voltage).filter((value) => value !== undefined);
    return volts.length > 0 ? Math.max(...volts) : undefined;
}

const least = (before: number | undefined, now: number | undefined) =>
    before === undefined || now === undefined ? now : Math.min(before, now);

const positive = (value: number | undefined) => (value !== undefined && value > 0 ? value : undefined);
