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

/** Milliseconds between two look-ups of a name: a silent device is polled every second. */
const KEEP_MS = 60_000;
/** Milliseconds after a failed look-up. */
const RETRY_MS = 5000;

/**
 * The address of a host. In an outage the name server often fails first: while the name does not resolve, the last known address
 * is used. A look-up may take at most as long as a request.
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

    /** The last resolved address, without a look-up. */
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

/** IPv4 first: few cards answer on IPv6. */
async function lookupAddress(host: string): Promise<ResolvedAddress> {
    const addresses = await names.addressesOf(host);
    return addresses.find(({ family }) => family === 4) ?? addresses[0]!;
}
