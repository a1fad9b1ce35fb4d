import { createHash } from 'node:crypto';
import type { Happening } from '../auditor/story';

/** What has happened in a simulation, in order. Two runs of one seed have the same hash. */
export class Trace {
    readonly happenings: Happening[] = [];

    note(happening: Happening): void {
        this.happenings.push(happening);
    }

    hash(): string {
        const hash = createHash('sha256');
        for (const happening of this.happenings) hash.update(`${JSON.stringify(happening)}\n`);
        return hash.digest('hex').slice(0, 16);
    }
}
