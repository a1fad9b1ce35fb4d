import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import { formatLocal } from '../../lib/core/schedules/local-time';
import type { EventMessage } from '../../lib/core/messages';
import { zoneOf } from '../../lib/zones/temporal-zone';
import upsSite from '../../nodes/config/ups-site';
import upsSchedule from '../../nodes/events/ups-schedule';
import upsLog from '../../nodes/jobs/ups-log';
import { eventuallyBy } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';
import { helper, liveBy, theFlow } from '../support/node-red';

const NODES = [upsSite, upsSchedule, upsLog] as never;
const ZONE = 'Asia/Kathmandu';
let clock: FakeClock;

const eventually = <T>(condition: () => T) => eventuallyBy(clock, condition, { step: 50 });

/** `seconds` from now, as the clocks of the zone show it. */
const wall = (seconds: number) =>
    formatLocal(zoneOf(ZONE).localOf(Math.ceil(clock.now() / 1000 + seconds) * 1000)).replace(' ', 'T');
const timeOf = (local: string) => local.split('T')[1];

/** A daily window around now. */
const openNow = () => ({ start: '2020-01-01T' + timeOf(wall(-30)), ending: 'until', until: timeOf(wall(1800)) });

function flow(directory: string, schedule: object) {
    return [
        { id: 'site1', type: 'ups-site', name: 'Site', directory },
        {
            id: 'schedule1',
            type: 'ups-schedule',
            name: 'Test',
            repeat: 'daily',
            ending: 'at-once',
            zone: ZONE,
            missed: 'run',
            maxAge: 3600,
            wires: [['out', 'log1', 'log2']],
            ...schedule,
        },
        { id: 'log1', type: 'ups-log', text: 'begins', site: 'site1' },
        { id: 'log2', type: 'ups-log', text: 'ends', edge: 'off', site: 'site1' },
        { id: 'out', type: 'helper' },
    ];
}

const calls = (method: 'status' | 'error') => {
    const node = helper.getNode('schedule1') as Node;
    const spy = node[method] as unknown as { getCalls(): { thisValue: unknown; args: unknown[] }[] };
    return spy.getCalls().filter(({ thisValue }) => thisValue === node);
};
const lastStatus = () => calls('status').at(-1)!.args[0] as { fill: string; text: string };
const collect = () => {
    const messages: EventMessage[] = [];
    (helper.getNode('out') as Node).on('input', (message) => messages.push(message as unknown as EventMessage));
    return messages;
};
const log = (kind: string) =>
    theFlow()
        .registry.site('site1')!
        .store.logEntries()
        .filter((entry) => entry.kind === kind)
        .map(({ text }) => text)
        .reverse();

describe('ups-schedule', () => {
    let directory: string;
    const load = (schedule: object) => helper.load(NODES, flow(directory, schedule) as never);

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        clock = new FakeClock();
        liveBy(clock);
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
    });
    afterEach(async () => {
        await helper.unload();
        assert.equal(theFlow().registry.sources().length, 0, 'the source is gone after close');
        rmSync(directory, { recursive: true });
    });

    it('begins and ends at the second, and its jobs run', async () => {
        await load({ repeat: 'once', start: wall(1), ending: 'after', seconds: 1 });
        const out = collect();
        assert.equal(lastStatus().fill, 'blue');
        await eventually(() => log('log').length === 2);
        assert.deepEqual(
            out.map(({ topic, payload }) => `${topic} ${payload}`),
            ['Test/schedule true', 'Test/schedule false'],
        );
        assert.deepEqual(log('log'), ['begins', 'ends']);
        assert.ok(out[0].event.at % 1000 < 500, `punctual, ${out[0].event.at % 1000} ms late`);
        assert.equal(out[0].event.evidence?.values.lateSeconds, 0);
        assert.equal(out[1].event.episode, out[0].event.episode);
        await eventually(() => lastStatus().fill === 'grey');
    });

    it('is on in a window, and begins it once over redeploys', async () => {
        const window = openNow();
        await load(window);
        await eventually(() => log('log').length === 1);
        assert.match(lastStatus().text, /^until/);
        const { episode } = theFlow().registry.source('schedule1')!.stateOf('schedule');
        for (let round = 0; round < 2; round++) {
            await helper.unload();
            await load(window);
            await eventually(() => theFlow().registry.source('schedule1')!.stateOf('schedule').confirmed);
            assert.equal(theFlow().registry.source('schedule1')!.stateOf('schedule').episode, episode);
        }
        assert.deepEqual(log('log'), ['begins']);
        await helper.unload();
        await load({ start: '2020-01-01T' + timeOf(wall(7200)) });
        await eventually(() => log('log').length === 2);
        assert.deepEqual(log('log'), ['begins', 'ends'], 'the new rule has no window now');
    });

    it('notes what it does not catch up', async () => {
        await load({
            start: '2020-01-01T' + timeOf(wall(-300)),
            ending: 'until',
            until: timeOf(wall(1800)),
            missed: 'skip',
        });
        await eventually(() => log('system').length === 1);
        assert.match(log('system')[0], /^Test: /);
        assert.deepEqual(log('log'), []);
    });

    it('has no timer left after close', async () => {
        await load(openNow());
        await eventually(() => log('log').length === 1);
        assert.ok(clock.pending > 0);
        await helper.unload();
        assert.equal(clock.pending, 0);
    });

    it('tells its next runs before it is deployed', async () => {
        await helper.load(NODES, []);
        const ask = (rule: unknown, status: number) =>
            helper
                .request()
                .get('/ridethrough/schedule/next')
                .query({ rule: typeof rule === 'string' ? rule : JSON.stringify(rule), count: 3 })
                .expect(status)
                .then(
                    ({ body }) => body as { zone: string; runs: { start: number }[]; code: string; property: string },
                );
        const { zone, runs } = await ask({ start: '2020-01-01T03:00', repeat: 'daily', zone: 'Europe/Berlin' }, 200);
        assert.equal(zone, 'Europe/Berlin');
        assert.equal(runs.length, 3);
        assert.ok(runs.every(({ start }) => formatLocal(zoneOf(zone).localOf(start)).endsWith(' 03:00')));
        assert.ok(runs[0].start > clock.now());
        const wrong = await ask({ start: '2020-01-01T03:00', zone: 'Europe/Nowhere' }, 400);
        assert.deepEqual([wrong.code, wrong.property], ['config-invalid', 'zone']);
        assert.equal((await ask({ repeat: 'daily' }, 400)).property, 'start');
        for (const rule of ['{', '[]', 'null', '7', `"${'x'.repeat(9000)}"`]) {
            assert.equal((await ask(rule, 400)).property, 'rule', rule.slice(0, 10));
        }
        const odd = { start: '2020-01-01T03:00', repeat: 'weekly', windows: [null, { days: 'x' }] };
        assert.equal((await ask(odd, 400)).property, 'windows');
        for (const seconds of [1e300, 1e16, 1e12, 8.64e12, 31_622_401, -1, 0]) {
            const lasting = { start: '2020-01-01T03:00', repeat: 'daily', ending: 'after', seconds };
            assert.equal((await ask(lasting, 400)).property, 'seconds', String(seconds));
        }
        const year = { start: '2020-01-01T03:00', repeat: 'daily', ending: 'after', seconds: 31_622_400 };
        assert.equal((await ask(year, 200)).runs.length, 3);
    });

    const start = '2026-01-01T03:00';
    for (const [what, over, said] of [
        ['a start', { start: '' }, /^config-missing/],
        ['a zone that exists', { start, zone: 'Mars/Olympus' }, /^"Mars\/Olympus" is no time zone/],
        ['a length that anybody means', { start, ending: 'after', seconds: 1e16 }, /^config-invalid/],
        ['a time to end', { start, ending: 'until', until: '' }, /^config-missing/],
        ['rows of days and times', { start, repeat: 'weekly', windows: 'Mon' }, /^config-invalid/],
        [
            'a weekday',
            { start, repeat: 'weekly', windows: [{ days: [], from: '08:00' }] },
            /^Choose at least one weekday/,
        ],
    ] as const) {
        it(`says so once when it lacks ${what}, and does nothing`, async () => {
            await load(over);
            assert.equal(calls('error').length, 1);
            assert.match(String(calls('error')[0].args[0]), said);
            assert.equal(lastStatus().fill, 'red');
            assert.equal(theFlow().registry.source('schedule1'), undefined);
        });
    }
});
