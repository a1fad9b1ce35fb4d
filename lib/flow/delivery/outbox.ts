import { deliveryKey, type Journal } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
import type { Flow } from '../flow';
import type { Sender } from '../ports';
import { whenConfirmed } from './event-confirmation';

/**
 * Receivers note what they get as soon as it arrives, a turn of the event loop or two later; after this long they have, because
 * this timer waits for the same loop. Short, because what is not settled reaches nodes that keep no journal twice.
 */
const SETTLE_MS = 250;

interface Delivery {
    message: EventMessage;
    key: string;
    journal: Journal;
}

/**
 * Sends event messages so that none is lost if the process dies between here and the receiver: each is noted before it goes,
 * and sent again after a restart or a deploy unless it had time to arrive. Receivers recognise what they have had by its delivery key.
 */
export class Outbox {
    private readonly cancels = new Set<() => void>();
    /** After its end: whether a successor sends what is still noted here. */
    private ended: 'with-successor' | 'for good' | undefined;
    /** Sent before, and not yet again. */
    private readonly pending = new Map<() => void, Delivery>();

    /** @param journalOf for messages whose source tells no site */
    constructor(
        private readonly flow: Flow,
        private readonly node: Sender,
        private readonly journalOf: (message: EventMessage) => Journal = (message) => flow.registry.journalOf(message),
    ) {}

    /** Whether this very edge was ever sent by this node. */
    has(message: EventMessage): boolean {
        return this.journalOf(message).hasDelivery(this.node.id, deliveryKey(message));
    }

    /** Sends; `alsoNote` is written in the same transaction. */
    send(message: EventMessage, alsoNote?: () => void): void {
        const journal = this.journalOf(message);
        const key = deliveryKey(message);
        journal.transaction(() => {
            journal.saveDelivery({ nodeId: this.node.id, key, message, at: this.flow.clock.now() });
            this.forgetOlder(message);
            alsoNote?.();
        });
        if (this.ended === 'for good') {
            this.put(message);
            journal.settleDelivery(this.node.id, key);
        } else if (!this.ended) this.pass(message, key, journal);
    }

    /** Sends again, after a restart, what may not have arrived and still holds. */
    resume(): void {
        for (const journal of this.flow.registry.journals()) {
            for (const { key, message } of journal.unsettledDeliveries(this.node.id)) {
                this.passIfItHolds(message, key, journal);
            }
        }
    }

    /** @param removed its node has no successor */
    destroy(removed = false): void {
        this.ended = removed ? 'for good' : 'with-successor';
        for (const cancel of this.cancels) cancel();
        this.cancels.clear();
        this.pending.clear();
    }

    private pass(message: EventMessage, key: string, journal: Journal): void {
        const { begun, underWay } = this.flow.deploys;
        this.put(message);
        const timer = this.flow.clock.setTimeout(() => {
            this.cancels.delete(cancel);
            const mayBeLost = underWay || this.flow.deploys.begun !== begun;
            if (mayBeLost && this.flow.deploys.underWay) this.passAfterDeploy(message, key, journal);
            else if (mayBeLost) this.passIfItHolds(message, key, journal);
            else journal.settleDelivery(this.node.id, key);
        }, SETTLE_MS);
        const cancel = () => this.flow.clock.clearTimeout(timer);
        this.cancels.add(cancel);
    }

    /** A copy: what a function node makes of the event must not reach the source, nor what may have to be sent again. */
    private put(message: EventMessage): void {
        this.node.send({ ...message, event: { ...message.event } });
    }

    /** What met a deploy may have been for a node that was being replaced. */
    private passAfterDeploy(message: EventMessage, key: string, journal: Journal): void {
        const cancel = this.flow.deploys.afterwards(() => {
            this.cancels.delete(cancel);
            this.passIfItHolds(message, key, journal);
        });
        this.cancels.add(cancel);
    }

    /** An on edge only while it is true. An off edge waits until it is true again: who acts on it is owed it, however short the next outage. */
    private passIfItHolds(message: EventMessage, key: string, journal: Journal): void {
        const decided = (stillHolds: boolean) => {
            this.cancels.delete(cancel);
            if (!this.pending.delete(cancel)) return;
            if (stillHolds) this.pass(message, key, journal);
            else journal.settleDelivery(this.node.id, key);
        };
        const cancel = whenConfirmed(this.flow, message, decided, { patient: true });
        this.cancels.add(cancel);
        this.pending.set(cancel, { message, key, journal });
    }

    /** The end of an event that goes out now stands for one before it that still waits. */
    private forgetOlder({ event }: EventMessage): void {
        if (event.active) return;
        for (const [cancel, { message, key, journal }] of this.pending) {
            const { active, id, sourceId, episode } = message.event;
            if (active || id !== event.id || sourceId !== event.sourceId || episode === event.episode) continue;
            cancel();
            this.cancels.delete(cancel);
            this.pending.delete(cancel);
            journal.settleDelivery(this.node.id, key);
        }
    }
}
