import type { CommandResult, UpsCommand } from '../driver';
import { asUpsError, type UpsError } from '../errors';
import type { UpsUnit } from '../unit/ups-unit';
import { isNotTaken } from './keep-trying';
import { isFinalFor } from './countdown-reading';

export interface SendOnceOptions {
    /** At the time of use: a deploy may replace it. @throws UpsError config-missing */
    unit(): UpsUnit;
    command: UpsCommand;
    /** The order cuts the power and restores it: a repetition would cut it again. Any other order may be repeated. */
    once: boolean;
    /** The last value that `note` wrote before a kill or a deploy. */
    sent: boolean;
    /** Writes to the journal before the order is sent. */
    note(sent: boolean): void;
    /** Tries until it is taken: see `keepTrying`. */
    retry<T>(attempt: () => Promise<T>, final: (error: UpsError) => boolean): Promise<{ value: T; attempts: number }>;
}

/**
 * An order to a UPS without a countdown that could be read back. An order that must not be repeated is not sent again if the device may have it.
 * @returns undefined when it was sent before an interruption, and its outcome is unknown
 * @throws UpsError see `keepTrying`
 */
export async function sendOnce(
    options: SendOnceOptions,
): Promise<{ value: CommandResult; attempts: number } | undefined> {
    const { unit, command, once, sent, note, retry: give } = options;
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
    return give(attempt, (error) => maybe || isFinalFor(unit(), error));
}
