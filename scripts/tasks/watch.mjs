// As `npm start`, and builds and restarts Node-RED whenever a source is saved; open editors load themselves anew.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { existsSync, watch, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { constants, setPriority } from 'node:os';
import { join, relative } from 'node:path';
import { packageProgram } from '../lib/checks.mjs';
import { bundleEditor } from '../lib/editor-bundle.mjs';
import { accessFault, host, nodeRedProgram, port, portFault, prepareUserDir, userDir } from '../lib/node-red.mjs';
import { root, taskEnvironment } from '../lib/run.mjs';
import { removeStale } from '../lib/stale.mjs';
import { transpile } from '../lib/transpile.mjs';
import { watchFolders } from '../lib/watch-folders.mjs';
import { WATCHED, isSource, planOf } from '../lib/watch-plan.mjs';

/** An editor saves a file in several steps. */
const SETTLED_MS = 60;
const LOOK_MS = 20;
const LONGEST_START_MS = 60_000;

/** The open editors, which hear when they should load anew. */
class Editors {
    constructor() {
        this.listening = new Set();
        this.server = createServer((request, response) => {
            response.writeHead(200, {
                'content-type': 'text/event-stream',
                'cache-control': 'no-store',
                'access-control-allow-origin': '*',
            });
            response.write(': here\n\n');
            this.listening.add(response);
            request.on('close', () => this.listening.delete(response));
        });
    }

    /** Resolves with the file of a script for the editor's page. */
    async open() {
        await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
        const file = join(userDir, 'watch-client.js');
        const url = `http://127.0.0.1:${this.server.address().port}/`;
        writeFileSync(file, CLIENT.replace('__URL__', url));
        return file;
    }

    tell() {
        for (const response of this.listening) response.write('data: built\n\n');
    }
}

/** A flow that was edited is not thrown away. */
const CLIENT = `new EventSource('__URL__').onmessage = () => {
    if (!RED.nodes.dirty()) location.reload();
    else RED.notify('The package was built anew: deploy, then load this page again.', 'warning');
};
`;

/** Node-RED, which is ended and started again. */
class Runtime {
    constructor(script) {
        this.script = script;
    }

    /** Resolves when the editor answers, or when `isOverdue` says that what it would show is old already. */
    async start(isOverdue) {
        const { args, options } = nodeRedProgram({
            RIDETHROUGH_PAGE_SCRIPT: this.script,
            NODE_COMPILE_CACHE: join(userDir, 'compile-cache'),
        });
        const child = spawn(process.execPath, args, { stdio: 'inherit', ...options });
        this.child = child;
        child.on('exit', (code) => {
            if (this.child === child) console.error(`Node-RED has ended (${code}). Save a source to start it again.`);
        });
        await listens(child, isOverdue);
    }

    async stop() {
        const { child } = this;
        this.child = undefined;
        if (!child || child.exitCode !== null) return;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        await ended;
    }
}

/** Resolves when the editor answers, or Node-RED has given up. */
async function listens(child, isOverdue) {
    const end = Date.now() + LONGEST_START_MS;
    while (child.exitCode === null && Date.now() < end && !isOverdue()) {
        if (await answers()) return;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
}

function answers() {
    return new Promise((resolve) => {
        const socket = createConnection({ host, port });
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
        socket.once('connect', () => socket.destroy());
    });
}

function start(args, more = {}) {
    return spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: taskEnvironment(), ...more });
}

/** Runs a task to its end, in a process of its own: what it has loaded of the last build is gone with it. */
function task(name) {
    const child = start([join(root, 'scripts', 'tasks', `${name}.mjs`)]);
    return new Promise((resolve) => child.on('exit', (code) => resolve(code === 0)));
}

function endGroup(pid) {
    try {
        process.kill(-pid, 'SIGTERM');
    } catch (error) {
        // It has ended by itself.
        if (error.code !== 'ESRCH') throw error;
    }
}

/** What checks which sources. */
const CHECKED = [
    ['typescript-7/bin/tsc', 'tsconfig.build.json'],
    ['typescript-7/bin/tsc', 'nodes/editor/tsconfig.json'],
    ['vue-tsc/bin/vue-tsc.js', 'packages/dashboard/ui/tsconfig.json'],
];

/** Checks the types while Node-RED runs, and writes nothing that it might load. */
class TypeCheck {
    start() {
        this.stop();
        const folder = join(userDir, 'watch');
        for (const [program, project] of CHECKED) {
            const info = join(folder, `${project.replaceAll('/', '-')}.tsbuildinfo`);
            const args = [program, '--noEmit', '--incremental', '--tsBuildInfoFile', info, '-p', project];
            // tsc is a program that starts another: as a group, both are ended together.
            const child = start(packageProgram(args), { detached: true });
            setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
            this.running.add(child);
            child.on('exit', (code) => {
                if (this.running.delete(child) && code !== 0)
                    console.error('Types are wrong, see above. Node-RED runs all the same.');
            });
        }
    }

    running = new Set();

    stop() {
        for (const child of this.running) {
            if (process.platform === 'win32') child.kill();
            else endGroup(child.pid);
        }
        this.running.clear();
    }
}

/** Collects what is saved, and calls `changed` with the files that were saved at about the same time, never while it is at work. */
class Sources {
    constructor(changed) {
        this.changed = changed;
        this.files = new Set();
        this.busy = false;
        for (const folder of WATCHED.filter((name) => existsSync(join(root, name)))) {
            watchFolders(join(root, folder), (path) => this.saved(relative(root, path)));
        }
        watch(root, (_event, file) => file === 'package.json' && this.saved(file));
    }

    get waiting() {
        return this.files.size > 0;
    }

    saved(path) {
        const file = path.replaceAll('\\', '/');
        if (!isSource(file)) return;
        this.files.add(file);
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.work(), SETTLED_MS);
    }

    async work() {
        if (this.busy) return;
        this.busy = true;
        while (this.waiting) {
            const files = [...this.files];
            this.files.clear();
            await this.changed(files);
        }
        this.busy = false;
    }
}

async function main() {
    const fault = accessFault() ?? (await portFault('npm run watch'));
    if (fault) {
        console.error(fault);
        return 1;
    }
    for (const sentence of prepareUserDir()) console.log(sentence);
    const editors = new Editors();
    const runtime = new Runtime(await editors.open());
    const types = new TypeCheck();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        process.on(signal, () => {
            types.stop();
            void runtime.stop().then(() => process.exit(0));
        });
    }
    const isOverdue = () => sources.waiting;
    const tell = (began) => {
        editors.tell();
        console.log(`http://${host}:${port} is up to date after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    };
    // Files that could not be built yet are tried again with the next that is saved.
    let left = [];
    const renew = async (saved) => {
        const began = Date.now();
        const files = [...new Set([...left, ...saved])];
        left = files;
        const { scripts, bundle, check } = planOf(files);
        try {
            removeStale();
            await transpile(scripts);
        } catch (error) {
            console.error(`${error.message}\nNode-RED runs on with what was saved before.`);
            return;
        }
        const parts = await Promise.all([task('assets'), bundle ? bundleEditor() : [], runtime.stop()]);
        const [assets, problems] = parts;
        for (const problem of problems) console.error(`build: ${problem}`);
        if (assets && problems.length === 0) left = [];
        for (const sentence of prepareUserDir()) console.log(sentence);
        await runtime.start(isOverdue);
        if (isOverdue()) return;
        tell(began);
        if (check) types.start();
    };
    const sources = new Sources(renew);
    sources.busy = true;
    const began = Date.now();
    if (await task('build')) {
        await runtime.start(isOverdue);
        tell(began);
    } else console.error('The build failed: save a source to try again.');
    sources.busy = false;
    void sources.work();
    return new Promise(() => {});
}

process.exitCode = await main();
