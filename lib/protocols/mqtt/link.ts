import type { UpsError } from '../../core/errors';
import type { MqttMessage } from './mode';

/** What a connection is made with. */
export interface LinkWanted {
    clientId: string;
    will: MqttMessage;
}

export interface LinkEvents {
    /** The broker has taken us. */
    open(): void;
    message(topic: string, payload: Uint8Array, retained: boolean): void;
    /** It is over, or was never there; once. */
    closed(error: UpsError): void;
}

/** One connection to a broker; it does not come again by itself, because each one has a will of its own. */
export interface MqttLink {
    /** @param done whether it was sent; of QoS 1: whether the broker has it. `refused`: the broker says that it does not take it (MQTT 5 only) */
    publish(message: MqttMessage, done: (sent: boolean, refused?: boolean) => void): void;
    /** With QoS 1. @param done whether the broker grants all of them */
    subscribe(topics: readonly string[], done: (granted: boolean) => void): void;
    /** Ends it in order, once the broker has what was published: it sends no will then. Never rejects, and is over with `destroy` at the latest. */
    end(): Promise<void>;
    /** Drops it. Idempotent. */
    destroy(): void;
}

export type OpenLink = (wanted: LinkWanted, events: LinkEvents) => MqttLink;
