import { createHash, randomUUID } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { deliveryKey } from '../../lib/core/journal/journal';
import type { SentenceData } from '../../lib/core/language/sentence';
import { endOf } from '../../lib/core/commands/end-code';
import type { SettingsOf } from '../../lib/core/settings';
import type { RemoteCall } from '../../lib/protocols/remote/call';
import { callMany, type TargetOutcome } from '../../lib/protocols/remote/caller';
import { LatestEdge } from '../../lib/protocols/remote/latest-edge';
import type { Host } from '../../lib/protocols/shared/host';
import { hostKey, parseHosts } from '../../lib/protocols/shared/hosts';
import { checkSettings } from '../shared/settings/check-settings';
import { defineJob } from '../shared/job/define-job';
import { JobFailure, type JobContext, type JobOutcome } from '../shared/job/job';
import { tlsOf } from '../shared/settings/remote-settings';
import { errorText } from '../shared/words/texts';
import { settings } from './ups-remote-command.settings';

type Own = SettingsOf<typeof settings>;

interface Plan extends Pick<Own, 'secret' | 'command' | 'state' | 'text' | 'retries' | 'passDryRun'> {
    targets: Host[];
    tls: ConnectionOptions | undefined;
    timeoutMs: number;
}

interface Progress {
    id: string;
    served: string[];
}

export = (RED: NodeAPI) => {
    defineJob(RED, settings, ({ node, settings: own }) => {
        const name = node.name || 'ups-remote-command';
        const plan = () => planOf(RED, own);
        checkSettings(RED, node, plan);
        const edges = new LatestEdge();
        const call = (context: JobContext, dryRun: boolean) => send(node.id, name, plan(), context, dryRun);
        const inOrder = (context: JobContext) => {
            const { episode } = context.message.event;
            if (!episode || own.state !== 'follow') return call(context, false);
            return edges.run(episode, (overtaken) => callUnless(overtaken, call, plan().targets.length, context));
        };
        return {
            acts: true,
            total: () => plan().targets.length,
            describe: (context) => sentence(plan(), context),
            run: inOrder,
            rehearse: async (context) =>
                own.passDryRun ? call(context, true) : { summary: sentence(plan(), context) },
        };
    });
};

/** @throws UpsError config-missing: the chosen tls-config does not exist */
function planOf(RED: NodeAPI, own: Own): Plan {
    return {
        ...own,
        targets: parseHosts(own.targets, own.port),
        tls: tlsOf(RED, own),
        timeoutMs: own.timeout * 1000,
    };
}

function stateFor({ state }: Plan, { message }: JobContext): boolean {
    return state === 'follow' ? message.event.active : state === 'on';
}

function say({ words }: JobContext, key: string, data: SentenceData): string {
    return words.say(`ups-remote-command.said.${key}`, data);
}

function sentence(plan: Plan, context: JobContext): string {
    const names = plan.targets.slice(0, 5).map(hostKey);
    if (plan.targets.length > names.length) names.push('…');
    const state = stateFor(plan, context) ? 'on' : 'off';
    const call = say(context, state, { command: plan.command, hosts: names.join(', ') });
    return [call, context.text(plan.text)].filter(Boolean).join(': ');
}

async function send(
    nodeId: string,
    name: string,
    plan: Plan,
    context: JobContext,
    dryRun: boolean,
): Promise<JobOutcome> {
    const { targets, command } = plan;
    const before = context.progress as Progress | undefined;
    const progress: Progress = before ?? { id: callId(nodeId, context), served: [] };
    // Saved before the first byte is sent: after a kill the call continues with the same id, and no receiver runs it twice.
    if (!dryRun) context.saveProgress(progress);
    const { site, message } = context;
    const call: RemoteCall = {
        version: 1,
        id: dryRun ? randomUUID() : progress.id,
        command,
        active: stateFor(plan, context),
        text: context.text(plan.text).slice(0, 1000) || message.event.text,
        level: message.event.level,
        from: site?.name ? `${site.name}/${name}` : name,
        ...(dryRun ? { dryRun } : {}),
    };
    const outcomes = await callMany(call, {
        ...plan,
        served: progress.served,
        onServed: (key) => {
            if (dryRun) return;
            progress.served.push(key);
            context.saveProgress(progress);
            context.status(`${progress.served.length}/${targets.length}`);
        },
        clock: context.clock,
        signal: context.signal,
    });
    return report(sentence(plan, context), outcomes, context);
}

/** Sends the begin of an event, as long as the event has not ended. */
async function callUnless(
    overtaken: AbortSignal,
    call: (context: JobContext, dryRun: boolean) => Promise<JobOutcome>,
    total: number,
    context: JobContext,
): Promise<JobOutcome> {
    let done = 0;
    const saveProgress = (progress: unknown) => {
        done = (progress as Progress).served.length;
        context.saveProgress(progress);
    };
    try {
        return await call({ ...context, saveProgress, signal: AbortSignal.any([context.signal, overtaken]) }, false);
    } catch (error) {
        if (!overtaken.aborted || context.signal.aborted || error instanceof JobFailure) throw error;
        throw new UpsError('event-over', { done, total });
    }
}

/** The same id for the same occurrence, edge and firing, so that a repetition by mistake is recognised, too. */
function callId(nodeId: string, { message }: JobContext): string {
    if (!message.event.episode) return randomUUID();
    return createHash('sha256')
        .update(`${nodeId}|${deliveryKey(message)}`)
        .digest('base64url')
        .slice(0, 32);
}

/** The failure of a single target is reported as it is; for several, the number of failures and the first one. */
function report(said: string, outcomes: TargetOutcome[], context: JobContext): JobOutcome {
    const { signal, words } = context;
    const detail = outcomes.map(({ error, ...outcome }) => ({
        ...outcome,
        ...(error ? { error: errorText(words, error) } : {}),
    }));
    const outcome: JobOutcome = {
        summary: `${said} (${detail
            .map(({ target: host, outcome: word, dryRun }) => {
                const what = say(context, `host.${word}`, { host });
                return dryRun ? say(context, 'dryRun', { what }) : what;
            })
            .slice(0, 10)
            .join('; ')})`,
        attempts: Math.max(1, ...outcomes.map(({ attempts }) => attempts)),
        detail,
    };
    const failed = outcomes.filter(({ ok }) => !ok);
    const end = endOf(signal);
    if (end && failed.some(({ outcome: word }) => word === 'ended')) {
        const done = outcomes.length - failed.length;
        throw new JobFailure(new UpsError(end, { done, total: outcomes.length }), outcome);
    }
    const [first] = failed;
    if (!first) return outcome;
    const told = first.error ?? new UpsError('call-unanswered', { host: first.target });
    throw new JobFailure(
        outcomes.length === 1
            ? told
            : new UpsError('hosts-failed', {
                  failed: failed.length,
                  total: outcomes.length,
                  first: `${first.target}: ${errorText(words, told)}`,
              }),
        outcome,
    );
}
