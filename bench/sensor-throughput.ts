import { delay } from './support/machine-clock';
import { SITE, TAB } from './support/flow';
import { withinTargets, type Measurement } from './support/measurement';
import { MeasuredNodeRed } from './support/node-red';
import { round } from './support/statistics';

const SENSORS = 100;
const PER_MARKER = 10;
const MARKERS = SENSORS / PER_MARKER;
const VALUES_PER_SECOND = 10_000;
const SECONDS = 10;
const TICK_MS = 10;

/**
 * 10,000 sensor values a second, through 100 sensors, 10 markers and 10 relays in one Node-RED. Once a second every sensor passes
 * its limit and comes back, so that every marker and every relay goes on and off.
 */
export const sensorThroughput: Measurement = {
    name: 'sensor-throughput',
    anyBuild: true,
    async run({ folder }) {
        const nodeRed = await MeasuredNodeRed.start({ folder, flows: matrix() });
        try {
            await delay(1000);
            await nodeRed.beginLoad();
            await nodeRed.inject('go');
            await delay(SECONDS * 1000 + 2000);
            const { cpuMs, worstLagMs } = await nodeRed.endLoad();
            const counted = (await (await fetch(`http://127.0.0.1:${nodeRed.port}/counted`)).json()) as Counted;
            if (nodeRed.complaints.length) throw new Error(nodeRed.complaints.join('\n'));
            const expected = { values: VALUES_PER_SECOND * SECONDS, switched: MARKERS * SECONDS * 2 };
            const values = {
                lostValues: expected.values - counted.values,
                lostSwitchings: expected.switched - counted.switched,
                worstLagMs: round(worstLagMs),
                seconds: round(counted.ms / 1000),
                cpuPercent: round((100 * cpuMs) / (SECONDS * 1000)),
            };
            const target = { lostValues: 0, lostSwitchings: 0, seconds: SECONDS * 1.05 };
            const measurement = `${VALUES_PER_SECOND} sensor values a second through sensor, marker and relay`;
            return [{ measurement, unit: 'count, ms, s, %', ...values, target, met: withinTargets(values, target) }];
        } finally {
            await nodeRed.stop();
        }
    },
};

interface Counted {
    values: number;
    switched: number;
    /** From the first value sent to the last one counted. */
    ms: number;
}

/** Sends one value to each sensor every 10 ms, and catches up when it was held up. */
const DRIVE = `
const began = Date.now();
global.set('began', began);
let tick = 0;
const timer = setInterval(() => {
    for (; tick < ${(SECONDS * 1000) / TICK_MS} && began + tick * ${TICK_MS} <= Date.now(); tick++) {
        const payload = tick % ${1000 / TICK_MS} < ${500 / TICK_MS} ? 20 + (tick % 7) : 60;
        node.send(Array.from({ length: ${SENSORS} }, () => ({ payload })));
    }
    if (tick >= ${(SECONDS * 1000) / TICK_MS}) {
        node.send(Array.from({ length: ${SENSORS} }, () => ({ payload: 20, last: true })));
        clearInterval(timer);
    }
}, ${TICK_MS});
`;
const COUNT_VALUES = `
global.set('values', (global.get('values') || 0) + 1);
global.set('ms', Date.now() - global.get('began'));
`;
const COUNT_SWITCHED = `if (msg.job && msg.job.ok) global.set('switched', (global.get('switched') || 0) + 1);`;
// The closing value of each sensor, which brings all to rest, is not one of those that are counted.
const ANSWER = `
msg.payload = { values: (global.get('values') || 0) - ${SENSORS}, switched: global.get('switched') || 0, ms: global.get('ms') || 0 };
return msg;
`;

function matrix(): object[] {
    const z = 'tab';
    const at = { z, x: 100, y: 100 };
    const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
    const run = (id: string, func: string, outputs: number, wires: string[][]) => ({
        ...{ id, ...at, type: 'function', name: '', func, outputs, initialize: '', finalize: '', libs: [], wires },
    });
    return [
        TAB,
        SITE,
        {
            ...{ id: 'relays', type: 'ups-aux-module', name: 'Relays', backend: 'simulated', interval: '1' },
            ports: numbers(MARKERS).map((n) => ({ name: `Relay ${n}`, output: 'true', nc: 'false' })),
        },
        { id: 'go', ...at, type: 'inject', props: [], repeat: '', once: false, wires: [['drive']] },
        run(
            'drive',
            DRIVE,
            SENSORS,
            numbers(SENSORS).map((n) => [`sensor${n}`]),
        ),
        ...numbers(SENSORS).map((n) => ({
            ...{ id: `sensor${n}`, ...at, type: 'ups-sensor', name: `Sensor ${n}`, site: 'site', source: 'message' },
            ...{ unit: '°C', alarmHigh: '50', hysteresis: '1', timeout: '60', samples: '1' },
            wires: [[`marker${Math.floor(n / PER_MARKER)}`], ['countValues']],
        })),
        ...numbers(MARKERS).map((n) => ({
            ...{ id: `marker${n}`, ...at, type: 'ups-marker', name: `Marker ${n}`, site: 'site', logic: 'and' },
            topics: numbers(PER_MARKER).map((each) => `Sensor ${n * PER_MARKER + each}/alarm-high`),
            wires: [[`switch${n}`]],
        })),
        ...numbers(MARKERS).map((n) => ({
            ...{ id: `switch${n}`, ...at, type: 'ups-aux-switch', name: '', module: 'relays', port: `Relay ${n}` },
            ...{ action: 'follow', seconds: '1', edge: 'on', log: 'errors', site: '', wires: [['countSwitched']] },
        })),
        run('countValues', COUNT_VALUES, 0, []),
        run('countSwitched', COUNT_SWITCHED, 0, []),
        { id: 'ask', ...at, type: 'http in', url: '/counted', method: 'get', upload: false, wires: [['answer']] },
        run('answer', ANSWER, 1, [['reply']]),
        { id: 'reply', ...at, type: 'http response', statusCode: '', headers: {}, wires: [] },
    ];
}
