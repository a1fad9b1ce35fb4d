import { createHash } from 'node:crypto';
import type { Clock } from '../../core/clock';

/** Senders repeat a datagram within fractions of a second (ours after 200 ms, see `SendRequest.copies`); some copies may be lost. */
const DUPLICATE_MS = 1000;
/** Most senders remembered; more at once are a flood. */
const MOST_KNOWN = 256;

/** Detects copies of a datagram. Senders send each datagram several times from the same port, since lost ones go unnoticed. */
export class DuplicateFilter {
    private readonly seen = new Map<string, number>();

    constructor(private readonly clock: Clock) {}

    /** @param from the sender's address and port */
    isDuplicate(from: string, bytes: Uint8Array): boolean {
        const now = this.clock.monotonic();
        for (const [known, at] of this.seen) if (now - at > DUPLICATE_MS) this.seen.delete(known);
        const key = `${from} ${createHash('sha256').update(bytes).digest('base64')}`;
        const copy = this.seen.delete(key);
        this.seen.set(key, now);
        if (this.seen.size > MOST_KNOWN) this.seen.delete(this.seen.keys().next().value!);
        return copy;
    }
}
