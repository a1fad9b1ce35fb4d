import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said } from '../../lib/core/language/sentence';
import { SshCommander, type SshHostOutcome, type SshProgress } from '../../lib/protocols/ssh/commander';
import { parseDoneBy, type DoneBy } from '../../lib/protocols/ssh/done-by';
import { KnownHosts } from '../../lib/protocols/ssh/known-hosts';
import { readPrivateKey } from '../../lib/protocols/ssh/private-key';
import type { SshLogin } from '../../lib/protocols/ssh/session';
import { SSH_PORT, parseTargets, type SshTarget } from '../../lib/protocols/ssh/targets';
import { ssh2 } from '../../lib/protocols/shared/packages';
import { settingTick } from '../../lib/protocols/shared/setting-number';
import { checkSettings } from '../shared/settings/check-settings';
import { hostsReport } from '../shared/job/hosts-report';
import { attachJob, type JobConfig, type JobContext, type JobOutcome } from '../shared/job/job';
import { numberOr, optionalWhole, wholeOr } from '../shared/settings/numbers';
import { errorText } from '../shared/words/texts';

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
    /** Whether the command gets a terminal. */
    terminal?: boolean | string;
    /** Lines that the command reads, e.g. `y`. */
    input?: string;
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
    terminal: boolean;
    input: string | undefined;
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
const LONGEST_INPUT = 4096;
/** Commands that shut down, whatever stands around them; as the side bar of jobs knows them. */
const SHUTS_DOWN = /\b(shutdown|poweroff|halt|Stop-Computer)\b/i;

export = (RED: NodeAPI) => {
    function UpsSsh(this: Node<SshCredentials>, config: UpsSshConfig) {
        RED.nodes.createNode(this, config);
        // Not only when the mains fail.
        ssh2();
        // Once for all jobs: to decrypt a key is slow, by intention.
        const login = once(() => readLogin(this.credentials ?? {}));
        const settings = () => readSettings(config, login);
        checkSettings(RED, this, settings);
        attachJob(RED, this, config, {
            type: 'ups-ssh',
            acts: true,
            shutsDown: !config.command?.trim() || SHUTS_DOWN.test(config.command),
            total: () => settings().targets.length,
            describe: (context) => describe(settings(), context),
            run: (context) => run(settings(), context),
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

/** @throws UpsError config-missing, config-invalid, and those of the key */
function readSettings(config: UpsSshConfig, login: () => SshLogin): Settings {
    const targets = parseTargets(config.hosts, config.user, wholeOr('port', config.port, SSH_PORT, 1, 65535));
    const hostKey = config.hostKey || 'known';
    if (hostKey !== 'known' && hostKey !== 'any') {
        throw new UpsError('config-invalid', { property: 'hostKey', value: String(hostKey), expected: 'known, any' });
    }
    return {
        targets,
        command: config.command?.trim() || SHUTDOWN,
        terminal: settingTick('terminal', config.terminal, false),
        input: readInput(config.input),
        knownHosts: hostKey === 'any' ? undefined : new KnownHosts(config.hostKeys),
        login: login(),
        timeoutMs: numberOr('timeout', config.timeout, 30, 0.1, 3600) * 1000,
        retries: optionalWhole('retries', config.retries, 0, 20),
        parallel: wholeOr('parallel', config.parallel, 16, 1, 128),
        maxOutputBytes: numberOr('output', config.output, 4, 0, 64) * 1024,
        dropIsSuccess: settingTick('dropIsSuccess', config.dropIsSuccess, true),
        doneBy: config.doneBy?.trim() ? parseDoneBy(config.doneBy) : undefined,
    };
}

/** @throws UpsError config-missing, and those of the key */
function readLogin({ password, privateKey, passphrase }: SshCredentials): SshLogin {
    if (!password && !privateKey) throw new UpsError('config-missing', { property: 'password' });
    return {
        ...(password ? { password } : {}),
        ...(privateKey ? { privateKey: readPrivateKey(privateKey, passphrase) } : {}),
    };
}

/** An empty line is an answer too: the Enter key alone. @throws UpsError config-invalid */
function readInput(typed: string | undefined): string | undefined {
    if (!typed) return undefined;
    if (typed.length <= LONGEST_INPUT) return typed.replace(/\r\n?/g, '\n');
    throw new UpsError('config-invalid', {
        property: 'input',
        value: said('characters', { count: typed.length }),
        expected: said('expected.atMostCharacters', { count: LONGEST_INPUT }),
    });
}

/** What `work` returns or throws, which is done at the first call. */
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

function describe({ targets, command }: Settings, context: JobContext): string {
    const names = targets.slice(0, 5).map(({ user, host }) => `${user}@${host}`);
    if (targets.length > names.length) names.push('…');
    const data = { count: targets.length, hosts: names.join(', '), command: context.command(command) };
    return context.words.say('ups-ssh.said.summary', data);
}

async function run(settings: Settings, context: JobContext): Promise<JobOutcome> {
    const progress = (context.progress as SshProgress | undefined) ?? { accepted: [], settled: {} };
    let settled = 0;
    const outcomes = await new SshCommander(context.clock).run({
        ...settings,
        ...(settings.retries === undefined ? context.persistence : { retries: settings.retries }),
        command: context.command(settings.command),
        progress,
        save: () => context.saveProgress(progress),
        words: (error) => errorText(context.words, error),
        onSettled: () => context.status(`${++settled}/${settings.targets.length}`),
        signal: context.signal,
    });
    return report(describe(settings, context), outcomes, context);
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
