import type { LinkEvents, MqttLink, OpenLink } from '../../lib/protocols/mqtt/link';
import type { MqttMessage } from '../../lib/protocols/mqtt/mode';
import { UpsError } from '../../lib/core/errors';

interface Client {
    id: string;
    will: MqttMessage;
    topics: string[];
    events: LinkEvents;
}

/** A broker in memory, with wills, retained messages and wildcards; it knows nothing of what is sent. It answers in microtasks. */
export class MemoryBroker {
    /** Everything that was published, wills among it, in this order. */
    readonly log: MqttMessage[] = [];
    readonly retained = new Map<string, string>();
    readonly clientIds: string[] = [];
    isDown = false;
    /** Subscriptions that it refuses. */
    forbids: (topic: string) => boolean = () => false;
    /** Messages that it does not take, and says so. */
    refuses: (topic: string) => boolean = () => false;
    /** It takes nothing any more, and says nothing. */
    isStuck = false;
    private readonly clients = new Set<Client>();

    readonly open: OpenLink = ({ clientId, will }, events) => {
        const client: Client = { id: clientId, will, topics: [], events };
        this.clientIds.push(clientId);
        queueMicrotask(() => {
            if (this.isDown) {
                events.closed(new UpsError('host-unreachable', { host: 'memory', reason: 'down' }));
                return;
            }
            this.clients.add(client);
            events.open();
        });
        return this.linkOf(client);
    };

    get connected(): number {
        return this.clients.size;
    }

    /** All connections break: the broker sends their wills. */
    cut(): void {
        for (const client of this.clients) {
            this.clients.delete(client);
            this.take(client.will);
            client.events.closed(new UpsError('host-unreachable', { host: 'memory', why: 'cut', reason: 'cut' }));
        }
    }

    /** Somebody else publishes. */
    send(topic: string, payload: string | Uint8Array, retain = false): void {
        this.take({ topic, payload, qos: 1, retain });
    }

    /** What was published since it was asked last. */
    taken(): MqttMessage[] {
        return this.log.splice(0);
    }

    /** As `topic payload`, binary ones by their length. */
    told(): string[] {
        return this.taken().map(({ topic, payload }) => `${topic} ${textOf(payload)}`);
    }

    private linkOf(client: Client): MqttLink {
        const isOn = () => this.clients.has(client);
        return {
            publish: (message, done) => {
                if (this.isStuck) return;
                if (isOn() && this.refuses(message.topic)) {
                    queueMicrotask(() => done(false, true));
                    return;
                }
                if (isOn()) this.take(message);
                const sent = isOn();
                queueMicrotask(() => done(sent));
            },
            subscribe: (topics, done) => {
                const granted = topics.filter((topic) => !this.forbids(topic));
                client.topics.push(...granted);
                queueMicrotask(() => {
                    done(granted.length === topics.length);
                    for (const [topic, payload] of this.retained)
                        if (granted.some((filter) => matches(filter, topic)))
                            client.events.message(topic, Buffer.from(payload, 'latin1'), true);
                });
            },
            end: () => {
                this.clients.delete(client);
                return Promise.resolve();
            },
            destroy: () => {
                if (this.clients.delete(client)) this.take(client.will);
            },
        };
    }

    private take(message: MqttMessage): void {
        this.log.push(message);
        const bytes = Buffer.from(message.payload as Uint8Array);
        if (message.retain && bytes.length === 0) this.retained.delete(message.topic);
        else if (message.retain) this.retained.set(message.topic, bytes.toString('latin1'));
        for (const { topics, events } of this.clients) {
            if (topics.some((filter) => matches(filter, message.topic))) {
                queueMicrotask(() => events.message(message.topic, bytes, false));
            }
        }
    }
}

function textOf(payload: string | Uint8Array): string {
    return typeof payload === 'string' ? payload : `<${payload.length}>`;
}

function matches(filter: string, topic: string): boolean {
    const levels = topic.split('/');
    const wanted = filter.split('/');
    if (wanted.at(-1) === '#') return wanted.slice(0, -1).every((level, at) => level === '+' || level === levels[at]);
    return levels.length === wanted.length && wanted.every((level, at) => level === '+' || level === levels[at]);
}
