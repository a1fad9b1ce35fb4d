import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Clock, TimerHandle } from '../../core/clock';
import type { CommandOutcome, CommandRunner, PlannedCommand } from './executor';
import { said } from '../../core/language/sentence';

const MAX_OUTPUT_BYTES = 8192;
/** How long the output of a program that has ended is waited for. */
const OUTPUT_GRACE_MS = 500;
/** What programs need to find their way; the rest of our environment (credential secrets among it) is none of their business. */
const PASSED_ON = [
    'PATH',
    'HOME',
    'LANG',
    'LC_ALL',
    'TZ',
    'TMPDIR',
    'SystemRoot',
    'windir',
    'TEMP',
    'TMP',
    'USERPROFILE',
];

/** Starts real programs: no shell, no input, bounded output, a time limit. */
export class SpawnRunner implements CommandRunner {
    constructor(private readonly clock: Clock) {}

    run(planned: PlannedCommand, timeoutMs: number): Promise<CommandOutcome> {
        const startedAt = this.clock.monotonic();
        const output: Uint8Array[] = [];
        let outputBytes = 0;
        let timer: TimerHandle;
        let timedOut = false;
        return new Promise((resolve) => {
            const finish = (result: Pick<CommandOutcome, 'ok' | 'exitCode' | 'error'>) => {
                this.clock.clearTimeout(timer);
                const ms = Math.round(this.clock.monotonic() - startedAt);
                resolve({ ...planned, ...result, output: Buffer.concat(output).toString('utf8'), ms });
            };
            // A group of its own, so that the time limit ends what the program itself has started, too.
            const group = process.platform !== 'win32';
            const child = startOrFail(planned, group);
            if (child instanceof Error) return finish({ ok: false, error: reasonOf(child) });
            const keep = (bytes: Uint8Array) => {
                const part = bytes.subarray(0, MAX_OUTPUT_BYTES - outputBytes);
                outputBytes += part.length;
                if (part.length) output.push(part);
            };
            child.stdout.on('data', keep);
            child.stderr.on('data', keep);
            child.once('error', (error) => finish({ ok: false, error: reasonOf(error) }));
            child.once('exit', (code, signal) => {
                this.clock.clearTimeout(timer);
                const end = () => {
                    child.stdout.destroy();
                    child.stderr.destroy();
                    if (code === 0) return finish({ ok: true, exitCode: 0 });
                    const error = timedOut ? 'timeout' : (signal ?? said('exitCode', { code }));
                    finish({ ok: false, exitCode: code ?? undefined, error });
                };
                // `close` comes when all output is read; but a service that was left behind may hold it open for ever.
                child.once('close', end);
                timer = this.clock.setTimeout(end, OUTPUT_GRACE_MS);
            });
            timer = this.clock.setTimeout(() => {
                timedOut = true;
                try {
                    if (group && child.pid) process.kill(-child.pid, 'SIGKILL');
                    else child.kill('SIGKILL');
                } catch (error) {
                    // It ended by itself in this very moment, and `exit` tells how; anything else is the outcome.
                    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
                        finish({ ok: false, error: reasonOf(error as Error) });
                    }
                }
            }, timeoutMs);
        });
    }
}

function startOrFail(planned: PlannedCommand, detached: boolean) {
    try {
        return spawn(planned.command, [...planned.args], {
            shell: false,
            detached,
            windowsHide: true,
            cwd: dirname(planned.command),
            stdio: ['ignore', 'pipe', 'pipe'],
            env: Object.fromEntries(PASSED_ON.map((name) => [name, process.env[name]])),
        });
    } catch (error) {
        return error as Error;
    }
}

function reasonOf(error: Error): string {
    return (error as NodeJS.ErrnoException).code ?? error.message;
}
