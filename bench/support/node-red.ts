import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { freePort } from '../../test/support/free-port';
import { machineNow, within } from './machine-clock';

/** This checkout. */
export const PROJECT = resolve(__dirname, '../..');
const START_MS = 60_000;

export interface Memory {
    /** Bytes after garbage collection */
    heapUsed: number;
    /** What V8 holds for it. */
    heapTotal: number;
    rss: number;
    external: number;
}

export interface Load {
    /** Processor time since `beginLoad`. */
    cpuMs: number;
    /** The longest that the event loop was held up. */
    worstLagMs: number;
}

/** Turns of the event loop since `beginTurns`, ms. */
export interface Turns {
    count: number;
    /** The longest one. */
    longestMs: number;
    /** The most processor time that one took of its thread: on a busy machine a turn also waits for a core. */
    longestProcessorMs: number;
}

/** What `planView()` takes, each in a turn of its own. */
export interface PlanTimes {
    steps: number;
    ms: number[];
    processorMs: number[];
    /** Of them those for which the wires were followed anew, as after a deploy. */
    wires: { ms: number[]; processorMs: number[] };
}

/** A real Node-RED, with a built package or without it, whose start and memory are measured. */
export class MeasuredNodeRed {
    private output = '';
    private readonly exit: Promise<void>;
    /** From spawn to "Started flows", ms. */
    startMs = 0;

    private constructor(
        private readonly child: ChildProcess,
        readonly port: number,
        readonly userDir: string,
    ) {
        this.exit = new Promise((done) => child.once('close', () => done()));
    }

    /**
     * @param folder the built package
     * @param pages false: without the package of the pages beside it, as in a bare one
     * @param withPlan it can tell what `flow.plan()` takes
     * @param flows written to flows.json; credentials in nodes are taken only by `deploy`
     * @param prepare fills the user directory before the start
     */
    static async start({
        bare = false,
        flows = [] as object[],
        folder = PROJECT,
        pages = undefined as boolean | undefined,
        withPlan = false,
        prepare = undefined as ((userDir: string) => Promise<void>) | undefined,
    } = {}): Promise<MeasuredNodeRed> {
        const userDir = mkdtempSync(join(tmpdir(), 'ridethrough-bench-'));
        const port = await freePort();
        writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flows));
        await prepare?.(userDir);
        const access = (pages ?? !bare) ? linkPages(userDir, folder) : excludePages(userDir);
        if (withPlan) addNodes(userDir, join(__dirname, 'plan-probe.cjs'));
        const program = join(dirname(require.resolve('node-red/package.json')), 'red.js');
        const settings = join(PROJECT, 'scripts/settings.cjs');
        const startedAt = machineNow();
        const child = spawn(
            process.execPath,
            [
                '--expose-gc',
                ...['--require', join(PROJECT, 'scripts/follow-parent.cjs'), '--require', join(__dirname, 'probe.cjs')],
                ...[program, '--settings', settings, '--userDir', userDir],
            ],
            {
                cwd: userDir,
                stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
                env: {
                    ...process.env,
                    PORT: String(port),
                    HOST: '127.0.0.1',
                    RIDETHROUGH_NODES_DIR: bare ? '' : folder,
                    RIDETHROUGH_ACCESS_FILE: access,
                    NODE_OPTIONS: '',
                },
            },
        );
        const instance = new MeasuredNodeRed(child, port, userDir);
        try {
            await within(START_MS, 'the start of Node-RED', instance.started(startedAt));
            return instance;
        } catch (error) {
            await instance.stop();
            throw new Error(`${String(error)}\n${instance.output}`, { cause: error });
        }
    }

    /** Resolves when the flows have been deployed and started. */
    async deploy(flows: object[]): Promise<void> {
        const response = await fetch(`http://127.0.0.1:${this.port}/flows`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'Node-RED-Deployment-Type': 'full' },
            body: JSON.stringify(flows),
        });
        if (!response.ok) throw new Error(`deploy answered ${response.status}: ${await response.text()}`);
    }

    async inject(nodeId: string): Promise<void> {
        const response = await fetch(`http://127.0.0.1:${this.port}/inject/${nodeId}`, { method: 'POST' });
        if (!response.ok) throw new Error(`inject answered ${response.status}`);
    }

    /** After garbage collection. */
    memory(): Promise<Memory> {
        return this.ask<Memory>('memory');
    }

    /** From now on `endLoad` counts. */
    async beginLoad(): Promise<void> {
        await this.ask('begin-load');
    }

    endLoad(): Promise<Load> {
        return this.ask<Load>('end-load');
    }

    /** How long `flow.plan()` takes now, and how many jobs it tells of; undefined if the build has none. Needs `withPlan`. */
    async plan(): Promise<{ ms: number; jobs: number } | undefined> {
        const { ms, jobs } = await this.ask<{ ms?: number; jobs?: number }>('plan');
        return ms === undefined || jobs === undefined ? undefined : { ms, jobs };
    }

    /** What a view of the plan takes, so many times. Needs `withPlan`. */
    planTimes(times: number): Promise<PlanTimes> {
        return this.ask<PlanTimes>('plan-times', { times });
    }

    /** From now on `endTurns` counts. It keeps the process busy: its processor time means nothing meanwhile. */
    async beginTurns(): Promise<void> {
        await this.ask('begin-turns');
    }

    endTurns(): Promise<Turns> {
        return this.ask<Turns>('end-turns');
    }

    /** Processor time since its start. */
    async cpuMs(): Promise<number> {
        return (await this.ask<{ cpuMs: number }>('cpu')).cpuMs;
    }

    /** Of the HTTP API of the package. */
    api(path: string): string {
        return `http://127.0.0.1:${this.port}/ridethrough/api/v1/${path}`;
    }

    private ask<T>(what: string, data: object = {}): Promise<T> {
        const answer = new Promise<T>((done) => this.child.once('message', (told) => done(told as T)));
        this.child.send({ ask: what, ...data });
        return within(60_000, `the ${what} of Node-RED`, answer);
    }

    /** The most that was ever resident, bytes: unlike what is resident now it does not depend on when V8 last tidied up. */
    peakResident(): number {
        const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
        return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
    }

    /** What it has printed: for errors. */
    get log(): string {
        return this.output;
    }

    /** Warnings and errors since the flows were last started: what is measured must not be in trouble. */
    get complaints(): string[] {
        const sinceStart = this.output.split('Started flows').at(-1) ?? '';
        return sinceStart.split('\n').filter((line) => /\[(warn|error)\]/.test(line));
    }

    async stop(): Promise<void> {
        this.child.kill('SIGKILL');
        await this.exit;
        rmSync(this.userDir, { recursive: true, force: true });
    }

    private started(startedAt: number): Promise<void> {
        return new Promise((done, fail) => {
            const read = (text: string) => {
                this.output += text;
                if (this.startMs || !/Started flows/.test(this.output)) return;
                this.startMs = machineNow() - startedAt;
                done();
            };
            this.child.stdout?.setEncoding('utf8').on('data', read);
            this.child.stderr?.setEncoding('utf8').on('data', read);
            this.child.once('close', () => fail(new Error('Node-RED ended')));
        });
    }
}

const PAGES = 'node-red-dashboard-2-ups';

/** Node-RED looks into the folders above its own, where a checkout has its pages too: those of the measured build must come first. */
function linkPages(userDir: string, folder: string): string {
    const built = join(folder, 'packages/dashboard');
    const scope = join(userDir, 'node_modules/@ridethrough');
    mkdirSync(scope, { recursive: true });
    if (existsSync(built)) symlinkSync(built, join(scope, PAGES));
    return '';
}

/** @returns file with settings */
function excludePages(userDir: string): string {
    const file = join(userDir, 'without-pages.cjs');
    writeFileSync(file, `module.exports = { nodesExcludes: ['${PAGES}'] };\n`);
    return file;
}

/** Node-RED loads what is in `nodes` of its user directory; a script without its html would be an error. */
function addNodes(userDir: string, file: string): void {
    const folder = join(userDir, 'nodes');
    mkdirSync(folder);
    writeFileSync(join(folder, 'bench-nodes.js'), `module.exports = require(${JSON.stringify(file)});\n`);
    writeFileSync(join(folder, 'bench-nodes.html'), '<!-- no dialog -->\n');
}
