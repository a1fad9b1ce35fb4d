// As `npm start`, and builds and restarts Node-RED whenever a source is saved; open editors load themselves anew.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { existsSync, watch, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { accessFault, host, nodeRedProgram, port, portFault, prepareUserDir, userDir } from '../lib/node-red.mjs';
import { root, taskEnvironment } from '../lib/run.mjs';

const SOURCES = ['lib', 'nodes', 'locales', 'icons', 'simulators'];
/** An editor saves a file in several steps. */
const SETTLED_MS = 60;
const LOOK_MS = 50;
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

    async restart() {
        await this.stop();
        const { args, options } = nodeRedProgram({ RIDETHROUGH_PAGE_SCRIPT: this.script });
        const child = spawn(process.execPath, args, { stdio: 'inherit', ...options });
        this.child = child;
        child.on('exit', (code) => {
            if (this.child === child) console.error(`Node-RED has ended (${code}). Save a source to start it again.`);
        });
        await listens(child);
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
async function listens(child) {
    const end = Date.now() + LONGEST_START_MS;
    while (child.exitCode === null && Date.now() < end) {
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

/** In a process of its own: what it has loaded of the last build is gone with it. */
function build() {
    return new Promise((resolve) => {
        const program = [join(root, 'scripts', 'tasks', 'build.mjs')];
        const child = spawn(process.execPath, program, { cwd: root, stdio: 'inherit', env: taskEnvironment() });
        child.on('exit', (code) => resolve(code === 0));
    });
}

/** Calls `changed` once for what is saved at about the same time, and never while it is at work. */
function watchSources(changed) {
    let timer;
    let busy = false;
    let again = false;
    const run = async () => {
        if (busy) {
            again = true;
            return;
        }
        busy = true;
        do {
            again = false;
            await changed();
        } while (again);
        busy = false;
    };
    for (const folder of SOURCES.filter((name) => existsSync(join(root, name)))) {
        watch(join(root, folder), { recursive: true }, (_event, file) => {
            if (file && /(^|[\\/])\.|~$/.test(file)) return;
            clearTimeout(timer);
            timer = setTimeout(() => void run(), SETTLED_MS);
        });
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
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
        process.on(signal, () => void runtime.stop().then(() => process.exit(0)));
    }
    const renew = async () => {
        const began = Date.now();
        if (!(await build())) {
            console.error('The build failed: Node-RED runs on with the last one that succeeded.');
            return;
        }
        await runtime.restart();
        editors.tell();
        console.log(`http://${host}:${port} is up to date after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    };
    watchSources(renew);
    await renew();
    return new Promise(() => {});
}

process.exitCode = await main();
