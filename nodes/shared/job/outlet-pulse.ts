import { pause, whyAborted } from '../../../lib/core/commands/keep-trying';
import type { CommandResult } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import { momentNow, msUntil, type Moment } from '../../../lib/core/moment';
import type { JobContext } from './job';

/** Written before the outlet is switched on: when to switch it off again, and which. */
interface PulseProgress extends Moment {
    outlet: string;
}

type Switch = 'on' | 'off';

export interface PulseParts {
    /** Sends until the device has taken it. @param signal in place of that of the job */
    send(
        outlet: string,
        action: Switch,
        context: JobContext,
        signal?: AbortSignal,
    ): Promise<{ value: CommandResult; attempts: number }>;
    /** Sends once, for a node that closes. */
    switchOff(outlet: string): Promise<unknown>;
    seconds: number;
}

export interface PulseOutcome {
    outlet: string;
    result: CommandResult;
    attempts: number;
}

/** An outlet that is switched on for a time. The end of the event does not cut the pulse short; a restart continues the rest of it. */
export class OutletPulse {
    private readonly closing = new AbortController();
    /** Outlets of messages without an episode: no successor of this node would switch them off. */
    private readonly unjournaled = new Set<string>();

    constructor(private readonly parts: PulseParts) {}

    async run(outlet: string, context: JobContext): Promise<PulseOutcome> {
        const { clock, message, saveProgress } = context;
        const isPlain = message.event.episode === '';
        const ms = this.parts.seconds * 1000;
        if (isPlain) this.unjournaled.add(outlet);
        // If it is killed before the device has it, the rest of the pulse is to switch it off all the same.
        saveProgress({ ...momentNow(clock, -ms), outlet } satisfies PulseProgress);
        try {
            const { value, attempts } = await this.parts.send(outlet, 'on', context);
            // The pulse is as long as it was meant, however long the device took.
            const due = momentNow(clock, -ms);
            saveProgress({ ...due, outlet } satisfies PulseProgress);
            const off = await this.end(outlet, due, context);
            return { outlet, attempts, result: bothOf(value, off) };
        } catch (error) {
            // The device may have it although it did not answer. A node that closes leaves it to its successor.
            if (!this.closing.signal.aborted) await this.parts.switchOff(outlet).catch(() => undefined);
            throw error;
        } finally {
            if (!this.closing.signal.aborted) this.unjournaled.delete(outlet);
        }
    }

    /** Finishes a pulse that was interrupted; undefined: there was none. */
    resume(context: JobContext): Promise<PulseOutcome> | undefined {
        const { progress } = context;
        if (!isPulse(progress)) return undefined;
        const { outlet, ...due } = progress;
        return this.end(outlet, due, context).then((result) => ({ outlet, attempts: 1, result }));
    }

    async close(): Promise<void> {
        this.closing.abort(new UpsError('command-failed', { command: 'pulse', reason: 'interrupted' }));
        await Promise.allSettled([...this.unjournaled].map((outlet) => this.parts.switchOff(outlet)));
    }

    private async end(outlet: string, due: Moment, context: JobContext): Promise<CommandResult> {
        const { signal } = this.closing;
        const { clock } = context;
        // By the present wall clock, which may have been set meanwhile.
        await pause(clock, Math.min(msUntil(clock, due), this.parts.seconds * 1000), signal);
        if (signal.aborted) throw whyAborted(signal);
        return (await this.parts.send(outlet, 'off', context, signal)).value;
    }
}

function bothOf(on: CommandResult, off: CommandResult): CommandResult {
    return { ...off, confirmed: on.confirmed && off.confirmed };
}

function isPulse(progress: unknown): progress is PulseProgress {
    const { at, outlet } = (progress ?? {}) as Partial<PulseProgress>;
    return Number.isFinite(at) && typeof outlet === 'string';
}
