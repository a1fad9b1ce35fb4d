import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock, TimerHandle } from '../core/clock';

/**
 * `gone`: the file was removed or moved, or another file is in its place. `wal-gone`: the same for its WAL. `foreign`: another program has
 * written into the file.
 */
export type FileTrouble = 'gone' | 'wal-gone' | 'foreign';

interface Seen {
    /** Identifies the file. */
    file: string;
    /** Changes with every write to the file. */
    written: string;
}

/** How often the path of the file is checked, ms: SQLite continues to write into a removed file that nobody can find again. */
const LOOK_MS = 1000;
/**
 * Commits after which a checkpoint is due. Only checkpoints write into the database file, so any other write comes from another program.
 */
const COMMITS = 40;
const COMMITS_IN_NEED = 10;
/**
 * A checkpoint blocks the process for as long as the disk takes. In an outage many write at once, so it waits until nobody has written for so
 * long, ms …
 */
const CALM_MS = 100;
/** … but no longer than the WAL is smaller than that, bytes, and than so much of the disk is free. */
const LARGEST_WAL = 8 * 2 ** 20;
const LEAST_FREE = 64 * 2 ** 20;

/** Checks that the files of an open store are still where they were opened, and starts the checkpoints that move the WAL into the file. */
export class FileGuard {
    /** The disk is nearly full, so the WAL is kept short. */
    inNeed = false;
    private main: Seen | undefined;
    private wal: Seen | undefined;
    private commits = 0;
    /** Monotonic ms of the last commit. */
    private committedAt = 0;
    private timer: TimerHandle;

    /** @param free bytes that are free on the disk of a file */
    constructor(
        private readonly file: string,
        private readonly clock: Clock,
        private readonly checkpoint: () => void,
        private readonly onTrouble: (trouble: FileTrouble) => void,
        private readonly commitsToCheckpoint = COMMITS,
        private readonly free = freeAround,
    ) {}

    /** Begins to watch a file that was just opened or created. */
    watch(): void {
        this.rest();
        this.main = seen(this.file);
        this.wal = seen(`${this.file}-wal`);
        this.commits = 0;
        this.schedule(LOOK_MS);
    }

    /** Ends the watch: the file is no longer in use. Idempotent. */
    rest(): void {
        this.clock.clearTimeout(this.timer);
        this.main = undefined;
    }

    committed(): void {
        if (!this.main) return;
        this.commits++;
        this.committedAt = this.clock.monotonic();
        if (this.commits === this.limit) this.schedule(this.inNeed ? 0 : CALM_MS);
        // A caller writes without letting any timer run.
        if (this.commits % (10 * this.limit) === 0) this.look();
    }

    private get limit(): number {
        return this.inNeed ? COMMITS_IN_NEED : this.commitsToCheckpoint;
    }

    private schedule(ms: number): void {
        this.clock.clearTimeout(this.timer);
        this.timer = this.clock.setTimeout(() => this.look(), ms);
    }

    private look(): void {
        const trouble = this.trouble();
        if (trouble) return this.onTrouble(trouble);
        this.wal ??= seen(`${this.file}-wal`);
        if (this.commits >= this.limit) {
            if (this.mayWait()) return this.schedule(CALM_MS);
            this.checkpoint();
            // A checkpoint that found trouble itself has ended the watch, or begun a new one.
            if (!this.main) return;
            this.main = seen(this.file);
            this.commits = 0;
        }
        this.schedule(LOOK_MS);
    }

    /** Whether a checkpoint that is due may wait: somebody writes, and there is room for more. */
    private mayWait(): boolean {
        if (this.inNeed || this.clock.monotonic() - this.committedAt >= CALM_MS) return false;
        return sizeOf(`${this.file}-wal`) < LARGEST_WAL && this.free(this.file) > LEAST_FREE;
    }

    private trouble(): FileTrouble | undefined {
        const main = seen(this.file);
        if (!main || main.file !== this.main?.file) return 'gone';
        if (this.wal && seen(`${this.file}-wal`)?.file !== this.wal.file) return 'wal-gone';
        return main.written === this.main.written ? undefined : 'foreign';
    }
}

function seen(path: string): Seen | undefined {
    try {
        const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true });
        return { file: `${dev} ${ino}`, written: `${size} ${mtimeNs}` };
    } catch {
        // The file does not exist or cannot be reached: the caller reports it.
        return undefined;
    }
}

function sizeOf(path: string): number {
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Bytes; 0 if the system does not tell. */
function freeAround(path: string): number {
    try {
        const { bavail, bsize } = statfsSync(dirname(path));
        return bavail * bsize;
    } catch {
        // A file system without an answer may be a full one.
        return 0;
    }
}
