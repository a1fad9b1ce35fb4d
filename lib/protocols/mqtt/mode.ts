import type { EventInfo } from '../../core/messages';
import type { ServedUps } from '../../core/served/served-ups';

export interface MqttMessage {
    topic: string;
    payload: string | Uint8Array;
    qos: 0 | 1;
    retain: boolean;
}

/** An edge of an event, as it is told. */
export interface ToldEvent {
    upsId: string;
    event: EventInfo;
    /** It could not be told when it came. */
    late: boolean;
}

/** What a mode makes of a message of the broker. */
export type Received =
    /** A command to a UPS; `order` is what a client has sent, and checked by nobody yet. */
    | { kind: 'command'; upsId: string; order: unknown }
    /** Everything is to be told anew. */
    | { kind: 'again' }
    /** It waited to begin, and may do so now. */
    | { kind: 'released' }
    /** It has to end this connection in order, and to wait on the next one. */
    | { kind: 'held' }
    /** Not understood, and to be told once a burst. */
    | { kind: 'refused' };

/** A UPS that a node serves. */
export interface ServedName {
    id: string;
    /** Its level in topics. */
    level: string;
}

/**
 * How UPSs are told by MQTT: what is published when. It has no connection: who asks it publishes all that it returns, in this order. What is told
 * of a UPS is made when it is sent, so that a UPS that changes faster than the broker takes it is told by its last values.
 */
export interface MqttMode {
    /** Topics to subscribe to, with QoS 1. */
    readonly subscriptions: readonly string[];
    /** Of the connection that is about to be made: called once for each. */
    will(): MqttMessage;
    /** The broker has taken us. @returns undefined: it has to wait until it is released */
    begin(): MqttMessage[] | undefined;
    /** What was told is no longer told: the connection is lost, or somebody wants it again. */
    forget(): void;
    /** The UPSs that are served from now on. @returns what ends the others */
    serve(upses: readonly ServedName[]): MqttMessage[];
    /** Topics with messages that the broker keeps. */
    retained(): string[];
    /** What has to be told of a UPS now; empty: nothing has changed. */
    ups(ups: ServedUps): MqttMessage[];
    event(told: ToldEvent): MqttMessage[];
    /** What came of a command. */
    result(upsId: string, result: CommandOutcome): MqttMessage[];
    receive(topic: string, payload: Uint8Array, retained: boolean): Received[];
    /** The last messages before an intended end. */
    end(): MqttMessage[];
}

export interface CommandOutcome {
    ok: boolean;
    /** It was only said, not done. */
    dryRun?: boolean;
    text: string;
    order: unknown;
}

/** A mode of this package's own, for the broker of one node. */
export interface ModeOptions {
    topicPrefix: string;
    commands: boolean;
    /** Of the package. */
    version: string;
    /** Wall clock, epoch ms. */
    now(): number;
}
