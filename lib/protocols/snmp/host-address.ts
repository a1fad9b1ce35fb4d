import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { SystemClock, type Clock, type TimerHandle } from '../../core/clock';
import { SnmpError } from './transport';

export interface ResolvedAddress {
    address: string;
    family: number;
}

/** Names are not looked up more often than this: a silent device is asked every second. */
const KEEP_MS = 60_000;

/**
 * The address of a host. In an outage the name server is often the first to go: the last known address is used for as long as
 * the name does not resolve, and a look-up that hangs is not waited for longer than a request would be.
 */
export class HostAddress {
    private last?: ResolvedAddress;
    private askedAt = -Infinity;

    constructor(
        readonly host: string,
        private readonly timeoutMs: number,
        private readonly ask: (host: string) => Promise<ResolvedAddress> = lookupAddress,
        private readonly clock: Clock = new SystemClock(),
    ) {
        const family = isIP(host);
        if (family) this.last = { address: host, family };
    }

    /** What is known now, without asking. */
    get known(): ResolvedAddress | undefined {
        return this.last;
    }

    /** @throws SnmpError unreachable */
    async resolve(): Promise<ResolvedAddress> {
        if (this.last && (isIP(this.host) || this.clock.monotonic() - this.askedAt < KEEP_MS)) return this.last;
        let timer: TimerHandle;
        try {
            this.last = await Promise.race([
                this.ask(this.host),
                new Promise<never>((_, reject) => {
                    timer = this.clock.setTimeout(() => reject(new Error('name look-up timed out')), this.timeoutMs);
                }),
            ]);
            this.askedAt = this.clock.monotonic();
            return this.last;
        } catch (error) {
            if (this.last) return this.last;
            const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
            throw new SnmpError('unreachable', `${this.host} does not resolve: ${reason}`, { cause: error });
        } finally {
            this.clock.clearTimeout(timer);
        }
    }
}

/** IPv4 first: hardly any card answers on another. */
function lookupAddress(host: string): Promise<ResolvedAddress> {
    return lookup(host, { order: 'ipv4first' });
}
