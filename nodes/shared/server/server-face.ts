import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import type { Sentence } from '../../../lib/core/language/sentence';
import type { RefusalGate } from '../../../lib/protocols/shared/refusal-gate';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { StatusIndicator } from '../words/node-status';
import { wordsOf } from '../words/site-words';
import { errorText, statusText, toText } from '../words/texts';
import type { RunningServer, ServedClient } from './running-servers';

type ShownClient = Pick<ServedClient, 'address' | 'since' | 'user' | 'lastRequest'>;

export interface ServerFaceOptions {
    /** Id of the site that has the log; empty: the only one. */
    site: string;
    /** For people, if the node has no name. */
    label(): string;
    /** The sentence for a port that needs a right. */
    forbidden(port: unknown): Sentence;
    /** The sentence `what`, which stands for `more` others as well. */
    more(what: Sentence, more: number): Sentence;
}

/** What people see of a server: node status, log, and its entry at `/ridethrough/servers`. A node that is being replaced says nothing any more. */
export class ServerFace {
    private readonly indicator: StatusIndicator;
    private complaint = '';
    private closed = false;

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly options: ServerFaceOptions,
    ) {
        this.indicator = new StatusIndicator(node);
        this.indicator.show('connecting', statusText(RED, 'connecting'));
    }

    close(): void {
        this.closed = true;
    }

    /**
     * The only place that makes a node status of the state of a server.
     * @param text undefined: it does not listen yet
     * @param isWell false: it listens, but not all is as it shall be
     */
    show(error: UpsError | undefined, text: string | undefined, isWell = true): void {
        if (this.closed) return;
        if (error) {
            this.indicator.show('error', statusText(this.RED, error.code));
            const complaint = errorText(this.RED, this.told(error));
            if (complaint !== this.complaint) {
                this.node.error(complaint);
                this.log('error', complaint);
            }
            this.complaint = complaint;
            return;
        }
        this.complaint = '';
        if (text !== undefined) this.indicator.show(isWell ? 'ok' : 'warning', text);
    }

    view(at: RunningServer['at'], error: UpsError | undefined, clients: readonly ShownClient[]): RunningServer {
        const { site } = this;
        return {
            id: this.node.id,
            type: this.node.type,
            name: this.label,
            ...(site && { site: site.id }),
            ...(at && { at }),
            ...(error && { error: errorText(this.RED, this.told(error)) }),
            clients: clients.map((client) => ({ ...client })),
        };
    }

    /** Says it once a burst of `key`, with how many were left out. */
    warn(gate: RefusalGate, key: string, what: Sentence): void {
        const untold = this.closed ? undefined : gate.pass(key);
        if (untold !== undefined) this.log('warning', untold > 0 ? this.options.more(what, untold) : what);
    }

    /** A warning that comes once. */
    say(what: Sentence): void {
        if (!this.closed) this.log('warning', what);
    }

    get label(): string {
        return this.node.name || this.options.label();
    }

    private get site(): SiteRuntime | undefined {
        return flowOf(this.RED).registry.siteOf(undefined, this.options.site || undefined);
    }

    private log(level: 'warning' | 'error', what: Sentence | string): void {
        const { site } = this;
        if (level === 'warning') this.node.warn(toText(this.RED, what));
        site?.store.append({
            at: flowOf(this.RED).clock.now(),
            kind: 'system',
            level,
            source: this.label,
            nodeId: this.node.id,
            text: typeof what === 'string' ? what : wordsOf(this.RED, site).sentence(what),
        });
    }

    /** Below 1024 a port needs a right that can be given. */
    private told(error: UpsError): UpsError {
        if (error.code !== 'port-forbidden') return error;
        return new UpsError('port-forbidden', { ...error.data, sentence: this.options.forbidden(error.data.port) });
    }
}
