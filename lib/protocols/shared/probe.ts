import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Clock } from '../../core/clock';
import { names } from './names';
import { programFailed } from './program-failed';

/** How one knows that a host is up. */
export type Probe = { kind: 'tcp'; host: string; port: number } | { kind: 'ping'; host: string };

/** Asks once. Resolves to whether the host answered; a host that is down is no error. */
export interface Prober {
    /** @throws UpsError command-failed when it cannot ask at all (no `ping` program) */
    ask(probe: Probe, timeoutMs: number, signal: AbortSignal): Promise<boolean>;
}

/** The words for a probe: `192.0.2.10:22`, `ping 192.0.2.10`. */
export function probeName(probe: Probe): string {
    if (probe.kind === 'ping') return `ping ${probe.host}`;
    return probe.host.includes(':') ? `[${probe.host}]:${probe.port}` : `${probe.host}:${probe.port}`;
}

/** Arguments of the system's `ping` for one echo request. */
export function pingArguments(host: string, timeoutMs: number, platform: string): string[] {
    const seconds = String(Math.max(1, Math.ceil(timeoutMs / 1000)));
    if (platform === 'win32') return ['-n', '1', '-w', String(Math.ceil(timeoutMs)), host];
    if (platform === 'darwin' || platform.endsWith('bsd')) return ['-c', '1', '-t', seconds, host];
    return ['-c', '1', '-W', seconds, host];
}

/** Windows' ping calls it a success when a router says that the host cannot be reached; only an answer has a TTL. */
const ANSWERED_ON_WINDOWS = /\bTTL[=<]/i;
const MOST_PING_OUTPUT = 4096;

/** The real network: a TCP connect, and the system's `ping` program (raw sockets need rights that Node-RED should not have). */
export class NetProber implements Prober {
    constructor(
        private readonly clock: Clock,
        private readonly pingProgram = 'ping',
        private readonly platform: string = process.platform,
    ) {}

    ask(probe: Probe, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
        return probe.kind === 'tcp' ? this.tcp(probe, timeoutMs, signal) : this.ping(probe.host, timeoutMs, signal);
    }

    private tcp(
        { host, port }: { host: string; port: number },
        timeoutMs: number,
        signal: AbortSignal,
    ): Promise<boolean> {
        return new Promise((resolve) => {
            const socket = connect({ host, port, lookup: names.lookup });
            const finish = (up: boolean) => {
                this.clock.clearTimeout(timer);
                signal.removeEventListener('abort', down);
                socket.destroy();
                resolve(up);
            };
            const down = () => finish(false);
            const timer = this.clock.setTimeout(down, timeoutMs);
            socket.once('connect', () => finish(true));
            // Refused, unreachable, unknown name: it is not up yet. Stays on, for what comes after the end.
            socket.on('error', down);
            signal.addEventListener('abort', down, { once: true });
            if (signal.aborted) down();
        });
    }

    private ping(host: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
        return new Promise((resolve, reject) => {
            const child = spawn(this.pingProgram, pingArguments(host, timeoutMs, this.platform), {
                stdio: ['ignore', 'pipe', 'ignore'],
                windowsHide: true,
            });
            let output = '';
            child.stdout.on('data', (bytes: Buffer) => {
                if (output.length < MOST_PING_OUTPUT) output += String(bytes);
            });
            const settle = () => {
                this.clock.clearTimeout(timer);
                signal.removeEventListener('abort', kill);
            };
            const kill = () => void child.kill('SIGKILL');
            // It has a time-out of its own; a name that takes long to resolve is not part of that.
            const timer = this.clock.setTimeout(kill, timeoutMs + 1000);
            signal.addEventListener('abort', kill, { once: true });
            child.once('error', (error: NodeJS.ErrnoException) => {
                settle();
                reject(programFailed(this.pingProgram, error.code ?? error.message, error));
            });
            child.once('close', (code) => {
                settle();
                resolve(code === 0 && (this.platform !== 'win32' || ANSWERED_ON_WINDOWS.test(output)));
            });
            if (signal.aborted) kill();
        });
    }
}
