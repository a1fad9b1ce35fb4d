import type { TlsOptions } from 'node:tls';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { wordsIn, wordsOf } from '../shared/words/site-words';
import type { Words } from '../../lib/core/language/words';
import { said, type Sentence, type SentenceData, type Told } from '../../lib/core/language/sentence';
import type { EventLevel } from '../../lib/core/events/ids';
import type { NewLogEntry } from '../../lib/core/journal/event-log';
import { hostSetting, LOOPBACK } from '../../lib/protocols/shared/host';
import { ListenerKeeper } from '../../lib/protocols/shared/listener-keeper';
import { RefusalGate } from '../../lib/protocols/shared/refusal-gate';
import { AllowedSenders } from '../../lib/protocols/shared/senders';
import { COMMAND_NAME, type RefusalReason, type RemoteCall } from '../../lib/protocols/remote/call';
import { Doorkeeper, type AdmittedCall } from '../../lib/protocols/remote/doorkeeper';
import { NonceBook } from '../../lib/protocols/remote/nonce-book';
import { RateLimit } from '../../lib/protocols/shared/rate-limit';
import { listen } from '../../lib/protocols/remote/server';
import { flowOf, type SiteRuntime } from '../shared/runtime/flow-of';
import { StatusLamp, type Look } from '../shared/words/node-status';
import { numberOr, wholeOr } from '../shared/settings/numbers';
import { keptNonces, RemoteCalls, type CallableJob } from '../../lib/flow/remote/remote-calls';
import { readSecret, tlsOf, type RemoteCredentials } from '../shared/settings/remote-settings';
import { whenStarted } from '../shared/runtime/started';
import { errorText, statusText, told } from '../shared/words/texts';

interface UpsRemoteReceiverConfig extends NodeDef {
    site: string;
    address: string;
    port: string | number;
    security: 'tls' | 'none';
    /** Id of a `tls-config` with key and certificate. */
    tls?: string;
    /** Addresses and ranges that may call; `*` = any. */
    senders: string;
    callable: { command?: string; level?: EventLevel }[];
    windowSeconds: string | number;
    perMinute: string | number;
    log?: 'always' | 'errors' | 'never';
}

interface Settings {
    address: string;
    port: number;
    secret: string;
    tls: TlsOptions | undefined;
    senders: AllowedSenders;
    jobs: CallableJob[];
    windowSeconds: number;
    perMinute: number;
}

const DEFAULT_PORT = 8443;
const MOST_JOBS = 50;
/** A caller that calls too often is told so, up to this. */
const CONNECTIONS_PER_CALL = 5;
const LEVELS: readonly string[] = ['info', 'warning', 'alarm'];

type ReceiverNode = Node<RemoteCredentials>;

export = (RED: NodeAPI) => {
    function UpsRemoteReceiver(this: ReceiverNode, config: UpsRemoteReceiverConfig) {
        RED.nodes.createNode(this, config);
        const lamp = new StatusLamp(this);
        const refuse = (error: unknown) => {
            lamp.show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, error));
        };
        let settings: Settings;
        try {
            settings = readSettings(RED, config, this.credentials);
        } catch (error) {
            refuse(error);
            return;
        }
        let door: Door | undefined;
        whenStarted(RED, this, () => {
            const site = flowOf(RED).registry.siteOf(undefined, config.site);
            // Without a store, a restart would forget which calls were had.
            if (!site) return refuse(new UpsError('config-missing', { property: 'site' }));
            door = new Door(RED, this, config, settings, site, lamp);
            door.open();
        });
        this.on('close', (_removed: boolean, done: () => void) => {
            Promise.resolve(door?.close()).then(done, (error: Error) => {
                this.warn(error.message);
                done();
            });
        });
    }
    RED.nodes.registerType('ups-remote-receiver', UpsRemoteReceiver as never, {
        credentials: { secret: { type: 'password' } },
    });
};

/** @throws UpsError config-missing, config-invalid */
function readSettings(RED: NodeAPI, config: UpsRemoteReceiverConfig, credentials: RemoteCredentials): Settings {
    const tls = tlsOf(RED, config) as TlsOptions | undefined;
    if (tls && !(tls.key && tls.cert) && !tls.pfx) {
        throw new UpsError('config-invalid', {
            property: 'tls',
            value: own('noKey'),
            expected: said('expected.keyAndCertificate'),
        });
    }
    return {
        address: hostSetting('address', config.address || LOOPBACK),
        port: wholeOr('port', config.port, DEFAULT_PORT, 1, 65535),
        secret: readSecret(credentials),
        tls,
        senders: new AllowedSenders(config.senders || '*'),
        jobs: readJobs(config.callable ?? []),
        windowSeconds: numberOr('windowSeconds', config.windowSeconds, 300, 5, 3600),
        perMinute: wholeOr('perMinute', config.perMinute, 60, 1, 600),
    };
}

function readJobs(rows: UpsRemoteReceiverConfig['callable']): CallableJob[] {
    if (!rows.length) throw new UpsError('config-missing', { property: 'callable' });
    if (rows.length > MOST_JOBS) {
        throw new UpsError('config-invalid', {
            property: 'callable',
            value: rows.length,
            expected: said('expected.atMost', { most: MOST_JOBS }),
        });
    }
    const jobs = rows.map(({ command = '', level = 'info' }) => {
        const value = String(command).slice(0, 100);
        if (!COMMAND_NAME.test(command)) {
            throw new UpsError('config-invalid', { property: 'callable', value, expected: said('expected.callable') });
        }
        if (!LEVELS.includes(level)) {
            throw new UpsError('config-invalid', { property: 'callable', value: level, expected: LEVELS.join(', ') });
        }
        return { command, level };
    });
    if (new Set(jobs.map(({ command }) => command)).size < jobs.length) {
        throw new UpsError('config-invalid', {
            property: 'callable',
            value: own('nameTwice'),
            expected: said('expected.eachNameOnce'),
        });
    }
    return jobs;
}

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-remote-receiver.said.${key}`, data });

/** Takes what the listener hears to the outputs and the event log. */
class Door {
    private readonly calls: RemoteCalls;
    private readonly keeper: ListenerKeeper;
    private readonly gate: RefusalGate;
    private closed = false;
    private last: [Look, string] | undefined;
    private complaint = '';

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly config: UpsRemoteReceiverConfig,
        settings: Settings,
        private readonly site: SiteRuntime,
        private readonly lamp: StatusLamp,
    ) {
        const { address, port, jobs, windowSeconds, secret, senders, tls, perMinute } = settings;
        this.gate = new RefusalGate(flowOf(RED).clock);
        const nonces = new NonceBook(windowSeconds, keptNonces(site, node.id));
        const called = (command: string, from: string) => this.words.sentence(own('called', { command, from }));
        this.calls = new RemoteCalls(flowOf(RED), node, node.name || 'remote', site, jobs, nonces, called);
        const doorkeeper = new Doorkeeper({
            secret,
            windowSeconds,
            nonces,
            callable: new Set(jobs.map(({ command }) => command)),
            now: () => flowOf(this.RED).clock.now(),
            had: (id) => this.calls.had(id),
            accept: (admitted, duplicate) => this.accept(admitted, duplicate),
            refused: (reason, message, peer, call) => this.refused(reason, message, peer, call),
            english: (message) => told(wordsIn('en-US'), message),
        });
        const rate = new RateLimit(flowOf(this.RED).clock, perMinute);
        const connections = new RateLimit(flowOf(this.RED).clock, CONNECTIONS_PER_CALL * perMinute);
        this.keeper = new ListenerKeeper(
            flowOf(this.RED).clock,
            () => this.show(),
            (failed) => listen({ at: { address, port }, tls, senders, rate, connections, doorkeeper }, failed),
        );
    }

    open(): void {
        this.calls.start();
        this.lamp.show('connecting', statusText(this.RED, 'connecting'));
        this.keeper.start();
    }

    async close(): Promise<void> {
        this.closed = true;
        await this.keeper.stop();
        this.calls.destroy();
    }

    private get words(): Words {
        return wordsOf(this.RED, this.site);
    }

    /** @returns whether our site is in dry run */
    private accept(admitted: AdmittedCall, duplicate: boolean): boolean {
        this.calls.accept(admitted, duplicate);
        const { call, address } = admitted;
        const dryRun = call.dryRun === true;
        const { command, active, from = address } = call;
        const what = own(`accepted.${active ? 'on' : 'off'}`, { command, from });
        const text = this.words.sentence(dryRun ? own('dryRun', { what }) : duplicate ? own('had', { what }) : what);
        const detail = { ...call, address, outcome: duplicate ? 'duplicate' : 'accepted' };
        this.log({ kind: 'system', level: 'info', text, dryRun, detail });
        const state = statusText(this.RED, duplicate ? 'done' : 'accepted');
        this.last = [dryRun ? 'warning' : 'ok', `${call.command} ${state} ${this.timeOfDay()}`];
        this.show();
        return this.site.dryRun;
    }

    private refused(reason: RefusalReason, why: Told, address: string, call: RemoteCall | undefined): void {
        const unreported = this.gate.pass();
        if (unreported === undefined) return;
        const message = told(this.words, why);
        const data = { address, why: message, command: call?.command };
        const what = own(call ? 'refusedCommand' : 'refused', data);
        const text = this.words.sentence(unreported ? own('more', { what, more: unreported }) : what);
        const remote = { address, outcome: 'refused', reason, message, unreported, ...(call ? { call } : {}) };
        this.log({ kind: 'system', level: 'warning', text, detail: remote }, true);
        this.node.send([{ topic: `refused/${reason}`, payload: message, remote }] as never);
        this.last = ['warning', `${statusText(this.RED, 'refused')}: ${reason} ${this.timeOfDay()}`];
        this.show();
    }

    /** The one place where the listener's state becomes a status. */
    private show(): void {
        if (this.closed) return;
        const { error, at } = this.keeper;
        if (error) {
            this.lamp.show('error', statusText(this.RED, error.code));
            if (error.message !== this.complaint) {
                this.node.error(errorText(this.RED, error));
                this.log({ kind: 'system', level: 'error', text: errorText(this.words, error) });
            }
        } else if (at) {
            this.lamp.show(...(this.last ?? ['ok', `${statusText(this.RED, 'listening')} ${at.port}`]));
        }
        this.complaint = error?.message ?? '';
    }

    private timeOfDay(): string {
        return new Date(flowOf(this.RED).clock.now()).toTimeString().slice(0, 8);
    }

    private log(entry: Omit<NewLogEntry, 'at' | 'source' | 'nodeId'>, problem = entry.level === 'error'): void {
        const choice = this.config.log ?? 'always';
        if (choice === 'never' || (choice === 'errors' && !problem)) return;
        const source = this.node.name || 'ups-remote-receiver';
        this.site.store.append({ ...entry, at: flowOf(this.RED).clock.now(), source, nodeId: this.node.id });
    }
}
