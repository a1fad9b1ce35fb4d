import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said, type Told } from '../../lib/core/language/sentence';
import { encodeMessage, plainText, type RccmdTerminator } from '../../lib/protocols/rccmd/codec';
import { RCCMD_PORT } from '../../lib/protocols/rccmd/codec';
import type { Host } from '../../lib/protocols/shared/host';
import { hostKey, parseHosts } from '../../lib/protocols/shared/hosts';
import { NetNetwork } from '../../lib/protocols/shared/net-network';
import { RccmdSender, type HostOutcome, type SendRequest } from '../../lib/protocols/rccmd/sender';
import { RENEW_VOTE_MS } from '../../lib/protocols/rccmd/redundancy';
import { settingChoice, settingTick } from '../../lib/protocols/shared/setting-number';
import { RCCMD_ACTIONS, verbTable, type RccmdAction } from '../../lib/protocols/rccmd/verbs';
import { checkSettings } from '../shared/settings/check-settings';
import { hostsReport } from '../shared/job/hosts-report';
import { flowOf } from '../shared/runtime/flow-of';
import { attachJob, type JobConfig, type JobContext, type JobOutcome } from '../shared/job/job';
import { numberOr, optionalWhole, wholeOr } from '../shared/settings/numbers';
import { whenStarted } from '../shared/runtime/started';
import { VoteRenewal } from '../../lib/flow/jobs/vote-renewal';

interface UpsRccmdConfig extends JobConfig {
    action: RccmdAction;
    /** Address list; with `broadcast`, broadcast addresses. */
    hosts: string;
    broadcast?: boolean | string;
    port: string | number;
    transport: 'tcp' | 'udp';
    /** The message, or the file to execute. */
    text: string;
    /** Replaces the verb of the action, which is inferred for all but execute. */
    verb: string;
    /** Seconds per attempt. */
    timeout: string | number;
    /** Empty: as long as the event stands. */
    retries: string | number;
    parallel: string | number;
    /** UDP: how often each datagram is sent. */
    copies?: string | number;
    /** What ends a message on the wire. */
    terminator?: RccmdTerminator;
    /** A shutdown is said again each so many minutes while its event stands; 0 = once. */
    renewMinutes?: string | number;
}

interface Settings {
    action: RccmdAction;
    verb: string;
    text: string;
    hosts: Host[];
    broadcast: boolean;
    transport: 'tcp' | 'udp';
    timeoutMs: number;
    /** Undefined: as long as the event stands. */
    retries: number | undefined;
    parallel: number;
    copies: number;
    terminator: RccmdTerminator;
    renewMs: number;
}

const TELLING_TRIES = 2;
const EVERYONE = '255.255.255.255';
/** Actions that only tell people. */
const TELLS: RccmdAction[] = ['message', 'trap', 'log'];
const TERMINATORS: RccmdTerminator[] = ['none', 'lf', 'crlf', 'nul'];
/** A status for each of hundreds of hosts would keep the editor busy. */
const STATUS_EVERY = 25;

export = (RED: NodeAPI) => {
    const network = new NetNetwork();

    function UpsRccmd(this: Node, config: UpsRccmdConfig) {
        RED.nodes.createNode(this, config);
        let renewMs = 0;
        checkSettings(RED, this, () => {
            renewMs = readSettings(config).renewMs;
        });
        const renewal = new VoteRenewal(
            flowOf(RED),
            this.id,
            renewMs,
            (text) => sayAgain(new RccmdSender(network, flowOf(RED).clock), config, text),
            config.site,
        );
        whenStarted(RED, this, () => renewal.resume());
        attachJob(RED, this, config, {
            type: 'ups-rccmd',
            acts: !TELLS.includes(config.action),
            shutsDown: (config.action || 'shutdown') === 'shutdown',
            total: () => readSettings(config).hosts.length,
            describe: (context) => describe(config, context),
            run: (context) => send(network, config, context, renewal),
            close: () => Promise.resolve(renewal.destroy()),
        });
    }
    RED.nodes.registerType('ups-rccmd', UpsRccmd as never);
};

/** @throws UpsError config-missing, config-invalid */
function readSettings(config: UpsRccmdConfig): Settings {
    const action = settingChoice('action', config.action, RCCMD_ACTIONS, 'shutdown') as RccmdAction;
    const broadcast = settingTick('broadcast', config.broadcast, false);
    const transport = settingChoice('transport', config.transport, ['tcp', 'udp'], 'tcp') as 'tcp' | 'udp';
    const terminator = settingChoice('terminator', config.terminator, TERMINATORS, 'none') as RccmdTerminator;
    const port = wholeOr('port', config.port, RCCMD_PORT, 1, 65535);
    const hosts = parseHosts(config.hosts || (broadcast ? EVERYONE : ''), port);
    if (!hosts.length) throw new UpsError('config-missing', { property: 'hosts' });
    if (action === 'execute' && !config.text?.trim()) throw new UpsError('config-missing', { property: 'text' });
    return {
        action,
        verb: verbTable({ [action]: config.verb })[action],
        text: config.text || (TELLS.includes(action) ? '{{event.text}}' : ''),
        hosts,
        broadcast,
        // A broadcast is a datagram whatever was chosen before the box was ticked.
        transport: broadcast ? 'udp' : transport,
        timeoutMs: numberOr('timeout', config.timeout, 3, 0.05, 60) * 1000,
        retries: optionalWhole('retries', config.retries, 0, 20),
        parallel: wholeOr('parallel', config.parallel, 32, 1, 512),
        copies: wholeOr('copies', config.copies, 1, 1, 10),
        terminator,
        renewMs: numberOr('renewMinutes', config.renewMinutes, RENEW_VOTE_MS / 60_000, 0, 1440) * 60_000,
    };
}

/** @throws UpsError config-missing, config-invalid: a dry run is made to find out */
function describe(config: UpsRccmdConfig, context: JobContext): string {
    const settings = readSettings(config);
    return sentence(settings, settings.hosts.length, context);
}

function sentence({ action, text, hosts, transport, broadcast }: Settings, total: number, context: JobContext): string {
    const names = hosts.slice(0, 5).map(({ host }) => host);
    if (total > names.length) names.push('…');
    const { words } = context;
    const summary = words.say('ups-rccmd.said.summary', {
        action: words.say(`ups-rccmd.short.${action}`),
        count: total,
        way: broadcast ? words.say('ups-rccmd.said.broadcast') : transport.toUpperCase(),
        hosts: names.join(', '),
    });
    return [summary, plainText(context.text(text))].filter(Boolean).join(': ');
}

async function send(
    network: NetNetwork,
    config: UpsRccmdConfig,
    context: JobContext,
    renewal: VoteRenewal,
): Promise<JobOutcome> {
    const settings = readSettings(config);
    const text = context.text(settings.text);
    const { event } = context.message;
    if (settings.action === 'shutdown' && event.active) renewal.begin(event, text);
    const { hosts, action, verb, terminator } = settings;
    const served = new Set((context.progress as { served?: string[] } | undefined)?.served);
    const outcomes = await new RccmdSender(network, context.clock).send({
        ...settings,
        ...tries(settings, context),
        payload: encodeMessage({ verb, text }, terminator),
        // A script that a host may have begun must not be begun again.
        repeatUnconfirmed: action !== 'execute',
        served: [...served],
        onServed: (key) => {
            served.add(key);
            context.saveProgress({ served: [...served] });
            if (served.size % STATUS_EVERY === 0) context.status(`${served.size}/${hosts.length}`);
        },
        signal: context.signal,
    });
    return report(sentence(settings, hosts.length, context), outcomes, context);
}

/** One try to each host; who is down does not answer, and need not. */
function sayAgain(sender: RccmdSender, config: UpsRccmdConfig, text: string): Promise<unknown> {
    const settings = readSettings(config);
    const { verb, terminator } = settings;
    const payload = encodeMessage({ verb, text }, terminator);
    return sender.send({ ...settings, retries: 0, payload, repeatUnconfirmed: false });
}

/** What only tells people is told so often and no more: they may be away for long. */
function tries(
    { action, retries }: Settings,
    { persistence }: JobContext,
): Pick<SendRequest, 'retries' | 'patienceMs'> {
    if (retries !== undefined) return { retries };
    return TELLS.includes(action) ? { retries: TELLING_TRIES } : persistence;
}

function report(summary: string, outcomes: HostOutcome[], context: JobContext): JobOutcome {
    const outcome: JobOutcome = {
        summary,
        attempts: Math.max(1, ...outcomes.map(({ attempts }) => attempts)),
        detail: outcomes,
    };
    return hostsReport(outcome, outcomes, context, (host) => ({ list: [hostKey(host), wordOf(host.error)], by: ': ' }));
}

const CODES = ['timeout', 'unconfirmed', 'closed-early'];

function wordOf(error: Told | undefined): Told | undefined {
    return typeof error === 'string' && CODES.includes(error) ? said(`host.${error}`) : error;
}
