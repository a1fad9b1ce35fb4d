import type { UpsStatus } from '../status/status';
import { tellsAlarms } from './rules';

/** Sources of the output that say what feeds it; `none`, `other` and no source say nothing of the mains. */
const TELLING = ['normal', 'battery', 'bypass', 'booster', 'reducer'] as const;

/** What a path has taught of its device: JSON, kept per path over restarts, and never used for another path. */
export interface LearnedPath {
    /** It has told a source of the output, and one that is not the battery. */
    namesSource?: boolean;
    sourceMoves?: boolean;
    /** Its count of seconds on battery has run. */
    countRuns?: boolean;
    /** V at its input with the mains there. */
    aliveVolts?: number;
    /** How the outage that is on was seen by this path, and whether its output was off from the beginning; gone with its end. */
    outage?: { bySource?: boolean; byAlarm?: boolean; byCount?: boolean; offBefore?: boolean };
}

/** `poor`: present, but not what it is with the mains there. */
export type InputState = 'alive' | 'poor' | 'dead';

/** What one reading says for and against an outage, held against what was read before by the same path. */
export interface MainsEvidence {
    source: UpsStatus['output']['source'];
    /** The source says what feeds the output. */
    telling: boolean;
    /** The alarm on-battery: present, absent, or not told. */
    alarm: boolean | undefined;
    inputBad: boolean;
    input: InputState | undefined;
    volts: number | undefined;
    /** V that the input should have, as far as nothing was learned yet. */
    expected: number;
    /** The input was seen alive by this path: that it is dead says something. */
    inputTold: boolean;
    count: number | undefined;
    /** The count of seconds on battery runs; stands still; or nobody can say yet. */
    counting: 'runs' | 'stands' | undefined;
    /** How often on end it has grown. */
    steps: number;
    /** For so long it has been 0, clock ms. */
    zeroMs: number;
    /** By what the battery is seen to be used up. */
    discharge: string | undefined;
    /** Seen to fall, by more than a flag, and by more than one reading. */
    falls: boolean;
    /** A dead input and whatever speaks for a discharge beside it are in one single reading. */
    onlyDead: boolean;
    /** Low or depleted. */
    exhausted: boolean;
    /** It says that the battery is being charged. */
    charging: boolean;
    /** It knows the state of its battery. */
    knows: boolean;
    /** The agent may have begun anew since the last reading: what it does not say, or counts from 0, says nothing. */
    suspect: boolean;
    /** It may have done so a moment ago: even what it says not to be there may be what it does not see yet. */
    justBegun: boolean;
    /** Its uptime says that it has begun anew. */
    begunAnew: boolean;
}

/** Below this part of what it is with the mains there an input is dead; above the other it is alive. */
const DEAD_PART = 0.25;
const POOR_PART = 0.6;
/** Out of this band a UPS may well be on battery because of its input. */
const IN_TOLERANCE = [0.85, 1.2] as const;
/** With nothing to hold it against: what a disconnected AC input picks up stays below a DC supply of 12 V. */
const LEAST_ALIVE_VOLTS = 9;
/** A count that grows by more than the time passed, and this, has jumped and not run. */
const COUNT_SLACK_S = 120;
/** For so long a count that has run is taken to run. */
const COUNT_PATIENCE_MS = 10_000;
/** An agent that begins anew knows its UPS after so long at most. */
const SETTLING_MS = 60_000;
/** What it says to be absent counts after so long. */
const JUST_BEGUN_MS = 15_000;
/** sysUpTime is read beside other objects: it may seem to go back a little. */
const UPTIME_JITTER_S = 5;
/** Less than this is noise of the gauge. */
const CHARGE_POINTS = 2;
const VOLTAGE_PART = 0.05;
/** Learned anew, and written, when it is off by more than this. */
const LEARN_PART = 0.1;
/** So many readings on mains with a lower input make it what the input is. */
const LOWER_READINGS = 60;
/** … and so many with a higher one: a single one may be a glitch, and would make each other reading a dead one. */
const HIGHER_READINGS = 3;
/** Nothing much above what is expected is learned from a first reading; with nothing to expect, V of any low-voltage mains. */
const LIKELY_PART = 1.5;
const LIKELY_VOLTS = 480;
/** So many readings on end on another source show that a device that named the battery before can tell. */
const MOVED_READINGS = 2;
/** A battery that loses less in this time is not being used: it ages, or its gauge wanders. */
const REST_MS = 30 * 60_000;

/** Watches the readings of one path for what they say of the mains. */
export class MainsWatch {
    private last: { at: number; count?: number; uptime?: number } | undefined;
    private movedAt: number | undefined;
    private zeroSince: number | undefined;
    /** How often on end the count has grown. */
    private steps = 0;
    private stoodSince: number | undefined;
    private suspectSince: number | undefined;
    /** It is the uptime that says so, and not a silence. */
    private begunAnew = false;
    /** The battery when it was last not used up. */
    private rested: { at: number; charge?: number; voltage?: number; exhausted: boolean } | undefined;
    private level: { charge?: number; voltage?: number } = {};
    /** The reading before said that the battery has fallen; that the input is dead. */
    private fell = false;
    private dead = false;
    /** It has told a state of its battery. */
    private toldState = false;
    /** Readings on mains with an input that is lower than it was; and higher. */
    private lower = 0;
    private higher = 0;
    /** An input of 0 V was told with the mains there: perhaps a column that nobody fills. */
    private blank = false;
    /** It has named the battery at first, and then another source in so many readings on end. */
    private elsewhere: number | undefined;

    constructor(readonly learned: LearnedPath) {}

    /** @param at clock ms; @param gap the device was silent since the last reading */
    read(status: UpsStatus, at: number, gap: boolean): MainsEvidence {
        const { battery, output, alarms } = status;
        const source = this.sourceOf(output);
        const telling = (TELLING as readonly unknown[]).includes(source);
        if (telling) this.learned.namesSource = true;
        if (telling && output.sourceTold === undefined) this.learnMoves(source !== 'battery');
        const onBattery = alarms?.includes('on-battery') ?? false;
        const alarm = onBattery ? true : tellsAlarms(status, 'on-battery') ? false : undefined;
        const counting = this.count(battery.secondsOnBattery, at);
        this.zeroSince = battery.secondsOnBattery === 0 ? (this.zeroSince ?? at) : undefined;
        this.suspectRestart(status, at, gap);
        if (counting === 'runs' || onBattery) this.suspectSince = undefined;
        this.last = { at, count: battery.secondsOnBattery, uptime: status.agentUptime ?? this.last?.uptime };
        const volts = highest(status.input.lines);
        const inputTold = this.learned.aliveVolts !== undefined;
        const input = this.inputState(status, volts);
        const exhausted =
            battery.state === 'low' ||
            battery.state === 'depleted' ||
            alarms?.includes('low-battery') === true ||
            alarms?.includes('depleted-battery') === true;
        const fall = this.fall(status, at, exhausted, input !== 'dead' && !onBattery && source !== 'battery');
        const fellBefore = this.fell;
        this.fell = fall !== undefined;
        const flag = battery.charging === 'discharging' ? 'discharging' : undefined;
        const single = input === 'dead' && !this.dead && (!fellBefore || fall === undefined);
        this.dead = input === 'dead';
        this.toldState ||= battery.state !== undefined;
        return {
            source,
            telling,
            alarm,
            inputBad: alarms?.includes('input-bad') === true,
            input,
            volts,
            expected: this.reference(status) ?? LIKELY_VOLTS,
            inputTold,
            count: battery.secondsOnBattery,
            counting,
            steps: this.steps,
            zeroMs: this.zeroSince === undefined ? 0 : at - this.zeroSince,
            discharge: (counting === 'runs' ? 'seconds on battery run' : undefined) ?? fall ?? flag,
            falls: (counting === 'runs' && this.steps > 1) || (fall !== undefined && fellBefore),
            exhausted,
            charging: battery.charging === 'charging',
            onlyDead: single && counting !== 'runs',
            knows: battery.state !== 'unknown' && (battery.state !== undefined || !this.toldState),
            suspect: this.suspectSince !== undefined && at - this.suspectSince < SETTLING_MS,
            justBegun: this.suspectSince !== undefined && at - this.suspectSince < JUST_BEGUN_MS,
            begunAnew: this.begunAnew,
        };
    }

    /** With the mains there, as decided: what the input is then. Lower than before counts when it lasts: it may be a brown-out. */
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

    /** An outage is over: what the battery has lost in it is no discharge of now. */
    rest(): void {
        this.rested = undefined;
        this.fell = false;
    }

    /** In what is held to be the mains: within what a UPS passes on. */
    inTolerance(status: UpsStatus, { volts, input }: MainsEvidence): boolean {
        const reference = this.reference(status);
        if (volts === undefined || input !== 'alive') return false;
        if (reference === undefined) return true;
        return volts >= IN_TOLERANCE[0] * reference && volts <= IN_TOLERANCE[1] * reference;
    }

    /** Of a path that has named another source before, what contradicts "battery" is a card that counts no seconds. */
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

    /** One that names the battery for ever may say something else for once. */
    private learnMoves(elsewhere: boolean): void {
        if (!elsewhere) this.elsewhere = 0;
        else if (this.elsewhere === undefined || ++this.elsewhere >= MOVED_READINGS) this.learned.sourceMoves = true;
    }

    private suspectRestart({ agentUptime }: UpsStatus, at: number, gap: boolean): void {
        const before = this.last;
        if (!before) {
            // Its last uptime is of our former process.
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

    /** What of the battery has fallen since it was last at rest. */
    private fall({ battery }: UpsStatus, at: number, exhausted: boolean, rests: boolean): string | undefined {
        const { chargePercent: charge, voltage } = battery;
        const from = this.rested;
        // Higher for once is no level to fall from.
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
