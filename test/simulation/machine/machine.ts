import type { LogEntry } from '../../../lib/core/journal/event-log';
import type { Prng } from '../kernel/prng';
import type { VirtualTime } from '../kernel/virtual-time';
import type { Network } from '../world/network';
import { NODE_TYPES } from './given';
import { Disk, Killed } from './disk';
import type { Engine } from './engine';
import { NodeRed, type DeployType, type FlowNode } from './node-red';
import type { Life } from './process-globals';
import type { SimulatedStore } from './store';

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
        const exports = this.engine.begin({
            time: this.time,
            prng: this.prng.fork(`process ${this.processes++}`),
            network: this.network,
            disk: this.disk,
            life,
            startedAt: this.time.elapsed,
            bootedAt: 0,
            stores: running.stores,
            logged: (entry) => this.hooks.logged(entry),
        });
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
}
