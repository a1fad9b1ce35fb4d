import { statSync } from 'node:fs';
import type { Clock, TimerHandle } from '../core/clock';

/**
 * `gone`: the file was removed, moved, or another one lies in its place. `wal-gone`: the same of its WAL. `foreign`: somebody else has
 * written into the file.
 */
export type FileTrouble = 'gone' | 'wal-gone' | 'foreign';

interface Seen {
    /** Which file it is. */
    file: string;
    /** Changes with whatever is written into it. */
    written: string;
}

/** SQLite goes on writing into a file that nobody will ever find again; so its place is looked at. */
const LOOK_MS = 1000;
/** Commits between two checkpoints, which alone write into the database file: by that a foreign hand is recognised. */
const COMMITS = 40;
const COMMITS_IN_NEED = 10;

/** Watches that the files of an open store are where they were opened, and has the WAL moved into the file from time to time. */
export class FileGuard {
    /** The disk is nearly full: the WAL is kept short. */
    inNeed = false;
    private main: Seen | undefined;
    private wal: Seen | undefined;
    private commits = 0;
    private timer: TimerHandle;

    constructor(
        private readonly file: string,
        private readonly clock: Clock,
        private readonly checkpoint: () => void,
        private readonly onTrouble: (trouble: FileTrouble) => void,
    ) {}

    /** The file has just been opened, or made anew. */
    watch(): void {
        this.rest();
        this.main = seen(this.file);
        this.wal = seen(`${this.file}-wal`);
        this.commits = 0;
        this.schedule(LOOK_MS);
    }

    /** The file is not in use any more. Idempotent. */
    rest(): void {
        this.clock.clearTimeout(this.timer);
        this.main = undefined;
    }

    committed(): void {
        if (!this.main) return;
        this.commits++;
        if (this.commits === this.limit) this.schedule(0);
        // Somebody writes without ever letting a timer run.
        if (this.commits === 10 * this.limit) this.look();
    }

    private get limit(): number {
        return this.inNeed ? COMMITS_IN_NEED : COMMITS;
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
            this.checkpoint();
            // A checkpoint that found trouble of its own has ended the watch, or begun a new one.
            if (!this.main) return;
            this.main = seen(this.file);
            this.commits = 0;
        }
        this.schedule(LOOK_MS);
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
        // Not there, or not to be reached: the caller tells.
        return undefined;
    }
}
