import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PROJECT = resolve(__dirname, '../../..');

export interface Tarball {
    file: string;
    bytes: number;
    /** Paths inside the package, sorted. */
    contents: string[];
}

/**
 * `npm pack` into `folder`, which is empty. It packs what stands in dist: the tests have built it, as a release does first.
 * @param workspace a package of this project other than the main one
 */
export async function pack(folder: string, { workspace = '' } = {}): Promise<Tarball> {
    mkdirSync(folder, { recursive: true });
    const options = [...(workspace ? ['--workspace', workspace] : []), '--ignore-scripts'];
    await npm(['pack', ...options, '--pack-destination', folder], PROJECT);
    const name = readdirSync(folder).find((entry) => entry.endsWith('.tgz'));
    if (!name) throw new Error(`npm pack left no tarball in ${folder}`);
    const file = join(folder, name);
    const { stdout } = await run('tar', ['-tzf', file]);
    const contents = stdout
        .split('\n')
        .filter((line) => line && !line.endsWith('/'))
        .map((line) => line.replace(/^package\//, ''))
        .sort();
    return { file, bytes: statSync(file).size, contents };
}

/**
 * Installs a tarball in a Node-RED user directory, as a user would; default: an empty one. Returns the installed package's folder.
 * @param more other packages to install with it: tarballs, or names with a version
 */
export async function installInto(userDir: string, tarball: string, ...more: string[]): Promise<string> {
    mkdirSync(userDir, { recursive: true });
    const manifest = join(userDir, 'package.json');
    if (!existsSync(manifest)) writeFileSync(manifest, JSON.stringify({ name: 'node-red-project', private: true }));
    await npm(['install', tarball, ...more, '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund'], userDir);
    return join(userDir, 'node_modules', '@ridethrough', 'node-red-ups');
}

export interface InstalledPackage {
    tarball: Tarball;
    /** Where it is installed, and nothing else is. */
    userDir: string;
    /** Folder of the installed package. */
    installed: string;
}

let mainPackage: Promise<InstalledPackage> | undefined;

/** The main package, packed and installed once for all specs of this process; it is removed with the process. */
export function installedMain(): Promise<InstalledPackage> {
    mainPackage ??= (async () => {
        const folder = mkdtempSync(join(tmpdir(), 'ridethrough-pack-'));
        process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
        const userDir = join(folder, 'user');
        const tarball = await pack(join(folder, 'main'));
        return { tarball, userDir, installed: await installInto(userDir, tarball.file) };
    })();
    return mainPackage;
}

/** The main package in a user directory of its own: as `installedMain`, whose files are linked, so they must not be written. */
export async function copyOfMain(userDir: string): Promise<void> {
    const { userDir: source } = await installedMain();
    mkdirSync(userDir, { recursive: true });
    await run('cp', ['-al', join(source, 'node_modules'), userDir]);
    await run('cp', ['-a', join(source, 'package.json'), join(source, 'package-lock.json'), userDir]);
}

async function npm(args: string[], cwd: string): Promise<void> {
    // What the npm that runs this test says of its own project must not reach another project's npm.
    const foreign = /^npm_(package|lifecycle|command|node_execpath|execpath|config_(local_)?prefix)/;
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
    try {
        await run('npm', args, { cwd, env, maxBuffer: 2 ** 26 });
    } catch (error) {
        const { stdout, stderr } = error as { stdout?: string; stderr?: string };
        throw new Error(`npm ${args.join(' ')} failed:\n${stdout ?? ''}\n${stderr ?? ''}`, { cause: error });
    }
}
