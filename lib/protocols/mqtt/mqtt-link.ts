import type { IClientOptions } from 'mqtt';
import { UpsError } from '../../core/errors';
import { reasonOf } from '../../core/reasons';
import { certificateFailure } from '../shared/certificate';
import { mqtt } from '../shared/packages';
import { withoutSecrets } from '../shared/secrets';
import type { OpenLink } from './link';

/** A broker, and how to log in to it. */
export interface Broker {
    url: string;
    /** Of the package mqtt; log-in and TLS are among them. */
    options: IClientOptions;
    /** For people, without any log-in. */
    host: string;
    port: number;
}

const CONNECT_MS = 20_000;
/** CONNACK: bad user name or password, not authorized (MQTT 3.1.1, section 3.2.2.3; MQTT 5.0, section 3.2.2.2). */
const LOGIN_REFUSED = new Set([4, 5, 0x86, 0x87]);

/** Connects by the package mqtt, which is loaded by then at the latest. @param now epoch ms, for certificates */
export function linksTo(broker: Broker, now: () => number): OpenLink {
    return ({ clientId, will }, events) => {
        let failure: unknown;
        let isOver = false;
        const client = mqtt().connect(broker.url, {
            ...broker.options,
            clientId,
            clean: true,
            reconnectPeriod: 0,
            resubscribe: false,
            queueQoSZero: false,
            connectTimeout: CONNECT_MS,
            will: { ...will, payload: Buffer.from(will.payload) },
        });
        client.setMaxListeners(0);
        const over = () => {
            if (isOver) return;
            isOver = true;
            events.closed(failureOf(broker, failure, now()));
        };
        client.on('connect', () => events.open());
        client.on('message', (topic, payload, packet) => {
            if (!isOver) events.message(topic, payload, packet.retain);
        });
        client.on('error', (error) => {
            failure ??= error;
            client.end(true);
            over();
        });
        client.on('disconnect', (packet) => (failure ??= packet));
        client.on('close', over);
        return {
            publish: ({ topic, payload, qos, retain }, done) =>
                client.publish(topic, payload as Buffer, { qos, retain }, (error) =>
                    done(!error && !isOver, isRefusal(error)),
                ),
            subscribe: (topics, done) =>
                client.subscribe([...topics], { qos: 1 }, (error, granted) => {
                    done(!error && (granted ?? []).every(({ qos }) => qos < 0x80));
                }),
            end: () =>
                new Promise((resolve) => {
                    isOver = true;
                    client.once('close', () => resolve());
                    client.end(false, {}, () => resolve());
                }),
            destroy: () => {
                isOver = true;
                client.end(true);
            },
        };
    };
}

/** PUBACK with a reason code from 0x80 on (MQTT 5.0, section 3.4.2.1). */
function isRefusal(error: unknown): boolean {
    const { code } = (error ?? {}) as { code?: unknown };
    return typeof code === 'number' && code >= 0x80;
}

function failureOf({ host, options }: Broker, error: unknown, now: number): UpsError {
    const cause = error as (Error & { code?: unknown }) | undefined;
    const certificate = error === undefined ? undefined : certificateFailure(host, error, now);
    if (certificate) return certificate;
    const secrets = [options.password, options.username].flatMap((secret) => (secret ? [String(secret)] : []));
    const reason = withoutSecrets(String(cause?.message ?? ''), secrets);
    if (typeof cause?.code === 'number' && LOGIN_REFUSED.has(cause.code))
        return new UpsError('login-refused', { host, reason });
    const why = reasonOf(error) ?? 'cut';
    return new UpsError('host-unreachable', { host, why, reason });
}
