import type { Clock } from '../../core/clock';
import { SOURCE_BATTERY, TEST_IN_PROGRESS } from './alarms';
import type { DeltaDevice } from './device';
import type { PollName } from './polls';

export interface PollRequest {
    poll: PollName;
    outlet?: number;
}

/** Interval of each polling command, seconds. Values that change only by a command or by hand have long intervals. */
const INTERVALS: Partial<Record<PollName, number>> = {
    ...{ TSR: 20, STP: 15, ENV: 15 },
    ...{ SDT: 60, TXV: 60, VSN: 60, TEL: 300, BRD: 300, ATT: 60, ATX: 60, ARB: 60, TXF: 60, UBD: 60, SOV: 60, BTV: 60 },
    ...{ MNU: 600, MOD: 600, VER: 600, RAT: 600, UBR: 600, UID: 600 },
    ...{ AVL: 600, LET: 600 },
};
/** Interval of SOL for each outlet, seconds. */
const OUTLET_INTERVAL = 15;
/** Seconds until a command that the UPS lacks is tried again: each timeout blocks the line. */
const UNKNOWN_RETRY_AFTER = 1800;
/** Consecutive timeouts after which a command counts as unknown, while other commands are answered. */
const TRIES = 2;
const RETRY_AFTER = 5;

/**
 * Decides which commands to poll when, so that a line with 2400 baud gives a status every second. A character takes 4 ms; STO and
 * STA with their answers take about 400 ms, STB and STI the same. Each status therefore has the source and the alarms; battery
 * and input alternate (on battery, the battery is in every status); all other commands are polled one at a time in between.
 */
export class Schedule {
    private round = 0;
    private readonly due = new Map<string, number>();
    /** Commands that this UPS lacks, with the monotonic time at which each is tried again. */
    private readonly unknown = new Map<string, number>();
    private readonly missed = new Map<string, number>();
    private testAskedAt = -Infinity;

    constructor(
        private readonly clock: Clock,
        private readonly device: DeltaDevice,
    ) {}

    /** The further polls of a status, after STO and STA, which are part of every status. */
    statusPolls(): PollRequest[] {
        const { STO, STA, TSR } = this.device.answers;
        const round = this.round++;
        if (round === 0) return this.known([{ poll: 'STB' }, { poll: 'STI' }, { poll: 'AVL' }, { poll: 'LET' }]);
        const onBattery = STO?.source === SOURCE_BATTERY;
        // On battery with a good input: a test runs, which must be distinguished from an outage.
        const test =
            TSR?.result === TEST_IN_PROGRESS ||
            (onBattery && STA?.inputBad !== 1) ||
            this.clock.monotonic() < this.testAskedAt + 30_000;
        const inputTurn = onBattery ? round % 4 === 0 : round % 2 === 0;
        return this.known([
            ...(!inputTurn || onBattery ? [{ poll: 'STB' as const }] : []),
            ...(inputTurn ? [{ poll: 'STI' as const }] : []),
            ...(test ? [{ poll: 'TSR' as const }] : []),
        ]);
    }

    /** A test was commanded: polls TSR often enough to see it begin. */
    watchTest(): void {
        this.testAskedAt = this.clock.monotonic();
    }

    /** The command that has been due for the longest time. */
    next(): PollRequest | undefined {
        const now = this.clock.monotonic();
        const [first] = this.slow().sort((a, b) => this.dueAt(a) - this.dueAt(b));
        return first && this.dueAt(first) <= now ? first : undefined;
    }

    /** Monotonic ms at which the next command is due. */
    nextDue(): number {
        return Math.min(...this.slow().map((ask) => this.dueAt(ask)));
    }

    /** Plans the next poll after an answer. */
    answered(ask: PollRequest): void {
        this.missed.delete(keyOf(ask));
        this.postpone(ask, ask.poll === 'SOL' ? OUTLET_INTERVAL : (INTERVALS[ask.poll] ?? 0));
    }

    /** The UPS lacks the command. */
    refused(ask: PollRequest): void {
        this.unknown.set(keyOf(ask), this.clock.monotonic() + UNKNOWN_RETRY_AFTER * 1000);
    }

    /** Counts a missing or invalid answer while others are answered. @returns whether the command now counts as unknown */
    failed(ask: PollRequest): boolean {
        const times = (this.missed.get(keyOf(ask)) ?? 0) + 1;
        this.missed.set(keyOf(ask), times);
        if (times >= TRIES) this.refused(ask);
        else this.postpone(ask, RETRY_AFTER);
        return times >= TRIES;
    }

    /** Polls everything again: the UPS was silent. */
    reset(): void {
        this.due.clear();
        this.unknown.clear();
        this.missed.clear();
        this.round = 0;
    }

    private slow(): PollRequest[] {
        const polls = (Object.keys(INTERVALS) as PollName[]).map((poll): PollRequest => ({ poll }));
        const outlets = Array.from({ length: this.device.outletCount }, (_, index): PollRequest => ({
            poll: 'SOL',
            outlet: index + 1,
        }));
        return [...polls, ...outlets];
    }

    private known(asks: PollRequest[]): PollRequest[] {
        const now = this.clock.monotonic();
        return asks.filter((ask) => (this.unknown.get(keyOf(ask)) ?? 0) <= now);
    }

    private dueAt(ask: PollRequest): number {
        const key = keyOf(ask);
        return Math.max(this.due.get(key) ?? 0, this.unknown.get(key) ?? 0);
    }

    private postpone(ask: PollRequest, seconds: number): void {
        this.due.set(keyOf(ask), this.clock.monotonic() + seconds * 1000);
    }
}

const keyOf = ({ poll, outlet }: PollRequest) => (outlet === undefined ? poll : `${poll}${outlet}`);
