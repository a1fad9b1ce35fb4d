import type { TimerHandle } from '../../core/clock';
import type { EventSource } from '../../core/events/source';
import { MarkerSource } from '../../core/markers/marker-source';
import type { EventInfo, EventMessage } from '../../core/messages';
import { ThresholdSource } from '../../core/thresholds/threshold-source';
import type { EndCode } from '../../core/commands/end-code';
import type { Flow } from '../flow';
import { isUnit } from '../supply';

/** How the edge that a job acts on stands. `unknown`, which is no end: its source is away, or has not said since a restart. */
export type EdgeState = 'holds' | 'over' | 'unknown';

/** As a unit's `staleSeconds`: how long to wait for a source that does not come back. */
const SOURCE_GRACE_MS = 30_000;
/** That a source has been taken away is told by nobody: it is looked for so often. */
const LOOK_MS = 5000;

/** Events of a UPS that belong to an outage: what acts on them ends with it, and what acts on their end waits for the mains. */
export const OF_OUTAGES: ReadonlySet<string> = new Set([
    'power-fail',
    'battery-low',
    'battery-depleted',
    'system-shutdown',
]);

/** Of these, what is no level of the battery. */
const NO_LEVELS = new Set(['power-fail', 'system-shutdown']);

/**
 * Follows the source of a message for as long as a job acts on it. An on edge holds while its own episode lasts, or one that has taken its
 * place; where it belongs to an outage, no longer than that outage. An off edge holds until the event begins again or, where it belongs to an
 * outage, until the UPS is on battery again. A message that names no occurrence ends by its opposite with the same topic.
 */
export class EdgeWatch {
    private readonly event: EventInfo;
    private readonly episodes: Set<string>;
    private told = false;
    private sawOutage: boolean;
    /** Monotonic ms since which its source is away; undefined while it is there, or never was. */
    private lostAt: number | undefined;
    private unsubscribe: (() => void)[] = [];
    private readonly unhub: () => void;
    private timer: TimerHandle;

    /**
     * @param changed called whenever the answer may be another, also while the source is telling its followers
     * @param restored the message is from before a restart: a source that is not there may still come
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
        if (restored) this.lostAt = this.flow.clock.monotonic();
        this.follow();
        this.unhub = this.flow.registry.onSource((id) => {
            if (id !== this.event.sourceId && id !== this.supply()?.id) return;
            this.follow();
            this.changed();
        });
        this.tick();
    }

    get standing(): EdgeState {
        if (this.told) return 'over';
        const source = this.source();
        if (!source) return this.withoutSource();
        const state = source.stateOf(this.event.id);
        if (!state.confirmed) return 'unknown';
        if (!this.event.active) return state.active ? 'over' : this.mains(source);
        if (!state.active || !this.isOurs(source, state.episode)) return 'over';
        return this.outageIsOver() ? 'over' : 'holds';
    }

    /** What to say when it no longer stands. */
    get endCode(): EndCode {
        const { active } = this.event;
        return !active && (this.event.id === 'power-fail' || this.supply()) ? 'mains-failed-again' : 'event-over';
    }

    /** Name of the UPS that is surely on mains, of a battery level that has come on: it acts when the mains fail, and anew. */
    get levelOnMains(): string | undefined {
        if (!this.event.active || NO_LEVELS.has(this.event.id)) return undefined;
        const supply = this.supply();
        const state = supply?.stateOf('power-fail');
        return state?.confirmed && !state.active ? supply?.name : undefined;
    }

    /** Whether a source tells of its end, so that nothing has to be given up for the time it takes. */
    get lasts(): boolean {
        return this.event.active && this.source() !== undefined;
    }

    /** A message has come by the same wire; it counts where no source can be asked. */
    hear({ topic, event }: EventMessage): void {
        const opposite = event.active !== this.event.active && topic === this.message.topic;
        const another = this.event.active && event.episode !== this.event.episode;
        if (!opposite || another || this.source()) return;
        this.told = true;
        this.changed();
    }

    destroy(): void {
        this.unhub();
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

    /** The UPS whose outage the event belongs to, if it belongs to one. */
    private supply(): EventSource | undefined {
        const source = this.source();
        if (!source) return undefined;
        if (source.upsName === undefined) return OF_OUTAGES.has(this.event.id) ? source : undefined;
        return source instanceof ThresholdSource && source.ofOutages
            ? this.flow.registry.sources().find(({ name }) => name === source.upsName)
            : undefined;
    }

    private withoutSource(): EdgeState {
        if (this.lostAt === undefined) return 'holds';
        if (this.flow.clock.monotonic() - this.lostAt < SOURCE_GRACE_MS) return 'unknown';
        if (!this.flow.registry.hasDeparted(this.event.sourceId)) return 'holds';
        // A UPS that somebody has taken away shuts nothing down any more; what is owed waits until it is put back.
        return this.event.active ? 'over' : 'unknown';
    }

    private isOurs(source: EventSource, episode: string | undefined): boolean {
        if (episode === undefined) return false;
        if (this.episodes.has(episode)) return true;
        const now = source.activeEvents().find((event) => event.episode === episode);
        const heir = now?.replaces !== undefined && this.episodes.has(now.replaces);
        if (heir) this.episodes.add(episode);
        return heir;
    }

    private outageIsOver(): boolean {
        const state = this.event.active ? this.supply()?.stateOf('power-fail') : undefined;
        this.sawOutage ||= state?.active === true;
        return this.sawOutage && state?.confirmed === true && !state.active;
    }

    /** For an off edge: whether the mains are there that it waits for. */
    private mains(source: EventSource): EdgeState {
        const state = this.supply()?.stateOf('power-fail');
        if (state && !state.confirmed) return 'unknown';
        // A marker knows best which of its UPSs have to be back.
        const onBattery = state ? state.active : source instanceof MarkerSource && (source.secondsOnBattery() ?? 0) > 0;
        return onBattery ? 'over' : 'holds';
    }
}
