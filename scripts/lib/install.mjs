import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runInherited } from './run.mjs';

/** Installs the packages with `npm ci` if node_modules is missing, unfinished, or not what package-lock.json says. */
export async function ensureInstalled() {
    const reason = whyInstall();
    if (!reason) return;
    console.log(`Installing packages (${reason}) ...`);
    const code = await npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
    if (code !== 0) {
        throw new Error(
            "The packages could not be installed: see npm's message above. It needs the npm registry (directly, or through " +
                'a proxy that npm is told of). If it says that package.json and package-lock.json disagree, run "npm install" once.',
        );
    }
    const left = whyInstall();
    if (left) throw new Error(`npm reported success, but ${left}. Delete node_modules and try again.`);
}

/**
 * Compares what npm noted of its last finished install with package-lock.json; by content, since times mean nothing after
 * a `git checkout` or a copy. Returns undefined if all is there.
 */
function whyInstall() {
    const noted = join(root, 'node_modules', '.package-lock.json');
    if (!existsSync(noted)) return 'there are none, or an earlier install was interrupted';
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const installed = JSON.parse(readFileSync(noted, 'utf8')).packages;
    for (const [path, { version, optional, devOptional }] of Object.entries(wanted)) {
        if (path === '') continue;
        const found = installed[path];
        if (!found && !optional && !devOptional) return `${path} is missing`;
        if (found && found.version !== version) return `${path} is ${found.version}, and should be ${version}`;
    }
    return undefined;
}

function npm(args) {
    const env = { ...process.env };
    // Inside `npm pack --dry-run` or `npm test --json` these would be handed down to our install.
    for (const name of ['dry_run', 'json', 'omit', 'production', 'pack_destination']) delete env[`npm_config_${name}`];
    const cli = process.env.npm_execpath;
    if (cli && /npm-cli\.c?js$/.test(cli)) {
        return runInherited(process.env.npm_node_execpath ?? process.execPath, [cli, ...args], { cwd: root, env });
    }
    return runInherited('npm', args, { cwd: root, env, shell: process.platform === 'win32' });
}
