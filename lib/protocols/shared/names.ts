import { isIP, type LookupFunction } from 'node:net';
import { SystemClock, type Clock, type TimerHandle } from '../../core/clock';
import { systemNames, type Address, type NameLookup } from './system-names';
import { SentenceError, said } from '../../core/language/sentence';

/** A known address is used for so long without a new look-up. */
const FRESH_MS = 60_000;
/** … and a failed look-up counts for so long. */
const FAILED_MS = 2000;
/** If the system has not answered by then, the second resolver is asked: the look-up may be queued behind names that hang. */
const HEDGE_MS = 250;
/** If no resolver has answered by then, the last known address is used: in an outage the name server is often the first to fail. */
const STALE_MS = 1000;
/** The longest wait of a caller. */
const LIMIT_MS = 5000;
const MOST_NAMES = 2000;

interface Entry {
    known?: { addresses: Address[]; at: number };
    failed?: { error: Error; at: number };
    asking?: Promise<Address[]>;
}

/**
 * Looks up host names so that a name that hangs does not delay other hosts. The system resolves only two names at a time, for up to half a minute
 * each, and queues all other look-ups behind them.
 */
export class Names {
    private readonly entries = new Map<string, Entry>();

    /** @param ways the look-up of the system, and one that does not use its queue */
    constructor(
        private readonly ways: { system: NameLookup; beside: NameLookup },
        private readonly clock: Clock,
    ) {}

    /** All addresses, in the order to try them. @throws Error with `code`: ENOTFOUND and others of getaddrinfo, EAI_AGAIN after five seconds */
    async addressesOf(host: string): Promise<Address[]> {
        const family = isIP(host);
        if (family) return [{ address: host, family }];
        const entry = this.entryOf(host.toLowerCase());
        const now = this.clock.monotonic();
        if (entry.known && now - entry.known.at < FRESH_MS) return entry.known.addresses;
        if (entry.failed && now - entry.failed.at < FAILED_MS) return this.knownOr(entry, entry.failed.error);
        entry.asking ??= this.ask(host, entry).finally(() => (entry.asking = undefined));
        const { asking } = entry;
        const limit = entry.known ? STALE_MS : LIMIT_MS;
        let timer: TimerHandle;
        const late = new Promise<never>((_, reject) => {
            timer = this.clock.setTimeout(() => reject(unanswered(host)), limit);
        });
        try {
            return await Promise.race([asking, late]);
        } catch (error) {
            return this.knownOr(entry, error as Error);
        } finally {
            this.clock.clearTimeout(timer);
        }
    }

    /** The address to send a datagram to. @param family undefined: the first of all */
    async addressOf(host: string, family?: number): Promise<Address> {
        const addresses = await this.addressesOf(host);
        const fitting = addresses.find((address) => !family || address.family === family);
        if (fitting) return fitting;
        throw Object.assign(new SentenceError(said('names.noAddress', { host, family })), { code: 'ENOTFOUND' });
    }

    /** For `connect` and `createSocket`, instead of the look-up of the system. */
    readonly lookup: LookupFunction = (host, options, done) => {
        const { all = false, family } = typeof options === 'object' ? options : { family: options as number };
        const version = family === 'IPv4' ? 4 : family === 'IPv6' ? 6 : Number(family ?? 0);
        const found = this.addressesOf(host).then((addresses) => {
            const fitting = addresses.filter((address) => !version || address.family === version);
            if (fitting.length) return fitting;
            throw Object.assign(new SentenceError(said('names.noAddress', { host, family: version })), {
                code: 'ENOTFOUND',
            });
        });
        found.then(
            (fitting) => (all ? done(null, fitting) : done(null, fitting[0]!.address, fitting[0]!.family)),
            (error: Error) => done(error, all ? [] : ''),
        );
    };

    private async ask(host: string, entry: Entry): Promise<Address[]> {
        try {
            const addresses = await this.firstOf(host);
            entry.known = { addresses, at: this.clock.monotonic() };
            entry.failed = undefined;
            return addresses;
        } catch (error) {
            entry.failed = { error: error as Error, at: this.clock.monotonic() };
            throw error;
        }
    }

    /** The first answer of both resolvers. Only the system can say that a name does not exist: it alone knows all names. */
    private firstOf(host: string): Promise<Address[]> {
        return new Promise((resolve, reject) => {
            const beside = () => this.ways.beside(host).then(resolve, () => undefined);
            const timer = this.clock.setTimeout(() => void beside(), HEDGE_MS);
            this.ways
                .system(host)
                .then(resolve, reject)
                .finally(() => this.clock.clearTimeout(timer));
        });
    }

    private knownOr({ known }: Entry, error: Error): Address[] {
        if (known) return known.addresses;
        throw error;
    }

    private entryOf(name: string): Entry {
        let entry = this.entries.get(name);
        if (!entry) {
            const oldest =
                this.entries.size >= MOST_NAMES ? [...this.entries].find(([, { asking }]) => !asking) : undefined;
            if (oldest) this.entries.delete(oldest[0]);
            entry = {};
            this.entries.set(name, entry);
        }
        return entry;
    }
}

function unanswered(host: string): Error {
    const sentence = said('names.silent', { host, s: LIMIT_MS / 1000 });
    return Object.assign(new SentenceError(sentence), { code: 'EAI_AGAIN' });
}

/** One for the process, because the queue of the system is also one for the process. */
export const names = new Names(systemNames, new SystemClock());
