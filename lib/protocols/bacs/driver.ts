import {
    MOST_MODULES,
    type BatteryDriver,
    type BatteryDriverEvents,
    type BatteryFlags,
    type BatteryIdentity,
    type CardSettings,
} from '../../core/batteries/model';
import type { Clock } from '../../core/clock';
import type { DriverState } from '../../core/driver';
import { asUpsError, UpsError } from '../../core/errors';
import { said, type Sentence } from '../../core/language/sentence';
import { PolledDevice } from '../shared/polled-device';
import type { TrapSubscription } from '../snmp/traps';
import { SnmpBeside } from './beside';
import type { Counts } from './modbus-values';
import type { BacsPath, CardFlags, SweepRun } from './path';
import type { SnmpReader } from './snmp-reader';

export interface BacsDriverOptions {
    clock: Clock;
    /** Name for errors. */
    host: string;
    path: BacsPath;
    /** SNMP beside Modbus. */
    beside?: SnmpReader;
    /** ms between two readings of the flags; default 1000. */
    flagsMs?: number;
    /** ms from the begin of a sweep to that of the next one. */
    sweepMs: number;
    /** So many silent readings of the flags in a row end `ready`; default 1. */
    failuresToWaiting?: number;
    /** Subscribes to traps of this card; `hint` causes a reading. */
    traps?: (hint: () => void) => Pick<TrapSubscription, 'cancel'>;
    /** Problems that do not stop the reading: sweeps that fail again and again, a count that no battery has. Each once, until it is over. */
    warn?(error: UpsError): void;
}

const FLAGS_MS = 1000;
/** In a discharge all values are read so often, where the line allows it. */
const URGENT_MS = 5000;
/** Flags that change all the time cause no more sweeps than this. */
const SHORTEST_GAP_MS = 2000;
/** A sweep that takes longer is none: its first values are too old for its last. */
const LONGEST_SWEEP_MS = 60_000;
const BUSY_PAUSE_MS = 150;
const FIRST_RETRY_MS = 1000;
const HOUR_MS = 3_600_000;
const SETTINGS_RETRY_MS = 60_000;
/** Sweeps cut in a row, and ms of a wrong count, after which somebody is told. */
const CUTS_TO_WARN = 3;
const WRONG_MS_TO_WARN = 60_000;
/** Other counts before one sweep came to its end, after which somebody is told: a card that starts counts some times. */
const RECOUNTS_TO_WARN = 10;
/** Readings in a row that cannot be, after which the card counts as one that gives no answer. */
const MOST_DOUBTS = 5;

/** What the bus does all the time: no reason to read all values. */
const BUSTLE: readonly string[] = ['polling', 'searching'];

/**
 * A BACS system behind its WEBMANAGER. The flags are read each second. All values are read in the background, request by request: a pass is told when it is
 * whole, and the counts and the serial number are then the same as at its begin; else it is given up, and begins anew. Silence is decided by the flags alone.
 */
export class BacsDriver extends PolledDevice<CardFlags> implements BatteryDriver {
    private events: BatteryDriverEvents | undefined;
    private readonly beside?: SnmpBeside;
    private traps?: Pick<TrapSubscription, 'cancel'>;
    private urgent = false;
    private flags?: CardFlags;
    private counts?: Counts;
    private identity: BatteryIdentity = {};

    private run?: SweepRun;
    private startedAt = -Infinity;
    private sweepDue = Infinity;
    private pausedUntil = -Infinity;
    /** A flag has changed since the present sweep began: one more follows. */
    private again = false;
    private cuts = 0;
    private way?: BacsPath['spare'];
    private recounts = 0;
    /** The last reading as it was told, and the counts that were believed last. */
    private told?: string;
    private lastCounts?: Counts;
    private doubts = 0;

    private settingsDue = -Infinity;
    private wrongSince?: number;
    private warnedOfCount = false;

    constructor(private readonly options: BacsDriverOptions) {
        const { clock, flagsMs = FLAGS_MS, failuresToWaiting, beside } = options;
        super({ clock, intervalMs: flagsMs, ...(failuresToWaiting !== undefined && { failuresToWaiting }) });
        if (beside) {
            this.beside = new SnmpBeside(clock, beside, (settings, model) => {
                this.events?.settings(settings);
                if (model) this.learnIdentity({ model });
            });
        }
    }

    start(events: BatteryDriverEvents): void {
        this.events ??= events;
        this.beginPolling();
    }

    /** Reads flags and all values now. */
    override pollNow(): void {
        this.sweepSoon(this.clock.monotonic());
        super.pollNow();
    }

    /** Names and limits as the card tells them now, by SNMP. @throws UpsError not-supported: only Modbus is read; device-silent … */
    async askSettings(): Promise<CardSettings> {
        const { path, host } = this.options;
        if (!this.beside && !path.settings) throw new UpsError('not-supported', { device: host, command: 'SNMP' });
        const settings = await (this.beside ? this.beside.ask() : this.loop.enqueue(() => path.settings!()));
        this.events?.settings(settings);
        return settings;
    }

    override setUrgent(urgent: boolean): void {
        if (this.urgent === urgent) return;
        this.urgent = urgent;
        if (this.sweepDue !== Infinity) this.sweepDue = this.startedAt + this.sweepMs;
        // Also ends a rest of the loop until a later sweep.
        super.pollNow();
    }

    /** The way by which it reads while the first one fails. */
    get spare(): 'SNMP' | undefined {
        return this.options.path.spare && 'SNMP';
    }

    private get sweepMs(): number {
        const usual = this.options.path.sweepMs ?? this.options.sweepMs;
        return this.urgent ? Math.min(URGENT_MS, usual) : usual;
    }

    protected async read(): Promise<CardFlags | undefined> {
        return this.believed(await this.options.path.flags());
    }

    protected override prepare(): void {
        this.traps = this.options.traps?.(() => this.pollNow());
    }

    protected async release(): Promise<void> {
        this.traps?.cancel();
        this.traps = undefined;
        await Promise.all([this.options.path.close(), this.beside?.close()]);
    }

    protected override failureOf(error: unknown): UpsError {
        return asUpsError(error, 'protocol', { host: this.options.host });
    }

    /** A cut: what was read of the sweep is worth nothing. */
    protected override forget(): void {
        this.run = undefined;
        this.sweepDue = Infinity;
        this.flags = undefined;
    }

    protected entered(state: DriverState, isNews: boolean): void {
        if (state.state === 'ready') {
            // After a silence it may be another card, or have another set-up.
            this.settingsDue = -Infinity;
            this.sweepDue = this.clock.monotonic();
        }
        if (isNews) this.events?.state(state);
    }

    protected publish(flags: CardFlags): void {
        const { counts, wrongCount, restarted, ...told } = flags;
        const before = this.flags;
        this.flags = flags;
        if (restarted) this.otherCard();
        if (!sameCounts(this.counts, counts)) {
            if (this.run && ++this.recounts === RECOUNTS_TO_WARN) this.warnOf('countChanges');
            this.counts = counts;
            this.beginAnew();
            // A card that counts anew all the time is not asked without end.
            if (this.recounts > 1) this.sweepDue = this.startedAt + SHORTEST_GAP_MS;
        }
        this.followWay();
        this.watchCount(wrongCount);
        if (before && !sameStates(before, flags)) this.sweepSoon(this.startedAt + SHORTEST_GAP_MS);
        const strings = told.strings ?? this.beside?.alarmsAmong(told.states);
        this.events?.flags({ ...told, ...(strings && { strings }) });
    }

    protected override backgroundDue(): number {
        if (this.state.state !== 'ready' || this.stopping) return Infinity;
        if (this.run) return this.pausedUntil;
        const settingsDue = this.options.path.settings ? this.settingsDue : Infinity;
        return Math.min(settingsDue, this.counts ? this.sweepDue : Infinity);
    }

    protected override async background(): Promise<boolean> {
        const now = this.clock.monotonic();
        if (this.run && now - this.startedAt > LONGEST_SWEEP_MS) this.cut(this.troubleOf('tooSlow'));
        if (!this.run && this.options.path.settings && now >= this.settingsDue) {
            await this.readSettings();
            return true;
        }
        if (!this.run && this.counts && now >= this.sweepDue) this.begin(this.counts, now);
        const { run } = this;
        if (!run) return false;
        try {
            const step = await run.step();
            if (this.clock.monotonic() - this.startedAt > LONGEST_SWEEP_MS) this.cut(this.troubleOf('tooSlow'));
            else if (step === 'pause') this.pausedUntil = this.clock.monotonic() + BUSY_PAUSE_MS;
            else if (step === 'done') await this.finish(run);
        } catch (error) {
            this.cut(error);
        }
        return true;
    }

    private begin(counts: Counts, now: number): void {
        this.startedAt = now;
        this.sweepDue = now + this.sweepMs;
        this.again = false;
        this.pausedUntil = -Infinity;
        this.run = this.options.path.sweep(counts);
        // By the spare way, the sweep itself reads the strings.
        this.beside?.begin(this.options.path.spare ? undefined : counts.strings);
    }

    /** The pass is told if the card is still what it was at its begin. */
    private async finish(run: SweepRun): Promise<void> {
        const flags = this.believed(await this.options.path.flags());
        if (!flags) throw this.unbelievable(undefined);
        this.deliver(flags);
        if (this.run !== run || !this.flags || this.stopping) return;
        if (this.isOther(run.identity)) {
            this.otherCard();
            this.identity = {};
            this.learnIdentity(run.identity!);
            return;
        }
        if (run.identity) this.learnIdentity(run.identity);
        const sweep = run.result(this.flags);
        const whole = this.beside ? await this.beside.addTo(sweep, this.startedAt) : sweep;
        this.run = undefined;
        this.cuts = this.recounts = 0;
        if (this.again) this.sweepDue = Math.min(this.sweepDue, this.startedAt + SHORTEST_GAP_MS);
        if (!this.stopping) this.events?.sweep(whole);
    }

    /** The sweep has failed: only the flags decide whether the card is silent. */
    private cut(error: unknown): void {
        const failure = this.failureOf(error);
        this.run = undefined;
        if (failure.code === 'interrupted' || this.stopping) {
            this.sweepDue = Infinity;
            return;
        }
        const wait = Math.min(this.sweepMs, FIRST_RETRY_MS * 2 ** Math.min(10, this.cuts++));
        if (this.state.state === 'ready') this.sweepDue = this.clock.monotonic() + wait;
        if (this.cuts === CUTS_TO_WARN && !this.options.path.spare) this.options.warn?.(failure);
    }

    /** A pass is of one way. */
    private followWay(): void {
        const way = this.options.path.spare;
        if (way === this.way) return;
        const isOther = (this.way === 'flags') !== (way === 'flags');
        this.way = way;
        if (isOther) this.beginAnew();
    }

    private beginAnew(): void {
        this.run = undefined;
        this.sweepDue = this.clock.monotonic();
    }

    private otherCard(): void {
        this.options.path.forget();
        this.beside?.forget();
        this.settingsDue = -Infinity;
        this.beginAnew();
    }

    private sweepSoon(at: number): void {
        if (this.run) this.again = true;
        else if (this.sweepDue !== Infinity)
            this.sweepDue = Math.min(this.sweepDue, Math.max(at, this.clock.monotonic()));
    }

    private isOther(told: BatteryIdentity | undefined): boolean {
        const { serial } = this.identity;
        return serial !== undefined && told?.serial !== undefined && told.serial !== serial;
    }

    private learnIdentity(told: BatteryIdentity): void {
        const identity = { ...this.identity, ...told };
        const { serial, firmware, model } = this.identity;
        if (serial === identity.serial && firmware === identity.firmware && model === identity.model) return;
        this.identity = identity;
        this.events?.identity(identity);
    }

    private async readSettings(): Promise<void> {
        const { path } = this.options;
        try {
            const identity = await path.identity?.();
            if (identity && this.isOther(identity)) {
                this.otherCard();
                this.identity = {};
            }
            const settings: CardSettings | undefined = await path.settings?.();
            this.settingsDue = this.clock.monotonic() + HOUR_MS;
            if (this.stopping) return;
            if (identity) this.learnIdentity(identity);
            if (settings) this.events?.settings(settings);
        } catch {
            // Names and limits can wait; whether the card is silent is decided by the flags.
            this.settingsDue = this.clock.monotonic() + SETTINGS_RETRY_MS;
        }
    }

    /** A card that starts counts none for a while. */
    private watchCount(modules: number | undefined): void {
        const now = this.clock.monotonic();
        if (modules === undefined) {
            this.wrongSince = undefined;
            this.warnedOfCount = false;
            return;
        }
        this.wrongSince ??= now;
        if (this.warnedOfCount || now - this.wrongSince < WRONG_MS_TO_WARN) return;
        this.warnedOfCount = true;
        const { host, warn } = this.options;
        warn?.(new UpsError('device-refused', { host, reason: wrongCountOf(modules) }));
    }

    private warnOf(what: 'countChanges' | 'tooSlow'): void {
        this.options.warn?.(this.troubleOf(what));
    }

    /** A whole sentence: what to do is not what to do when a device refuses. */
    private troubleOf(what: 'countChanges' | 'tooSlow'): UpsError {
        const { host } = this.options;
        return new UpsError('device-refused', { host, sentence: said(`bacs.${what}`, { host }) });
    }

    /**
     * Registers that hold rubbish would begin and end events at random. Their counts are rubbish, too: flags with counts that no battery has, or without
     * those that were told before, are believed when the next reading tells the same.
     * @returns undefined: not yet @throws UpsError protocol: again and again
     */
    private believed(flags: CardFlags): CardFlags | undefined {
        const { counts, wrongCount, states } = flags;
        const lasting = [...states].filter((state) => !BUSTLE.includes(state)).sort();
        const told = [wrongCount, counts?.modules, counts?.strings, ...lasting].join();
        const again = told === this.told;
        this.told = told;
        const { lastCounts } = this;
        const isOdd = wrongCount !== undefined || (lastCounts && (!counts || (lastCounts.strings && !counts.strings)));
        if (again || !isOdd) {
            this.doubts = 0;
            this.lastCounts = counts ?? lastCounts;
            return flags;
        }
        if (++this.doubts < MOST_DOUBTS) return undefined;
        throw this.unbelievable(wrongCount);
    }

    private unbelievable(modules: number | undefined): UpsError {
        const reason = modules === undefined ? said('modbus.damaged') : wrongCountOf(modules);
        return new UpsError('protocol', { host: this.options.host, reason });
    }
}

function wrongCountOf(modules: number): Sentence {
    return said('bacs.wrongCount', { modules, most: MOST_MODULES });
}

function sameCounts(one: Counts | undefined, other: Counts | undefined): boolean {
    return one?.modules === other?.modules && one?.strings === other?.strings;
}

function sameStates(one: BatteryFlags, other: BatteryFlags): boolean {
    const count = ({ states }: BatteryFlags) => [...states].filter((state) => !BUSTLE.includes(state)).length;
    return (
        count(one) === count(other) && [...one.states].every((each) => BUSTLE.includes(each) || other.states.has(each))
    );
}
