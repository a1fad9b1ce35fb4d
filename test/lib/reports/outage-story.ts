import type { LogEntry } from '../../../lib/core/journal/event-log';
import type { PlannedStep, ReportEpisode } from '../../../lib/reports';
import { at, chance, type Sample, type Story } from './samples';

/** Three phases, 12 min 6 s on battery, a silence of 95 s in it, a restart, a shutdown of three hosts, one of them dead, and their return. */
export const SINCE = at('2026-03-10T02:12:04Z');
export const ENDED = at('2026-03-10T02:24:10Z');
/** The first reading with the mains again; the outage is over when they have been back for ten seconds. */
export const BACK = ENDED - 10_000;
export const NOW = at('2026-03-10T02:40:00Z');
export const SILENT = { from: at('2026-03-10T02:16:00Z'), to: at('2026-03-10T02:17:35Z') };
export const STEP_MS = 5000;

/** What devices and users may call their things. */
export const EVIL = '<script>alert("x")</script>';
export const FORMULA = '=HYPERLINK("http://example.org","click")';

const EPISODE = `unit1:power-fail:${SINCE}:abc`;

export const episode: ReportEpisode = {
    episode: EPISODE,
    sourceId: 'unit1',
    sourceName: EVIL,
    eventId: 'power-fail',
    level: 'alarm',
    since: SINCE,
    endedAt: ENDED,
};

const low: ReportEpisode = {
    ...episode,
    episode: `unit1:battery-low:${SINCE + 600_000}:def`,
    eventId: 'battery-low',
    since: SINCE + 600_000,
};

export const samples: Sample[] = [];
for (let time = at('2026-03-10T02:05:00Z'); time <= NOW; time += STEP_MS) {
    if (time > SILENT.from && time < SILENT.to) continue;
    const dark = time >= SINCE && time < BACK;
    const minutes = dark ? (time - SINCE) / 60_000 : 0;
    const noise = (seed: number) => chance(time / 1000 + seed) - 0.5;
    const back = time >= BACK ? Math.min(100, 62 + (time - BACK) / 30_000) : 100;
    samples.push({
        at: time,
        inputVoltage1: dark ? 0 : 231 + noise(1),
        inputVoltage2: dark ? 0 : 229 + noise(2),
        inputVoltage3: dark ? 0 : 233 + noise(3),
        load1: 34 + noise(4),
        load2: 41 + noise(5),
        load3: 28 + noise(6),
        charge: dark ? 100 - minutes * 3.1 : back,
        outputSource: dark ? 2 : 1,
        runtime: dark ? 31 - minutes * 1.2 : 31,
        estimatedRuntime: dark ? 29 - minutes : 29,
        outputPower1: 680 + 10 * noise(7),
        outputPower2: 820 + 10 * noise(8),
        outputPower3: 560 + 10 * noise(9),
        batteryVoltage: dark ? 52 - minutes * 0.2 : 54.4,
        batteryCurrent: dark ? -(40 + minutes * 0.3) : 2,
        batteryTemperature: 24 + minutes * 0.1,
    });
}

let id = 0;
const entry = (time: number, more: Partial<LogEntry>): LogEntry => ({
    id: ++id,
    at: time,
    kind: 'event',
    level: 'info',
    source: EVIL,
    text: 'text',
    nodeId: 'unit1',
    ...more,
});
const edge = (time: number, eventId: string, active: boolean, text: string, more: Partial<LogEntry> = {}) =>
    entry(time, { eventId, active, text, level: active ? 'alarm' : 'info', ...more });
const run = (
    time: number,
    seconds: number,
    name: string,
    jobId: string,
    more: Partial<LogEntry> & { detail?: object },
) =>
    entry(time + seconds * 1000, {
        kind: 'job',
        source: name,
        nodeId: jobId,
        eventId: 'power-fail',
        episode: EPISODE,
        active: true,
        ...more,
        detail: {
            type: 'ups-rccmd',
            name,
            ok: true,
            dryRun: false,
            attempts: 1,
            startedAt: time,
            endedAt: time + seconds * 1000,
            ...more.detail,
        },
    });

const hosts = [
    { host: '192.0.2.11', port: 6003, ok: true, attempts: 1, ms: 40 },
    { host: '192.0.2.12', port: 6003, ok: false, attempts: 3, ms: 9000, error: 'no answer & <b>no route</b>' },
    { host: FORMULA, port: 6003, ok: true, attempts: 1, ms: 60 },
];

export const log: LogEntry[] = [
    edge(SINCE, 'power-fail', true, 'Mains failed, running on battery', { episode: EPISODE }),
    run(SINCE + 800, 2, 'Mail to the operator', 'mail1', {
        text: 'Mail sent',
        detail: { type: 'ups-email', detail: undefined },
    }),
    edge(SILENT.from + 30_000, 'communication-lost', true, 'The UPS does not answer', {
        episode: 'unit1:communication-lost:1:x',
        level: 'warning',
        detail: { rule: 'no answer for staleSeconds', values: {}, ageSeconds: 30 },
    }),
    entry(SILENT.from + 60_000, {
        kind: 'system',
        source: 'Site',
        nodeId: 'site1',
        text: 'Ridethrough started; it had not been stopped properly',
        detail: { startedAfter: { at: SILENT.from + 40_000 } },
    }),
    edge(SILENT.to, 'communication-lost', false, 'The UPS answers again', { episode: 'unit1:communication-lost:1:x' }),
    run(SINCE + 301_500, 9.2, 'Shut down three hosts', 'rccmd1', {
        level: 'error',
        text: '1 of 3 hosts was not reached',
        detail: { ok: false, error: '1 of 3 hosts was not reached', attempts: 3, detail: hosts },
    }),
    edge(SINCE + 600_000, 'battery-low', true, 'The battery is low', { episode: low.episode }),
    // Pressed by a person: no part of the outage.
    run(SINCE + 620_000, 1, 'Tried by hand', 'ssh9', { text: 'Test', detail: { type: 'ups-ssh', test: true } }),
    // Of another UPS.
    edge(SINCE + 630_000, 'power-fail', true, 'Another one failed', {
        nodeId: 'unit2',
        source: 'UPS 2',
        episode: 'unit2:power-fail:1:x',
    }),
    edge(ENDED, 'battery-low', false, 'The battery is fine', { episode: low.episode }),
    edge(ENDED, 'power-fail', false, 'Mains are back', { episode: EPISODE }),
    run(ENDED + 500, 1.5, FORMULA, 'wol1', {
        active: false,
        text: 'Woke 3 hosts',
        detail: { type: 'ups-wol', detail: [{ mac: '00:00:5e:00:53:01', ok: true, attempts: 1 }] },
    }),
].sort((a, b) => a.at - b.at);

const step = (more: Partial<PlannedStep>): PlannedStep => ({
    eventId: 'power-fail',
    edge: 'on',
    jobId: 'x',
    name: 'x',
    acts: true,
    whom: [],
    ...more,
});

export const plan: PlannedStep[] = [
    step({ jobId: 'mail1', name: 'Mail to the operator', acts: false, atOnce: true }),
    step({
        jobId: 'rccmd1',
        name: 'Shut down three hosts',
        whom: ['192.0.2.11', '192.0.2.12', EVIL],
        due: { at: SINCE + 300_000, estimated: false },
    }),
    step({
        jobId: 'last1',
        name: 'Last call',
        due: { at: SINCE + 1_500_000, estimated: true },
        condition: { for: 'runtime', seconds: 300 },
    }),
    step({ jobId: 'gone1', name: 'Should have run', due: { at: SINCE + 60_000, estimated: false } }),
    step({ jobId: 'wol1', name: 'Wake', edge: 'off' }),
];

export const story: Story = {
    samples,
    log,
    episodes: [episode, low],
    plan,
    gapMs: 13_000,
    states: ['none', 'normal', 'battery'],
};
