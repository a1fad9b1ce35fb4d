import type { Clock } from '../../core/clock';
import { commandName, type CommandResult, type SettingInfo, type UpsCommand } from '../../core/driver';
import { UpsError, asUpsError, reasonFor } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { PartialStatus } from '../../core/status/status';
import { Pauses } from '../shared/pauses';
import { PollingDriver } from '../shared/polling-driver';
import { TEST_IN_PROGRESS } from './alarms';
import { DeltaCommands, accepted, type Plan, type ReturnOrder } from './commands';
import { decode } from './decode';
import type { DeltaDevice } from './device';
import { Schedule, type PollRequest } from './schedule';
import { readSettings } from './settings';

export interface DeltaDriverOptions {
    clock: Clock;
    device: DeltaDevice;
    intervalMs: number;
    /** Default: `before`. */
    returnOrder?: ReturnOrder;
}

/** Consecutive polls without an answer that count as silence; one lost answer is noise. */
const SILENT_AFTER = 3;
/** A silent UPS is polled ever less often, since each poll costs the others on its line a timeout. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 10_000;
const CONFIRM_MS = 500;
const CONFIRM_TRIES = 8;
const FOLLOW_TRIES = 3;
/** Slow commands wait for free time on the line, but at most this long. */
const OVERDUE_MS = 10_000;

/** A UPS with the serial protocol 1.44. */
export class DeltaDriver extends PollingDriver {
    private readonly schedule: Schedule;
    private readonly commands: DeltaCommands;
    private readonly pauses: Pauses;
    private slowAt: number;
    private testing = false;
    private testStartedAt?: number;

    constructor(private readonly options: DeltaDriverOptions) {
        super({
            ...options,
            failuresToWaiting: SILENT_AFTER,
            backOff: { firstMs: FIRST_RETRY_MS, longestMs: LONGEST_RETRY_MS },
        });
        const { clock, device } = options;
        this.schedule = new Schedule(clock, device);
        this.commands = new DeltaCommands(device, options.returnOrder);
        this.pauses = new Pauses(clock);
        this.slowAt = clock.monotonic();
    }

    supports(command: UpsCommand): boolean {
        return this.commands.supports(command);
    }

    settingsInfo(): Record<string, SettingInfo> {
        return this.options.device.settingsInfo();
    }

    async execute(command: UpsCommand): Promise<CommandResult> {
        try {
            const { plan, unanswered } = await this.loop.enqueue(async () => {
                const made = this.commands.plan(command);
                return { plan: made, unanswered: await this.carryOut(made, commandName(command)) };
            });
            if (command.type === 'test') this.schedule.watchTest();
            const confirmed = plan.changes !== undefined || (await this.confirm(plan));
            if (unanswered && !confirmed) throw unanswered;
            return { confirmed, detail: accepted(plan) };
        } catch (error) {
            throw asUpsError(error, 'protocol', {});
        } finally {
            this.loop.pollNow();
        }
    }

    protected async release(): Promise<void> {
        this.pauses.end();
        // Closes the line first if this is its only user: this ends requests in progress.
        await this.options.device.close();
    }

    /**
     * Sends the frames of a plan.
     * @returns the error if the last frame was not acknowledged: the UPS may have carried it out all the same
     */
    private async carryOut(plan: Plan, name: string): Promise<UpsError | undefined> {
        const { device } = this.options;
        const { changes } = plan;
        if (changes && 'id' in changes && changes.id !== device.id && (await device.isTaken(changes.id))) {
            const reason = said('delta.sameId', { id: changes.id });
            throw new UpsError('command-failed', { command: name, reason });
        }
        const wasPending = device.answers.STA?.shutdownPending === 1;
        for (const [index, frame] of plan.frames.entries()) {
            try {
                await this.order(frame, plan.frames.length > 1);
            } catch (error) {
                const failure = asUpsError(error, 'protocol', {});
                const silent = failure.code === 'device-silent';
                const last = index === plan.frames.length - 1 && !frame.startsWith('SDR');
                if (silent && last && !changes) return failure;
                // A frame without acknowledgement may have been carried out, too. SDT starts nothing. The countdown of another
                // job must continue. The UPS serial protocol 1.44 does not define what SDR starts by itself.
                const begun = plan.frames
                    .slice(0, silent ? index + 1 : index)
                    .some((sent) => sent.startsWith('SDA') || (sent.startsWith('SDR') && !wasPending));
                if (begun) await this.undo(plan, name);
                throw failure;
            }
        }
        if (changes) await this.follow(changes, name);
        return undefined;
    }

    /**
     * Sends a frame. @param again repeats a frame that was not acknowledged: a lost byte must not prevent a shutdown. The frames
     * of a plan may be sent twice.
     */
    private async order(frame: string, again: boolean): Promise<void> {
        const { device } = this.options;
        try {
            await device.send(frame);
        } catch (error) {
            if (!again || asUpsError(error, 'protocol', {}).code !== 'device-silent') throw error;
            await device.send(frame);
        }
    }

    private async undo({ undo }: Plan, command: string): Promise<void> {
        if (undo === undefined) return;
        try {
            await this.options.device.send(undo);
        } catch (error) {
            const reason = said('delta.half', { why: reasonFor(error) });
            throw new UpsError('command-failed', { command, reason }, { cause: error });
        }
    }

    /** Checks that the UPS answers with its new id or speed; otherwise restores the former one on our side. */
    private async follow(changes: NonNullable<Plan['changes']>, command: string): Promise<void> {
        const { device } = this.options;
        const { id } = device;
        const before = device.answers.UBR?.baudRate as number | undefined;
        try {
            if ('id' in changes) device.id = changes.id;
            else await device.setLineSpeed(changes.baudRate);
            await this.heard('id' in changes ? 'UID' : 'UBR');
        } catch (error) {
            device.id = id;
            if ('baudRate' in changes && before !== undefined) await device.setLineSpeed(before);
            const reason = said('delta.otherwise', { why: reasonFor(error) });
            throw new UpsError('command-failed', { command, reason }, { cause: error });
        }
    }

    /** Tries several times: if one lost answer restored the former id or speed on our side only, the UPS would be unreachable. */
    private async heard(poll: 'UID' | 'UBR'): Promise<void> {
        for (let left = FOLLOW_TRIES; ; left--) {
            try {
                await this.options.device.read(poll);
                return;
            } catch (error) {
                if (left <= 1 || asUpsError(error, 'protocol', {}).code === 'interrupted') throw error;
            }
        }
    }

    private async confirm({ shows }: Plan): Promise<boolean> {
        const { device } = this.options;
        for (let tries = 0; shows && tries < CONFIRM_TRIES; tries++) {
            if (tries > 0) await this.pauses.wait(CONFIRM_MS);
            try {
                await this.loop.enqueue(() => device.read(shows.poll, shows.outlet));
            } catch (error) {
                // The UPS has accepted the command; a failed read does not change this.
                const { code } = asUpsError(error, 'protocol', {});
                if (code === 'device-refused' || code === 'interrupted') return false;
                continue;
            }
            if (shows.is(device.answers)) return true;
        }
        return false;
    }

    protected async read(): Promise<PartialStatus> {
        const { clock, device } = this.options;
        await device.read('STO');
        await device.read('STA');
        for (const ask of this.schedule.statusPolls()) await this.attempt(ask);
        if (this.state.state === 'ready' && clock.monotonic() > this.slowAt + OVERDUE_MS) await this.background();
        return this.reading();
    }

    protected override forget(): void {
        this.options.device.forget();
        this.schedule.reset();
    }

    protected override backgroundDue(): number {
        return this.state.state === 'ready' ? this.schedule.nextDue() : Infinity;
    }

    /** Polls one command that the UPS may lack. @throws UpsError if a mandatory command is not answered */
    private async attempt(ask: PollRequest): Promise<void> {
        try {
            await this.options.device.read(ask.poll, ask.outlet);
            this.schedule.answered(ask);
        } catch (error) {
            const failure = asUpsError(error, 'protocol', {});
            if (failure.code === 'device-refused') {
                this.options.device.forgetAnswer(ask.poll, ask.outlet);
                return this.schedule.refused(ask);
            }
            const essential = ask.poll === 'STB' || ask.poll === 'STI';
            if (essential || failure.code === 'interrupted') throw failure;
            if (this.schedule.failed(ask)) this.options.device.forgetAnswer(ask.poll, ask.outlet);
        }
    }

    protected override async background(): Promise<boolean> {
        this.slowAt = this.options.clock.monotonic();
        const ask = this.schedule.next();
        if (!ask) return false;
        try {
            await this.attempt(ask);
        } catch (error) {
            this.fail(error);
            return false;
        }
        return true;
    }

    private reading(): PartialStatus {
        const { clock, device } = this.options;
        const testing = device.answers.TSR?.result === TEST_IN_PROGRESS;
        if (testing && !this.testing) this.testStartedAt = clock.now();
        this.testing = testing;
        return {
            ...decode(device.answers, clock.now(), this.testStartedAt),
            settings: readSettings(device.answers),
        };
    }
}
