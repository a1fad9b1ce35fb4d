import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { LogEntry, NewLogEntry } from '../../lib/core/journal/event-log';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsLogQuery from '../../nodes/history/ups-log-query';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

const HOUR = 3_600_000;

describe('ups-log-query', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let got: Record<string, unknown>[];

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        got = [];
    });
    afterEach(async () => {
        await time.unload();
        rmSync(directory, { recursive: true });
    });

    const load = async (settings: object = {}, more: object[] = []) => {
        await helper.load(
            [upsSite, upsUnit, upsSimulator, upsLogQuery] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1' },
                { id: 'sim1', type: 'ups-simulator', ups: 'unit1', interval: 3600 },
                { id: 'query1', type: 'ups-log-query', site: 'site1', wires: [['out']], ...settings },
                { id: 'out', type: 'helper' },
                ...more,
            ] as never,
        );
        (helper.getNode('out') as Node).on('input', (message) => got.push(message as never));
    };
    const now = () => theFlow().clock.now();
    const write = (text: string, hoursAgo: number, changes: Partial<NewLogEntry> = {}) =>
        theFlow()
            .registry.sites()[0]!
            .store.append({ at: now() - hoursAgo * HOUR, kind: 'log', level: 'info', source: 'x', text, ...changes });
    const ask = async (message: object = {}) => {
        const before = got.length;
        (helper.getNode('query1') as Node).receive(message as never);
        await eventually(() => got.length > before);
        return got.at(-1)!;
    };
    const texts = async (message: object = {}) =>
        ((await ask(message)).payload as LogEntry[]).filter(({ kind }) => kind !== 'system').map(({ text }) => text);

    it('reads the hours that it is set to, and others if the message says so', async () => {
        await load({ hours: 2 });
        write('three hours ago', 3);
        write('an hour ago', 1);
        write('now', 0);
        assert.deepEqual(await texts(), ['now', 'an hour ago']);
        assert.deepEqual(await texts({ from: now() - 4 * HOUR, to: now() - HOUR }), ['an hour ago', 'three hours ago']);
        assert.deepEqual(await texts({ from: new Date(now() - 1.1 * HOUR) }), ['now', 'an hour ago']);
        assert.deepEqual(await texts({ to: new Date(now() - 2 * HOUR).toISOString() }), ['three hours ago']);
        const { topic, payload } = await ask({ topic: 'kept', payload: 1 });
        assert.equal(topic, 'kept');
        assert.ok(Array.isArray(payload));
    });

    for (const [settings, expected] of [
        [{}, ['note', 'Host down', 'battery low', 'Mains failed']],
        [{ level: 'warning' }, ['Host down', 'battery low', 'Mains failed']],
        [{ level: 'error' }, ['Host down']],
        [{ kind: 'job' }, ['Host down']],
        [{ source: 'UPS 1' }, ['Host down', 'battery low', 'Mains failed']],
        [{ source: 'unit1', kind: 'event' }, ['battery low', 'Mains failed']],
        [{ source: 'unknown' }, []],
        [{ events: 'battery-low, overload' }, ['battery low']],
        [{ text: 'FAILED' }, ['Mains failed']],
        [{ most: 2 }, ['note', 'Host down']],
        [{ ofEvent: true }, ['Host down', 'battery low', 'Mains failed']],
        [{ ofEvent: true, level: 'error' }, ['Host down']],
    ] as const) {
        it(`reads only what it is set to: ${JSON.stringify(settings)}`, async () => {
            await load({ hours: 1, ...settings });
            const episode = 'unit1:power-fail:1:x';
            const event = { kind: 'event', level: 'alarm', source: 'UPS 1', nodeId: 'unit1', active: true } as const;
            write('Mains failed', 0.9, { ...event, eventId: 'power-fail', episode });
            write('battery low', 0.8, {
                ...event,
                level: 'warning',
                eventId: 'battery-low',
                episode: 'unit1:battery-low:2:x',
            });
            write('Host down', 0.7, {
                kind: 'job',
                level: 'error',
                source: 'stop',
                nodeId: 'j1',
                eventId: 'power-fail',
                episode,
            });
            write('note', 0.6, { source: 'other' });
            assert.deepEqual(await texts({ event: { episode } }), expected);
        });
    }

    for (const [ofSite, expected] of [
        [false, ['theirs', 'ours']],
        [true, ['ours']],
    ] as const) {
        it(`of sites that share a directory, reads ${ofSite ? 'its own site alone' : 'all, as before'}`, async () => {
            await load({ kind: 'log', ofSite }, [{ id: 'site2', type: 'ups-site', name: 'Other', directory }]);
            write('ours', 2);
            const other = theFlow().registry.site('site2')!.store;
            other.append({ at: now() - HOUR, kind: 'log', level: 'info', source: 'x', text: 'theirs' });
            assert.deepEqual(await texts(), expected);
        });
    }

    it('writes CSV, oldest first', async () => {
        await load({ format: 'csv', kind: 'log' });
        write('first', 2);
        write('second', 1);
        const lines = String((await ask()).payload).split('\r\n');
        assert.match(lines[0]!, /^time,level,kind,source,text,/);
        assert.deepEqual(
            lines.slice(1, 3).map((line) => line.split(',')[4]),
            ['first', 'second'],
        );
    });

    it('says what is wrong with a message, by done and not by a message of its own', async () => {
        await load({}, [
            { id: 'catch1', type: 'catch', scope: null, wires: [['caught']] },
            { id: 'caught', type: 'helper' },
        ]);
        const caught: { error: { message: string } }[] = [];
        (helper.getNode('caught') as Node).on('input', (message) => caught.push(message as never));
        (helper.getNode('query1') as Node).receive({ from: 'yesterday' } as never);
        await eventually(() => caught.length > 0);
        assert.match(caught[0]!.error.message, /from: yesterday|payload-unknown/);
        assert.deepEqual(got, []);
    });

    it('goes on after a redeploy, and without a site says what is missing', async () => {
        await load();
        write('kept', 1);
        await time.unload();
        await load();
        assert.deepEqual(await texts(), ['kept']);
        await time.unload();
        await helper.load(
            [upsLogQuery] as never,
            [
                { id: 'query1', type: 'ups-log-query', wires: [['out']] },
                { id: 'out', type: 'helper' },
                { id: 'catch1', type: 'catch', scope: null, wires: [['caught']] },
                { id: 'caught', type: 'helper' },
            ] as never,
        );
        const caught: unknown[] = [];
        (helper.getNode('caught') as Node).on('input', (message) => caught.push(message));
        (helper.getNode('query1') as Node).receive({} as never);
        await eventually(() => caught.length > 0);
    });
});
