import { entry, type Verdict } from './entry-checks';
import { t } from './texts';

interface WakeRow {
    mac?: unknown;
    check?: string;
    address?: string;
    port?: string | number;
}

/** The check of one host of a staged wake. */
export function wakeRow({ mac, check, address, port }: WakeRow): Verdict {
    const card = entry.mac(String(mac ?? ''));
    if (card !== true || !check || check === 'none') return card;
    const host = address ? entry.host(address) : t('check.host', { value: address ?? '' });
    if (host !== true || check === 'ping') return host;
    const number = Number(port);
    const known = port === undefined || port === '' || (Number.isInteger(number) && number >= 1 && number <= 65535);
    return known || t('check.hostPort', { value: `${address}:${port}` });
}
