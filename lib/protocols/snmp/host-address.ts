import { isIP } from 'node:net';
import { reasonOf } from '../../core/reasons';
import { SystemClock, type Clock, type TimerHandle } from '../../core/clock';
import { bareHost } from '../shared/host';
import { names } from '../shared/names';
import { SnmpError } from './transport';
import { SentenceError, said } from '../../core/language/sentence';

export interface ResolvedAddress {
    address: string;
    family: number;
}

/** Names are not looked up more often than this: a silent device is asked every second. */
const KEEP_MS = 60_000;
/** … and one that did not resolve not more often than this. */
const RETRY_MS = 5000;

/**
 * The address of a host. In an outage the name server is often the first to go: the last known address is used for as long as
 * the name does not resolve, and a look-up that hangs is not waited for longer than a request would be.
 */
export class HostAddress {
    private last?: ResolvedAddress;
    private askedAt = -Infinity;
    private failure?: { at: number; error: SnmpError };
    private pending?: Promise<ResolvedAddress>;
    /** Without the brackets of an IPv6 address. */
    readonly host: string;

    constructor(
        host: string,
        private readonly timeoutMs: number,
        private readonly ask: (host: string) => Promise<ResolvedAddress> = lookupAddress,
        private readonly clock: Clock = new SystemClock(),
    ) {
        this.host = bareHost(host);
        const family = isIP(this.host);
        if (family) this.last = { address: this.host, family };
    }

    /** What is known now, without asking. */
    get known(): ResolvedAddress | undefined {
        return this.last;
    }

    /** @throws SnmpError unreachable */
    async resolve(): Promise<ResolvedAddress> {
        const now = this.clock.monotonic();
        if (this.last && (isIP(this.host) || now - this.askedAt < KEEP_MS)) return this.last;
        if (this.failure && now - this.failure.at < RETRY_MS) {
            if (this.last) return this.last;
            throw this.failure.error;
        }
        this.pending ??= this.lookUp().finally(() => (this.pending = undefined));
        return this.pending;
    }

    private async lookUp(): Promise<ResolvedAddress> {
        let timer: TimerHandle;
        try {
            this.last = await Promise.race([
                this.ask(this.host),
                new Promise<never>((_, reject) => {
                    timer = this.clock.setTimeout(() => reject(new SentenceError(said('names.late'))), this.timeoutMs);
                }),
            ]);
            this.askedAt = this.clock.monotonic();
            this.failure = undefined;
            return this.last;
        } catch (cause) {
            const reason =
                cause instanceof SentenceError
                    ? cause.sentence
                    : ((cause as NodeJS.ErrnoException).code ?? (cause as Error).message);
            const why = reasonOf(cause) ?? 'name-server';
            const error = new SnmpError('unreachable', said('names.unresolved', { host: this.host, why: reason }), {
                why,
                cause,
            });
            this.failure = { at: this.clock.monotonic(), error };
            if (this.last) return this.last;
            throw error;
        } finally {
            this.clock.clearTimeout(timer);
        }
    }
}

/** IPv4 first: hardly any card answers on another. */
async function lookupAddress(host: string): Promise<ResolvedAddress> {
    const addresses = await names.addressesOf(host);
    return addresses.find(({ family }) => family === 4) ?? addresses[0]!;
}
