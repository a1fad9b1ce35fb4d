import { statSync } from 'node:fs';
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
/** Commits between two checkpoints. Only checkpoints write into the database file, so any other write comes from another program. */
const COMMITS = 40;
const COMMITS_IN_NEED = 10;

/** Checks that the files of an open store are still where they were opened, and starts the checkpoints that move the WAL into the file. */
export class FileGuard {
    /** The disk is nearly full, so the WAL is kept short. */
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
        private readonly commitsToCheckpoint = COMMITS,
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
        if (this.commits === this.limit) this.schedule(0);
        // A caller writes without letting any timer run.
        if (this.commits === 10 * this.limit) this.look();
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
            this.checkpoint();
            // A checkpoint that found trouble itself has ended the watch, or begun a new one.
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
        // The file does not exist or cannot be reached: the caller reports it.
        return undefined;
    }
}
