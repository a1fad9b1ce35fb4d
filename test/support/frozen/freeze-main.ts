import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rowsOfDialogs } from '../../e2e/support/dialog-rows';
import { findBrowser } from '../peers';
import { FlowLoader } from './flow-facts';
import { freeze } from './freeze';
import { frozenFlows, frozenFolder } from './frozen-flows';

const root = join(__dirname, '..', '..', '..');

async function copyFlows(version: string): Promise<void> {
    const into = join(frozenFolder(version), 'flows');
    mkdirSync(into, { recursive: true });
    const shipped = (folder: string) =>
        readdirSync(join(root, folder)).filter((file) => /^(?!shipped-).*\.json$/.test(file));
    const copy = (file: string, name: string) => cpSync(join(root, file), join(into, name));
    for (const file of shipped('flows')) copy(join('flows', file), file);
    for (const file of shipped('examples')) copy(join('examples', file), `example-${file}`);
    const library = pathToFileURL(join(root, 'scripts', 'lib', 'shipped-flows.mjs')).href;
    const { provideFlows } = (await import(library)) as { provideFlows(shipped: string[], userDir: string): string[] };
    const userDir = mkdtempSync(join(tmpdir(), 'ridethrough-demo-'));
    provideFlows([join(root, 'flows')], userDir);
    cpSync(join(userDir, 'flows.json'), join(into, 'demo.json'));
    rmSync(userDir, { recursive: true });
}

function writeSettings(version: string): void {
    const flows = [...frozenFlows(version)];
    const loader = new FlowLoader(flows.flatMap(([, nodes]) => nodes));
    const found = flows.flatMap(([, nodes]) => Object.entries(loader.run(nodes).settings));
    loader.destroy();
    const lines = [...new Map(found)].sort(([a], [b]) => (a < b ? -1 : 1));
    const text = lines.map(([id, settings]) => ` ${JSON.stringify(id)}: ${JSON.stringify(settings)}`).join(',\n');
    writeFileSync(join(frozenFolder(version), 'settings.json'), `{\n${text}\n}\n`);
}

/** These take a browser. */
async function writeRows(version: string): Promise<void> {
    const chromium = findBrowser();
    if (!chromium) throw new Error('There is no chromium on this machine, which shows the rows of the dialogs.');
    const rows = Object.entries(await rowsOfDialogs(chromium));
    const text = rows.map(([name, each]) => ` ${JSON.stringify(name)}: ${JSON.stringify(each)}`).join(',\n');
    writeFileSync(join(frozenFolder(version), 'rows.json'), `{\n${text}\n}\n`);
}

async function main(): Promise<void> {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    if (existsSync(join(frozenFolder(version), 'verdicts')))
        throw new Error(`${basename(frozenFolder(version))} is frozen already: what is frozen is never written again.`);
    await copyFlows(version);
    writeSettings(version);
    await freeze(version);
    await writeRows(version);
    console.log(`Frozen: test/fixtures/frozen/${version}`);
}

main().then(
    () => process.exit(0),
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
