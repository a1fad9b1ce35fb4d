import dns, { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { SentenceError, said } from '../../core/language/sentence';

export interface Address {
    address: string;
    /** 4 or 6 */
    family: number;
}

/** @throws Error with `code`, for a name that it does not know */
export type NameLookup = (host: string) => Promise<Address[]>;

const HOSTS = '/etc/hosts';
const SETTINGS = '/etc/resolv.conf';
const TRY_MS = 1500;
const TRIES = 2;
/** Answered by this machine or its neighbours, never by a name server (RFC 6761, RFC 6762). */
const NOT_ASKED = /(^|\.)(localhost|local)\.?$/i;

/** What the machine has: its own look-up, and its table of hosts and name servers asked by ourselves. */
export const systemNames = {
    system: bySystem,
    beside: async (host: string) => (await byTable(host)) ?? byServers(host),
};

async function bySystem(host: string): Promise<Address[]> {
    return [await dns.lookup(host, { all: true })].flat();
}

async function byTable(host: string): Promise<Address[] | undefined> {
    const found = hostsNamed(host, await readFile(HOSTS, 'utf8').catch(() => ''));
    return found.length ? found : undefined;
}

async function byServers(host: string): Promise<Address[]> {
    if (NOT_ASKED.test(host)) throw new SentenceError(said('names.none', { host }));
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
    const asked = namesToAsk(host, await readFile(SETTINGS, 'utf8').catch(() => ''));
    let failure: unknown;
    for (const name of asked) {
        const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
        const addresses = [
            ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
            ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
        ];
        if (addresses.length) return addresses;
        failure = four.status === 'rejected' ? four.reason : failure;
    }
    throw failure;
}

/** The addresses of a name in a table as hosts(5) describes it. */
export function hostsNamed(host: string, table: string): Address[] {
    const name = host.toLowerCase().replace(/\.$/, '');
    return table.split('\n').flatMap((line) => {
        const [address = '', ...known] = line.replace(/#.*/, '').trim().split(/\s+/);
        const family = isIP(address);
        return family && known.some((one) => one.toLowerCase() === name) ? [{ address, family }] : [];
    });
}

/** The names that a name server is asked for, as resolv.conf(5) has it: a short one first with what is searched behind it. */
export function namesToAsk(host: string, settings: string): string[] {
    if (host.endsWith('.')) return [host.slice(0, -1)];
    const lines = settings.split('\n').filter((line) => /^(search|domain)\s/.test(line));
    const [, ...searched] = lines.at(-1)?.trim().split(/\s+/) ?? [];
    const longer = searched.slice(0, 6).map((domain) => `${host}.${domain}`);
    return host.includes('.') ? [host, ...longer] : [...longer, host];
}
