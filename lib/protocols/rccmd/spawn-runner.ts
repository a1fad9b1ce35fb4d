import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Clock, TimerHandle } from '../../core/clock';
import type { CommandOutcome, CommandRunner, PlannedCommand } from './executor';
import { said } from '../../core/language/sentence';

const MAX_OUTPUT_BYTES = 8192;
/** Wait for remaining output after a program has ended. */
const OUTPUT_GRACE_MS = 500;
/** Environment variables that programs need. The others, e.g. credential secrets, are not passed on. */
const PASSED_ENVIRONMENT = [
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

/** Starts programs without a shell and input, with limits for output and time. */
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
            // In its own process group: the time limit then also kills the processes that the program started.
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
                // `close` comes after all output is read, but a service left behind may hold the output open for ever.
                child.once('close', end);
                timer = this.clock.setTimeout(end, OUTPUT_GRACE_MS);
            });
            timer = this.clock.setTimeout(() => {
                timedOut = true;
                try {
                    if (group && child.pid) process.kill(-child.pid, 'SIGKILL');
                    else child.kill('SIGKILL');
                } catch (error) {
                    // The program has just ended by itself, and `exit` reports how; any other error is the outcome.
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
            env: Object.fromEntries(PASSED_ENVIRONMENT.map((name) => [name, process.env[name]])),
        });
    } catch (error) {
        return error as Error;
    }
}

function reasonOf(error: Error): string {
    return (error as NodeJS.ErrnoException).code ?? error.message;
}
