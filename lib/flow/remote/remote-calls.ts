import type { EventSource, EventState, SourceChange } from '../../core/events/source';
import type { EventLevel } from '../../core/events/ids';
import type { EventInfo, EventMessage } from '../../core/messages';
import { momentNow, msSince, type Moment } from '../../core/moment';
import type { Clock } from '../../core/clock';
import { Outbox } from '../delivery/outbox';
import type { Flow } from '../flow';
import type { Sender } from '../ports';
import type { Site } from '../site';

/** A remote call that has passed every check. */
export interface AdmittedCall {
    call: {
        id: string;
        command: string;
        active: boolean;
        from?: string;
        text?: string;
        level?: EventLevel;
        dryRun?: boolean;
    };
    /** Address of the caller. */
    address: string;
}

/** A command name that others may call. */
export interface CallableJob {
    command: string;
    level: EventLevel;
}

/** What a called job gets in addition to the event. */
export interface RemoteDetail {
    id: string;
    command: string;
    from?: string;
    /** Address of the caller. */
    address: string;
    dryRun: boolean;
}

type RemoteMessage = EventMessage & { remote: RemoteDetail };
/** An active call. `began`: its start, for later processes; absent in data of an earlier version. */
type ActiveCall = EventInfo & { began?: Moment };

const STANDING = 'standing';
const NONCES = 'nonces';

/**
 * The calls of a receiver as a source of events. A name that was called with `active` stays active until it is called without, so that
 * timings and jobs behind it continue over a restart, as behind a UPS. Each call is written with its nonce and its id in one transaction,
 * before it is sent and before it is answered.
 */
export class RemoteCalls implements EventSource {
    readonly id: string;
    readonly clock: Clock;
    private readonly outbox: Outbox;
    private readonly standing: Map<string, ActiveCall>;
    private readonly listeners = new Set<(change: SourceChange) => void>();

    /** @param jobs in the order of the node's outputs; the first output is for refusals */
    constructor(
        private readonly flow: Flow,
        node: Sender,
        readonly name: string,
        private readonly site: Site,
        private readonly jobs: readonly CallableJob[],
        private readonly nonces: { entries(): unknown },
        /** The text of an event whose caller sent none. */
        private readonly called: (command: string, from: string) => string,
    ) {
        this.id = node.id;
        this.clock = flow.clock;
        const names = new Set(jobs.map(({ command }) => command));
        const kept = Object.entries((site.store.getValue(this.id, STANDING) ?? {}) as Record<string, ActiveCall>);
        this.standing = new Map(kept.filter(([command]) => names.has(command)));
        this.outbox = new Outbox(flow, {
            id: node.id,
            send: (message) => {
                const command = (message as unknown as RemoteMessage).event.id;
                const output = this.jobs.findIndex((job) => job.command === command);
                // since a deploy it is no longer callable
                if (output >= 0) node.send([...Array<null>(output + 1).fill(null), message]);
            },
        });
    }

    start(): void {
        this.flow.registry.addSource(this, this.site);
        this.outbox.resume();
    }

    destroy(): void {
        this.flow.registry.removeSource(this);
        this.outbox.destroy();
        this.listeners.clear();
    }

    had(id: string): boolean {
        return this.site.store.hasDelivery(this.id, callKey(id));
    }

    /** @throws UpsError store-failed if the call cannot be written; then nothing has happened */
    accept(admitted: AdmittedCall, duplicate: boolean): void {
        const { store } = this.site;
        const note = () => store.setValue(this.id, NONCES, this.nonces.entries());
        if (duplicate || admitted.call.dryRun) {
            note();
            return;
        }
        const message = this.messageOf(admitted);
        const { event } = message;
        const before = this.standing.get(event.id);
        if (event.active) this.standing.set(event.id, { ...event, began: momentNow(this.flow.clock) });
        else this.standing.delete(event.id);
        try {
            this.outbox.send(message, () => {
                note();
                store.setValue(this.id, STANDING, Object.fromEntries(this.standing));
                const key = callKey(admitted.call.id);
                store.saveDelivery({ nodeId: this.id, key, message, at: this.flow.clock.now() });
                store.settleDelivery(this.id, key);
            });
        } catch (error) {
            if (before) this.standing.set(event.id, before);
            else this.standing.delete(event.id);
            throw error;
        }
        for (const listener of this.listeners) listener({ kind: 'edge', event });
    }

    private messageOf({ call, address }: AdmittedCall): RemoteMessage {
        const { command, active, text, from, id, level } = call;
        const now = this.flow.clock.now();
        const standing = this.standing.get(command);
        const known = this.jobs.find((job) => job.command === command);
        const event: EventInfo = {
            id: command,
            source: this.name,
            sourceId: this.id,
            level: level ?? known?.level ?? 'info',
            active,
            since: active ? now : (standing?.since ?? now),
            at: now,
            // An off edge has the episode of its on edge, so that jobs which follow the event switch back.
            episode: active || !standing ? `${this.id}:${id}` : standing.episode,
            text: text ?? this.called(command, from ?? address),
        };
        return {
            topic: `${this.name}/${command}`,
            payload: active,
            event,
            remote: { id, command, ...(from ? { from } : {}), address, dryRun: false },
        };
    }

    stateOf(eventId: string): EventState {
        const event = this.standing.get(eventId);
        if (!event) return { active: false, confirmed: true, held: false };
        const elapsedMs = msSince(this.flow.clock, event.began ?? event.since);
        return { active: true, episode: event.episode, elapsedMs, confirmed: true, held: false };
    }

    activeEvents(): EventInfo[] {
        return [...this.standing.values()].map(({ began: _, ...event }) => event);
    }

    status(): undefined {
        return undefined;
    }

    remainingSeconds(): undefined {
        return undefined;
    }

    secondsOnBattery(): undefined {
        return undefined;
    }

    subscribe(listener: (change: SourceChange) => void): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }
}

/** The nonces from before a restart, in the site's store. */
export function storedNonces(site: Site, nodeId: string): unknown {
    return site.store.getValue(nodeId, NONCES);
}

function callKey(id: string): string {
    return `call:${id}`;
}
