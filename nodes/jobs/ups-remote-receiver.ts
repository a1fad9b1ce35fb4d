import type { TlsOptions } from 'node:tls';
import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { NewLogEntry } from '../../lib/core/journal/event-log';
import { said, type Sentence, type SentenceData, type Told } from '../../lib/core/language/sentence';
import type { Words } from '../../lib/core/language/words';
import type { SettingsOf } from '../../lib/core/settings';
import { storedNonces, RemoteCalls } from '../../lib/flow/remote/remote-calls';
import type { RefusalReason, RemoteCall } from '../../lib/protocols/remote/call';
import { RequestVerifier, type AdmittedCall } from '../../lib/protocols/remote/request-verifier';
import { NonceStore } from '../../lib/protocols/remote/nonce-store';
import { listen } from '../../lib/protocols/remote/server';
import { ListenerKeeper } from '../../lib/protocols/shared/listener-keeper';
import { RateLimit } from '../../lib/protocols/shared/rate-limit';
import { RefusalLogLimiter } from '../../lib/protocols/shared/refusal-log-limiter';
import { AllowedSenders } from '../../lib/protocols/shared/senders';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { flowOf, type SiteRuntime } from '../shared/runtime/flow-of';
import type { NodeState } from '../../lib/flow/ports';
import { StatusIndicator } from '../shared/words/node-status';
import { tlsOf } from '../shared/settings/remote-settings';
import { wordsIn, wordsOf } from '../shared/words/site-words';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { errorText, statusText, toText } from '../shared/words/texts';
import { settings } from './ups-remote-receiver.settings';

type Settings = SettingsOf<typeof settings>;

/** The settings in the form that the receiver needs. */
interface Listening extends Pick<
    Settings,
    'address' | 'port' | 'secret' | 'senders' | 'callable' | 'windowSeconds' | 'perMinute' | 'log'
> {
    tls: TlsOptions | undefined;
}

/** Connections per allowed call: up to this number, a caller that calls too often gets a refusal. */
const CONNECTIONS_PER_CALL = 5;

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        const checked = checkSettings(RED, node, () => ({ tls: tlsToServe(RED, own) }));
        if (!checked) return;
        let handler: RemoteCallHandler | undefined;
        whenFlowsStarted(RED, node, () => {
            const site = checkSettings(RED, node, () => siteOf(RED, own));
            if (!site) return;
            handler = new RemoteCallHandler(RED, node, { ...own, ...checked }, site, new StatusIndicator(node));
            handler.open();
        });
        node.on('close', (_removed: boolean, done: () => void) => {
            Promise.resolve(handler?.close()).then(done, (error: Error) => {
                node.warn(error.message);
                done();
            });
        });
    });
};

/** The site: without a store, a restart would forget which calls have already come. @throws UpsError config-missing */
function siteOf(RED: NodeAPI, { site: chosen }: Settings): SiteRuntime {
    const site = flowOf(RED).registry.siteOf(undefined, chosen);
    if (!site) throw new UpsError('config-missing', { property: 'site' });
    return site;
}

/** The TLS options; undefined: plain HTTP. @throws UpsError config-missing, config-invalid */
function tlsToServe(RED: NodeAPI, own: Settings): TlsOptions | undefined {
    const tls = tlsOf(RED, own) as TlsOptions | undefined;
    if (!tls || (tls.key && tls.cert) || tls.pfx) return tls;
    throw new UpsError('config-invalid', {
        property: 'tls',
        value: sentence('noKey'),
        expected: said('expected.keyAndCertificate'),
    });
}

const sentence = (key: string, data?: SentenceData): Sentence => ({ key: `ups-remote-receiver.said.${key}`, data });

/** Passes received calls to the outputs and the event log. */
class RemoteCallHandler {
    private readonly calls: RemoteCalls;
    private readonly keeper: ListenerKeeper;
    private readonly limiter: RefusalLogLimiter;
    private closed = false;
    private last: [NodeState, string] | undefined;
    private complaint = '';

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly settings: Listening,
        private readonly site: SiteRuntime,
        private readonly indicator: StatusIndicator,
    ) {
        const { address, port, callable: jobs, windowSeconds, secret, tls, perMinute } = settings;
        const senders = new AllowedSenders(settings.senders);
        this.limiter = new RefusalLogLimiter(flowOf(RED).clock);
        const nonces = new NonceStore(windowSeconds, storedNonces(site, node.id));
        const called = (command: string, from: string) => this.words.sentence(sentence('called', { command, from }));
        this.calls = new RemoteCalls(flowOf(RED), node, node.name || 'remote', site, jobs, nonces, called);
        const verifier = new RequestVerifier({
            secret,
            windowSeconds,
            nonces,
            callable: new Set(jobs.map(({ command }) => command)),
            now: () => flowOf(this.RED).clock.now(),
            wasAccepted: (id) => this.calls.had(id),
            accept: (admitted, duplicate) => this.accept(admitted, duplicate),
            refused: (reason, message, peer, call) => this.refused(reason, message, peer, call),
            english: (message) => toText(wordsIn('en-US'), message),
        });
        const rate = new RateLimit(flowOf(this.RED).clock, perMinute);
        const connections = new RateLimit(flowOf(this.RED).clock, CONNECTIONS_PER_CALL * perMinute);
        this.keeper = new ListenerKeeper(
            flowOf(this.RED).clock,
            () => this.show(),
            (failed) => listen({ at: { address, port }, tls, senders, rate, connections, verifier }, failed),
        );
    }

    open(): void {
        this.calls.start();
        this.indicator.show('connecting', statusText(this.RED, 'connecting'));
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

    /** Handles a call. @returns whether our site is in dry run */
    private accept(admitted: AdmittedCall, duplicate: boolean): boolean {
        this.calls.accept(admitted, duplicate);
        const { call, address } = admitted;
        const dryRun = call.dryRun === true;
        const { command, active, from = address } = call;
        const what = sentence(`accepted.${active ? 'on' : 'off'}`, { command, from });
        const text = this.words.sentence(
            dryRun ? sentence('dryRun', { what }) : duplicate ? sentence('had', { what }) : what,
        );
        const detail = { ...call, address, outcome: duplicate ? 'duplicate' : 'accepted' };
        this.log({ kind: 'system', level: 'info', text, dryRun, detail });
        const state = statusText(this.RED, duplicate ? 'done' : 'accepted');
        this.last = [dryRun ? 'warning' : 'ok', `${call.command} ${state} ${this.timeOfDay()}`];
        this.show();
        return this.site.dryRun;
    }

    private refused(reason: RefusalReason, why: Told, address: string, call: RemoteCall | undefined): void {
        const unreported = this.limiter.pass();
        if (unreported === undefined) return;
        const message = toText(this.words, why);
        const data = { address, why: message, command: call?.command };
        const what = sentence(call ? 'refusedCommand' : 'refused', data);
        const text = this.words.sentence(unreported ? sentence('more', { what, more: unreported }) : what);
        const remote = { address, outcome: 'refused', reason, message, unreported, ...(call ? { call } : {}) };
        this.log({ kind: 'system', level: 'warning', text, detail: remote }, true);
        this.node.send([{ topic: `refused/${reason}`, payload: message, remote }] as never);
        this.last = ['warning', `${statusText(this.RED, 'refused')}: ${reason} ${this.timeOfDay()}`];
        this.show();
    }

    /** The only place that converts the listener's state to a node status. */
    private show(): void {
        if (this.closed) return;
        const { error, at } = this.keeper;
        if (error) {
            this.indicator.show('error', statusText(this.RED, error.code));
            if (error.message !== this.complaint) {
                this.node.error(errorText(this.RED, error));
                this.log({ kind: 'system', level: 'error', text: errorText(this.words, error) });
            }
        } else if (at) {
            this.indicator.show(...(this.last ?? ['ok', `${statusText(this.RED, 'listening')} ${at.port}`]));
        }
        this.complaint = error?.message ?? '';
    }

    private timeOfDay(): string {
        return new Date(flowOf(this.RED).clock.now()).toTimeString().slice(0, 8);
    }

    private log(entry: Omit<NewLogEntry, 'at' | 'source' | 'nodeId'>, problem = entry.level === 'error'): void {
        const choice = this.settings.log;
        if (choice === 'never' || (choice === 'errors' && !problem)) return;
        const source = this.node.name || 'ups-remote-receiver';
        this.site.store.append({ ...entry, at: flowOf(this.RED).clock.now(), source, nodeId: this.node.id });
    }
}
