import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UpsError } from '../../core/errors';
import { logTooLong, MOST_LOG_BYTES } from '../measurement-csv/measurement-csv';
import type { WebPage } from './web-page';

/** A file of the log, as a whole. */
export interface LogFile {
    name: string;
    bytes: Uint8Array;
    /** It need not be read again before it has changed. */
    done(): void;
}

/** Where the log of a device is read: from its web server, or from a folder to which something copies it. */
export interface LogFiles {
    /** For errors. */
    readonly place: string;
    /** Whether rows that were written before a new file began can be found in `past`. */
    readonly findsRenamed: boolean;
    /** The file that the device writes; undefined: it has not changed. @throws UpsError, or an error of the file system */
    live(): Promise<LogFile | undefined>;
    /** Of the others that may hold new rows the oldest one; undefined: there is none. Only one is in memory. @throws as `live` */
    past(): Promise<LogFile | undefined>;
    close(): void;
}

/**
 * The log behind an address. It is asked for as a whole, each time. Parts of it (`Range`) must only be put together if the server names the same strong
 * validator for both, and a file to which rows are added has another one each time (RFC 9110, sections 8.8.1 and 15.3.7.3). Nor is it asked whether the file has
 * changed (section 13.1): a row is due at each look, and a server whose own clock is wrong would hide it.
 */
export class WebLog implements LogFiles {
    readonly findsRenamed = false;

    constructor(private readonly page: WebPage) {}

    get place(): string {
        return this.page.place;
    }

    async live(): Promise<LogFile> {
        return { name: this.place, bytes: await this.page.get(), done: () => undefined };
    }

    past(): Promise<undefined> {
        return Promise.resolve(undefined);
    }

    close(): void {
        this.page.close();
    }
}

/** A file in the folder. */
interface Found {
    path: string;
    size: number;
    mtimeMs: number;
}

/**
 * A file, or with a `*` in its name several: then the renamed ones are read as well, so that no row is lost when the device begins a new file. The
 * device writes the one in whose name nothing stands for the `*` (RMCU.CSV); if there is none, the one that was changed last. A file that has not
 * changed since is not read again.
 */
export class LocalLog implements LogFiles {
    private readonly known = new Map<string, string>();
    /** The file that the device writes, as seen last. */
    private livePath: string | undefined;

    constructor(readonly place: string) {}

    get findsRenamed(): boolean {
        return basename(this.place).includes('*');
    }

    async live(): Promise<LogFile | undefined> {
        const found = await this.found();
        const named = found.find(({ path }) => basename(path).toLowerCase() === this.liveName);
        // While rows are still added to it, no other has taken its place: one may have been copied into the folder.
        const written = found.find((each) => each.path === this.livePath && this.isChanged(each));
        const live = named ?? written ?? found.at(-1)!;
        this.livePath = live.path;
        return this.isChanged(live) ? this.open(live) : undefined;
    }

    async past(): Promise<LogFile | undefined> {
        if (!this.findsRenamed) return undefined;
        // A folder that cannot be read is told by `live`.
        const found = await this.found().catch(() => []);
        const next = found.find((each) => each.path !== this.livePath && this.isChanged(each));
        return next && this.open(next);
    }

    close(): void {}

    private get liveName(): string {
        return basename(this.place).replaceAll('*', '').toLowerCase();
    }

    private isChanged(file: Found): boolean {
        return this.known.get(file.path) !== markOf(file);
    }

    private async open(file: Found): Promise<LogFile> {
        const done = () => void this.known.set(file.path, markOf(file));
        try {
            if (file.size > MOST_LOG_BYTES) throw logTooLong();
            return { name: file.path, bytes: await readFile(file.path), done };
        } catch (error) {
            // One of the past that cannot be read does not hold up the others.
            if (file.path !== this.livePath) done();
            throw error;
        }
    }

    /** Those that were changed last come last. */
    private async found(): Promise<Found[]> {
        const found = await Promise.all(
            (await this.paths()).map(async (path): Promise<Found> => {
                const { size, mtimeMs } = await stat(path);
                return { path, size, mtimeMs };
            }),
        );
        return found.sort((a, b) => a.mtimeMs - b.mtimeMs || a.path.localeCompare(b.path));
    }

    private async paths(): Promise<string[]> {
        const [folder, name] = [dirname(this.place), basename(this.place)];
        if (!name.includes('*')) return [this.place];
        const parts = name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
        const fitting = new RegExp(`^${parts.join('.*')}$`, 'i');
        const found = (await readdir(folder)).filter((each) => fitting.test(each));
        if (found.length === 0)
            throw new UpsError('device-silent', { host: this.place, why: 'missing', reason: 'ENOENT' });
        return found.map((each) => join(folder, each));
    }
}

function markOf({ size, mtimeMs }: Found): string {
    return `${size} ${mtimeMs}`;
}
