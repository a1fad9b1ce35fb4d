import type { CommandResult, UpsCommand } from '../driver';
import { asUpsError, type UpsError } from '../errors';
import type { UpsUnit } from '../unit/ups-unit';
import { isNotTaken } from './keep-trying';
import { isFinalFor } from './unit-look';

export interface OnceOrderOptions {
    /** At the time of use: a deploy may replace it. @throws UpsError config-missing */
    unit(): UpsUnit;
    command: UpsCommand;
    /** It cuts the power and gives it back: given twice, it would cut it once more. Anything else may be said again. */
    once: boolean;
    /** What `note` was last told, before a kill or a deploy. */
    sent: boolean;
    /** Kept before anything goes out. */
    note(sent: boolean): void;
    /** Tries until it is taken: see `keepTrying`. */
    give<T>(attempt: () => Promise<T>, final: (error: UpsError) => boolean): Promise<{ value: T; attempts: number }>;
}

/**
 * An order to a UPS that runs no countdown which could be looked for. What must not be given twice is not sent again once the device may have it.
 * @returns undefined when it went out before an interruption, and nobody knows what became of it
 * @throws UpsError see `keepTrying`
 */
export async function giveOnce(
    options: OnceOrderOptions,
): Promise<{ value: CommandResult; attempts: number } | undefined> {
    const { unit, command, once, sent, note, give } = options;
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
