import { delay } from './support/machine-clock';
import { withinTargets, type Measurement } from './support/measurement';
import { SITE, TAB } from './support/flow';
import { MeasuredNodeRed } from './support/node-red';
import { round, summarize } from './support/statistics';

const RUNS = 5;
const IDLE_MS = 10_000;
const MIB = 2 ** 20;

/** A small site: one simulated UPS with a timing and a job. */
const FLOW = [
    TAB,
    SITE,
    { id: 'unit', type: 'ups-unit', name: 'UPS', site: 'site', holdMinutes: '60', loadVA: '1000', ratedVA: '1000' },
    { id: 'sim', type: 'ups-simulator', z: 'tab', ups: 'unit', interval: '1', speed: '1', loads: [], wires: [[]] },
    { id: 'event', type: 'ups-event', z: 'tab', ups: 'unit', events: ['power-fail'], wires: [['timing']] },
    { id: 'timing', type: 'ups-timing', z: 'tab', mode: 'after', seconds: '60', repeat: '', wires: [['log']] },
    {
        id: 'log',
        type: 'ups-log',
        z: 'tab',
        text: '{{event.text}}',
        level: 'info',
        edge: 'on',
        log: 'always',
        wires: [[]],
    },
];

/** What the package adds to Node-RED's start and resident memory: bare, installed, and with a small site running. */
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
            running.push(await sample({ flows: FLOW }));
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
