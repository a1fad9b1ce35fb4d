import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import type { LogEntry } from '../../../lib/core/journal/event-log';
import type { Prng } from '../kernel/prng';
import { settlePromises, type VirtualTime } from '../kernel/virtual-time';
import type { Network } from '../world/network';
import { GIVEN, NODE_TYPES, STORE_MODULE } from './bundle';
import { Disk, Killed } from './disk';
import { NodeRed, type DeployType, type FlowNode } from './node-red';
import { processGlobals, type Life } from './process-globals';
import { dgramModule, netModule } from './sockets';
import { SimulatedStore } from './store';

const own = createRequire(__filename);

/** The code under test, compiled once for all processes. */
export type Engine = (...given: unknown[]) => void;

export function compileEngine(source: string): Engine {
    return new Script(source, { filename: 'engine.js' }).runInThisContext() as Engine;
}

export interface MachineHooks {
    delivered(from: FlowNode, to: FlowNode, message: Record<string, unknown>): void;
    complained(node: FlowNode, text: string): void;
    logged(entry: LogEntry): void;
    /** The process has died, by a kill at a write of its journal or from outside. */
    died(): void;
}

interface Running {
    life: Life;
    nodeRed: NodeRed;
    stores: SimulatedStore[];
}

/** The computer under test: one disk, and one Node-RED process after the other. */
export class Machine {
    readonly disk = new Disk();
    private running: Running | undefined;
    private processes = 0;
    /** So many of the journal's writes may still be made; at the next one the process is killed. */
    private killAt: { write: number; durable: boolean } | undefined;

    constructor(
        private readonly engine: Engine,
        private readonly time: VirtualTime,
        private readonly network: Network,
        private readonly prng: Prng,
        private readonly hooks: MachineHooks,
    ) {
        this.disk.watch = {
            before: (number) => {
                if (this.killAt?.write === number && !this.killAt.durable) this.dieAtWrite();
            },
            after: (number) => {
                if (this.killAt?.write === number && this.killAt.durable) this.dieAtWrite();
            },
        };
    }

    get isRunning(): boolean {
        return this.running !== undefined;
    }

    get life(): Life | undefined {
        return this.running?.life;
    }

    get isDeploying(): boolean {
        return this.running?.nodeRed.deploying ?? false;
    }

    /** @param durable whether that write is still made */
    killAtWrite(write: number, durable: boolean): void {
        this.killAt = { write, durable };
    }

    start(flows: readonly FlowNode[]): void {
        if (this.running) return;
        this.disk.processEnded();
        const life: Life = { alive: true };
        const nodeRed = new NodeRed(this.time, life, this.hooks);
        const running: Running = { life, nodeRed, stores: [] };
        this.running = running;
        const exports = this.load(running);
        for (const type of Object.keys(NODE_TYPES)) exports[type]!(nodeRed.api);
        nodeRed.start(flows);
    }

    deploy(flows: readonly FlowNode[], type: DeployType): Promise<void> {
        return this.running?.nodeRed.deploy(flows, type) ?? Promise.resolve();
    }

    async stop(): Promise<void> {
        const { running } = this;
        await running?.nodeRed.stop();
        if (this.running === running) this.end();
    }

    kill(): void {
        if (this.running) this.end();
    }

    setDiskFailing(fails: boolean): void {
        this.disk.setFailing(fails);
        for (const store of this.running?.stores ?? []) store.modeChanged();
    }

    private dieAtWrite(): never {
        this.killAt = undefined;
        this.end();
        throw new Killed();
    }

    private end(): void {
        const { running } = this;
        if (!running) return;
        this.running = undefined;
        running.life.alive = false;
        for (const store of running.stores) store.detach();
        this.hooks.died();
    }

    private load(running: Running): Record<string, (api: unknown) => void> {
        const prng = this.prng.fork(`process ${this.processes++}`);
        const given = processGlobals(this.time, prng, running.life, 0);
        const modules = this.modules(running, prng);
        const require = (name: string): unknown => {
            const plain = name.replace(/^node:/, '');
            return modules[plain] ?? own(name);
        };
        const module = { exports: {} as Record<string, (api: unknown) => void> };
        this.engine(
            module.exports,
            require,
            module,
            '/simulated',
            '/simulated/engine.js',
            ...GIVEN.map((name) => given[name]),
        );
        settlePromises();
        return module.exports;
    }

    private modules(running: Running, prng: Prng): Record<string, unknown> {
        const { life } = running;
        const unavailable = () => {
            throw Object.assign(new Error('not there in the simulation'), { code: 'ENOENT' });
        };
        const bytes = (size: number) => Buffer.from(Array.from({ length: size }, () => prng.below(256)));
        return {
            net: netModule(this.network, life),
            dgram: dgramModule(this.network, life),
            dns: { lookup: unavailable, promises: { lookup: unavailable } },
            'dns/promises': { lookup: unavailable, Resolver: class {} },
            child_process: { spawn: unavailable },
            fs: {
                existsSync: () => false,
                // Which boot of the machine it is: lib asks Linux.
                readFileSync: (path: string) => (path.endsWith('boot_id') ? 'boot-1\n' : unavailable()),
            },
            crypto: {
                ...crypto,
                randomBytes: bytes,
                randomUUID: () => bytes(16).toString('hex'),
                randomInt: (least: number, most: number) => prng.between(least, most - 1),
            },
            serialport: {},
            ssh2: {},
            'modbus-serial': {},
            nodemailer: {},
            perf_hooks: { performance: { now: () => this.time.elapsed } },
            [STORE_MODULE]: {
                openStore: () => {
                    const store = new SimulatedStore(this.disk, {
                        alive: () => life.alive,
                        logged: (entry) => this.hooks.logged(entry),
                    });
                    running.stores.push(store);
                    return store;
                },
            },
        };
    }
}
