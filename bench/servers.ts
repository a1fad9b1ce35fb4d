import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { delay, machineNow } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement, type Result } from './support/measurement';
import { Program } from './support/program';
import type { FloodOptions } from './support/flood-program';
import type { ServedPorts } from './support/served-program';
import { round, summarize } from './support/statistics';

const REQUESTS = 20_000;
const LOGGED_IN = 1000;
const MODBUS_CLIENTS = 64;
const MODBUS_MS = 5000;
const PAGES = 9;
const FAILURES = 200;
const FAILURE_EACH_MS = 25;
const FLOOD_PER_SECOND = 10_000;

const GET = Buffer.from('GET VAR ups ups.status\n');
/** 125 registers from 1, where the map of Borri has 148. */
const READ = Buffer.from('00010000000601030001007d', 'hex');
const READ_ANSWER = 9 + 250;

/** What the servers cost: one client, many of them, and a stranger who floods them while the mains fail. */
export const servers: Measurement = {
    name: 'servers',
    async run(bench) {
        const program = new Program(join(__dirname, 'support/served-program.ts'), ['--expose-gc']);
        try {
            const ports = await program.ask<ServedPorts>('start');
            return [
                await getAndEcho(bench, ports),
                await roundTrips('125 registers for one Modbus client', 'µs', { median: 100 }, bench, ports.modbus, READ, READ_ANSWER), // prettier-ignore
                await manyModbusClients(bench, ports),
                await loggedIn(bench, program, ports),
                await pages(bench, program),
                ...(await floods(bench, program, ports)),
            ];
        } finally {
            await program.stop();
        }
    },
};

/** A client that asks, and asks again when the whole answer is there. */
class Asking {
    answers = 0;
    private received = 0;
    private waiting?: () => void;

    private constructor(
        readonly socket: Socket,
        private readonly request: Buffer,
        private readonly answerBytes: number,
    ) {
        socket.setNoDelay(true);
        socket.on('data', (bytes: Buffer) => {
            this.received += bytes.length;
            // An answer of NUT is a line.
            if (this.answerBytes > 1 ? this.received < this.answerBytes : bytes.at(-1) !== 10) return;
            this.received = 0;
            this.answers++;
            this.waiting?.();
        });
    }

    static async connect(port: number, request: Buffer, answerBytes: number): Promise<Asking> {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        return new Asking(socket, request, answerBytes);
    }

    ask(request = this.request): Promise<void> {
        return new Promise((resolve) => {
            this.waiting = resolve;
            this.socket.write(request);
        });
    }

    /** Without an end. */
    askOn(): void {
        this.waiting = () => this.socket.write(this.request);
        this.socket.write(this.request);
    }
}

async function roundTrips(
    measurement: string,
    unit: string,
    target: Record<string, number>,
    bench: Bench,
    port: number,
    request: Buffer,
    answerBytes: number,
): Promise<Result> {
    const client = await Asking.connect(port, request, answerBytes);
    const took: number[] = [];
    for (let n = 0; n < bench.size(REQUESTS); n++) {
        const before = machineNow();
        await client.ask();
        took.push((machineNow() - before) * 1000);
    }
    client.socket.destroy();
    // The first ones are interpreted.
    const values = { ...summarize(took.slice(Math.floor(took.length / 4))) };
    return {
        measurement: `${measurement}, there and back`,
        unit,
        ...values,
        target,
        met: withinTargets(values, target),
    };
}

/** Beside a server that only writes the same line: most of the time is the machine's. */
async function getAndEcho(bench: Bench, { nut, echo }: ServedPorts): Promise<Result> {
    const of = (port: number) => roundTrips('a GET of one NUT client', 'µs', { median: 40 }, bench, port, GET, 1);
    const { median: bareMedian, min: bareMin } = await of(echo);
    return { ...(await of(nut)), bareMin, bareMedian };
}

async function manyModbusClients(bench: Bench, { modbus }: ServedPorts): Promise<Result> {
    const clients: Asking[] = [];
    for (let n = 0; n < MODBUS_CLIENTS; n++) clients.push(await Asking.connect(modbus, READ, READ_ANSWER));
    for (const each of clients) each.askOn();
    await delay(bench.size(MODBUS_MS) / 5);
    const counted = () => clients.reduce((sum, { answers }) => sum + answers, 0);
    const [before, at] = [counted(), machineNow()];
    await delay(bench.size(MODBUS_MS));
    const perSecond = round((counted() - before) / ((machineNow() - at) / 1000), 0);
    for (const { socket } of clients) socket.destroy();
    return {
        measurement: `${MODBUS_CLIENTS} Modbus clients, each asking for 125 registers without a pause`,
        unit: 'requests a second, at least 10,000',
        perSecond,
        ...{ target: null, met: perSecond >= 10_000 },
    };
}

async function loggedIn(bench: Bench, program: Program, { nut }: ServedPorts): Promise<Result> {
    const count = bench.size(LOGGED_IN);
    const before = await program.ask<{ rss: number }>('memory');
    const clients: Asking[] = [];
    for (let n = 0; n < count; n++) {
        const client = await Asking.connect(nut, GET, 1);
        for (const line of ['USERNAME mon', 'PASSWORD pw', 'LOGIN ups']) await client.ask(Buffer.from(`${line}\n`));
        await client.ask();
        clients.push(client);
    }
    const after = await program.ask<{ rss: number }>('memory');
    for (const { socket } of clients) socket.destroy();
    const values = { mib: round((after.rss - before.rss) / 2 ** 20) };
    const target = { mib: 30 };
    return { measurement: `${count} NUT clients that have logged in: resident memory`, unit: 'MiB', ...values, target, met: withinTargets(values, target) }; // prettier-ignore
}

async function pages(bench: Bench, program: Program): Promise<Result> {
    const { took, bytes } = await program.ask<{ took: number[]; bytes: number }>('pages', bench.size(PAGES));
    const values = { ...summarize(took) };
    const target = { median: 100 };
    return { measurement: 'the metrics of 1,000 UPSs', unit: 'ms of a processor', ...values, bytes, target, met: withinTargets(values, target) }; // prettier-ignore
}

async function floods(bench: Bench, program: Program, { nut, modbus }: ServedPorts): Promise<Result[]> {
    const kinds: [what: string, options: Omit<FloodOptions, 'perSecond'> | undefined][] = [
        ['nobody', undefined],
        ['NUT requests over 500 connections', { port: nut, from: '127.0.0.3', bytes: GET.toString('hex'), connections: 500 }], // prettier-ignore
        ['Modbus requests over 500 connections', { port: modbus, from: '127.0.0.3', bytes: READ.toString('hex'), connections: 500 }], // prettier-ignore
        ['connections that the NUT server refuses', { port: nut, from: '127.0.0.2', bytes: '0a', connections: 0 }],
    ];
    const results: Result[] = [];
    for (const [what, options] of kinds) {
        const stranger = new Program(join(__dirname, 'support/flood-program.ts'));
        try {
            const begun = machineNow();
            if (options) await stranger.ask('start', { ...options, perSecond: FLOOD_PER_SECOND });
            const given = { count: bench.size(FAILURES), every: FAILURE_EACH_MS };
            const { late, held } = await program.ask<{ late: number[]; held: number }>('failures', given);
            const perSecond = round((await stranger.ask<number>('stop')) / ((machineNow() - begun) / 1000), 0);
            const values = { ...summarize(late), heldProcessorMs: round(held) };
            const target = { heldProcessorMs: 100 };
            results.push({
                measurement: `a power failure while a stranger floods: ${what}`,
                unit: 'ms later than due',
                ...values,
                ...(options && { perSecond }),
                ...{ target, met: late.length === given.count && withinTargets(values, target) },
            });
        } finally {
            await stranger.stop();
        }
    }
    return results;
}
