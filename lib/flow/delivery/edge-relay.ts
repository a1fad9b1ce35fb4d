import { episodeState, type EpisodeState } from '../../core/events/episode-state';
import type { EventSource } from '../../core/events/source';
import type { Journal } from '../../core/journal/journal';
import type { EventInfo, EventMessage } from '../../core/messages';
import type { Flow } from '../flow';
import type { Sender } from '../ports';
import { isSameJournal } from '../registry';
import { Outbox } from './outbox';

/** Name in the journal of the on edges that a node has sent and whose off edges it has not sent yet. */
const OPEN = 'open';

/**
 * Sends the edges of a source's events. The journal has the on edges that were sent, so that after a restart or a deploy it sends only the
 * edges that happened meanwhile.
 */
export class EdgeRelay {
    private readonly outbox: Outbox;
    private readonly open = new Map<string, EventInfo>();
    private unsubscribe: (() => void) | undefined;
    private unwatch: (() => void) | undefined;

    constructor(
        private readonly flow: Flow,
        private readonly node: Sender,
        private readonly source: EventSource,
        private readonly journal: Journal,
        private readonly wanted: ReadonlySet<string>,
        private readonly text: (id: string, active: boolean) => string,
        private readonly show: (active: EventInfo[]) => void,
    ) {
        this.outbox = new Outbox(flow, node);
    }

    start(): void {
        this.takeUp();
        this.outbox.resume();
        this.unsubscribe = this.source.subscribe((change) => {
            if (change.kind === 'edge') this.pass(change.event);
            else this.catchUp();
        });
        this.unwatch = this.flow.registry.onTakenOver((journal) => {
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
        this.unwatch?.();
        this.outbox.destroy();
    }

    /** Sends the edges that happened while this node, or the whole process, did not run. */
    private catchUp(): void {
        for (const event of [...this.open.values()]) {
            if (this.stateOf(event) !== 'over') continue;
            this.pass({ ...event, active: false, at: this.flow.clock.now(), text: this.text(event.id, false) });
        }
        for (const event of this.source.activeEvents()) {
            if (!this.open.has(event.episode) && this.source.stateOf(event.id).confirmed) this.pass(event);
        }
    }

    private stateOf({ id, episode }: EventInfo): EpisodeState {
        return episodeState(
            episode,
            this.source.stateOf(id),
            this.flow.registry.isCarriedOver(this.source.id, episode),
        );
    }

    /** Sends an off edge only after its on edge, and each on edge once. */
    private pass(event: EventInfo): void {
        if (this.flow.registry.isWatching(this.journal)) return;
        const told = this.open.get(event.episode) ?? [...this.open.values()].find(({ id }) => id === event.id);
        if (!event.active) {
            // With the episode id that its on edge was sent with.
            const { replaces: _, ...end } = event;
            if (told) this.send({ ...end, episode: told.episode }, () => this.open.delete(told.episode));
            return;
        }
        if (this.wanted.size > 0 && !this.wanted.has(event.id)) return;
        if (told?.episode === event.episode) return;
        const goesOn = told && !event.replaces && this.stateOf(told) === 'continued';
        if (goesOn) return;
        // A new occurrence replaces the former one without an off edge: the event has been on all the time.
        this.send(told ? { ...event, replaces: told.episode } : event, () => {
            if (told) this.open.delete(told.episode);
            this.open.set(event.episode, event);
        });
    }

    private send(event: EventInfo, note: () => void): void {
        note();
        const message: EventMessage = {
            topic: `${event.source}/${event.id}`,
            payload: event.active,
            // Node-RED sends the same object to the first wire: a function node that changes it must not change our copy, the source or
            // other flows.
            event: structuredClone(event),
            status: structuredClone(this.source.status()),
        };
        this.outbox.send(message, () => this.note());
        this.showActive();
    }

    /** Reads the sent on edges of the former process, whose journal this process has taken over. */
    private recall(): void {
        this.open.clear();
        const kept = (this.journal.getValue(this.node.id, OPEN) ?? {}) as Record<string, EventInfo>;
        for (const [episode, event] of Object.entries(kept)) this.open.set(episode, event);
    }

    /**
     * Reads the on edges without an off edge from the journal, or from the journal of another site to which the source belonged before;
     * they are removed there.
     */
    private takeUp(): void {
        const own = this.journal.getValue(this.node.id, OPEN);
        const others = this.flow.registry.journals().filter((journal) => !isSameJournal(journal, this.journal));
        const left = others.filter((journal) => journal.getValue(this.node.id, OPEN) !== undefined);
        const kept = own ?? left[0]?.getValue(this.node.id, OPEN);
        for (const journal of left) journal.setValue(this.node.id, OPEN, undefined);
        for (const [episode, event] of Object.entries((kept ?? {}) as Record<string, EventInfo>)) {
            this.open.set(episode, event);
        }
        if (left.length > 0) this.note();
    }

    private note(): void {
        this.journal.setValue(this.node.id, OPEN, Object.fromEntries(this.open));
    }

    private showActive(): void {
        this.show([...this.open.values()]);
    }
}
