import { realMs, type Clock } from '../clock';
import { sameState, type CommandResult, type DriverState, type UpsCommand, type UpsDriver } from '../driver';
import type { UpsError } from '../errors';
import { OutageRule } from '../events/outage';
import type { Verdict } from '../events/rules';
import { PendingWork } from '../pending-work';
import type { PartialStatus } from '../status/status';
import type { PathMemory } from './path-memory';
import { SteadyReading } from './steady-reading';

/** So many polls must be missed before a path counts as silent: it may simply not have been asked yet. */
export const POLLS_TO_WAIT = 2.5;

/** How long the unit waits for a second look at a path without an interval, or with a long one, clock ms. */
const LOOK_AGAIN_MS = { least: 400, polled: 1000, most: 15_000 } as const;
const LOOK_AGAIN_GAPS = 1.2;
/**
 * How long `stop` waits for a command, ms. Shorter than the time that Node-RED allows a closing node, and than the time that jobs wait for
 * their commands.
 */
const COMMAND_GRACE_MS = 10_000;
const GAPS_KEPT = 5;
/** If two readings lie further apart than this, real ms, and further than some polls, the device was silent between them. */
const SILENT_MS = 10_000;

/** Why a path has no readings. */
export interface PathFailure {
    /** An error code; `data` is the data of that error. */
    code: string;
    data: UpsError['data'];
    /** Epoch ms. */
    since?: number;
}

/** One path to the UPS: its driver, its last reading, and the state of its connection. */
export class DevicePath {
    state: DriverState = { state: 'idle' };
    /** Its last reading, without the values that are in doubt. */
    reading: PartialStatus | undefined;
    /** A value of the reading is in doubt: the unit asks for a second reading. */
    doubted = false;
    /** This is a new reading, and not a further part of the one before. */
    another = true;
    private raw: PartialStatus | undefined;
    /** Clock ms of the last good reading. */
    readAt: number | undefined;
    /** How many good readings it has given. */
    answers = 0;
    /** The device answers but says that it has lost its UPS (upsAlarmCommunicationsLost). */
    behindAgent = false;
    private readonly steady = new SteadyReading();
    readonly rule: OutageRule;
    /** Since when it has no readings, epoch ms; undefined while it is not known to be silent. */
    private downSince: number | undefined;
    /** What its last reading says about an outage; undefined: it says nothing about it. */
    verdict: Verdict | undefined;
    /** A poll has failed since its last reading. */
    private silentSince = false;
    private gaps: number[] = [];
    private readonly commands: PendingWork;

    constructor(
        readonly id: string,
        readonly driver: UpsDriver,
        private readonly clock: Clock,
        readonly name: string = id,
        readonly priority = 1,
        /** Clock ms between polls, if it is polled. */
        readonly intervalMs = 0,
        readonly memory?: PathMemory,
    ) {
        this.rule = new OutageRule(memory?.mains);
        this.commands = new PendingWork(clock);
    }

    /** @param at epoch ms; @returns whether it is another state, or the same silence for another reason */
    enter(state: DriverState, at?: number): boolean {
        const isNews = !sameState(this.state, state);
        this.state = state;
        if (state.state === 'ready') this.downSince = undefined;
        else if (state.state === 'waiting') this.downSince ??= at;
        if (state.state === 'waiting') this.silentSince = true;
        return isNews;
    }

    /** Handles a good reading at `now`, clock ms. @returns whether the device was silent before it */
    noteAnswer(now: number): boolean {
        const silentMs = realMs(this.clock, SILENT_MS);
        const gap = this.readAt === undefined ? 0 : now - this.readAt;
        const silent = this.silentSince || gap > Math.max(silentMs, POLLS_TO_WAIT * this.intervalMs);
        if (gap > 0 && !silent) this.gaps = [...this.gaps, gap].slice(-GAPS_KEPT);
        this.silentSince = false;
        this.readAt = now;
        this.answers++;
        return silent;
    }

    /** A poll has failed since its last reading. */
    get failed(): boolean {
        return this.silentSince;
    }

    /** @param further it is a further part of the reading before; the wall clock cannot tell, it may show two polls the same time */
    note(reading: PartialStatus, now: number, further = false): void {
        this.another = !further;
        this.raw = reading;
        ({ reading: this.reading, doubt: this.doubted } = this.steady.take(reading, now, false, !this.another));
    }

    /** No later reading contradicted the last one: it counts as it is. */
    settle(now: number): void {
        this.another = true;
        if (this.rule.doubted) this.verdict = this.rule.doubted;
        this.rule.doubted = undefined;
        if (!this.raw) return;
        ({ reading: this.reading, doubt: this.doubted } = this.steady.take(this.raw, now, true));
    }

    /** How long the unit waits for the reading that it asked for, clock ms. */
    get lookAgainMs(): number {
        const { least, polled, most } = LOOK_AGAIN_MS;
        const usual = this.gaps.length > 0 ? LOOK_AGAIN_GAPS * Math.min(...this.gaps) : 0;
        const wait = this.intervalMs > 0 ? Math.max(polled, POLLS_TO_WAIT * this.intervalMs) : Math.max(least, usual);
        return Math.min(most, wait);
    }

    /** Its readings do not show whether the mains are present. */
    get blind(): boolean {
        return this.driver.outagesUnseen === true || this.rule.blind;
    }

    /** Its last reading told by what an outage would be seen. Before `blind` is certain, it may be neither. */
    get sees(): boolean {
        return this.driver.outagesUnseen !== true && this.rule.sees;
    }

    /** It answers, and its values are younger than `staleMs`; a path that is polled more rarely than that may miss one poll. */
    healthy(now: number, unitStaleMs: number): boolean {
        const staleMs = Math.max(unitStaleMs, POLLS_TO_WAIT * this.intervalMs);
        if (this.readAt === undefined || this.behindAgent || this.state.state === 'waiting') return false;
        return now - this.readAt < staleMs;
    }

    /** Why it has no readings, as an error code, for evidence and texts. */
    get trouble(): string {
        if (this.behindAgent) return 'ups-behind-agent-lost';
        return this.state.state === 'waiting' ? this.state.code : 'device-silent';
    }

    /** The same with all details, for people; undefined while it works. */
    get failure(): PathFailure | undefined {
        if (this.behindAgent) return { code: 'device-silent', data: { host: this.name, why: 'behind-agent' } };
        if (this.state.state !== 'waiting') return undefined;
        const { code, data = {} } = this.state;
        return { code, data, ...(this.downSince === undefined ? {} : { since: this.downSince }) };
    }

    execute(command: UpsCommand): Promise<CommandResult> {
        return this.commands.track(this.driver.execute(command));
    }

    /** Stops the driver. It first waits for the outcome of a command that the device already has: otherwise the successor would send it again. */
    async stop(): Promise<void> {
        if (!this.commands.idle) await this.commands.waitUntilSettled(COMMAND_GRACE_MS);
        await this.driver.stop();
    }
}
