import { isSilent, outageOf, type EventSource, type EventState, type RuntimeChoice } from '../events/source';
import type { EventInfo } from '../messages';

/** An event of a source by the id of its node. */
export interface InputEvent {
    sourceId: string;
    eventId: string;
}

/** Where a marker finds the sources of its inputs. */
export interface MarkerSurroundings {
    source(id: string): EventSource | undefined;
    /** Calls `listener` whenever a source appears or is replaced. @returns unsubscribes */
    onSource(listener: (id: string) => void): () => void;
    /** The events that an input's topic refers to. None: the input is known only from messages. Several: the name is ambiguous. */
    bind(topic: string): readonly InputEvent[];
    /** Sets the clock speed of the UPSs behind the inputs, clock seconds per second. */
    setSpeed?(speed: number): void;
}

/**
 * The inputs of a marker as events of sources. An input is identified by the id of its source node, so that two UPSs with one name are
 * never confused. An input without a known source is identified by its topic.
 */
export class MarkerInputs {
    private readonly bound = new Map<string, readonly InputEvent[]>();
    private readonly subscriptions = new Map<string, () => void>();
    private unwatch: (() => void) | undefined;
    /** By source: the events that are inputs. */
    private readonly eventIds = new Map<string, string[]>();
    /** By source: what it last reported. Without an entry, its next report counts as news. */
    private readonly reported = new Map<string, string>();

    constructor(
        private readonly topics: readonly string[],
        private readonly around: MarkerSurroundings | undefined,
    ) {}

    /** Finds the sources, and calls `changed` whenever one of them reports something that a marker depends on. */
    start(changed: () => void): void {
        const { around } = this;
        if (!around) return;
        this.find();
        for (const { sourceId, eventId } of [...this.bound.values()].flat())
            this.eventIds.set(sourceId, [...(this.eventIds.get(sourceId) ?? []), eventId]);
        const follow = (id: string) => {
            this.subscriptions.get(id)?.();
            const end = around.source(id)?.subscribe(() => {
                if (this.hasNews(id, around)) changed();
            });
            if (end) this.subscriptions.set(id, end);
        };
        for (const id of this.eventIds.keys()) follow(id);
        this.unwatch = around.onSource((id) => {
            if (!this.eventIds.has(id)) return;
            follow(id);
            changed();
        });
    }

    /** The next report of each source counts as news. */
    lookAgain(): void {
        this.reported.clear();
    }

    /** Called when all sources of the deploy exist. */
    find(): void {
        if (!this.around || this.bound.size > 0) return;
        for (const topic of this.topics) this.bound.set(topic, this.around.bind(topic));
    }

    destroy(): void {
        this.unwatch?.();
        for (const end of this.subscriptions.values()) end();
        this.subscriptions.clear();
    }

    /** The input that a message refers to: by its source if that is known, or else by its topic. */
    of(topic: string, event: EventInfo | undefined): string | undefined {
        const sourceId = event?.sourceId ? (this.around?.source(event.sourceId)?.standsFor ?? event.sourceId) : '';
        return this.topics.find((input) => {
            const bound = this.bound.get(input) ?? [];
            if (sourceId === '' || bound.length === 0) return input === topic;
            return bound.some((one) => one.sourceId === sourceId && one.eventId === event!.id);
        });
    }

    /** Keys of an input in the graph of all markers. */
    keys(topic: string): string[] {
        const bound = this.bound.get(topic) ?? [];
        return bound.length > 0 ? bound.map(({ sourceId, eventId }) => `${sourceId}/${eventId}`) : [topic];
    }

    /** The name for people, also after its source was renamed. */
    label(topic: string): string {
        const [one, other] = this.bound.get(topic) ?? [];
        const source = one && !other ? this.around?.source(one.sourceId) : undefined;
        return source ? `${source.name}/${one!.eventId}` : topic;
    }

    /** Whether the state of the input is out of date because its source is silent. */
    isSilent(topic: string): boolean {
        return this.sources([topic]).some(({ source, eventId }) => isSilent(source, eventId));
    }

    /**
     * No message about this input has come since the start, because its source, which knows its state, has nothing to report: the input is
     * off.
     */
    isAtRest(topic: string): boolean {
        const [one, other] = this.sources([topic]);
        if (!one || other || this.isSilent(topic)) return false;
        const { active, confirmed } = one.source.stateOf(one.eventId);
        return confirmed && !active;
    }

    /** Whether the timings of this input wait until its source answers again. */
    isHeld(topic: string): boolean {
        return this.sources([topic]).some(({ source, eventId }) => source.stateOf(eventId).held);
    }

    isOutage(topic: string): boolean {
        return (this.bound.get(topic) ?? []).some(({ eventId }) => eventId === 'power-fail');
    }

    /** The oldest present outage of the UPSs behind the inputs `on`. Undefined: no input has a UPS behind it. */
    outage(on: readonly string[]): EventState | undefined {
        const all = this.sources(this.topics).flatMap(({ source }) => outageOf(source) ?? []);
        if (all.length === 0) return undefined;
        const [longest] = this.outages(on).sort((a, b) => seconds(b.source) - seconds(a.source));
        return longest?.outage ?? { active: false, confirmed: true, held: false };
    }

    /** The shortest runtime of the UPSs on battery behind the inputs `on`. */
    remainingSeconds(on: readonly string[], choice: RuntimeChoice): number | undefined {
        const known = this.outages(on).flatMap(({ source }) => source.remainingSeconds(choice) ?? []);
        return known.length > 0 ? Math.min(...known) : undefined;
    }

    /** The longest time on battery of the UPSs behind the inputs `on`; 0 on mains; undefined: there is no UPS. */
    secondsOnBattery(on: readonly string[]): number | undefined {
        if (this.outage(on) === undefined) return undefined;
        return Math.max(0, ...this.outages(on).map(({ source }) => seconds(source)));
    }

    /** Sets the clock speed to that of the UPSs behind the inputs `on`, or else behind any input. */
    keepPace(on: readonly string[]): void {
        const [first] = [...this.sources(on), ...this.sources(this.topics)].filter(({ source }) => outageOf(source));
        this.around?.setSpeed?.(first?.source.clock.speed ?? 1);
    }

    /**
     * Whether a source differs from its last report in what a marker depends on. A source with a UPS behind it always has news, because the
     * runtime, the time on battery and the clock speed of that UPS may have changed.
     */
    private hasNews(id: string, around: MarkerSurroundings): boolean {
        const source = around.source(id);
        if (!source || outageOf(source)) {
            this.reported.delete(id);
            return true;
        }
        const states = this.eventIds.get(id)!.map((eventId) => {
            const { active, episode, confirmed, held } = source.stateOf(eventId);
            return [isSilent(source, eventId), active, episode, confirmed, held].join();
        });
        // A source that was removed reports nothing itself.
        const present = [...this.eventIds.keys()].filter((each) => around.source(each)).join();
        const report = [present, ...states].join('\n');
        const same = this.reported.get(id) === report;
        this.reported.set(id, report);
        return !same;
    }

    private outages(on: readonly string[]): { source: EventSource; outage: EventState }[] {
        return this.sources(on).flatMap(({ source }) => {
            const outage = outageOf(source);
            return outage?.active ? [{ source, outage }] : [];
        });
    }

    private sources(topics: readonly string[]): { source: EventSource; eventId: string }[] {
        return topics
            .flatMap((topic) => this.bound.get(topic) ?? [])
            .flatMap(({ sourceId, eventId }) => {
                const source = this.around?.source(sourceId);
                return source ? [{ source, eventId }] : [];
            });
    }
}

function seconds(source: EventSource): number {
    return source.secondsOnBattery() ?? 0;
}
