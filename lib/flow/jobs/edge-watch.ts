import type { TimerHandle } from '../../core/clock';
import type { EventSource } from '../../core/events/source';
import { MarkerSource } from '../../core/markers/marker-source';
import type { EventInfo, EventMessage } from '../../core/messages';
import { ThresholdSource } from '../../core/thresholds/threshold-source';
import type { EndCode } from '../../core/commands/end-code';
import type { Flow } from '../flow';
import { isUnit } from '../supply';

/**
 * The state of the edge that a job acts on. `holds`: it is still true. `over`: it is not. `unknown`: its source is missing, or has not
 * confirmed its state since a restart.
 */
export type EdgeState = 'holds' | 'over' | 'unknown';

/** As a unit's `staleSeconds`: how long to wait for a source that does not come back, ms. */
const SOURCE_GRACE_MS = 30_000;
/** Nobody reports that a source was removed, so the watch checks for it with this interval. */
const LOOK_MS = 5000;

/** Events of a UPS that belong to an outage: a job for their on edge ends with the outage, and a job for their off edge waits for the mains. */
export const OF_OUTAGES: ReadonlySet<string> = new Set([
    'power-fail',
    'battery-low',
    'battery-depleted',
    'system-shutdown',
]);

/** Those of them that are not battery levels. */
const NO_LEVELS = new Set(['power-fail', 'system-shutdown']);

/**
 * Follows the source of a message for as long as a job acts on it. An on edge holds while its own episode lasts, or one that replaces it;
 * if it belongs to an outage, at most as long as that outage. An off edge holds until the event begins again or, if it belongs to an
 * outage, until the UPS is on battery again. A message without an episode ends with the opposite message of the same topic.
 */
export class EdgeWatch {
    private readonly event: EventInfo;
    private readonly episodes: Set<string>;
    private endMessageCame = false;
    private sawOutage: boolean;
    /** After a restart: when its source was last seen, or the start, monotonic ms; undefined: the message is not from before a restart. */
    private lastSeenAt: number | undefined;
    private unsubscribe: (() => void)[] = [];
    private readonly unwatch: () => void;
    private timer: TimerHandle;

    /**
     * @param changed called whenever `state` may have changed, also while the source is informing its followers
     * @param restored the message is from before a restart: a missing source may still come
     */
    constructor(
        private readonly flow: Flow,
        private readonly message: EventMessage,
        private readonly changed: () => void,
        restored = false,
    ) {
        this.event = message.event;
        this.episodes = new Set([this.event.episode]);
        this.sawOutage = (message.status?.derived?.secondsOnBattery ?? 0) > 0;
        if (restored) this.lastSeenAt = this.flow.clock.monotonic();
        this.follow();
        this.unwatch = this.flow.registry.onSource((id) => {
            if (id !== this.event.sourceId && id !== this.supply()?.id) return;
            this.follow();
            this.changed();
        });
        this.tick();
    }

    get state(): EdgeState {
        if (this.endMessageCame) return 'over';
        const source = this.source();
        if (!source) return this.withoutSource();
        // A source that has long been unknown may be replaced by a deploy: it has the same time to come back.
        if (this.lastSeenAt !== undefined) this.lastSeenAt = this.flow.clock.monotonic();
        const state = source.stateOf(this.event.id);
        if (!state.confirmed) return 'unknown';
        if (!this.event.active) return state.active ? 'over' : this.mainsState(source);
        if (!state.active || !this.isSameOccurrence(source, state.episode)) return 'over';
        return this.outageIsOver() ? 'over' : 'holds';
    }

    /** The code of the end, when the edge no longer holds. */
    get endCode(): EndCode {
        const { active } = this.event;
        return !active && (this.event.id === 'power-fail' || this.supply()) ? 'mains-failed-again' : 'event-over';
    }

    /**
     * For the on edge of a battery level: the name of its UPS, if that is certainly on mains. The job then waits until the mains fail and
     * the level comes again.
     */
    get levelOnMains(): string | undefined {
        if (!this.event.active || NO_LEVELS.has(this.event.id)) return undefined;
        const supply = this.supply();
        const state = supply?.stateOf('power-fail');
        return state?.confirmed && !state.active ? supply?.name : undefined;
    }

    /** Whether a source will report the end of the edge, so that the job needs no time limit of its own. */
    get lasts(): boolean {
        return this.event.active && this.source() !== undefined;
    }

    /** Handles a message of the same wire; it only counts if there is no source to ask. */
    onMessage({ topic, event }: EventMessage): void {
        const opposite = event.active !== this.event.active && topic === this.message.topic;
        const another = this.event.active && event.episode !== this.event.episode;
        if (!opposite || another || this.source()) return;
        this.endMessageCame = true;
        this.changed();
    }

    destroy(): void {
        this.unwatch();
        for (const end of this.unsubscribe.splice(0)) end();
        this.flow.clock.clearTimeout(this.timer);
    }

    private tick(): void {
        this.timer = this.flow.clock.setTimeout(() => {
            this.tick();
            this.changed();
        }, LOOK_MS);
    }

    private source(): EventSource | undefined {
        return this.event.episode ? this.flow.registry.source(this.event.sourceId) : undefined;
    }

    private follow(): void {
        for (const end of this.unsubscribe.splice(0)) end();
        const source = this.source();
        const supply = this.supply();
        const look = () => {
            this.outageIsOver();
            this.changed();
        };
        const others = source instanceof MarkerSource ? this.flow.registry.sources().filter(isUnit) : [];
        const sources = new Set([source, supply, ...others]);
        this.unsubscribe = [...sources].flatMap((followed) => followed?.subscribe(look) ?? []);
        this.outageIsOver();
    }

    /** The UPS whose outage the event belongs to; undefined: none. */
    private supply(): EventSource | undefined {
        const source = this.source();
        if (!source) return undefined;
        if (source.upsName === undefined) return OF_OUTAGES.has(this.event.id) ? source : undefined;
        return source instanceof ThresholdSource && source.ofOutages
            ? this.flow.registry.sources().find(({ name }) => name === source.upsName)
            : undefined;
    }

    private withoutSource(): EdgeState {
        if (this.lastSeenAt === undefined) return 'holds';
        if (this.flow.clock.monotonic() - this.lastSeenAt < SOURCE_GRACE_MS) return 'unknown';
        if (!this.flow.registry.hasDeparted(this.event.sourceId)) return 'holds';
        // A UPS that somebody has removed causes no shutdown any more; an owed counter job waits until the UPS is back.
        return this.event.active ? 'over' : 'unknown';
    }

    private isSameOccurrence(source: EventSource, episode: string | undefined): boolean {
        if (episode === undefined) return false;
        if (this.episodes.has(episode)) return true;
        const now = source.activeEvents().find((event) => event.episode === episode);
        const replaces = now?.replaces !== undefined && this.episodes.has(now.replaces);
        if (replaces) this.episodes.add(episode);
        return replaces;
    }

    private outageIsOver(): boolean {
        const state = this.event.active ? this.supply()?.stateOf('power-fail') : undefined;
        this.sawOutage ||= state?.active === true;
        return this.sawOutage && state?.confirmed === true && !state.active;
    }

    /** The state of an off edge, which also needs the mains to be present. */
    private mainsState(source: EventSource): EdgeState {
        const state = this.supply()?.stateOf('power-fail');
        if (state && !state.confirmed) return 'unknown';
        // The marker itself knows which of its UPSs must be back.
        const onBattery = state ? state.active : source instanceof MarkerSource && (source.secondsOnBattery() ?? 0) > 0;
        return onBattery ? 'over' : 'holds';
    }
}
