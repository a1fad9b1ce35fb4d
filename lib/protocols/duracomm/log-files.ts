import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UpsError } from '../../core/errors';
import { logTooLong, MOST_LOG_BYTES } from '../measurement-csv/measurement-csv';
import type { WebPage } from './web-page';

/** Where the log of a device is read: from its web server, or from a folder to which something copies it. */
export interface LogFiles {
    /** For errors. */
    readonly place: string;
    /** The files that may hold new rows, the oldest first; one at a time is in memory. @throws UpsError, or an error of the file system */
    read(): AsyncGenerator<Uint8Array>;
    /** What was read could not be used: it is read again, though it has not changed. */
    again(): void;
    close(): void;
}

/**
 * The log behind an address. It is asked for as a whole, each time. Parts of it (`Range`) must only be put together if the server names the same strong
 * validator for both, and a file to which rows are added has another one each time (RFC 9110, sections 8.8.1 and 15.3.7.3). Nor is it asked whether the file has
 * changed (section 13.1): a row is due at each look, and a server whose own clock is wrong would hide it.
 */
export class WebLog implements LogFiles {
    constructor(private readonly page: WebPage) {}

    get place(): string {
        return this.page.place;
    }

    async *read(): AsyncGenerator<Uint8Array> {
        yield await this.page.get();
    }

    again(): void {}

    close(): void {
        this.page.close();
    }
}

/**
 * A file, or with a `*` in its name several: then the renamed ones are read as well, so that no row is lost when the device begins a new file. A file
 * that has not changed since is not read again.
 */
export class LocalLog implements LogFiles {
    private readonly known = new Map<string, string>();

    constructor(readonly place: string) {}

    async *read(): AsyncGenerator<Uint8Array> {
        const found = await Promise.all((await this.paths()).map(async (path) => ({ path, about: await stat(path) })));
        const changed = found
            .map(({ path, about }) => ({ path, about, mark: `${about.size} ${about.mtimeMs}` }))
            .filter(({ path, mark }) => this.known.get(path) !== mark)
            .sort((a, b) => a.about.mtimeMs - b.about.mtimeMs || a.path.localeCompare(b.path));
        for (const { path, about, mark } of changed) {
            if (about.size > MOST_LOG_BYTES) throw logTooLong();
            yield await readFile(path);
            this.known.set(path, mark);
        }
    }

    again(): void {
        this.known.clear();
    }

    close(): void {}

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
