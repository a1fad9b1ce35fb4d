import { judge } from './auditor/auditor';
import type { Fault } from './auditor/rules';
import type { Happening, LogLine, MessageEvent, Untimed } from './auditor/story';
import { Prng } from './kernel/prng';
import { Trace } from './kernel/trace';
import { VirtualTime } from './kernel/virtual-time';
import type { Engine } from './machine/engine';
import { Machine } from './machine/machine';
import type { FlowNode } from './machine/node-red';
import type { LogEntry } from '../../lib/core/journal/event-log';
import { DEVICE_ADDRESS, NUT_PORT, SNMP_PORT } from './scenario/devices';
import { WAKE_ADDRESS } from './scenario/flows';
import { changed } from './scenario/changes';
import type { Act, Scenario } from './scenario/scenario';
import { Device } from './world/device';
import { Host, macOf } from './world/hosts';
import { Network } from './world/network';
import { SnmpCard } from './world/snmp-card';
import { WorldUps } from './world/ups';
import { Upsd } from './world/upsd';

export interface Outcome {
    hash: string;
    faults: Fault[];
    happenings: Happening[];
    /** Durable writes of the journal. */
    writes: number;
}

export interface RunOptions {
    /** The process is killed at this write of its journal, beside all that the scenario holds. */
    killAtWrite?: { write: number; durable: boolean };
    /** Takes what nobody has caught, with its stack; without it no stack is kept, which costs much and is asked for seldom. */
    uncaught?(error: unknown): void;
}

const RESTART_SECONDS = 2;
/** After the last that happens: for whatever comes late. */
const AFTERMATH_SECONDS = 45;

/** Plays a scenario against the code under test, and has the auditor judge what was seen. */
export function play(engine: Engine, scenario: Scenario, options: RunOptions = {}): Outcome {
    const stage = new Stage(engine, scenario, options);
    return stage.play();
}

class Stage {
    private readonly trace = new Trace();
    private readonly time = new VirtualTime();
    private readonly prng: Prng;
    private readonly network: Network;
    private readonly ups: WorldUps;
    private readonly device: Device;
    private readonly hosts: Host[];
    private readonly machine: Machine;
    private flows: FlowNode[];
    /** What the flow is set to do, with all that was changed. */
    private orders: Scenario['flow']['orders'];
    private renames = 0;
    private downSeconds = RESTART_SECONDS;
    private upSince: number | undefined;

    constructor(
        engine: Engine,
        private readonly scenario: Scenario,
        private readonly options: RunOptions,
    ) {
        this.prng = new Prng(scenario.seed, 'world');
        this.network = new Network(this.time, this.prng.fork('network'));
        this.ups = new WorldUps(scenario.ups, this.time, this.trace);
        this.device = new Device(this.ups, scenario.lies, this.time);
        const told = (said: object) => this.note({ what: 'told', ...said } as never);
        if (scenario.wire === 'nut') {
            this.network.serveStreams(DEVICE_ADDRESS, NUT_PORT, new Upsd(this.device, told).service);
        } else {
            const card = new SnmpCard(this.device, scenario.wire, told);
            this.network.serveDatagrams(DEVICE_ADDRESS, SNMP_PORT, card.service);
        }
        this.hosts = scenario.flow.hosts.map((traits) => new Host(traits, this.time, this.network, this.trace));
        this.network.serveDatagrams(WAKE_ADDRESS, 9, (bytes) => {
            const mac = macOf(bytes);
            this.hosts.find((host) => host.traits.mac === mac)?.packet();
        });
        this.ups.onOutput((on) => this.hosts.forEach((host) => host.power(on)));
        this.flows = scenario.flow.nodes;
        this.orders = scenario.flow.orders;
        this.machine = new Machine(engine, this.time, this.network, this.prng, {
            delivered: (from, to, message) => this.delivered(from, to, message),
            complained: (node, text) => this.note({ what: 'complaint', node: node.id, text }),
            logged: (entry) => this.note({ what: 'log', entry: lineOf(entry) }),
            died: () => this.died(),
        });
    }

    play(): Outcome {
        const { plan, calmSeconds, endSeconds, flow, hiddenSeconds } = this.scenario;
        const { killAtWrite, uncaught } = this.options;
        const rejected = (error: unknown) => {
            if (!this.machine.isRunning) return;
            uncaught?.(error);
            this.note({ what: 'rejection', text: String(error) });
        };
        const { stackTraceLimit } = Error;
        if (!uncaught) Error.stackTraceLimit = 0;
        this.time.onError = rejected;
        process.on('unhandledRejection', rejected);
        if (killAtWrite) this.machine.killAtWrite(killAtWrite.write, killAtWrite.durable);
        try {
            for (const act of plan) this.time.at(act.t * 1000, () => this.do(act));
            this.time.after(0, () => this.startProcess());
            this.time.at((calmSeconds + AFTERMATH_SECONDS) * 1000, () => this.endWhenUp());
            try {
                this.time.runUntil(endSeconds * 1000);
            } catch (error) {
                this.note({ what: 'rejection', text: String(error) });
            }
            const { writes } = this.machine.disk;
            const { capacitySeconds, lowPercent } = this.scenario.ups;
            const runtimeInMinutes = this.scenario.wire !== 'nut';
            const orders = { ...this.orders, hiddenSeconds, capacitySeconds, lowPercent, runtimeInMinutes };
            const happenings = this.trace.happenings;
            const faults = judge(happenings, orders, flow.hosts, this.time.elapsed);
            this.machine.kill();
            return { hash: this.trace.hash(), faults, happenings, writes };
        } finally {
            Error.stackTraceLimit = stackTraceLimit;
            process.off('unhandledRejection', rejected);
        }
    }

    /** Once all hosts have been up for long enough for a late blow to fall, there is nothing more to see. */
    private endWhenUp(): void {
        const now = this.time.elapsed;
        const up = this.machine.isRunning && this.hosts.every(({ state }) => state === 'up');
        if (!up) this.upSince = undefined;
        else this.upSince ??= now;
        if (this.upSince !== undefined && now - this.upSince >= AFTERMATH_SECONDS * 1000) return this.time.stop();
        this.time.after(5000, () => this.endWhenUp());
    }

    private do(act: Act): void {
        switch (act.act) {
            case 'mains':
                return this.ups.setMains(act.on);
            case 'test':
                if (!act.on || (this.ups.mains && this.ups.charge > 30)) this.ups.setTesting(act.on);
                return;
            case 'weather':
                this.network.setWeather(act.address, act.weather);
                return this.note({ what: 'weather', address: act.address, weather: act.weather });
            case 'silence':
                this.device.silent = act.on;
                return this.note({ what: 'device', answers: !act.on });
            case 'restart device':
                this.note({ what: 'device', answers: true });
                return this.device.restart(act.unknownSeconds);
            case 'disk':
                this.machine.setDiskFailing(act.fails);
                return this.note({ what: 'disk', fails: act.fails });
            case 'wall':
                this.time.wallJumped += act.jump;
                return this.note({ what: 'wall', jump: act.jump });
            case 'deploy':
                return this.deploy(act);
            case 'kill':
                this.downSeconds = act.downSeconds;
                return this.machine.kill();
            case 'kill at write':
                this.downSeconds = act.downSeconds;
                return this.machine.killAtWrite(this.machine.disk.writes + act.further, act.durable);
            case 'stop':
                this.downSeconds = act.downSeconds;
                if (!this.machine.isRunning || this.machine.isDeploying) return;
                this.note({ what: 'process', state: 'stops' });
                void this.machine.stop();
        }
    }

    private deploy({ type, renames, change }: Act & { act: 'deploy' }): void {
        if (!this.machine.isRunning || this.machine.isDeploying) return;
        this.renames++;
        const renamed = (node: FlowNode) =>
            node.z !== undefined && (renames === 'all' || (renames === 'some' && this.prng.chance(0.4)));
        // The names of the shipped flow say what its jobs do; what is changed is the description that nobody sees.
        this.flows = this.flows.map((node) => (renamed(node) ? { ...node, info: `${this.renames}` } : node));
        const { flow } = this.scenario;
        const now = this.time.elapsed;
        const after = change && changed({ ...flow, nodes: this.flows, orders: this.orders }, change, now, this.prng);
        if (after) {
            this.flows = after.nodes;
            this.orders = after.orders;
        }
        this.note({ what: 'deploy', state: 'begins', type, change: after && change });
        const { life } = this.machine;
        void this.machine.deploy(this.flows, type).then(() => {
            if (life?.alive) this.note({ what: 'deploy', state: 'ends', type });
        });
    }

    private startProcess(): void {
        if (this.machine.isRunning) return;
        this.note({ what: 'process', state: 'starts' });
        try {
            this.machine.start(this.flows);
        } catch (error) {
            // It may be killed at a write that it makes while it starts.
            if (this.machine.isRunning) throw error;
        }
    }

    private died(): void {
        if (this.time.elapsed >= this.scenario.endSeconds * 1000) return;
        this.note({ what: 'process', state: 'killed' });
        this.time.after(this.downSeconds * 1000, () => this.startProcess());
    }

    private delivered(from: FlowNode, to: FlowNode, message: Record<string, unknown>): void {
        const event = message.event as MessageEvent | undefined;
        if (!event?.id) return;
        const { id, sourceId, episode, active, firing, replaces } = event;
        const told = { id, sourceId, episode, active, firing, replaces };
        this.note({ what: 'message', from: from.id, to: to.id, event: told });
    }

    private note(happening: Untimed): void {
        this.trace.note({ t: this.time.elapsed, ...happening } as Happening);
    }
}

function lineOf({ kind, level, nodeId, eventId, episode, active, dryRun, detail }: LogEntry): LogLine {
    const { rule, values, ok, ended, detail: outcomes, evidence } = (detail ?? {}) as Record<string, never>;
    const told = (rule ? { rule, values } : (evidence ?? {})) as { rule?: string; values?: object };
    const names = Array.isArray(outcomes)
        ? (outcomes as { host?: string; name?: string }[]).flatMap(({ host, name }) => host ?? name ?? [])
        : undefined;
    return {
        kind,
        level,
        nodeId,
        eventId,
        episode,
        active,
        dryRun,
        ok,
        ended,
        rule: told.rule,
        values: told.values && Object.keys(told.values).length,
        hosts: names,
    };
}
