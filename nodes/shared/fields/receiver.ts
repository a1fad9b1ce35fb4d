import { LOOPBACK } from '../../../lib/core/addresses/host';
import { choice, host, hostFault, list, networkFault, type Field } from '../../../lib/core/settings';

/** Where a receiver listens: this machine alone is the default. */
export const ownAddress = () => host({ icon: 'crosshairs', default: LOOPBACK, example: LOOPBACK, width: 'medium' });

/** As `ownAddress`, of a receiver that may listen at several. */
export const ownAddresses = () =>
    list({ icon: 'crosshairs', default: LOOPBACK, example: LOOPBACK, width: 'medium', entry: hostFault });

/** Addresses and networks that may send; `*` is any, an empty list nobody. */
export const senders = (options: { default?: string } = {}) =>
    list({ icon: 'user-circle-o', entry: networkFault, rowEach: true, example: '192.0.2.0/24', ...options });

const LOGS = ['always', 'errors', 'never'] as const;

/**
 * Everything that comes in goes to the event log, only what is refused or fails, or nothing. A word that is none of these is everything: nobody
 * is deaf for the sake of a log.
 */
export function receiverLog(): Field<(typeof LOGS)[number]> {
    const field = choice(LOGS, { icon: 'list-alt', default: 'always' });
    return {
        ...field,
        read(raw, sibling) {
            const read = field.read(raw, sibling);
            return 'fault' in read ? field.empty : read;
        },
    };
}

/** As `receiverLog`, of a receiver whose dialog does not show it. */
export const keptLog = (): ReturnType<typeof receiverLog> => ({ ...receiverLog(), kind: 'stored' });
