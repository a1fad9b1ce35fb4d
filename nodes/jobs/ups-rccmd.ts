import type { NodeAPI } from 'node-red';
import { said, type Told } from '../../lib/core/language/sentence';
import type { SettingsOf } from '../../lib/core/settings';
import type { JobContext, JobOutcome } from '../../lib/flow/jobs/job-spec';
import { VoteRenewal } from '../../lib/flow/jobs/vote-renewal';
import { encodeMessage, plainText } from '../../lib/protocols/rccmd/codec';
import { RccmdSender, type HostOutcome, type SendRequest } from '../../lib/protocols/rccmd/sender';
import { verbTable, type RccmdAction } from '../../lib/protocols/rccmd/verbs';
import type { Host } from '../../lib/protocols/shared/host';
import { hostKey, parseHosts } from '../../lib/protocols/shared/hosts';
import { NetNetwork } from '../../lib/protocols/shared/net-network';
import { defineJob } from '../shared/job/define-job';
import { flowOf } from '../shared/runtime/flow-of';
import { hostsReport } from '../shared/job/hosts-report';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { settings } from './ups-rccmd.settings';

type Settings = SettingsOf<typeof settings>;

/** The plan of the job: what it sends to which hosts, made once from its settings. */
interface Plan extends Pick<Settings, 'action' | 'text' | 'broadcast' | 'terminator' | 'parallel' | 'copies'> {
    hosts: Host[];
    verb: string;
    transport: 'tcp' | 'udp';
    timeoutMs: number;
    /** Undefined: as long as the event is active. */
    retries: number | undefined;
}

const TELLING_TRIES = 2;
const EVERYONE = '255.255.255.255';
/** Actions that only inform people. */
const INFORMATION_ACTIONS: RccmdAction[] = ['message', 'trap', 'log'];
/** Hosts per status update: one update for each of hundreds of hosts would keep the editor busy. */
const STATUS_EVERY = 25;

export = (RED: NodeAPI) => {
    const network = new NetNetwork();
    defineJob(RED, settings, ({ node, settings: own }) => {
        const plan = planOf(own);
        const renewal = new VoteRenewal(
            flowOf(RED),
            node.id,
            own.renewMinutes * 60_000,
            (text) => repeatShutdown(new RccmdSender(network, flowOf(RED).clock), plan, text),
            own.site,
        );
        whenFlowsStarted(RED, node, () => renewal.resume());
        return {
            acts: !INFORMATION_ACTIONS.includes(own.action),
            shutsDown: own.action === 'shutdown',
            total: () => plan.hosts.length,
            describe: (context) => sentence(plan, context),
            run: (context) => send(network, plan, context, renewal),
            close: () => Promise.resolve(renewal.destroy()),
        };
    });
};

function planOf(own: Settings): Plan {
    const { action, broadcast, timeout } = own;
    const list = own.hosts.length > 0 ? own.hosts : [EVERYONE];
    return {
        ...own,
        hosts: parseHosts(list, own.port),
        verb: verbTable({ [action]: own.verb })[action],
        text: own.text || (INFORMATION_ACTIONS.includes(action) ? '{{event.text}}' : ''),
        transport: broadcast ? 'udp' : own.transport,
        timeoutMs: timeout * 1000,
    };
}

function sentence({ action, text, hosts, transport, broadcast }: Plan, context: JobContext): string {
    const names = hosts.slice(0, 5).map(({ host }) => host);
    if (hosts.length > names.length) names.push('…');
    const { words } = context;
    const summary = words.say('ups-rccmd.said.summary', {
        action: words.say(`ups-rccmd.short.${action}`),
        count: hosts.length,
        way: broadcast ? words.say('ups-rccmd.said.broadcast') : transport.toUpperCase(),
        hosts: names.join(', '),
    });
    return [summary, plainText(context.text(text))].filter(Boolean).join(': ');
}

async function send(network: NetNetwork, plan: Plan, context: JobContext, renewal: VoteRenewal): Promise<JobOutcome> {
    const { hosts, action, verb, terminator } = plan;
    const text = context.text(plan.text);
    const { event } = context.message;
    if (action === 'shutdown' && event.active) renewal.begin(event, text);
    const served = new Set((context.progress as { served?: string[] } | undefined)?.served);
    const outcomes = await new RccmdSender(network, context.clock).send({
        ...plan,
        ...tries(plan, context),
        payload: encodeMessage({ verb, text }, terminator),
        // A script that a host may have started must not be started again.
        repeatUnconfirmed: action !== 'execute',
        served: [...served],
        onServed: (key) => {
            served.add(key);
            context.saveProgress({ served: [...served] });
            if (served.size % STATUS_EVERY === 0) context.status(`${served.size}/${hosts.length}`);
        },
        signal: context.signal,
    });
    return report(sentence(plan, context), outcomes, context);
}

/** Sends the shutdown again, once to each host; a host that is down cannot answer, which is fine. */
function repeatShutdown(sender: RccmdSender, plan: Plan, text: string): Promise<unknown> {
    const payload = encodeMessage({ verb: plan.verb, text }, plan.terminator);
    return sender.send({ ...plan, retries: 0, payload, repeatUnconfirmed: false });
}

/** The tries of a run. Messages to people have a fixed number of tries, because the people may be away for long. */
function tries({ action, retries }: Plan, { persistence }: JobContext): Pick<SendRequest, 'retries' | 'patienceMs'> {
    if (retries !== undefined) return { retries };
    return INFORMATION_ACTIONS.includes(action) ? { retries: TELLING_TRIES } : persistence;
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
