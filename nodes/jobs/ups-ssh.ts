import type { NodeAPI } from 'node-red';
import type { SettingsOf } from '../../lib/core/settings';
import type { JobContext, JobOutcome } from '../../lib/flow/jobs/job-spec';
import { ssh2 } from '../../lib/protocols/shared/packages';
import { SshCommander, type SshHostOutcome, type SshProgress } from '../../lib/protocols/ssh/commander';
import { parseSuccessExits, type SuccessExits } from '../../lib/protocols/ssh/success-exits';
import { KnownHosts } from '../../lib/protocols/ssh/known-hosts';
import { readPrivateKey } from '../../lib/protocols/ssh/private-key';
import type { SshLogin } from '../../lib/protocols/ssh/session';
import { parseTargets, type SshTarget } from '../../lib/protocols/ssh/targets';
import { checkSettings } from '../shared/settings/check-settings';
import { defineJob } from '../shared/job/define-job';
import { hostsReport } from '../shared/job/hosts-report';
import { errorText } from '../shared/words/texts';
import { settings, shutsDown } from './ups-ssh.settings';

type Own = SettingsOf<typeof settings>;

interface Plan extends Pick<Own, 'command' | 'terminal' | 'retries' | 'parallel' | 'dropIsSuccess'> {
    targets: SshTarget[];
    input: string | undefined;
    /** Undefined: every host key is accepted. */
    knownHosts: KnownHosts | undefined;
    login: SshLogin;
    timeoutMs: number;
    maxOutputBytes: number;
    /** Undefined: the exit statuses of a host that goes down. */
    doneBy: SuccessExits | undefined;
}

export = (RED: NodeAPI) => {
    defineJob(RED, settings, ({ node, settings: own }) => {
        // Loaded now, and not only when the mains fail.
        ssh2();
        // Made once for all runs: the decryption of a key is slow by design.
        const plan = once(() => planOf(own));
        checkSettings(RED, node, plan);
        return {
            acts: true,
            shutsDown: shutsDown(own.command),
            total: () => plan().targets.length,
            describe: (context) => describe(plan(), context),
            run: (context) => run(plan(), context),
        };
    });
};

/** @throws UpsError config-invalid, and the errors of the key */
function planOf(own: Own): Plan {
    const { password, privateKey, passphrase } = own;
    return {
        ...own,
        targets: parseTargets(own.hosts, own.user, own.port),
        input: own.input === '' ? undefined : own.input.replace(/\r\n?/g, '\n'),
        knownHosts: own.hostKey === 'any' ? undefined : new KnownHosts(own.hostKeys),
        login: {
            ...(password ? { password } : {}),
            ...(privateKey ? { privateKey: readPrivateKey(privateKey, passphrase) } : {}),
        },
        timeoutMs: own.timeout * 1000,
        maxOutputBytes: own.output * 1024,
        doneBy: own.doneBy.length > 0 ? parseSuccessExits(own.doneBy) : undefined,
    };
}

/** Runs `work` at the first call, and returns or throws its result at each call. */
function once<T>(work: () => T): () => T {
    let result: (() => T) | undefined;
    return () => {
        if (result) return result();
        try {
            const value = work();
            result = () => value;
        } catch (error) {
            result = () => {
                throw error;
            };
        }
        return result();
    };
}

function describe({ targets, command }: Plan, context: JobContext): string {
    const names = targets.slice(0, 5).map(({ user, host }) => `${user}@${host}`);
    if (targets.length > names.length) names.push('…');
    const data = { count: targets.length, hosts: names.join(', '), command: context.command(command) };
    return context.words.say('ups-ssh.said.summary', data);
}

async function run(plan: Plan, context: JobContext): Promise<JobOutcome> {
    const progress = (context.progress as SshProgress | undefined) ?? { accepted: [], settled: {} };
    let settled = 0;
    const outcomes = await new SshCommander(context.clock).run({
        ...plan,
        ...(plan.retries === undefined ? context.persistence : { retries: plan.retries }),
        command: context.command(plan.command),
        progress,
        save: () => context.saveProgress(progress),
        words: (error) => errorText(context.words, error),
        onSettled: () => context.status(`${++settled}/${plan.targets.length}`),
        signal: context.signal,
    });
    return report(describe(plan, context), outcomes, context);
}

function report(summary: string, outcomes: SshHostOutcome[], context: JobContext): JobOutcome {
    const gone = outcomes.filter(({ ok, disconnected, interrupted }) => ok && (disconnected || interrupted)).length;
    const outcome: JobOutcome = {
        summary: gone ? context.words.say('ups-ssh.said.gone', { summary, count: gone }) : summary,
        attempts: Math.max(1, ...outcomes.map(({ attempts }) => attempts)),
        detail: outcomes,
    };
    return hostsReport(outcome, outcomes, context, ({ error, host }) => error ?? host);
}
