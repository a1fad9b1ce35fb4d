import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeRedProcess, type DeployType } from './node-red-process';
import { PlayedUps, seconds } from './played-ups';
import { HOSTS, flowsOf, type FlowKind, type LaneParts } from './scene-flows';
import { ScenePulse } from './scene-pulse';
import { judge, type Span, type Verdict } from './scene-judge';
import { waitFor } from './wait-for';
import { WireCard } from './wire-card';
import { WireHosts, type WireHost } from './wire-hosts';
import { WireUpsd } from './wire-upsd';

export type Way = 'nut' | 'snmp1' | 'snmp2c';
export type Charge = 'full' | 'half' | 'low';
export type Phase = 'before it is due' | 'while a job runs' | 'after the shutdowns' | 'at the return' | 'while waking';
export type Act = 'kill' | DeployType;

/** What happens to every UPS of a scene, so many seconds after its beginning. */
export interface Step {
    at: number;
    do: 'fail' | 'return' | 'fall silent' | 'answer' | 'restart';
}

export interface Disturbance {
    act: Act;
    phase: Phase;
    /** In which outage; 0: the first. */
    outage: number;
}

export interface LaneSpec {
    flow: FlowKind;
    charge: Charge;
    way: Way;
}

export interface Scene {
    name: string;
    steps: Step[];
    disturbances: Disturbance[];
    lanes: LaneSpec[];
}

/** Outcome of one lane: the name says flow, battery and path. */
export interface Judged extends Verdict {
    lane: string;
}

/** A battery that lasts for the outages of a scene; low ones have 14 s. */
const BATTERY = { capacitySeconds: 56, lowPercent: 45, rechargeFactor: 10 };
const CHARGES: Record<Charge, number> = { full: 100, half: 50, low: 25 };
const HOST = { downSeconds: 1.5, bootSeconds: 2, answerMs: 700 };
/** A card that begins anew knows nothing for so long. */
const UNKNOWN_SECONDS = 4;
/** Longer than a Node-RED that is back needs to do what is due. */
const CHANCE_MS = 5000;
const SETTLES_WITHIN_MS = 30_000;
/** Within this time each UPS is polled. */
const SEEN_SECONDS = 1.2;
/** By then, in every flow and with every battery, what is due in an outage, or at its end, has begun; s. */
const NOTHING_DUE_SECONDS = 6;
/** What comes too late comes within this time. */
const LINGER_MS = 4000;

export interface Played {
    judged: Judged[];
    log: string;
    output: string;
    /** How much longer a question to Node-RED, or a short wait, took than it should at most, s. */
    longestLag: number;
}

interface Lane {
    name: string;
    spec: LaneSpec;
    ups: PlayedUps;
    wire: WireUpsd | WireCard;
    hosts: Record<string, WireHost>;
    parts: LaneParts;
}

/** One Node-RED with several UPSs, each with its own flow and hosts, through one scene. */
export class ScenePlayer {
    private readonly lanes: Lane[] = [];
    private readonly hosts = new WireHosts();
    private readonly userDir = mkdtempSync(join(tmpdir(), 'ridethrough-scene-'));
    private readonly ran: Span[] = [];
    private readonly blind: Span[] = [];
    private readonly acts: number[] = [];
    private readonly taken: Step[] = [];
    private nodeRed: NodeRedProcess | undefined;
    private readonly pulse = new ScenePulse(() => (this.acting ? undefined : this.nodeRed));
    private output = '';
    private revision = 0;
    /** The moment from which the steps count. */
    private begun = 0;
    private zero = 0;
    private acting: Promise<void> | undefined;

    /** Plays the scene to its end. `network` tells the addresses of scenes that run side by side apart, from 0 on. */
    static async play(scene: Scene, network: number): Promise<Played> {
        const player = new ScenePlayer(scene);
        try {
            await player.prepare(network);
            await player.run();
            return {
                judged: player.judged(),
                log: await player.log(),
                output: player.printed(),
                longestLag: Math.max(0, ...player.pulse.lags.map(({ seconds: lag }) => lag)),
            };
        } finally {
            await player.close();
        }
    }

    private constructor(private readonly scene: Scene) {}

    private async prepare(network: number): Promise<void> {
        await this.hosts.start();
        for (const [index, spec] of this.scene.lanes.entries()) await this.addLane(spec, index, network);
        this.nodeRed = await NodeRedProcess.start({ userDir: this.userDir, flows: [] });
        this.ran.push({ from: seconds(), to: Infinity });
        await this.nodeRed.deploy(flowsOf(this.parts, 0), 'full');
        let units: { name: string; state: string }[] = [];
        const read = async () => {
            units = (await this.nodeRed!.get('ridethrough/units')) as typeof units;
            return units.length === this.lanes.length && units.every(({ state }) => state !== 'unknown');
        };
        await waitFor('every UPS is read', read).catch((error: Error) => {
            throw new Error(`${error.message}: ${JSON.stringify(units).slice(0, 2000)}\n${this.printed()}`);
        });
        await delay(1500);
    }

    private async addLane(spec: LaneSpec, index: number, network: number): Promise<void> {
        const ups = new PlayedUps({ ...BATTERY, charge: CHARGES[spec.charge] });
        const wire = spec.way === 'nut' ? new WireUpsd(ups) : new WireCard(ups, spec.way === 'snmp1' ? '1' : '2c');
        const device = await wire.start();
        const name = `${spec.flow}, ${spec.charge} battery, ${spec.way}`;
        const hosts: Record<string, WireHost> = {};
        for (const [place, host] of Object.keys(HOSTS[spec.flow]).entries()) {
            hosts[host] = await this.hosts.add({
                ...HOST,
                name: `${name}: ${host}`,
                address: `127.0.${4 + network}.${1 + index * 4 + place}`,
                mac: [2, 0, 0, network, index, place].map((byte) => byte.toString(16).padStart(2, '0')).join(':'),
                wokenBy: spec.flow === 'shipped' ? 'rccmd' : 'packet',
            });
        }
        ups.onOutput((on) => Object.values(hosts).forEach((host) => host.power(on)));
        const parts: LaneParts = {
            id: `lane${index}`,
            flow: spec.flow,
            device,
            hosts,
            wake: this.hosts.wakeAddress,
            secondsPerTold: spec.way === 'nut' ? 1 : 60,
        };
        this.lanes.push({ name, spec, ups, wire, hosts, parts });
    }

    private async run(): Promise<void> {
        this.begun = seconds();
        this.zero = this.begun;
        this.pulse.start();
        const disturbing = this.disturb();
        // A failure counts when its turn comes; until then it must not be an unhandled one.
        disturbing.catch(() => undefined);
        for (const step of this.scene.steps) {
            await this.until(step.at);
            if (step.do === 'return') await this.chance();
            this.take(step);
        }
        await disturbing;
        await delay(2000);
        const settled = async () => Promise.resolve(this.lanes.every(isSettled));
        // Those that do not settle are for the judge to name.
        await waitFor('all is well', settled, SETTLES_WITHIN_MS).catch(() => undefined);
        await delay(LINGER_MS);
    }

    /** A Node-RED that was disturbed in an outage gets its chance to act in it, however busy the machine is: all later steps wait. */
    private async chance(): Promise<void> {
        if (!this.acting) return;
        const from = seconds();
        await this.acting;
        await delay(CHANCE_MS);
        this.begun += seconds() - from;
    }

    private take({ do: what }: Step): void {
        const now = seconds();
        this.taken.push({ at: now, do: what });
        if (what === 'fall silent') this.blind.push({ from: now, to: Infinity });
        if (what === 'answer') this.blind.at(-1)!.to = now;
        if (what === 'restart') this.blind.push({ from: now, to: now + UNKNOWN_SECONDS });
        for (const { ups } of this.lanes) {
            if (what === 'fail' || what === 'return') ups.setMains(what === 'return');
            else if (what === 'restart') ups.restartAgent(UNKNOWN_SECONDS);
            else ups.silent = what === 'fall silent';
        }
    }

    private async disturb(): Promise<void> {
        for (const disturbance of this.scene.disturbances) {
            await this.phase(disturbance);
            this.acts.push(seconds());
            this.acting = this.act(disturbance.act);
            await this.acting;
            this.acting = undefined;
        }
    }

    private async act(act: Act): Promise<void> {
        if (act === 'kill') await this.killAndStart();
        else await this.nodeRed!.deploy(flowsOf(this.parts, ++this.revision), act);
    }

    /** Waits for what the phase is named after, or until it must have come if nothing is due in this scene. */
    private async phase({ phase, outage }: Disturbance): Promise<void> {
        const failed = await this.taking('fail', outage);
        if (phase === 'before it is due') return delayUntil(failed + 1);
        if (phase === 'while a job runs') {
            await this.heard(['shutdown'], failed);
            // An outage that is first read after the kill counts from that reading.
            return delayUntil(failed + SEEN_SECONDS);
        }
        if (phase === 'after the shutdowns') return delayUntil(failed + NOTHING_DUE_SECONDS);
        const returned = await this.taking('return', outage);
        if (phase === 'at the return') return delayUntil(returned + 0.2);
        return this.heard(['packet', 'wakeup'], returned);
    }

    /** When this step was taken for the nth time, counted from 0. */
    private async taking(what: Step['do'], nth: number): Promise<number> {
        for (;;) {
            const at = this.taken.filter((step) => step.do === what)[nth]?.at;
            if (at !== undefined) return at;
            await delay(20);
        }
    }

    private async heard(what: string[], since: number): Promise<void> {
        const heard = () => this.hosts.noted.some((noted) => noted.at >= since && what.includes(noted.what));
        while (!heard() && seconds() < since + NOTHING_DUE_SECONDS) await delay(10);
    }

    private async killAndStart(): Promise<void> {
        this.ran.at(-1)!.to = seconds();
        this.output += this.nodeRed!.output();
        await this.nodeRed!.kill9();
        this.nodeRed = await NodeRedProcess.start({ userDir: this.userDir });
        this.ran.push({ from: seconds(), to: Infinity });
    }

    private judged(): Judged[] {
        const end = seconds();
        return this.lanes.flatMap(({ name, spec, ups, hosts }) =>
            judge({
                moments: ups.moments,
                samples: ups.samples,
                ...BATTERY,
                countsSeconds: spec.way !== 'nut',
                blind: [...this.blind, ...deadSpans(ups)],
                ran: this.ran,
                acts: this.acts,
                lags: this.pulse.lags,
                hosts: Object.entries(hosts).map(([host, { options }]) => ({
                    name: host,
                    due: HOSTS[spec.flow][host]!,
                    noted: this.hosts.of(options.name),
                    downSeconds: options.downSeconds,
                })),
                end: { at: end, output: ups.output, countdown: ups.shutdownIn >= 0 },
            }).map((verdict) => ({ ...verdict, lane: name })),
        );
    }

    /** Everything that happened outside of Node-RED and what its event log says, one line each, for whoever looks into a fault. */
    private async log(): Promise<string> {
        const began = this.zero;
        const wall = Date.now() / 1000 - seconds();
        const entries = (await this.nodeRed!.get('ridethrough/log?limit=1000')) as {
            at: number;
            text: string;
            source: string;
        }[];
        const lines = [
            ...this.hosts.noted.map(({ at, host, what, state }) => ({ at, text: `${host}: ${what} (${state})` })),
            ...this.lanes.flatMap(({ name, ups }) =>
                ups.moments.map(({ at, what }) => ({ at, text: `${name}: ${what}` })),
            ),
            ...this.acts.map((at, index) => ({ at, text: this.scene.disturbances[index]!.act })),
            ...this.pulse.lags.map(({ at, seconds: lag }) => ({ at, text: `lag ${lag.toFixed(2)} s` })),
            ...this.ran.map(({ from }) => ({ at: from, text: 'Node-RED runs' })),
            ...entries.map(({ at, text, source }) => ({ at: at / 1000 - wall, text: `    ${source}: ${text}` })),
        ];
        return lines
            .sort((one, other) => one.at - other.at)
            .map(({ at, text }) => `${(at - began).toFixed(2).padStart(7)} ${text}`)
            .join('\n');
    }

    private printed(): string {
        return this.output + (this.nodeRed?.output() ?? '');
    }

    private get parts(): LaneParts[] {
        return this.lanes.map(({ parts }) => parts);
    }

    private async until(at: number): Promise<void> {
        await delayUntil(this.begun + at);
    }

    private async close(): Promise<void> {
        this.pulse.stop();
        await this.nodeRed?.kill9();
        for (const { ups, wire } of this.lanes) {
            ups.destroy();
            await wire.stop();
        }
        await this.hosts.stop();
        rmSync(this.userDir, { recursive: true, force: true });
    }
}

function isSettled({ ups, hosts }: Lane): boolean {
    return ups.output && ups.shutdownIn < 0 && Object.values(hosts).every(({ state }) => state === 'up');
}

/** From an empty battery until the card has begun anew, and knows. */
function deadSpans({ moments }: PlayedUps): Span[] {
    return moments.flatMap(({ at, what }, index) => {
        if (what !== 'empty') return [];
        const back = moments.slice(index).find((later) => later.what === 'mains on');
        return [{ from: at, to: back ? back.at + 2 : Infinity }];
    });
}

function delayUntil(at: number): Promise<void> {
    return delay((at - seconds()) * 1000);
}

function delay(ms: number): Promise<void> {
    return new Promise((done) => setTimeout(done, Math.max(0, ms)));
}
