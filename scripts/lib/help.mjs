import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

const PART = /^([ \t]*)<!-- part: ([\w-]+) -->\n/gm;

/**
 * A help page as Node-RED gets it: what several pages say alike stands once, in `parts/` of their language, and a line
 * `<!-- part: name -->` stands for it. @throws Error naming a part that is not there
 */
export function readHelp(file) {
    const page = readFileSync(join(root, file), 'utf8');
    return page.replace(PART, (_, indent, name) => {
        const part = join(dirname(file), 'parts', `${name}.html`);
        if (!existsSync(join(root, part))) throw new Error(`${file} names ${part}, which is not there`);
        return readFileSync(join(root, part), 'utf8').replace(/^(?=.)/gm, indent);
    });
}
