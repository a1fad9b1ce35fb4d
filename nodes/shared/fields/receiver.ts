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

/** Everything that comes in goes to the event log, only what is refused or fails, or nothing. */
export const receiverLog = () => choice(['always', 'errors', 'never'], { icon: 'list-alt', default: 'always' });

/** As `receiverLog`, of a receiver whose dialog does not show it. */
export const keptLog = (): ReturnType<typeof receiverLog> => ({ ...receiverLog(), kind: 'stored' }) satisfies Field;
