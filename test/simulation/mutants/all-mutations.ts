import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sourceOf } from '../machine/bundle';
import { ROOT } from '../machine/given';
import { mutationsOf, type Mutation } from './mutations';

/** The test of the test: small faults in lib/core and lib/flow, each of which the auditor or a fast spec has to notice. */
const FOLDERS = ['lib/core', 'lib/flow'];

/** Every mutation of the engine, with its file. */
export function allMutations(): (Mutation & { file: string })[] {
    return FOLDERS.flatMap(sourcesIn).flatMap((file) =>
        mutationsOf(file, sourceOf(file)).map((each) => ({ ...each, file })),
    );
}

function sourcesIn(folder: string): string[] {
    return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
        .sort();
}
