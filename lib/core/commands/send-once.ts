import type { CommandResult, UpsCommand } from '../driver';
import { asUpsError, type UpsError } from '../errors';
import type { UpsUnit } from '../unit/ups-unit';
import { isNotTaken } from './keep-trying';
import { isFinalFor } from './countdown-reading';

export interface SendOnceOptions {
    /** The present unit: a deploy may replace it. @throws UpsError config-missing */
    unit(): UpsUnit;
    command: UpsCommand;
    /** The command cuts the power and restores it: a repetition would cut the power again. Any other command may be repeated. */
    once: boolean;
    /** The last value that `note` wrote before a kill or a deploy. */
    sent: boolean;
    /** Writes to the journal before the command is sent. */
    note(sent: boolean): void;
    /** Tries until the device accepts the command: see `keepTrying`. */
    retry<T>(attempt: () => Promise<T>, final: (error: UpsError) => boolean): Promise<{ value: T; attempts: number }>;
}

/**
 * Sends a command whose effect cannot be read back as a countdown. A command with `once` is not sent again if the device may have it.
 * @returns undefined if the command was sent before an interruption and its outcome is unknown
 * @throws UpsError see `keepTrying`
 */
export async function sendOnce(
    options: SendOnceOptions,
): Promise<{ value: CommandResult; attempts: number } | undefined> {
    const { unit, command, once, sent, note, retry } = options;
    if (once && sent) return undefined;
    let maybe = false;
    const attempt = async () => {
        note(true);
        try {
            return await unit().execute(command);
        } catch (error) {
            maybe = once && !isNotTaken(asUpsError(error, 'command-failed'));
            if (!maybe) note(false);
            throw error;
        }
    };
    return retry(attempt, (error) => maybe || isFinalFor(unit(), error));
}
