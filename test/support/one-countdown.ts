import type { CommandResult, UpsCommand } from '../../lib/core/driver';
import { UpsError } from '../../lib/core/errors';
import { abortShutdown } from '../../lib/core/commands/abort-shutdown';
import { isFinalFor } from '../../lib/core/commands/countdown-reading';
import { keepTrying } from '../../lib/core/commands/keep-trying';
import { SentShutdowns } from '../../lib/core/commands/sent-shutdowns';
import {
    ShutdownCommand,
    ShutdownWithdrawn,
    type ShutdownPlan,
    type ShutdownProgress,
} from '../../lib/core/commands/shutdown-command';
import type { PartialStatus } from '../../lib/core/status/status';
import { onBattery, UnitBench } from './fake-ups';

/** A device with one countdown that switches its output off when it is over. */
export class OneCountdown extends UnitBench {
    readonly got: string[] = [];
    offAt: number | undefined;
    off = false;
    /** What becomes of the next command; `ignored`: it is answered, and nothing comes of it. */
    fate: 'taken' | 'unconfirmed' | 'ignored' | 'lost' | 'reply lost' | 'refused' = 'taken';
    /** The next abort comes just after the countdown has ended; the device takes it, and forgets to switch on again. */
    abortComesLate = false;
    canAbort = true;
    reading: () => PartialStatus = onBattery;
    readonly sentShutdowns = new SentShutdowns(this.journal, 'unit1');
    signal = new AbortController();
    progress: ShutdownProgress | undefined;
    private writesLeft = Infinity;

    constructor(private readonly tells = true) {
        super();
        this.driver.execute = (command) =>
            this.writesLeft > 0 ? this.command(command) : new Promise<CommandResult>(() => {});
        const setValue = this.journal.setValue.bind(this.journal);
        this.journal.setValue = (owner, name, value) =>
            name === 'shutdowns-sent' ? this.write(() => setValue(owner, name, value)) : setValue(owner, name, value);
        (this.driver as { shutdownCountdown?(): Promise<number | undefined> }).shutdownCountdown = () =>
            Promise.resolve(this.tells ? this.left : undefined);
        this.read();
    }

    /** The process is killed after so many writes: it writes and sends nothing more. */
    killAfter(writes: number): void {
        this.writesLeft = writes;
    }

    startAgain(): void {
        this.writesLeft = Infinity;
        this.signal = new AbortController();
    }

    private write(work: () => void): void {
        const dead = new UpsError('interrupted', { since: 0 });
        if (this.writesLeft <= 0) throw dead;
        work();
        if (--this.writesLeft > 0) return;
        this.signal.abort(dead);
        throw dead;
    }

    private get left(): number {
        return this.offAt === undefined ? 0 : Math.max(0, (this.offAt - this.clock.monotonic()) / 1000);
    }

    private async command(command: UpsCommand): Promise<CommandResult> {
        const { fate } = this;
        this.fate = 'taken';
        if (fate === 'lost') throw new UpsError('device-silent', { host: 'h' });
        if (fate === 'refused') throw new UpsError('device-refused', { host: 'h', reason: 'busy' });
        if (fate === 'ignored') return { confirmed: false };
        if (command.type === 'shutdown') {
            const { scope, seconds, restoreSeconds } = command;
            this.got.push(`${this.clock.monotonic() / 1000}: ${scope} ${seconds} back ${restoreSeconds}`);
            this.offAt = this.clock.monotonic() + seconds * 1000;
        } else if (command.type === 'abort-shutdown') {
            if (!this.canAbort) throw new UpsError('not-supported', { device: 'h', command: command.type });
            this.got.push(`${this.clock.monotonic() / 1000}: abort`);
            this.offAt = undefined;
            this.off ||= this.abortComesLate;
            this.abortComesLate = false;
        } else if (command.type === 'startup') {
            this.got.push(`${this.clock.monotonic() / 1000}: startup in ${command.seconds}`);
            this.off = false;
        }
        if (fate === 'reply lost') throw new UpsError('device-silent', { host: 'h' });
        return { confirmed: fate !== 'unconfirmed' };
    }

    private read(): void {
        const reading = this.reading();
        this.driver.read(this.off ? { ...reading, output: { source: 'none', lines: [] } } : reading);
    }

    async pass(seconds: number): Promise<void> {
        for (let second = 0; second < seconds; second++) {
            await this.clock.advance(1000);
            if (this.offAt !== undefined && this.clock.monotonic() >= this.offAt) {
                this.off = true;
                this.offAt = undefined;
            }
            this.read();
            await this.clock.advance(0);
        }
    }

    get tools() {
        const { clock, unit, signal } = this;
        return {
            unit: () => unit,
            sentShutdowns: this.sentShutdowns,
            signal: signal.signal,
            retry: <T>(attempt: (number: number) => Promise<T>) =>
                keepTrying(attempt, {
                    clock,
                    signal: signal.signal,
                    final: (error) => error instanceof ShutdownWithdrawn || isFinalFor(unit, error),
                }),
        };
    }

    shut(plan: Partial<ShutdownPlan>, progress?: ShutdownProgress) {
        const saveProgress = (value: ShutdownProgress) => this.write(() => (this.progress = value));
        const order = new ShutdownCommand(
            { scope: 'output', seconds: 180, episode: 'e1', ...plan },
            { ...this.tools, progress, saveProgress },
        );
        return watched(order.run());
    }

    abort() {
        return watched(abortShutdown(this.tools));
    }
}

function watched<T>(promise: Promise<T>) {
    const seen: { value?: T; error?: unknown } = {};
    promise.then(
        (value) => (seen.value = value),
        (error: unknown) => (seen.error = error),
    );
    return seen;
}
