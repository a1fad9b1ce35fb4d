import { host, list, networkFault, whole, type Field } from '../../../lib/core/settings';

/** This machine, and the ranges of private networks (RFC 1918, RFC 4193) and of links (RFC 3927, RFC 4291). */
export const PRIVATE_NETWORKS =
    '127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, ::1, fc00::/7, fe80::/10';

/** The address at which a server listens; by default all of this machine. */
export const servedAt = () => host({ icon: 'crosshairs', default: '0.0.0.0', example: '0.0.0.0', width: 'medium' });

/** Addresses and networks that a server answers; `*` for any. An emptied list means nobody: it was meant to hold addresses. */
export function clients(): Field<string[]> {
    const field = list({ icon: 'user-circle-o', entry: networkFault, lines: 2, default: PRIVATE_NETWORKS });
    return {
        ...field,
        isEmpty: (raw) => raw === undefined || raw === null,
        read: (raw, sibling, inFlow) =>
            (typeof raw === 'string' && raw.trim() === '') || (Array.isArray(raw) && raw.length === 0)
                ? { value: [] }
                : field.read(raw, sibling, inFlow),
    };
}

/** Further clients are refused. */
export const mostClients = (otherwise: number) =>
    whole({ icon: 'users', min: 1, max: 10_000, default: otherwise, width: 'short' });
