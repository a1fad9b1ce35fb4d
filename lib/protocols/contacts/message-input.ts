import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { asClosed, CONTACT_WORDS } from '../../core/plain-values';
import type { ContactInput } from './contact-input';

/**
 * Contacts reported by messages. A state holds until another message, or, with `maxAgeMs`, until no message has come for that
 * long. States are not kept over a restart, since a contact may have changed meanwhile.
 */
export class MessageInput implements ContactInput {
    readonly name = 'msg';
    private readonly closed = new Map<string, boolean>();
    private readonly changes = new Map<string, number>();
    private heardAt = 0;

    /** @param inputs topics of the contacts */
    constructor(
        private readonly clock: Clock,
        private readonly inputs: readonly string[],
        private readonly maxAgeMs?: number,
    ) {}

    /**
     * Takes a message: `topic` names a contact and `payload` is true, 1, "on" or "closed" for a closed one; or `payload` is an
     * object with several contacts by name.
     * @throws UpsError config-invalid if it names an unknown contact or an invalid state; then none of it is used
     */
    receive(topic: unknown, payload: unknown): void {
        const told = isRecord(payload) ? this.named(payload) : [[this.nameOf(topic), closedOf(payload)] as const];
        this.heardAt = this.clock.monotonic();
        for (const [name, closed] of told) {
            if (this.closed.get(name) !== closed) this.changes.set(name, this.heardAt);
            this.closed.set(name, closed);
        }
    }

    changedAt(input: string): number | undefined {
        return this.changes.get(input);
    }

    read(): Promise<ReadonlyMap<string, boolean> | undefined> {
        if (this.closed.size === 0) return Promise.resolve(undefined);
        const age = this.clock.monotonic() - this.heardAt;
        if (this.maxAgeMs !== undefined && age >= this.maxAgeMs) {
            return Promise.reject(new UpsError('device-silent', { host: this.name, why: 'no-messages' }));
        }
        return Promise.resolve(this.closed);
    }

    close(): Promise<void> {
        return Promise.resolve();
    }

    private named(payload: Record<string, unknown>) {
        const told = Object.entries(payload).filter(([name]) => this.inputs.includes(name));
        if (told.length === 0) throw this.unknown('msg.payload', Object.keys(payload).join(', '));
        return told.map(([name, value]) => [name, closedOf(value)] as const);
    }

    private nameOf(topic: unknown): string {
        if (typeof topic === 'string' && this.inputs.includes(topic)) return topic;
        throw this.unknown('msg.topic', topic);
    }

    private unknown(property: string, value: unknown): UpsError {
        return new UpsError('config-invalid', { property, value: String(value), expected: this.inputs.join(', ') });
    }
}

/** @throws UpsError config-invalid */
function closedOf(value: unknown): boolean {
    const closed = asClosed(value);
    if (closed !== undefined) return closed;
    throw new UpsError('config-invalid', {
        property: 'msg.payload',
        value: JSON.stringify(value),
        expected: CONTACT_WORDS,
    });
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
