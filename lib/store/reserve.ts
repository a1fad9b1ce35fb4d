import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const RESERVE_FILE_NAME = 'ridethrough.reserve';
const RESERVE_BYTES = 512 * 1024;

/**
 * Space that is given back to the disk when it is full, so that what an outage does can still be written down. Not zeros: a file system
 * that compresses would keep nothing back for them.
 */
export class Reserve {
    private readonly file: string;

    constructor(directory: string) {
        this.file = join(directory, RESERVE_FILE_NAME);
    }

    get isThere(): boolean {
        return existsSync(this.file);
    }

    /** @returns whether it is there now */
    make(): boolean {
        if (this.isThere) return true;
        try {
            writeFileSync(this.file, randomBytes(RESERVE_BYTES), { flag: 'wx' });
            return true;
        } catch {
            // Too little space for it: it is tried again, and the store tells when it fails itself.
            this.release();
            return false;
        }
    }

    /** @returns whether space was given back */
    release(): boolean {
        if (!this.isThere) return false;
        try {
            rmSync(this.file);
            return true;
        } catch {
            // As if there were none.
            return false;
        }
    }
}
