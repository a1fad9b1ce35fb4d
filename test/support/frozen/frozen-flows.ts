import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { FlowNode } from '../../nodes/editor/dialogs';

/** The folder in which a version is frozen. */
export const frozenFolder = (version: string) => join(__dirname, '..', '..', 'fixtures', 'frozen', version);

/** The versions that have been frozen, the oldest first. */
export const frozenVersions: readonly string[] = readdirSync(frozenFolder('.'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

/** The flows of a frozen version by the names of their files. */
export function frozenFlows(version: string): Map<string, FlowNode[]> {
    const folder = join(frozenFolder(version), 'flows');
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
    return new Map(
        files
            .sort()
            .map((file) => [
                basename(file, '.json'),
                JSON.parse(readFileSync(join(folder, file), 'utf8')) as FlowNode[],
            ]),
    );
}

/** The nodes of the examples and of the shipped flows; those of the demo are the same ones again. */
export function frozenNodes(version: string): FlowNode[] {
    return [...frozenFlows(version)].filter(([name]) => name !== 'demo').flatMap(([, nodes]) => nodes);
}

/** The shipped flow `name` as it is today, and as former versions shipped it where that was another. */
export function everShipped(name: string): { where: string; nodes: () => FlowNode[] }[] {
    const files = [
        { where: `flows/${name}`, file: join(__dirname, '..', '..', '..', 'flows', `${name}.json`) },
        ...frozenVersions.map((version) => ({
            where: `flows/${name} of version ${version}`,
            file: join(frozenFolder(version), 'flows', `${name}.json`),
        })),
    ];
    const known = files
        .filter(({ file }) => existsSync(file))
        .map((each) => ({ ...each, text: readFileSync(each.file, 'utf8') }));
    const distinct = known.filter(({ text }, i) => known.findIndex((each) => each.text === text) === i);
    return distinct.map(({ where, text }) => ({ where, nodes: () => JSON.parse(text) as FlowNode[] }));
}
