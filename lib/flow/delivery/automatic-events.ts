import { reportedEvents, type SourceKind } from '../../core/events/source-kinds';
import type { EventSource } from '../../core/events/source';
import type { Flow } from '../flow';
import { siteOfSource, sourcesOf, type SourceChoice } from '../source-choice';
import { EdgeRelay } from './edge-relay';
import { ownInput, type Receiver } from './own-input';

/**
 * Delivers the events of its sources to a job without a wire, as durably as ups-event does: each edge is noted in the journal and then sent
 * to the job's own input; after a kill it is sent again.
 */
export class AutomaticEvents {
    private readonly relays = new Map<string, { source: EventSource; relay: EdgeRelay }>();
    private unsubscribe: (() => void) | undefined;

    constructor(
        private readonly flow: Flow,
        private readonly node: Receiver,
        private readonly choice: SourceChoice,
        /** Ids of UPS events; empty: all. */
        private readonly events: ReadonlySet<string>,
    ) {}

    start(): void {
        // A deploy may replace a unit or add one, while this node keeps running.
        this.unsubscribe = this.flow.registry.onSource(() => this.follow());
        this.follow();
    }

    destroy(): void {
        this.unsubscribe?.();
        for (const { relay } of this.relays.values()) relay.destroy();
        this.relays.clear();
    }

    private follow(): void {
        for (const { source, kind } of sourcesOf(this.flow, this.choice)) {
            const known = this.relays.get(source.id);
            if (known?.source === source) continue;
            known?.relay.destroy();
            const relay = new EdgeRelay(
                this.flow,
                ownInput(this.node, `events/${source.id}`),
                source,
                this.flow.registry.journalOf(undefined, siteOfSource(this.flow, source.id)?.id ?? this.choice.site),
                kind === 'ups' ? this.events : reportedEvents(kind),
                (id, active) => this.sentence(source, kind, id, active),
                () => undefined,
            );
            this.relays.set(source.id, { source, relay });
            relay.start();
        }
    }

    /** The sentence for an edge that happened while this node did not exist. */
    private sentence({ id: sourceId, name }: EventSource, kind: SourceKind, id: string, active: boolean): string {
        const { registry, texts } = this.flow;
        const site = siteOfSource(this.flow, sourceId) ?? registry.siteOf(undefined, this.choice.site);
        if (kind === 'ups') return texts.of(site).event(id, active);
        if (kind === 'battery') return `${name}: ${texts.of(site).event(`blocks-${id}`, active)}`;
        const whole = kind === 'threshold' || kind === 'schedule';
        return `${name}: ${texts.of(site).event(whole ? kind : `${kind}-${id}`, active)}`;
    }
}
