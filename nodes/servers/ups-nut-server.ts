import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said } from '../../lib/core/language/sentence';
import type { NutServer } from '../../lib/protocols/nut-server/server';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { flowOf } from '../shared/runtime/flow-of';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { nutHub, type NutControl } from '../shared/server/nut-hub';
import { announceServer, type RunningServer } from '../shared/server/running-servers';
import { tlsOptions } from '../shared/settings/tls';
import { errorText, statusText } from '../shared/words/texts';
import { StatusIndicator } from '../shared/words/node-status';
import { NutNode, sentence, type Own } from './nut-node';
import { settings } from './ups-nut-server.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        const running = checkSettings(RED, node, () => new Running(RED, node, own));
        if (!running) return;
        whenFlowsStarted(RED, node, () => running.follow());
        node.on('close', (removed: boolean, done: () => void) => {
            running.close(removed).then(done, (error: Error) => {
                node.warn(error.message);
                done();
            });
        });
    });
};

/** The server of one node, between two deploys. */
class Running implements NutControl {
    readonly name: string;
    private readonly serving: NutNode;
    private readonly server: NutServer;
    private readonly indicator: StatusIndicator;
    private readonly conceal: () => void;
    private readonly ends: (() => void)[] = [];
    private complaint = '';
    private closed = false;

    /** @throws UpsError config-missing, config-invalid */
    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        own: Own,
    ) {
        this.indicator = new StatusIndicator(node);
        this.indicator.show('connecting', statusText(RED, 'connecting'));
        const { address, port } = own;
        const tls = tlsToServe(RED, own);
        const site = flowOf(RED).registry.siteOf(undefined, own.site);
        this.serving = new NutNode(RED, node, own, site, () => this.show());
        this.name = this.serving.label;
        const hub = nutHub(RED);
        this.server = hub.take(node.id, {
            at: { address, port },
            ...(tls && { tls }),
            serving: this.serving,
            changed: () => this.show(),
            failed: (error) => node.error(errorText(RED, error)),
        });
        hub.controls.set(node.id, this);
        this.conceal = announceServer(RED, node.id, () => this.view());
        this.show();
    }

    /** Orders of an outage are over when the mains of their UPS are back. */
    follow(): void {
        const { registry } = flowOf(this.RED);
        const followed = new Map<string, () => void>();
        const follow = (id: string) => {
            followed.get(id)?.();
            const source = registry.source(id);
            if (!source) return;
            const stop = source.subscribe((change) => {
                if (change.kind === 'edge' && change.event.id === 'power-fail' && !change.event.active) {
                    this.serving.mainsAreBack(id);
                }
            });
            followed.set(id, stop);
        };
        for (const id of this.serving.unitIds()) follow(id);
        const unwatch = registry.onSource((id) => {
            if (this.serving.unitIds().includes(id)) follow(id);
        });
        this.ends.push(unwatch, () => followed.forEach((stop) => stop()));
    }

    async close(removed: boolean): Promise<void> {
        this.closed = true;
        this.conceal();
        for (const end of this.ends) end();
        this.serving.close();
        const hub = nutHub(this.RED);
        if (hub.controls.get(this.node.id) === this) hub.controls.delete(this.node.id);
        await hub.leave(this.node.id, removed);
    }

    get names(): readonly string[] {
        return this.serving.names;
    }

    isOrdered(name: string): boolean {
        return this.serving.isOrdered(name);
    }

    order(name: string, by: string): void {
        this.serving.order(name, by);
    }

    withdraw(name: string): boolean {
        return this.serving.withdraw(name);
    }

    logins(name: string) {
        const wanted = name.toLowerCase();
        return this.server.clients
            .filter(({ login }) => login?.toLowerCase() === wanted)
            .map(({ address, user, since }) => ({ address, since, ...(user !== undefined && { user }) }));
    }

    /** The only place that makes a node status of the state of the listener. */
    private show(): void {
        if (this.closed || !this.server) return;
        const { error, at, clientCount } = this.server;
        if (error) {
            this.indicator.show('error', statusText(this.RED, error.code));
            const text = errorText(this.RED, told(error));
            if (text !== this.complaint) {
                this.node.error(text);
                this.serving.log('error', text);
            }
            this.complaint = text;
            return;
        }
        this.complaint = '';
        if (!at) return;
        const forced = this.serving.forced.names.length > 0;
        const where = `${at.address}:${at.port}`;
        this.indicator.show(forced ? 'warning' : 'ok', `${where} · ${clientCount}${forced ? ' · FSD' : ''}`);
    }

    private view(): RunningServer {
        const { at, error, clients } = this.server;
        return {
            id: this.node.id,
            type: this.node.type,
            name: this.name,
            ...(at && { at }),
            ...(error && { error: errorText(this.RED, told(error)) }),
            clients: clients.map((client) => ({ ...client })),
        };
    }
}

/** Below 1024 a port needs a right that can be given. */
function told(error: UpsError): UpsError {
    if (error.code !== 'port-forbidden') return error;
    return new UpsError('port-forbidden', {
        ...error.data,
        sentence: sentence('forbidden', { port: error.data.port }),
    });
}

/** @throws UpsError config-missing, config-invalid */
function tlsToServe(RED: NodeAPI, { tls }: Own): SecureContextOptions | undefined {
    const options = tlsOptions(RED, tls) as SecureContextOptions | undefined;
    if (!options) return undefined;
    if (!(options.key && options.cert) && !options.pfx) throw wrongTls();
    try {
        createSecureContext(options);
    } catch (cause) {
        throw wrongTls(cause);
    }
    return options;
}

function wrongTls(cause?: unknown): UpsError {
    const value = sentence('noKey');
    const expected = said('expected.keyAndCertificate');
    return new UpsError('config-invalid', { property: 'tls', value, expected }, { cause });
}
