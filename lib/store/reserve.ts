import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const RESERVE_FILE_NAME = 'ridethrough.reserve';
const RESERVE_BYTES = 512 * 1024;

/**
 * A file that reserves disk space. It is deleted when the disk is full, so that the events of an outage can still be written. It does not
 * consist of zeros: a compressing file system would reserve nothing for them.
 */
export class Reserve {
    private readonly file: string;

    constructor(directory: string) {
        this.file = join(directory, RESERVE_FILE_NAME);
    }

    get isThere(): boolean {
        return existsSync(this.file);
    }

    /** @returns whether the reserve exists now */
    make(): boolean {
        if (this.isThere) return true;
        try {
            writeFileSync(this.file, randomBytes(RESERVE_BYTES), { flag: 'wx' });
            return true;
        } catch {
            // There is too little space for it: it is tried again, and the store reports its own failures.
            this.release();
            return false;
        }
    }

    /** @returns whether space was freed */
    release(): boolean {
        if (!this.isThere) return false;
        try {
            rmSync(this.file);
            return true;
        } catch {
            // The same as if there were no reserve.
            return false;
        }
    }
}
