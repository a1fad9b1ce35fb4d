import { UpsError } from '../../../lib/core/errors';
import type { UpsStatus } from '../../../lib/core/status/status';

/** The device tells no channel of this name; the error says which ones it tells. */
export function noChannel(channel: string, { channels = {} }: Pick<UpsStatus, 'channels'>): UpsError {
    return new UpsError('no-channel', { channel, known: Object.keys(channels).join(', ') || '–' });
}
