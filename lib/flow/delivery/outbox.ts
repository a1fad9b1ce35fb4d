import { deliveryKey, type Journal } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
import type { Flow } from '../flow';
import type { Sender } from '../ports';
import { whenConfirmed } from './event-confirmation';

/**
 * Time until a delivery counts as arrived, ms. Receivers note a message one or two turns of the event loop after it was sent; this timer
 * waits for the same loop. The time is short, because after a kill a node without a journal gets every unsettled message twice.
 */
const SETTLE_MS = 250;

interface Delivery {
    message: EventMessage;
    key: string;
    journal: Journal;
}

/**
 * Sends event messages so that none is lost if the process dies before the receiver has it: each message is written to the journal before
 * it is sent, and sent again after a restart or a deploy unless it had time to arrive. Receivers recognise a message that they already had
 * by its delivery key.
 */
export class Outbox {
    private readonly cancels = new Set<() => void>();
    /** After `destroy`: whether a successor sends the deliveries that are still in the journal. */
    private ended: 'with-successor' | 'for good' | undefined;
    /** Deliveries that were sent before, and wait to be sent again. */
    private readonly pending = new Map<() => void, Delivery>();

    /** @param journalOf the journal of a message whose source has no site */
    constructor(
        private readonly flow: Flow,
        private readonly node: Sender,
        private readonly journalOf: (message: EventMessage) => Journal = (message) => flow.registry.journalOf(message),
    ) {}

    /** Whether this node has ever sent exactly this edge. */
    has(message: EventMessage): boolean {
        return this.journalOf(message).hasDelivery(this.node.id, deliveryKey(message));
    }

    /** Sends a message; `alsoNote` is written in the same transaction. */
    send(message: EventMessage, alsoNote?: () => void): void {
        const journal = this.journalOf(message);
        const key = deliveryKey(message);
        journal.transaction(() => {
            journal.saveDelivery({ nodeId: this.node.id, key, message, at: this.flow.clock.now() });
            this.forgetOlder(message);
            alsoNote?.();
        });
        if (this.ended === 'for good') {
            this.sendCopy(message);
            journal.settleDelivery(this.node.id, key);
        } else if (!this.ended) this.pass(message, key, journal);
    }

    /** Sends the messages again, after a restart, that may not have arrived and are still true. */
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
        const { deployCount, inProgress } = this.flow.deploys;
        this.sendCopy(message);
        const timer = this.flow.clock.setTimeout(() => {
            this.cancels.delete(cancel);
            const mayBeLost = inProgress || this.flow.deploys.deployCount !== deployCount;
            if (mayBeLost && this.flow.deploys.inProgress) this.passAfterDeploy(message, key, journal);
            else if (mayBeLost) this.passIfItHolds(message, key, journal);
            else journal.settleDelivery(this.node.id, key);
        }, SETTLE_MS);
        const cancel = () => this.flow.clock.clearTimeout(timer);
        this.cancels.add(cancel);
    }

    /** Sends a copy: a function node that changes it must not change the event of the source, nor the message that may have to be sent again. */
    private sendCopy(message: EventMessage): void {
        this.flow.absent.sent(this.node.id, message);
        this.node.send({ ...message, event: { ...message.event } });
    }

    /** A message that was sent during a deploy may have been for a node that was just being replaced. */
    private passAfterDeploy(message: EventMessage, key: string, journal: Journal): void {
        const cancel = this.flow.deploys.afterDeploy(() => {
            this.cancels.delete(cancel);
            this.passIfItHolds(message, key, journal);
        });
        this.cancels.add(cancel);
    }

    /**
     * Sends an on edge again only while it is true. An off edge waits until it is true again: its receiver needs it even after a short
     * second outage.
     */
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

    /** An off edge that is sent now also replaces an earlier off edge of the same event that still waits. */
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
