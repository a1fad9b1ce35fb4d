import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { SshCommander, type SshHostOutcome, type SshProgress } from '../../lib/protocols/ssh/commander';
import { parseDoneBy, type DoneBy } from '../../lib/protocols/ssh/done-by';
import { KnownHosts } from '../../lib/protocols/ssh/known-hosts';
import type { SshLogin } from '../../lib/protocols/ssh/session';
import { SSH_PORT, parseTargets, type SshTarget } from '../../lib/protocols/ssh/targets';
import { ssh2 } from '../../lib/protocols/shared/packages';
import { settingTick } from '../../lib/protocols/shared/setting-number';
import { hostsReport } from '../shared/hosts-report';
import { attachJob, type JobConfig, type JobContext, type JobOutcome } from '../shared/job';
import { StatusLamp } from '../shared/node-status';
import { numberOr, optionalWhole, wholeOr } from '../shared/numbers';
import { errorText, statusText } from '../shared/texts';

interface UpsSshConfig extends JobConfig {
    /** `user@host:port`, as a list. */
    hosts: string;
    /** For hosts without one. */
    user: string;
    port: string | number;
    command: string;
    /** `any`: whoever answers is trusted. */
    hostKey: 'known' | 'any';
    hostKeys: string;
    /** Seconds per host and attempt */
    timeout: string | number;
    /** Empty: as long as the event stands. */
    retries: string | number;
    parallel: string | number;
    /** Kilobytes of each output that are kept per host. */
    output: string | number;
    dropIsSuccess?: boolean | string;
    /** Exit codes and signals that count as done beside 0; empty: those of a host that goes down, where a broken connection counts as well. */
    doneBy?: string;
}

interface SshCredentials {
    password?: string;
    privateKey?: string;
    passphrase?: string;
}

interface Settings {
    targets: SshTarget[];
    command: string;
    knownHosts: KnownHosts | undefined;
    login: SshLogin;
    timeoutMs: number;
    /** Undefined: as long as the event stands. */
    retries: number | undefined;
    parallel: number;
    maxOutputBytes: number;
    dropIsSuccess: boolean;
    doneBy: DoneBy | undefined;
}

const SHUTDOWN = 'shutdown -h now';
/** Commands that shut down, whatever stands around them; as the side bar of jobs knows them. */
const SHUTS_DOWN = /\b(shutdown|poweroff|halt|Stop-Computer)\b/i;

export = (RED: NodeAPI) => {
    function UpsSsh(this: Node<SshCredentials>, config: UpsSshConfig) {
        RED.nodes.createNode(this, config);
        // Not only when the mains fail.
        ssh2();
        const settings = () => readSettings(config, this.credentials ?? {});
        try {
            settings();
        } catch (error) {
            new StatusLamp(this).show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, error));
        }
        attachJob(RED, this, config, {
            type: 'ups-ssh',
            acts: true,
            shutsDown: !config.command?.trim() || SHUTS_DOWN.test(config.command),
            total: () => settings().targets.length,
            describe: (context) => describe(settings(), context),
            run: (context) => run(RED, settings(), context),
        });
    }
    RED.nodes.registerType('ups-ssh', UpsSsh as never, {
        credentials: {
            password: { type: 'password' },
            privateKey: { type: 'password' },
            passphrase: { type: 'password' },
        },
    });
};

/** @throws UpsError config-missing, config-invalid */
function readSettings(config: UpsSshConfig, { password, privateKey, passphrase }: SshCredentials): Settings {
    const targets = parseTargets(config.hosts, config.user, wholeOr('port', config.port, SSH_PORT, 1, 65535));
    if (!password && !privateKey) throw new UpsError('config-missing', { property: 'password' });
    const hostKey = config.hostKey || 'known';
    if (hostKey !== 'known' && hostKey !== 'any') {
        throw new UpsError('config-invalid', { property: 'hostKey', value: String(hostKey), expected: 'known, any' });
    }
    return {
        targets,
        command: config.command?.trim() || SHUTDOWN,
        knownHosts: hostKey === 'any' ? undefined : new KnownHosts(config.hostKeys),
        login: {
            ...(password ? { password } : {}),
            // Pasted keys often lack the last line end, without which they cannot be read.
            ...(privateKey ? { privateKey: `${privateKey.trim()}\n` } : {}),
            ...(passphrase ? { passphrase } : {}),
        },
        timeoutMs: numberOr('timeout', config.timeout, 30, 0.1, 3600) * 1000,
        retries: optionalWhole('retries', config.retries, 0, 20),
        parallel: wholeOr('parallel', config.parallel, 16, 1, 128),
        maxOutputBytes: numberOr('output', config.output, 4, 0, 64) * 1024,
        dropIsSuccess: settingTick('dropIsSuccess', config.dropIsSuccess, true),
        doneBy: config.doneBy?.trim() ? parseDoneBy(config.doneBy) : undefined,
    };
}

function describe({ targets, command }: Settings, context: JobContext): string {
    const names = targets.slice(0, 5).map(({ user, host }) => `${user}@${host}`);
    if (targets.length > names.length) names.push('…');
    return `SSH to ${targets.length} host${targets.length === 1 ? '' : 's'} (${names.join(', ')}): ${context.command(command)}`;
}

async function run(RED: NodeAPI, settings: Settings, context: JobContext): Promise<JobOutcome> {
    const progress = (context.progress as SshProgress | undefined) ?? { accepted: [], settled: {} };
    let settled = 0;
    const outcomes = await new SshCommander(context.clock).run({
        ...settings,
        ...(settings.retries === undefined ? context.persistence : { retries: settings.retries }),
        command: context.command(settings.command),
        progress,
        save: () => context.saveProgress(progress),
        words: (error) => errorText(RED, error),
        onSettled: () => context.status(`${++settled}/${settings.targets.length}`),
        signal: context.signal,
    });
    return report(describe(settings, context), outcomes, context);
}

function report(said: string, outcomes: SshHostOutcome[], context: JobContext): JobOutcome {
    const gone = outcomes.filter(({ ok, disconnected, interrupted }) => ok && (disconnected || interrupted)).length;
    const outcome: JobOutcome = {
        summary: gone ? `${said}; ${gone} took it and closed the connection` : said,
        attempts: Math.max(1, ...outcomes.map(({ attempts }) => attempts)),
        detail: outcomes,
    };
    return hostsReport(outcome, outcomes, context, ({ error, host }) => error ?? host);
}
