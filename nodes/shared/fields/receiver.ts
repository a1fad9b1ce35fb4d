import { LOOPBACK } from '../../../lib/core/addresses/host';
import { choice, host, hostFault, list, networkFault, type Field } from '../../../lib/core/settings';

/** The address at which a receiver listens; by default only this machine can reach it. */
export const ownAddress = () => host({ icon: 'crosshairs', default: LOOPBACK, example: LOOPBACK, width: 'medium' });

/** As `ownAddress`, for a receiver that may listen at several addresses. */
export const ownAddresses = () =>
    list({ icon: 'crosshairs', default: LOOPBACK, example: LOOPBACK, width: 'medium', entry: hostFault });

/** Addresses and networks that may send; `*` means any, an empty list means none. */
export const senders = (options: { default?: string } = {}) =>
    list({ icon: 'user-circle-o', entry: networkFault, rowEach: true, example: '192.0.2.0/24', ...options });

const LOGS = ['always', 'errors', 'never'] as const;

/**
 * What a receiver writes to the event log: everything, only refusals and failures, or nothing. An unknown word means everything, so that an
 * invalid log setting never stops a receiver.
 */
export function receiverLog(): Field<(typeof LOGS)[number]> {
    const field = choice(LOGS, { icon: 'list-alt', default: 'always' });
    return {
        ...field,
        read(raw, sibling) {
            const read = field.read(raw, sibling);
            return 'fault' in read ? field.empty : read;
        },
        schema: () => ({ anyOf: [field.schema(), {}] }),
    };
}

/** As `receiverLog`, for a receiver whose dialog does not show it. */
export const keptLog = (): ReturnType<typeof receiverLog> => ({ ...receiverLog(), kind: 'stored' });
