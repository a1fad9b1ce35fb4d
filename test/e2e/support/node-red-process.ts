import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { freePort } from '../../support/free-port';

const PROJECT = resolve(__dirname, '../../..');
const READY_MS = 120_000;
const STOP_MS = 40_000;
const POLL_MS = 25;

export type DeployType = 'full' | 'nodes' | 'flows';

export interface NodeRedOptions {
    /** Kept by the caller, and used again after a kill. Without it a temporary one is made, and removed by `stop`. */
    userDir?: string;
    /** Written as flows.json before the start; without it, what the user directory holds is run. */
    flows?: object[];
    /** Node-RED 5 by default. */
    version?: '5' | '4';
    /** `project` (the default) runs the nodes of this tree's dist/; `userDir` those installed in the user directory. */
    package?: 'project' | 'userDir';
    env?: NodeJS.ProcessEnv;
    port?: number;
    /** Settings file other than the project's. */
    settings?: string;
    /** A path that answers as soon as it is ready; default: that of the admin API which says that the flows run. */
    readyAt?: string;
}

/** A real Node-RED on a free loopback port, for tests that kill it, deploy to it and ask its admin API. */
export class NodeRedProcess {
    private static readonly running = new Set<NodeRedProcess>();

    private log = '';
    private exited = false;
    private readonly exit: Promise<void>;

    private constructor(
        private readonly child: ChildProcess,
        readonly port: number,
        readonly userDir: string,
        private readonly ownsUserDir: boolean,
    ) {
        for (const stream of [child.stdout, child.stderr]) {
            stream?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
        }
        NodeRedProcess.running.add(this);
        this.exit = new Promise((done) => {
            const ended = () => {
                this.exited = true;
                NodeRedProcess.running.delete(this);
                done();
            };
            child.once('close', ended);
            child.once('error', (error) => {
                this.log += `\n${error.message}`;
                ended();
            });
        });
    }

    /** Resolves when the flows run and the admin API answers. Rejects with Node-RED's output if it comes to neither. */
    static async start(options: NodeRedOptions = {}): Promise<NodeRedProcess> {
        const ownsUserDir = options.userDir === undefined;
        const userDir = options.userDir ?? mkdtempSync(join(tmpdir(), 'ridethrough-e2e-'));
        mkdirSync(userDir, { recursive: true });
        if (options.flows) writeFileSync(join(userDir, 'flows.json'), JSON.stringify(options.flows, null, 4));
        const port = options.port ?? (await freePort());
        const program = join(dirname(require.resolve(moduleOf(options.version ?? '5'))), 'red.js');
        const child = spawn(
            process.execPath,
            [
                '--require',
                join(PROJECT, 'scripts/follow-parent.cjs'),
                program,
                '--settings',
                options.settings ?? join(PROJECT, 'scripts/settings.cjs'),
                '--userDir',
                userDir,
            ],
            {
                cwd: userDir,
                stdio: ['ignore', 'pipe', 'pipe'],
                env: {
                    ...process.env,
                    LANG: 'en_US.UTF-8',
                    LC_ALL: '',
                    PORT: String(port),
                    HOST: '127.0.0.1',
                    RIDETHROUGH_FIXED_PACKAGES: '1',
                    RIDETHROUGH_NODES_DIR: options.package === 'userDir' ? '' : projectPackage(),
                    ...options.env,
                },
            },
        );
        const instance = new NodeRedProcess(child, port, userDir, ownsUserDir);
        try {
            await instance.ready(options.readyAt);
        } catch (error) {
            await instance.kill9();
            // Another program has taken the port since it was found free.
            const isTaken = options.port === undefined && /Error: port in use/.test(instance.output());
            instance.cleanUp();
            if (isTaken) return NodeRedProcess.start(options);
            throw error;
        }
        return instance;
    }

    /** Kills what a failed test left running: for `afterEach`. */
    static async killAll(): Promise<void> {
        await Promise.all([...NodeRedProcess.running].map((instance) => instance.kill9()));
    }

    get pid(): number {
        const { pid } = this.child;
        if (pid === undefined) throw new Error('Node-RED was never started');
        return pid;
    }

    /** Everything that it has printed so far. */
    output(): string {
        return this.log;
    }

    /** Ends it as Ctrl-C would, and waits for its end. Rejects if it takes longer than 40 s: a close handler hangs. */
    async stop(): Promise<void> {
        if (!this.exited) this.child.kill('SIGTERM');
        const ended = await Promise.race([this.exit.then(() => true), delay(STOP_MS).then(() => false)]);
        if (!ended) {
            await this.kill9();
            throw new Error(`Node-RED did not stop within ${STOP_MS} ms:\n${this.log}`);
        }
        this.cleanUp();
    }

    /** SIGKILL: no handler runs. The user directory stays. */
    async kill9(): Promise<void> {
        if (!this.exited) this.child.kill('SIGKILL');
        await this.exit;
    }

    /** Deploys the complete list of nodes; `nodes` and `flows` restart only what changed, as the editor's menu does. */
    async deploy(flows: object[], type: DeployType = 'full'): Promise<void> {
        await this.request('POST', 'flows', flows, { 'Node-RED-Deployment-Type': type });
    }

    /** The running flows, as the editor would load them. */
    async flows(): Promise<Record<string, unknown>[]> {
        return (await this.get('flows')) as Record<string, unknown>[];
    }

    /** Presses the button of an inject node. */
    async inject(nodeId: string): Promise<void> {
        await this.request('POST', `inject/${nodeId}`);
    }

    /** Answer of the admin API: parsed if it is JSON, else its text. Rejects on a status of 400 and above. */
    async get(path: string, headers: Record<string, string> = {}): Promise<unknown> {
        return this.request('GET', path, undefined, { Accept: 'application/json', ...headers });
    }

    async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<unknown> {
        return this.request('POST', path, body, headers);
    }

    url(path = ''): string {
        return `http://127.0.0.1:${this.port}/${path.replace(/^\//, '')}`;
    }

    private async request(
        method: string,
        path: string,
        body?: unknown,
        headers: Record<string, string> = {},
    ): Promise<unknown> {
        const response = await fetch(this.url(path), {
            method,
            headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        if (!response.ok) throw new Error(`${method} /${path} answered ${response.status}: ${text.slice(0, 500)}`);
        return response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    }

    private async ready(readyAt: string | undefined): Promise<void> {
        const until = Date.now() + READY_MS;
        while (Date.now() < until) {
            if (this.exited) throw new Error(`Node-RED ended before it was ready:\n${this.log}`);
            if (this.log.includes('Waiting for missing types')) {
                throw new Error(`Node-RED lacks node types:\n${this.log}`);
            }
            if (/Started flows|No flows/.test(this.log) && (await this.answers(readyAt))) return;
            await delay(POLL_MS);
        }
        throw new Error(`Node-RED was not ready within ${READY_MS} ms:\n${this.log}`);
    }

    private async answers(readyAt: string | undefined): Promise<boolean> {
        try {
            if (readyAt !== undefined) return (await fetch(this.url(readyAt))).status > 0;
            const { state } = (await this.get('flows/state')) as { state: string };
            return state === 'start';
        } catch (error) {
            // It asks for a log-in: it is there.
            if (/answered 401/.test((error as Error).message)) return true;
            // Not listening yet; whether it ever will is for the time limit of `ready` to say.
            if (error instanceof TypeError || /answered (404|503)/.test((error as Error).message)) return false;
            throw error;
        }
    }

    private cleanUp(): void {
        if (this.ownsUserDir) rmSync(this.userDir, { recursive: true, force: true });
    }
}

function moduleOf(version: '5' | '4'): string {
    return version === '4' ? 'node-red-4/package.json' : 'node-red/package.json';
}

function projectPackage(): string {
    if (!existsSync(join(PROJECT, 'dist', 'nodes'))) throw new Error('dist/ is missing: run "npm run build" first');
    return PROJECT;
}

function delay(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, ms));
}
