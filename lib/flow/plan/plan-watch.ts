import type { Clock, TimerHandle } from '../../core/clock';
import { followEachSource } from '../each-source';
import { Listeners } from '../listeners';
import type { Registry } from '../registry';
import type { PlanStep, PlanView } from './plan-view';

/** The shortest time between two calls, ms. */
const EVERY_MS = 1000;

/** Tells followers that the plan may have changed, at most each second; while nobody follows, it does nothing. */
export class PlanWatch {
    private readonly listeners = new Listeners<void>();
    private followers = 0;
    private timer: TimerHandle;
    private toldAt = -Infinity;

    constructor(
        private readonly clock: Clock,
        registry: Registry,
    ) {
        followEachSource(registry, () => this.tell());
        registry.onChange(() => this.tell());
    }

    /** @returns unsubscribes */
    subscribe(listener: () => void): () => void {
        const leave = this.listeners.add(listener);
        this.followers++;
        let over = false;
        return () => {
            if (over) return;
            over = true;
            leave();
            if (--this.followers > 0) return;
            this.clock.clearTimeout(this.timer);
            this.timer = undefined;
        };
    }

    /** Something that the plan shows has changed. */
    tell(): void {
        if (this.followers === 0 || this.timer !== undefined) return;
        const wait = Math.max(0, this.toldAt + EVERY_MS - this.clock.monotonic());
        this.timer = this.clock.setTimeout(() => {
            this.timer = undefined;
            this.toldAt = this.clock.monotonic();
            this.listeners.tell();
        }, wait);
    }
}

/**
 * What a plan says apart from the passing of time: equal texts mean that nobody needs to hear of it again. Of a preview the time from now
 * counts, of an outage the time on the clock.
 */
export function planSignature({ sources, complete, at }: PlanView): string {
    const told = sources.map(({ sourceId, name, running, batteryEnd, steps }) => {
        const from = running ? 0 : at;
        const ends = [batteryEnd?.device, batteryEnd?.ours].map((end) => end && Math.round((end - from) / 60_000));
        return [sourceId, name, running, ends, steps.map((step) => signatureOf(step, from))];
    });
    return JSON.stringify([complete, told]);
}

function signatureOf({ due, marginSeconds: _margin, condition, ...rest }: PlanStep, from: number) {
    const grid = due?.estimated ? 10_000 : 1000;
    return { ...rest, condition: condition?.for, due: due && Math.round((due.at - from) / grid) };
}
