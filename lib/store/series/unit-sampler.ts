import type { EventInfo } from '../../core/messages';
import type { UpsStatus } from '../../core/status/status';
import type { UpsUnit } from '../../core/unit/ups-unit';
import type { Clock, TimerHandle } from '../../core/clock';
import { estimates, statusSamples } from './status-samples';
import type { RecordingReason, Sample, SeriesStore } from './types';

/** What an edge brings is written so much later, ms: the jobs of the edge come first. */
const LATER_MS = 100;
/** An alarm may last for months: its beginning is recorded. */
const LONGEST_ALARM_MS = 600_000;

export interface UnitSamplerOptions {
    unit: Pick<UpsUnit, 'id' | 'name' | 'onStatus' | 'subscribe' | 'activeEvents'>;
    series: SeriesStore;
    /** That of the site. */
    clock: Clock;
    /** Between two samples. */
    seconds: number;
}

/**
 * Keeps the history of a UPS: a sample at an even interval and at once when its source changes, and a recording of each outage, test and
 * alarm. While the UPS is silent, only what we count and estimate ourselves is known.
 */
export class UnitSampler {
    private readonly unfollow: (() => void)[];
    private nextAt = -Infinity;
    private readAt: number | undefined;
    private source = '';
    /** Work that waits until the jobs of an edge have begun. */
    private waiting: (() => void)[] = [];
    private timer: TimerHandle;
    /** Keeps the last reading closely, if a recording runs. */
    private observe = () => {};
    private looked = false;
    /** Running recordings by episode, with when each began, monotonic ms. */
    private readonly recorded = new Map<string, number>();

    constructor(private readonly options: UnitSamplerOptions) {
        const { unit } = options;
        this.unfollow = [
            unit.onStatus((status) => this.take(status)),
            unit.subscribe((change) => {
                if (change.kind === 'edge') this.later(() => this.recordNow());
            }),
        ];
    }

    close(): void {
        for (const unfollow of this.unfollow) unfollow();
        this.catchUp();
    }

    private later(work: () => void): void {
        this.waiting.push(work);
        this.timer ??= this.options.clock.setTimeout(() => this.catchUp(), LATER_MS);
    }

    private catchUp(): void {
        this.options.clock.clearTimeout(this.timer);
        this.timer = undefined;
        for (const work of this.waiting.splice(0)) work();
    }

    /** The reading that brought the edge belongs to the recording. */
    private recordNow(): void {
        this.record();
        this.observe();
    }

    private take(status: UpsStatus): void {
        const { unit, series, clock, seconds } = this.options;
        const isReading = status.time !== this.readAt;
        this.readAt = status.time;
        const at = isReading ? status.time : clock.now();
        let samples: Sample[] | undefined;
        const sampled = () => (samples ??= isReading ? statusSamples(status) : estimates(status));
        // Alarms are recorded for a while only; at the start, events may be on whose edges were of before.
        if (this.recorded.size > 0 || !this.looked) this.record();
        this.looked = true;
        this.observe = () => series.observe(unit, at, sampled);
        this.observe();
        const source = isReading ? `${status.output.source} ${status.battery.state}` : this.source;
        const now = clock.monotonic();
        if (now < this.nextAt && source === this.source) return;
        this.source = source;
        this.nextAt = now + seconds * 1000;
        this.later(() => series.sample(unit, at, sampled()));
    }

    /** Begins and ends recordings, so that they are those of the active events. */
    private record(): void {
        const { unit, series, clock } = this.options;
        const now = clock.monotonic();
        const active = new Map(
            unit.activeEvents().flatMap((event): [string, RecordingReason][] => {
                const why = reasonOf(event);
                return why ? [[event.episode, why]] : [];
            }),
        );
        for (const [episode, since] of this.recorded) {
            const isOver = active.get(episode) === 'alarm' && now - since >= LONGEST_ALARM_MS;
            if (active.has(episode) && !isOver) continue;
            // What is recorded long enough stays known until it ends.
            if (since !== Infinity) series.endRecording(unit.id, clock.now(), episode);
            if (active.has(episode)) this.recorded.set(episode, Infinity);
            else this.recorded.delete(episode);
        }
        for (const [episode, why] of active) {
            if (this.recorded.has(episode)) continue;
            this.recorded.set(episode, now);
            series.startRecording(unit, clock.now(), why, episode);
        }
    }
}

function reasonOf({ id, level }: EventInfo): RecordingReason | undefined {
    if (id === 'power-fail') return 'outage';
    if (id === 'test-in-progress') return 'test';
    return level === 'alarm' ? 'alarm' : undefined;
}
