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
function shippedFlow(): object[] {
    const file = join(__dirname, '..', 'flows', 'staggered-shutdown.json');
    return JSON.parse(readFileSync(file, 'utf8')) as object[];
}

/** What the package adds to Node-RED's start and resident memory: bare, installed, and with the shipped flow running. */
export const overBareNodeRed: Measurement = {
    name: 'over-bare-node-red',
    async run() {
        const bare: Sample[] = [];
        const installed: Sample[] = [];
        const running: Sample[] = [];
        for (let run = 0; run < RUNS; run++) {
            // In turns, so that whatever else the machine does falls on all alike.
            bare.push(await sample({ bare: true, flows: [TAB] }));
            installed.push(await sample({ flows: [TAB] }));
            running.push(await sample({ flows: shippedFlow() }));
        }
        const middle = (samples: Sample[], of: keyof Sample) => summarize(samples.map((one) => one[of])).median;
        const over = (samples: Sample[], of: keyof Sample) => round(middle(samples, of) - middle(bare, of));
        const values = {
            bare: {
                startMs: middle(bare, 'startMs'),
                rssMiB: middle(bare, 'rssMiB'),
                settledMiB: middle(bare, 'settledMiB'),
            },
            installed: difference(installed),
            running: difference(running),
            rssMiB: over(running, 'rssMiB'),
        };
        function difference(samples: Sample[]) {
            return {
                startMs: over(samples, 'startMs'),
                rssMiB: over(samples, 'rssMiB'),
                settledMiB: over(samples, 'settledMiB'),
            };
        }
        const target = { rssMiB: 40 };
        const measurement = 'start and resident memory over bare Node-RED (medians; settled: after garbage collection)';
        return [{ measurement, unit: 'ms, MiB', runs: RUNS, ...values, target, met: withinTargets(values, target) }];
    },
};

interface Sample {
    startMs: number;
    rssMiB: number;
    settledMiB: number;
}

async function sample(options: { bare?: boolean; flows: object[] }): Promise<Sample> {
    const nodeRed = await MeasuredNodeRed.start(options);
    try {
        await delay(IDLE_MS);
        const resident = nodeRed.residentNow();
        const { rss } = await nodeRed.memory();
        return { startMs: nodeRed.startMs, rssMiB: resident / MIB, settledMiB: rss / MIB };
    } finally {
        await nodeRed.stop();
    }
}
