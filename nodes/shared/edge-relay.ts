import type { Node } from 'node-red';
import type { EventSource } from '../../lib/core/events/source';
import type { Journal } from '../../lib/core/journal/journal';
import type { EventInfo, EventMessage } from '../../lib/core/messages';
import { hub, systemClock } from './hub';
import { Outbox } from './outbox';

/** Name under which the journal keeps the on edges that a node has sent and not yet taken back. */
const OPEN = 'open';

/**
 * Sends the edges of a source's events. Remembers in the journal which on edges it has sent, so that after a restart or a
 * deploy it sends just those edges that happened meanwhile.
 */
export class EdgeRelay {
    private readonly outbox: Outbox;
    private open = new Map<string, EventInfo>();
    private unsubscribe: (() => void) | undefined;
    private unhub: (() => void) | undefined;

    constructor(
        private readonly node: Pick<Node, 'id' | 'send'>,
        private readonly source: EventSource,
        private readonly journal: Journal,
        private readonly wanted: ReadonlySet<string>,
        private readonly text: (id: string, active: boolean) => string,
        private readonly show: (active: EventInfo[]) => void,
    ) {
        this.outbox = new Outbox(node);
        this.recall();
    }

    private recall(): void {
        const kept = (this.journal.getValue(this.node.id, OPEN) ?? {}) as Record<string, EventInfo>;
        this.open = new Map(Object.entries(kept));
    }

    start(): void {
        this.outbox.resume();
        this.unsubscribe = this.source.subscribe((change) => {
            if (change.kind === 'edge') this.pass(change.event);
            else this.catchUp();
        });
        this.unhub = hub.onTakenOver((journal) => {
            if (journal !== this.journal) return;
            this.recall();
            this.outbox.resume();
            this.catchUp();
            this.showActive();
        });
        this.catchUp();
        this.showActive();
    }

    destroy(): void {
        this.unsubscribe?.();
        this.unhub?.();
        this.outbox.destroy();
    }

    /** Sends what happened while this node, or the whole process, was not there. */
    private catchUp(): void {
        for (const event of this.open.values()) {
            const state = this.source.stateOf(event.id);
            if (!state.confirmed || (state.active && state.episode === event.episode)) continue;
            this.pass({ ...event, active: false, at: systemClock.now(), text: this.text(event.id, false) });
        }
        for (const event of this.source.activeEvents()) {
            if (!this.open.has(event.episode) && this.source.stateOf(event.id).confirmed) this.pass(event);
        }
    }

    private pass(event: EventInfo): void {
        if (hub.isWatching(this.journal)) return;
        if (event.active && this.wanted.size > 0 && !this.wanted.has(event.id)) return;
        // An off edge follows only where the on edge went before, and no on edge goes twice.
        if (event.active === this.open.has(event.episode)) return;
        if (event.active) this.open.set(event.episode, event);
        else this.open.delete(event.episode);
        const message: EventMessage = {
            topic: `${event.source}/${event.id}`,
            payload: event.active,
            // Node-RED hands the first wire what it is given: what a function node does to it must not reach us, the source or other flows.
            event: structuredClone(event),
            status: structuredClone(this.source.status()),
        };
        this.outbox.send(message, () => this.journal.setValue(this.node.id, OPEN, Object.fromEntries(this.open)));
        this.showActive();
    }

    private showActive(): void {
        this.show([...this.open.values()]);
    }
}
