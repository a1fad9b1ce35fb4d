import { spawn, type ChildProcess } from 'node:child_process';
import type { Clock, TimerHandle } from '../../core/clock';
import type { UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import { programFailed } from '../shared/program-failed';

/** A sound output of this computer. */
export interface ComputerSound {
    /** A beat begins. */
    begin(): void;
    end(): void;
    /** Idempotent, bounded in time. */
    close(): Promise<void>;
}

/** Longest time for one sound; the player is then killed. */
const LONGEST_MS = 60_000;
const KILL_AFTER_MS = 2_000;
/** Environment variables that players need, e.g. for the sound server. The others are not passed on. */
const PASSED_ENVIRONMENT = [
    'PATH',
    'HOME',
    'LANG',
    'XDG_RUNTIME_DIR',
    'PULSE_SERVER',
    'DISPLAY',
    'SystemRoot',
    'TEMP',
    'TMP',
];

/** An audio player program: started at each beat unless it is still playing; without shell, input and output. */
export class Player implements ComputerSound {
    private child: ChildProcess | undefined;
    private timer: TimerHandle;
    private ended: Promise<void> = Promise.resolve();
    private closed = false;

    /** @param onError called once, and again only after a sound was played */
    constructor(
        private readonly command: string,
        private readonly args: readonly string[],
        private readonly clock: Clock,
        private readonly onError: (error: UpsError) => void,
    ) {}

    begin(): void {
        if (this.child || this.closed) return;
        const child = this.spawn();
        if (!child) return;
        this.child = child;
        this.ended = new Promise((resolve) => {
            const over = (problem?: Told) => {
                if (this.child !== child) return;
                this.clock.clearTimeout(this.timer);
                this.child = undefined;
                if (problem) this.failed(problem);
                resolve();
            };
            child.once('error', (error) => over((error as NodeJS.ErrnoException).code ?? error.message));
            child.once('exit', (code) => over(code ? said('exitCode', { code }) : undefined));
        });
        this.timer = this.clock.setTimeout(() => this.stop(), LONGEST_MS);
    }

    /** A sound that has begun is played to its end. */
    end(): void {}

    /** Stops the sound at once, for muting. */
    stop(): void {
        const { child } = this;
        if (!child) return;
        child.kill('SIGTERM');
        this.clock.clearTimeout(this.timer);
        this.timer = this.clock.setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    }

    close(): Promise<void> {
        this.closed = true;
        this.stop();
        return this.ended;
    }

    private spawn(): ChildProcess | undefined {
        try {
            const env = Object.fromEntries(PASSED_ENVIRONMENT.map((name) => [name, process.env[name]]));
            return spawn(this.command, [...this.args], { shell: false, windowsHide: true, stdio: 'ignore', env });
        } catch (error) {
            this.failed(error instanceof Error ? error.message : String(error));
            return undefined;
        }
    }

    private failed(reason: Told): void {
        if (!this.closed) this.onError(programFailed(this.command, reason));
    }
}

/** The bell of the terminal in which Node-RED runs. */
export class TerminalBell implements ComputerSound {
    constructor(private readonly terminal: { isTTY?: boolean; write(text: string): unknown }) {}

    /** Without a terminal the bell makes no sound, and its character would end up in the service's log. */
    get audible(): boolean {
        return this.terminal.isTTY === true;
    }

    begin(): void {
        if (this.audible) this.terminal.write('\x07');
    }

    end(): void {}

    async close(): Promise<void> {}
}

/** Arguments as typed, one per line. */
export function argumentsOf(typed: string | undefined): string[] {
    return (typed ?? '').split(/\r?\n/).filter((line) => line !== '');
}
