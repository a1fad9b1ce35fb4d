import { open } from 'node:fs/promises';
import type { Clock, TimerHandle } from '../core/clock';

/** How much of the newest data a power loss of our own machine may cost, about, ms. */
export const FLUSH_DELAY_MS = 200;

/**
 * Writes the data that SQLite has passed to the operating system to the disk, off the main thread: one `fdatasync` of the WAL file for all
 * commits of a moment (group commit). SQLite's own `synchronous = FULL` would block the process at every commit. Only the WAL may be opened
 * in this way: closing any descriptor of the database file itself would drop SQLite's POSIX locks.
 */
export class WalFlusher {
    private timer: TimerHandle | undefined;
    private running: Promise<void> | undefined;
    private dirty = false;
    private closed = false;

    constructor(
        private readonly walFile: string,
        private readonly clock: Clock,
        private readonly onError: (error: unknown) => void,
        private readonly delayMs = FLUSH_DELAY_MS,
    ) {}

    /** A commit has been made. */
    touch(): void {
        this.dirty = true;
        if (this.closed || this.timer !== undefined || this.running) return;
        this.timer = this.clock.setTimeout(() => {
            this.timer = undefined;
            void this.flush();
        }, this.delayMs);
    }

    /** Resolves when everything that was committed before the call is on the disk, or its failure has been reported. */
    async flush(): Promise<void> {
        await this.running;
        if (!this.dirty || this.closed) return;
        this.dirty = false;
        this.running = this.sync().finally(() => {
            this.running = undefined;
            if (this.dirty) this.touch();
        });
        await this.running;
    }

    private async sync(): Promise<void> {
        try {
            const handle = await open(this.walFile, 'r+');
            try {
                await handle.datasync();
            } finally {
                await handle.close();
            }
        } catch (error) {
            // After `close` SQLite has removed the WAL; its content is in the database file.
            if (!this.closed) this.onError(error);
        }
    }

    close(): void {
        this.closed = true;
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
    }
}
