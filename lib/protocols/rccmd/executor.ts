import { isAbsolute } from 'node:path';
import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';
import { sameVerb } from './verbs';

/** Placeholder in an argument for the text of the message. */
export const TEXT_PLACEHOLDER = '{text}';

const MAX_ARGUMENT_CHARS = 256;
/** Parts of a path that could leave the folder of a script. */
const PATH = /[/\\]|\.\./;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** One entry of the allow-list: a message and the program that it starts. */
export interface AllowedAction {
    verb: string;
    /** Required text; a trailing `*` matches any rest; absent or `*` matches any text. */
    text?: string;
    /** Absolute path of a program, never a shell line. Empty: the message is accepted, and the flow acts on it. */
    command?: string;
    /** Fixed arguments; `{text}` is replaced by the text of the message if it is harmless. */
    args?: readonly string[];
}

/** A program and its arguments, ready to be started. */
export interface PlannedCommand {
    command: string;
    args: readonly string[];
}

export interface CommandOutcome extends PlannedCommand {
    ok: boolean;
    /** Exit code; undefined if the program never ran or was killed. */
    exitCode?: number;
    /** Beginning of its output, both streams. */
    output: string;
    ms: number;
    /** `timeout`, the name of a signal, or why the program could not be started. */
    error?: Told;
}

/** Starts programs; spawn-runner.ts is the real one. Never rejects. */
export interface CommandRunner {
    run(planned: PlannedCommand, timeoutMs: number): Promise<CommandOutcome>;
}

/** Validates an allow-list. @throws UpsError config-invalid with the invalid entry */
export function checkActions(actions: readonly AllowedAction[]): AllowedAction[] {
    return actions.map(({ verb, text, command = '', args = [] }, index) => {
        const property = `actions[${index}]`;
        if (typeof verb !== 'string' || !verb.trim()) throw invalid(`${property}.verb`, verb, said('expected.verb'));
        if (typeof command !== 'string' || (command !== '' && !isAbsolute(command)) || CONTROL.test(command)) {
            throw invalid(`${property}.command`, command, said('expected.program'));
        }
        if (!Array.isArray(args) || args.some((arg) => typeof arg !== 'string' || arg.includes('\0'))) {
            throw invalid(`${property}.args`, typeof args, said('expected.arguments'));
        }
        return { verb, text, command, args: [...args] };
    });
}

/** Whether the allow-list has an entry for a message, with or without a program. */
export function isAllowed(actions: readonly AllowedAction[], message: { verb: string; text: string }): boolean {
    return entryFor(actions, message) !== undefined;
}

/**
 * The program of the first matching entry of the allow-list; undefined if there is none.
 *
 * @throws UpsError command-not-allowed if the entry uses the text as an argument and the text is not safe
 */
export function planCommand(
    actions: readonly AllowedAction[],
    message: { verb: string; text: string },
): PlannedCommand | undefined {
    const action = entryFor(actions, message);
    if (!action?.command) return undefined;
    const args = (action.args ?? []).map((arg) =>
        arg.includes(TEXT_PLACEHOLDER) ? arg.split(TEXT_PLACEHOLDER).join(argument(message.text)) : arg,
    );
    return { command: action.command, args };
}

function entryFor(actions: readonly AllowedAction[], message: { verb: string; text: string }) {
    return actions.find((entry) => sameVerb(entry.verb, message.verb) && matches(entry.text, message.text));
}

/**
 * Checks a received text for use as an argument. It is passed without a shell, so quotes and semicolons are harmless; but a
 * leading `-` could make it an option, a path could lead a script to any file, and control characters could deceive a reader of
 * the log.
 */
function argument(text: string): string {
    const fit = text && !text.startsWith('-') && text.length <= MAX_ARGUMENT_CHARS;
    if (!fit || CONTROL.test(text) || PATH.test(text)) {
        throw new UpsError('command-not-allowed', {
            command: text.slice(0, 80),
            reason: said('rccmd.unfit'),
        });
    }
    return text;
}

function matches(pattern: string | undefined, text: string): boolean {
    const wanted = pattern?.trim() ?? '';
    if (wanted === '') return true;
    if (wanted.endsWith('*')) return text.startsWith(wanted.slice(0, -1));
    return text === wanted;
}

function invalid(property: string, value: unknown, expected: Told): UpsError {
    return new UpsError('config-invalid', { property, value: String(value).slice(0, 100), expected });
}

export interface ExecutorOptions {
    /** Programs that run longer are killed, ms. Default 600000: shutdown scripts take minutes. */
    timeoutMs?: number;
    /** Minimum time between two starts of the same command line, ms. Default 5000. */
    quietMs?: number;
}

/** More programs at once indicate a flood: with `{text}`, every text makes another command line. */
const MOST_AT_ONCE = 8;

/** Runs planned commands; while one is running, the same one does not start again: senders repeat messages, and UDP may duplicate them. */
export class CommandExecutor {
    private readonly running = new Set<string>();
    private readonly startedAt = new Map<string, number>();

    constructor(
        private readonly runner: CommandRunner,
        private readonly clock: Clock,
        private readonly options: ExecutorOptions = {},
    ) {}

    /**
     * Resolves with the outcome, or with undefined if the same command line is running or has just been started. Refuses if too
     * many programs run. Never rejects.
     */
    async execute(planned: PlannedCommand): Promise<CommandOutcome | undefined> {
        const key = JSON.stringify([planned.command, planned.args]);
        const now = this.clock.monotonic();
        const quietMs = this.options.quietMs ?? 5000;
        for (const [other, at] of this.startedAt) if (now - at >= quietMs) this.startedAt.delete(other);
        if (this.running.has(key) || this.startedAt.has(key)) return undefined;
        if (this.running.size >= MOST_AT_ONCE) {
            return { ...planned, ok: false, output: '', ms: 0, error: said('rccmd.busy', { most: MOST_AT_ONCE }) };
        }
        this.running.add(key);
        this.startedAt.set(key, now);
        try {
            return await this.runner.run(planned, this.options.timeoutMs ?? 600_000);
        } finally {
            this.running.delete(key);
        }
    }
}
