import { UpsError } from '../../core/errors';
import { said, type Told } from '../../core/language/sentence';

/** A program of this machine failed: unlike an order to a device, a person can run it by hand. */
export function programFailed(command: string, reason: Told, cause?: unknown): UpsError {
    const sentence = said('program.failed', { command, reason });
    return new UpsError('command-failed', { command, reason, sentence }, { cause });
}
