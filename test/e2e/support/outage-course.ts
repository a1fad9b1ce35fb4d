import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../lib/core/clock';
import { SimulatedUps } from '../../../lib/simulation/simulated-ups';
import { Rfc1628Card } from '../../../simulators/rfc1628-card/card';
import { freePort } from '../../support/free-port';
import { NodeRedProcess } from './node-red-process';

const HOLD_SECONDS = 40;

/** When each job is due, seconds after the mains failed. `remaining` 30 s of 40 s, and 70 % charge, by the same battery. */
export const DUE = { atOnce: 0, after3: 3, remaining30: 10, charge70: 12 } as const;
export const REPEAT = { first: 4, every: 1 } as const;
export const OUTAGE_SECONDS = 22;
export const STALE_SECONDS = 5;
const ACTING_SECONDS = 1.2;

interface Arrival {
    text: string;
    /** Seconds since the mains failed, of the course's own clock. */
    at: number;
}

/**
 * A real Node-RED that watches a simulated card over SNMP and sends RCCMD to a listener, both outside of it: whatever happens to
 * Node-RED, the UPS lives on and what was received stays received.
 */
export class OutageCourse {
    readonly arrivals: Arrival[] = [];
    /** Spells in which Node-RED was up, seconds since the mains failed. */
    readonly up: { from: number; to: number }[] = [];
    /** Seconds: a start that takes long delays it. */
    returnedAt = 0;
    private failedAt = performance.now();
    private nodeRed: NodeRedProcess | undefined;
    private revision = 0;

    private constructor(
        private readonly userDir: string,
        private readonly card: Rfc1628Card,
        private readonly ups: SimulatedUps,
        private readonly listener: Server,
        private readonly port: number,
        private readonly snmpPort: number,
    ) {}

    static async create(): Promise<OutageCourse> {
        const clock = new SystemClock();
        const ups = new SimulatedUps(clock, { holdMinutes: HOLD_SECONDS / 60, rechargeMinutes: 1 });
        const snmpPort = await freePort();
        const card = new Rfc1628Card({ ups, clock, port: snmpPort, address: '127.0.0.1' });
        await card.start();
        const port = await freePort();
        const received: { course?: OutageCourse } = {};
        const listener = createServer((socket) => {
            let text = '';
            socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
            socket.on('error', () => socket.destroy());
            socket.on('close', () => received.course?.take(text));
            socket.on('end', () => socket.end());
        });
        await new Promise<void>((done) => listener.listen(port, '127.0.0.1', done));
        const userDir = mkdtempSync(join(tmpdir(), 'ridethrough-course-'));
        const course = new OutageCourse(userDir, card, ups, listener, port, snmpPort);
        received.course = course;
        return course;
    }

    async start(): Promise<void> {
        this.nodeRed = await NodeRedProcess.start({ userDir: this.userDir, flows: this.flows() });
        this.up.push({ from: this.seconds, to: Infinity });
    }

    async kill9(): Promise<void> {
        this.up[this.up.length - 1].to = this.seconds;
        await this.nodeRed?.kill9();
    }

    /** Deploys with every name on the canvas changed, so that each kind of deploy has something to restart. */
    async deploy(type: 'full' | 'nodes' | 'flows'): Promise<void> {
        this.revision++;
        await this.nodeRed!.deploy(this.flows(), type);
    }

    async failMains(): Promise<void> {
        // Full again, and seen to be, before the mains fail: a charge that jumps in the middle of a reading is none of life's.
        this.ups.setCharge(100);
        await new Promise((done) => setTimeout(done, 1500));
        this.arrivals.length = 0;
        this.up.splice(0, this.up.length - 1);
        this.failedAt = performance.now();
        this.up[0].from = 0;
        this.ups.setMains(false);
    }

    returnMains(): void {
        this.returnedAt = this.seconds;
        this.ups.setMains(true);
    }

    fallSilent(silent: boolean): void {
        this.card.faults.silent = silent;
    }

    /** Seconds since the mains failed. */
    get seconds(): number {
        return (performance.now() - this.failedAt) / 1000;
    }

    async until(seconds: number): Promise<void> {
        const ms = seconds * 1000 - (performance.now() - this.failedAt);
        if (ms > 0) await new Promise((done) => setTimeout(done, ms));
    }

    times(text: string): number[] {
        return this.arrivals.filter((arrival) => arrival.text.includes(text)).map(({ at }) => at);
    }

    /** The first moment from `due` on from which Node-RED was up for long enough to take a reading and act on it. */
    firstChance(due: number): number {
        const chances = this.up.map(({ from, to }) => ({ at: Math.max(due, from), to }));
        return chances.find(({ at, to }) => to - at >= ACTING_SECONDS)?.at ?? Infinity;
    }

    /** How many of the repeats Node-RED was up for before the mains returned: a slow start after a kill leaves few. */
    repeatsPossible(): number {
        const due = Array.from({ length: (OUTAGE_SECONDS - REPEAT.first) / REPEAT.every }, (_, index) => {
            return REPEAT.first + index * REPEAT.every;
        });
        return due.filter((at) => this.up.some(({ from, to }) => from <= at && to - at >= ACTING_SECONDS)).length;
    }

    /** Texts of the event log that say that a job was resumed: the only ones that may have reached a host twice. */
    async resumed(): Promise<string[]> {
        const entries = (await this.nodeRed!.get('ridethrough/log?limit=1000')) as { text: string; kind: string }[];
        return entries.filter(({ text }) => /^Resumed/i.test(text)).map(({ text }) => text);
    }

    get output(): string {
        return this.nodeRed?.output() ?? '';
    }

    async close(): Promise<void> {
        await this.nodeRed?.kill9();
        await this.card.stop();
        this.ups.destroy();
        await new Promise((done) => this.listener.close(done));
        rmSync(this.userDir, { recursive: true, force: true });
    }

    private take(text: string): void {
        if (text !== '') this.arrivals.push({ text, at: this.seconds });
    }

    private flows(): object[] {
        const z = 'aaaa000000000001';
        const job = (id: string, action: string, text: string, edge = 'on') => ({
            id,
            z,
            x: 100,
            y: 100,
            type: 'ups-rccmd',
            name: `${id} ${this.revision}`,
            action,
            text,
            hosts: '127.0.0.1',
            port: this.port,
            transport: 'tcp',
            timeout: 1,
            retries: 1,
            parallel: 4,
            edge,
            log: 'always',
            wires: [[]],
        });
        const timing = (id: string, mode: string, seconds: number, target: string, repeat = 0) => ({
            id,
            z,
            x: 100,
            y: 100,
            type: 'ups-timing',
            name: `${id} ${this.revision}`,
            mode,
            seconds,
            repeat,
            runtime: 'derived',
            wires: [[target]],
        });
        return [
            { id: z, type: 'tab', label: 'course' },
            { id: 'site1', type: 'ups-site', name: 'Site', directory: 'store', dataLogSeconds: 0 },
            {
                id: 'unit1',
                type: 'ups-unit',
                name: 'UPS',
                site: 'site1',
                ratedVA: 1000,
                loadVA: 1000,
                holdMinutes: HOLD_SECONDS / 60,
                rechargeMinutes: 1,
                staleSeconds: STALE_SECONDS,
            },
            {
                id: 'snmp1',
                z,
                x: 100,
                y: 100,
                type: 'ups-snmp',
                ups: 'unit1',
                host: '127.0.0.1',
                port: this.snmpPort,
                version: '2c',
                interval: 0.5,
                timeout: 1,
                retries: 1,
                wires: [[]],
            },
            {
                id: 'event1',
                z,
                x: 100,
                y: 100,
                type: 'ups-event',
                name: `event ${this.revision}`,
                ups: 'unit1',
                events: ['power-fail'],
                wires: [['t0', 't3', 't4', 't30', 'jClear']],
            },
            timing('t0', 'immediately', 0, 'j0'),
            job('j0', 'message', 'atOnce'),
            timing('t3', 'after', DUE.after3, 'j3'),
            job('j3', 'message', 'after3'),
            timing('t4', 'after', REPEAT.first, 'j4', REPEAT.every),
            job('j4', 'shutdown', ''),
            timing('t30', 'remaining', HOLD_SECONDS - DUE.remaining30, 'j30'),
            job('j30', 'message', 'remaining30'),
            {
                id: 'charge1',
                z,
                x: 100,
                y: 100,
                type: 'ups-threshold',
                name: '',
                ups: 'unit1',
                value: 'battery.chargePercent',
                warning: { enabled: true, comparison: 'less-than', low: 70, seconds: 0, latch: false },
                alarm: { enabled: false, comparison: 'less-than', low: 0, seconds: 0, latch: false },
                wires: [['j70']],
            },
            job('j70', 'execute', 'charge70'),
            job('jClear', 'wakeup', 'allClear', 'off'),
        ];
    }
}
