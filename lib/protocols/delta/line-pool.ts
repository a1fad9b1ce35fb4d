import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { DeltaLine } from './line';

/** A share in a line; the last release closes the line. */
export interface LineLease {
    readonly line: DeltaLine;
    /** Number of leases on the line, including this one. */
    users(): number;
    /** Idempotent. Resolves when the line is closed, if this was the last lease. */
    release(): Promise<void>;
}

interface Shared {
    line: DeltaLine;
    settings: string;
    leases: number;
}

/** Lines that several UPSs share, with a count of users. */
export class LinePool {
    private readonly lines = new Map<string, Shared>();
    /** A port is occupied until its line is closed. */
    private readonly closing = new Map<string, Promise<void>>();

    /**
     * @param key path or host:port
     * @param settings what must be equal for all users of the line, e.g. the baud rate
     * @throws UpsError config-invalid if another user of the line has other settings
     */
    async acquire(key: string, settings: string, make: () => DeltaLine): Promise<LineLease> {
        await this.closing.get(key);
        let shared = this.lines.get(key);
        if (shared && shared.settings !== settings) {
            const expected = said('expected.asOtherUps', { place: key, value: shared.settings });
            throw new UpsError('config-invalid', { property: 'line', value: settings, expected });
        }
        shared ??= { line: make(), settings, leases: 0 };
        this.lines.set(key, shared);
        shared.leases++;
        const { line } = shared;
        let released: Promise<void> | undefined;
        return {
            line,
            users: () => shared.leases,
            release: () => (released ??= this.release(key, shared)),
        };
    }

    private release(key: string, shared: Shared): Promise<void> {
        if (--shared.leases > 0) return Promise.resolve();
        this.lines.delete(key);
        const closed = shared.line.close().finally(() => {
            if (this.closing.get(key) === closed) this.closing.delete(key);
        });
        this.closing.set(key, closed);
        return closed;
    }
}
