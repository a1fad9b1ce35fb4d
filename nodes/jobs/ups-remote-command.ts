import { createHash, randomUUID } from 'node:crypto';
import type { ConnectionOptions } from 'node:tls';
import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said, type SentenceData } from '../../lib/core/language/sentence';
import { deliveryKey } from '../../lib/core/journal/journal';
import type { Host } from '../../lib/protocols/shared/host';
import { hostKey, parseHosts } from '../../lib/protocols/shared/hosts';
import { COMMAND_NAME, type RemoteCall } from '../../lib/protocols/remote/call';
import { callMany, type TargetOutcome } from '../../lib/protocols/remote/caller';
import { settingChoice, settingTick } from '../../lib/protocols/shared/setting-number';
import { endOf } from '../../lib/core/orders/ending';
import { LatestEdge } from '../../lib/protocols/remote/latest-edge';
import { checkSettings } from '../shared/settings/check-settings';
import { attachJob, JobFailure, type JobConfig, type JobContext, type JobOutcome } from '../shared/job/job';
import { numberOr, wholeOr } from '../shared/settings/numbers';
import { readSecret, tlsOf, type RemoteCredentials } from '../shared/settings/remote-settings';
import { errorText } from '../shared/words/texts';

interface UpsRemoteCommandConfig extends JobConfig {
    /** Address list. */
    targets: string;
    port: string | number;
    security: 'tls' | 'none';
    /** Id of a `tls-config`, for a CA of one's own. */
    tls?: string;
    /** Callable name at the receivers. */
    command: string;
    /** What is told: on or off, or as the event (on when it begins, off when it ends). */
    state: 'on' | 'off' | 'follow';
    text: string;
    /** Seconds per attempt. */
    timeout: string | number;
    retries: string | number;
    /** In a dry run, ask the receivers whether they would accept. */
    passDryRun?: boolean | string;
}

interface Settings {
    targets: Host[];
    secret: string;
    tls: ConnectionOptions | undefined;
    command: string;
    state: 'on' | 'off' | 'follow';
    timeoutMs: number;
    retries: number;
    passDryRun: boolean;
}

interface Progress {
    id: string;
    served: string[];
}

const DEFAULT_PORT = 8443;
const MOST_TARGETS = 200;
const STATES: readonly string[] = ['on', 'off', 'follow'];

export = (RED: NodeAPI) => {
    function UpsRemoteCommand(this: Node<RemoteCredentials>, config: UpsRemoteCommandConfig) {
        RED.nodes.createNode(this, config);
        const name = this.name || 'ups-remote-command';
        const settings = () => readSettings(RED, config, this.credentials);
        checkSettings(RED, this, settings);
        const edges = new LatestEdge();
        const call = (context: JobContext, dryRun: boolean) => send(this.id, name, config, settings(), context, dryRun);
        const inOrder = (context: JobContext) => {
            const { episode } = context.message.event;
            if (!episode || settings().state !== 'follow') return call(context, false);
            return edges.run(episode, (overtaken) => callUnless(overtaken, call, settings().targets.length, context));
        };
        attachJob(RED, this, config, {
            type: 'ups-remote-command',
            defaults: { edge: 'both' },
            acts: true,
            total: () => settings().targets.length,
            describe: (context) => sentence(settings(), context, textOf(config)),
            run: inOrder,
            rehearse: async (context) =>
                settings().passDryRun
                    ? call(context, true)
                    : { summary: sentence(settings(), context, textOf(config)) },
        });
    }
    RED.nodes.registerType('ups-remote-command', UpsRemoteCommand as never, {
        credentials: { secret: { type: 'password' } },
    });
};

/** @throws UpsError config-missing, config-invalid */
function readSettings(RED: NodeAPI, config: UpsRemoteCommandConfig, credentials: RemoteCredentials): Settings {
    const targets = parseHosts(config.targets ?? '', wholeOr('port', config.port, DEFAULT_PORT, 1, 65535));
    if (!targets.length) throw new UpsError('config-missing', { property: 'targets' });
    if (targets.length > MOST_TARGETS) {
        throw new UpsError('config-invalid', {
            property: 'targets',
            value: targets.length,
            expected: said('expected.atMost', { most: MOST_TARGETS }),
        });
    }
    const command = (config.command ?? '').trim();
    if (!command) throw new UpsError('config-missing', { property: 'command' });
    if (!COMMAND_NAME.test(command)) {
        throw new UpsError('config-invalid', {
            property: 'command',
            value: command.slice(0, 100),
            expected: said('expected.name'),
        });
    }
    const state = settingChoice('state', config.state, STATES, 'follow') as Settings['state'];
    return {
        targets,
        secret: readSecret(credentials),
        tls: tlsOf(RED, config),
        command,
        state,
        timeoutMs: numberOr('timeout', config.timeout, 5, 0.1, 60) * 1000,
        retries: wholeOr('retries', config.retries, 5, 0, 20),
        passDryRun: settingTick('passDryRun', config.passDryRun, false),
    };
}

function textOf({ text }: UpsRemoteCommandConfig): string {
    return text || '{{event.text}}';
}

function stateFor({ state }: Settings, { message }: JobContext): boolean {
    return state === 'follow' ? message.event.active : state === 'on';
}

function own({ words }: JobContext, key: string, data: SentenceData): string {
    return words.say(`ups-remote-command.said.${key}`, data);
}

function sentence(settings: Settings, context: JobContext, text: string): string {
    const names = settings.targets.slice(0, 5).map(hostKey);
    if (settings.targets.length > names.length) names.push('…');
    const state = stateFor(settings, context) ? 'on' : 'off';
    const call = own(context, state, { command: settings.command, hosts: names.join(', ') });
    return [call, context.text(text)].filter(Boolean).join(': ');
}

async function send(
    nodeId: string,
    name: string,
    config: UpsRemoteCommandConfig,
    settings: Settings,
    context: JobContext,
    dryRun: boolean,
): Promise<JobOutcome> {
    const { targets, command } = settings;
    const before = context.progress as Progress | undefined;
    const progress: Progress = before ?? { id: callId(nodeId, context), served: [] };
    // Before the first byte leaves: after a kill the call goes on under the same id, and no receiver runs it twice.
    if (!dryRun) context.saveProgress(progress);
    const { site, message } = context;
    const call: RemoteCall = {
        version: 1,
        id: dryRun ? randomUUID() : progress.id,
        command,
        active: stateFor(settings, context),
        text: context.text(textOf(config)).slice(0, 1000) || message.event.text,
        level: message.event.level,
        from: site?.name ? `${site.name}/${name}` : name,
        ...(dryRun ? { dryRun } : {}),
    };
    const outcomes = await callMany(call, {
        ...settings,
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
    return report(sentence(settings, context, textOf(config)), outcomes, context);
}

/** The beginning of an event, as long as that has not ended. */
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

/** The same for the same occurrence, edge and firing: whoever sends it again by mistake is recognised as well. */
function callId(nodeId: string, { message }: JobContext): string {
    if (!message.event.episode) return randomUUID();
    return createHash('sha256')
        .update(`${nodeId}|${deliveryKey(message)}`)
        .digest('base64url')
        .slice(0, 32);
}

/** One target's failure is told as it is; of several, how many and the first. */
function report(said: string, outcomes: TargetOutcome[], context: JobContext): JobOutcome {
    const { signal, words } = context;
    const detail = outcomes.map(({ error, ...outcome }) => ({
        ...outcome,
        ...(error ? { error: errorText(words, error) } : {}),
    }));
    const outcome: JobOutcome = {
        summary: `${said} (${detail
            .map(({ target: host, outcome: word, dryRun }) => {
                const what = own(context, `host.${word}`, { host });
                return dryRun ? own(context, 'dryRun', { what }) : what;
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
