import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { delay } from './support/machine-clock';
import { withinTargets, type Measurement } from './support/measurement';
import { TAB } from './support/flow';
import { MeasuredNodeRed } from './support/node-red';
import { round, summarize } from './support/statistics';

const RUNS = 5;
const IDLE_MS = 10_000;
const MIB = 2 ** 20;

/** What `npm start` runs: the staggered shutdown on a simulated UPS. */
function shippedFlow(folder: string): object[] {
    const file = join(folder, 'staggered-shutdown.json');
    return JSON.parse(readFileSync(file, 'utf8')) as object[];
}

/**
 * What the package adds to Node-RED: bare, installed, and with the shipped flow running. Peaks are compared, because V8 gives memory
 * back to the system only where something runs: an idle bare Node-RED keeps what its start took.
 */
export const overBareNodeRed: Measurement = {
    name: 'over-bare-node-red',
    anyBuild: true,
    async run({ folder, shippedFlows, size }) {
        const runs = size(RUNS);
        const bare: Sample[] = [];
        const installed: Sample[] = [];
        const running: Sample[] = [];
        for (let run = 0; run < runs; run++) {
            // In turns, so that whatever else the machine does falls on all alike.
            bare.push(await sample({ bare: true, flows: [TAB] }));
            installed.push(await sample({ folder, flows: [TAB] }));
            running.push(await sample({ folder, flows: shippedFlow(shippedFlows) }));
        }
        const values = {
            rssMiB: over(running, bare).peakRssMiB,
            bare: medians(bare),
            installedOverBare: over(installed, bare),
            runningOverBare: over(running, bare),
        };
        const target = { rssMiB: 40 };
        const measurement = 'start and peak resident memory over bare Node-RED, shipped flow running (medians)';
        return [{ measurement, unit: 'ms, MiB', runs, ...values, target, met: withinTargets(values, target) }];
    },
};

interface Sample {
    startMs: number;
    peakRssMiB: number;
    /** After garbage collection */
    heapMiB: number;
}

async function sample(options: { bare?: boolean; folder?: string; flows: object[] }): Promise<Sample> {
    const nodeRed = await MeasuredNodeRed.start(options);
    try {
        await delay(IDLE_MS);
        const peak = nodeRed.peakResident();
        const { heapUsed } = await nodeRed.memory();
        return { startMs: nodeRed.startMs, peakRssMiB: peak / MIB, heapMiB: heapUsed / MIB };
    } finally {
        await nodeRed.stop();
    }
}

function medians(samples: Sample[]): Sample {
    const median = (of: keyof Sample) => summarize(samples.map((one) => one[of])).median;
    return { startMs: median('startMs'), peakRssMiB: median('peakRssMiB'), heapMiB: median('heapMiB') };
}

function over(samples: Sample[], bare: Sample[]): Sample {
    const [more, less] = [medians(samples), medians(bare)];
    return {
        startMs: round(more.startMs - less.startMs),
        peakRssMiB: round(more.peakRssMiB - less.peakRssMiB),
        heapMiB: round(more.heapMiB - less.heapMiB),
    };
}
