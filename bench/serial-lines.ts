import { join } from 'node:path';
import { SITE, TAB, UNIT } from './support/flow';
import { delay } from './support/machine-clock';
import { withinTargets, type Measurement } from './support/measurement';
import { MeasuredNodeRed } from './support/node-red';
import { Program } from './support/program';
import { round } from './support/statistics';

const UPSES = 100;
const STALLED = 10;
const BAUD_RATE = 2400;
const LEARN_MS = 45_000;
const MEASURE_MS = 20_000;

/**
 * 100 UPSs of the serial protocol 1.44 behind serial servers, each answer as slow as 2400 baud, polled each second: CPU of Node-RED, and how
 * often the one that was read least was read; then with ten of them breaking off in the middle of each answer.
 */
export const serialLines: Measurement = {
    name: 'serial-lines',
    anyBuild: true,
    async run({ folder }) {
        const lines = new Program(join(__dirname, 'support', 'serial-program.ts'));
        let nodeRed: MeasuredNodeRed | undefined;
        try {
            const ports = await lines.ask<number[]>('start', { count: UPSES, baudRate: BAUD_RATE });
            nodeRed = await MeasuredNodeRed.start({ folder });
            await nodeRed.deploy(flow(ports));
            await delay(LEARN_MS);
            const all = ports.map((_, index) => index);
            const healthy = await load(nodeRed, lines, all);
            await lines.ask('stall', { indexes: all.slice(0, STALLED), bytes: 12 });
            await delay(5000);
            const stalled = await load(nodeRed, lines, all.slice(STALLED));
            const { complaints } = nodeRed;
            if (complaints.length) throw new Error(`Node-RED complained: ${complaints.slice(0, 3).join(' | ')}`);
            const target = { cores: 0.5, slowestInterval: 1.3 };
            return [
                result(`${UPSES} serial-over-TCP UPSs at 1 s`, healthy, target),
                result(`the same with ${STALLED} that stall in mid-frame`, stalled, target),
            ];
        } finally {
            await nodeRed?.stop();
            await lines.stop();
        }
    },
};

interface Load {
    /** Share of one core. */
    cores: number;
    /** Mean seconds between two readings of the UPS that was read least. */
    slowestInterval: number;
    worstLagMs: number;
    requestsPerSecond: number;
}

async function load(nodeRed: MeasuredNodeRed, lines: Program, of: number[]): Promise<Load> {
    const look = async () => ({
        at: performance.now() / 1000,
        readings: await lines.ask<number[]>('readings'),
        requests: await lines.ask<number>('requests'),
    });
    const before = await look();
    await nodeRed.beginLoad();
    await delay(MEASURE_MS);
    const { cpuMs, worstLagMs } = await nodeRed.endLoad();
    const after = await look();
    const seconds = after.at - before.at;
    const least = Math.min(...of.map((index) => after.readings[index] - before.readings[index]));
    return {
        cores: round(cpuMs / MEASURE_MS, 3),
        slowestInterval: round(seconds / least, 3),
        worstLagMs: round(worstLagMs),
        requestsPerSecond: round((after.requests - before.requests) / seconds),
    };
}

function result(measurement: string, values: Load, target: Record<string, number>) {
    return { measurement, unit: 'cores, s', ...values, target, met: withinTargets({ ...values }, target) };
}

function flow(ports: number[]): object[] {
    return [
        TAB,
        SITE,
        ...ports.flatMap((port, n) => [
            { ...UNIT, id: `unit${n}`, name: `ups${n}` },
            {
                ...{ id: `delta${n}`, type: 'ups-delta', z: 'tab', name: '', ups: `unit${n}`, interval: '1' },
                ...{ transport: 'tcp', host: '127.0.0.1', port: String(port), address: '0', timeout: '1.5' },
                wires: [[]],
            },
        ]),
    ];
}
