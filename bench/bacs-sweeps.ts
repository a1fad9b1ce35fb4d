import { join } from 'node:path';
import { delay } from './support/machine-clock';
import { withinTargets, type Bench, type Measurement } from './support/measurement';
import { Program } from './support/program';
import { round, summarize } from './support/statistics';

const MODULES = 512;
const STRINGS = 16;
const SETTLE_MS = 30_000;
const MEASURE_MS = 60_000;
/** Flags are read each second: so many of them, at random phases. */
const STATES = [
    'voltage-low-alarm',
    'breaker-open',
    'discharging',
    'thermal-runaway',
    'equalizing-error',
    'ground-fault',
];
const NOTICE_MS = 2500;

interface Seen {
    seconds: number;
    cpuSeconds: number;
    heapBytes: number;
    took: number[];
    known: number;
}

/** A BACS card of 512 modules in 16 strings over Modbus TCP, read by its driver in a process of its own: sweeps, flags, processor and heap. */
export const bacsSweeps: Measurement = {
    name: 'bacs-sweeps',
    async run(bench: Bench) {
        const card = new Program(join(__dirname, 'support/bacs-card-program.ts'));
        const reader = new Program(join(__dirname, 'support/bacs-reader-program.ts'));
        try {
            const port = await card.ask<number>('start', { modules: MODULES, strings: STRINGS });
            await reader.ask('start', { port });
            await delay(SETTLE_MS);
            await reader.ask('reset');
            await delay(bench.size(MEASURE_MS));
            const { seconds, cpuSeconds, heapBytes, took, known } = await reader.ask<Seen>('seen');
            if (known !== MODULES) throw new Error(`only ${known} modules were read`);
            const load = { cores: round(cpuSeconds / seconds, 4), heapMB: round(heapBytes / 1e6) };
            const target = { cores: 0.01, heapMB: 15 };
            const sweep = summarize(took);
            const flags = summarize(await noticed(card, reader));
            return [
                {
                    measurement: 'driver of 512 modules at 10 s',
                    unit: 'cores, MB',
                    ...load,
                    target,
                    met: withinTargets(load, target),
                },
                {
                    measurement: 'sweep of 512 modules',
                    unit: 'ms',
                    ...sweep,
                    target: { max: 150 },
                    met: withinTargets({ ...sweep }, { max: 150 }),
                },
                {
                    measurement: 'flag in the card until the driver tells it',
                    unit: 'ms',
                    ...flags,
                    target: { max: 1200 },
                    met: withinTargets({ ...flags }, { max: 1200 }),
                },
            ];
        } finally {
            await reader.stop();
            await card.stop();
        }
    },
};

async function noticed(card: Program, reader: Program): Promise<number[]> {
    const times: number[] = [];
    for (const [n, state] of STATES.entries()) {
        await delay(170 * n);
        const at = await card.ask<number>('raise', { state });
        await delay(NOTICE_MS);
        const seen = await reader.ask<number>('firstSeen', { state });
        if (seen < at) throw new Error(`${state} was not told in ${NOTICE_MS} ms`);
        times.push(seen - at);
    }
    return times;
}
