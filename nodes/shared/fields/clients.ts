import { list, networkFault } from '../../../lib/core/settings';

/** This machine and the networks that are private or local to a link (RFC 1918, RFC 4193, RFC 3927, RFC 4291). */
export const NEAR_NETWORKS =
    '127.0.0.0/8, ::1, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, fc00::/7, fe80::/10';

/** Addresses and networks that may ask a server; `*` means any, an emptied list means nobody. */
export const clients = () =>
    list({
        icon: 'user-circle-o',
        entry: networkFault,
        rowEach: true,
        default: NEAR_NETWORKS,
        example: '192.0.2.0/24',
        mayBeEmptied: true,
    });
