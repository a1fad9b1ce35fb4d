import type { Node, NodeAPI } from 'node-red';
import { isFinalFor } from '../../../lib/core/commands/countdown-reading';
import { assertBothWays, cyclesAlone, switchesBothWays, type Switched } from '../../../lib/core/commands/outlet-state';
import type { CommandResult } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import { deliveryKey } from '../../../lib/core/journal/journal';
import { said, type Sentence } from '../../../lib/core/language/sentence';
import { unitOf } from '../config/unit-of';
import { flowOf } from '../runtime/flow-of';
import type { JobContext } from './job';
import { noteRetries, sendCommand } from './send-command';

/** Written when the outlet is in its other state: what was begun. The way back has a journal of its own, see `OutletPulses`. */
interface TurnProgress {
    key: string;
    ups: string;
    outlet: string;
    first: Switched;
    seconds: number;
}

interface TurnSettings {
    ups: string;
    action: 'on' | 'off' | 'pulse' | 'cycle';
    seconds: number;
    offSeconds: number;
    rest: 'unknown' | Switched;
    log?: string;
}

export interface TurnOutcome {
    what: Sentence;
    result: CommandResult;
    attempts: number;
}

/** The job that puts an outlet into its other state for a time: a pulse, or off and on again where the device cannot do that by itself. */
export class OutletTurn {
    private readonly closing = new AbortController();
    /** Keys of pulses of messages without an episode: no successor of this node goes on with them. */
    private readonly unjournaled = new Set<string>();
    private count = 0;

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly own: TurnSettings,
    ) {}

    /** Whether the action is one of ours. @throws UpsError config-missing; not-supported; no-device or ups-silent: not known yet */
    isFor(outlet: string): boolean {
        if (this.own.action !== 'cycle') return this.own.action === 'pulse';
        if (cyclesAlone(this.unit, outlet)) return false;
        if (switchesBothWays(this.unit, outlet)) return true;
        throw this.unit.refusal({ type: 'outlet', outlet, action: 'cycle' });
    }

    /** @throws UpsError config-missing, not-supported */
    check(outlet: string): void {
        const { unit } = this;
        if (this.own.action !== 'cycle' || !cyclesAlone(unit, outlet)) assertBothWays(unit, outlet);
    }

    /** @throws UpsError state-unknown: it would be refused */
    checkState(outlet: string): void {
        const { unit } = this;
        // Before the first reading nothing is known of any outlet.
        if (unit.status() && !unit.isSilent && !this.first(outlet))
            throw new UpsError('state-unknown', { ups: unit.name, outlet });
    }

    /** The state that it would begin with; undefined: not known. */
    first(outlet: string): Switched | undefined {
        const { ups, action } = this.own;
        if (action !== 'pulse') return action === 'on' ? 'on' : 'off';
        return flowOf(this.RED).outletPulses.firstState(ups, outlet, this.rest);
    }

    what(outlet: string, first = this.first(outlet), seconds = this.seconds): Sentence {
        const order = first === undefined ? 'pulse' : first === 'on' ? 'pulseOn' : 'pulseOff';
        return { key: `ups-outlet.said.order.${order}`, data: { ups: this.unit.name, outlet, time: { seconds } } };
    }

    /** @throws UpsError see `OutletPulses.run`; on-mains: it would take power on a battery level, though the mains are there */
    async run(outlet: string, context: JobContext): Promise<TurnOutcome> {
        const { RED, node, own } = this;
        const { ups } = own;
        const { event } = context.message;
        const key = `${node.id}|${event.episode ? deliveryKey(context.message) : `${context.clock.now()}|${++this.count}`}`;
        let first = this.first(outlet);
        const what = () => this.what(outlet, first);
        const final = (error: UpsError) => error.code === 'state-unknown' || isFinalFor(this.unit, error);
        const { result, attempts } = await flowOf(RED).outletPulses.run({
            ...{ unitId: ups, outlet, key, seconds: this.seconds, rest: this.rest, signal: this.closing.signal },
            ...(own.action === 'cycle' && { back: 'on' as const }),
            mayBegin: (state) => {
                first = state;
                const mains = context.levelOnMains;
                if (state === 'off' && mains !== undefined) throw new UpsError('on-mains', { ups: mains });
            },
            begun: () => {
                const progress: TurnProgress = { key, ups, outlet, first: first!, seconds: this.seconds };
                if (event.episode) context.saveProgress(progress);
                else this.unjournaled.add(key);
            },
            retry: (attempt) => sendCommand(RED, node, own, context, { what: what(), final }, attempt),
            failed: (error, attempt) => noteRetries(RED, node, own, context, what())(error, attempt),
        });
        this.unjournaled.delete(key);
        return { what: what(), result, attempts };
    }

    /** Waits for the end of what was begun before an interruption; undefined: nothing was. */
    resume({ progress }: JobContext): Promise<TurnOutcome> | undefined {
        if (!isTurn(progress)) return undefined;
        const { key, ups, outlet, first, seconds } = progress;
        const before: CommandResult = { confirmed: false, detail: said('order.endedBefore') };
        const what = this.what(outlet, first, seconds);
        return flowOf(this.RED)
            .outletPulses.ended(ups, key, this.closing.signal)
            .then((result = before) => ({ what, result, attempts: 1 }));
    }

    /** The node closes: what a plain message has begun ends now, all else goes on without it. */
    async close(): Promise<void> {
        // The code is not 'interrupted': the event may have ended meanwhile, and the report is owed all the same.
        this.closing.abort(new UpsError('command-failed', { command: 'pulse', reason: 'interrupted' }));
        const { outletPulses } = flowOf(this.RED);
        await Promise.allSettled([...this.unjournaled].map((key) => outletPulses.cutShort(this.own.ups, key)));
    }

    private get seconds(): number {
        return this.own.action === 'cycle' ? this.own.offSeconds : this.own.seconds;
    }

    private get rest(): Switched | undefined {
        return this.own.rest === 'unknown' ? undefined : this.own.rest;
    }

    private get unit() {
        return unitOf(this.RED, this.own.ups).unit;
    }
}

function isTurn(progress: unknown): progress is TurnProgress {
    const { key, outlet } = (progress ?? {}) as Partial<TurnProgress>;
    return typeof key === 'string' && typeof outlet === 'string';
}
