import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import { openStore } from '../../lib/store';
import upsSite from '../../nodes/config/ups-site';
import upsLog from '../../nodes/jobs/ups-log';
import { FakeSource } from '../support/fake-source';
import { fakeTime } from '../support/fake-time';
import { helper, keepDiary, theFlow } from '../support/node-red';

const SPAN_MS = 6_300_000;

describe('the event log of a site', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let source: FakeSource;

    before(() => {
        keepDiary(true);
        return helper.startServer();
    });
    after(() => {
        keepDiary(false);
        return helper.stopServer();
    });
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        source = new FakeSource('source1', 'UPS 1', time.clock);
    });
    afterEach(async () => {
        theFlow().registry.removeSource(source);
        await time.unload();
        rmSync(directory, { recursive: true });
    });

    const site = (more: object = {}) => ({ id: 'site1', type: 'ups-site', name: 'Plant', directory, ...more });
    const job = (more: object = {}) => ({
        id: 'log1',
        type: 'ups-log',
        text: 'Mains of Plant',
        level: 'alarm',
        ...more,
    });
    const load = (...flow: object[]) => helper.load([upsSite, upsLog] as never, flow as never);
    const deploy = (...flow: object[]) =>
        (helper as unknown as { setFlows(flow: object[], type: string): Promise<void> }).setFlows(flow, 'full');
    const texts = (kind?: 'system') =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries(kind && { kinds: [kind] })
            .map(({ text }) => text)
            .reverse();

    /** As an earlier process has left the store. */
    function leave(ended: boolean): void {
        const store = openStore({ directory, clock: time.clock });
        store.setValue('site-diary', 'last-seen', { at: time.clock.now() - SPAN_MS, ended });
        store.close();
    }

    it('tells of the start, of a deploy and of the dry run, once for all sites that share it', async () => {
        const other = { ...site(), id: 'site2', name: 'Same folder' };
        await load(site(), other);
        await eventually(() => texts('system').length === 1);
        await deploy(site({ dryRun: true }), other);
        await deploy(site({ dryRun: false }), other);
        assert.deepEqual(texts('system'), [
            'diary.started',
            'diary.deployed',
            'diary.dryRunOn',
            'diary.deployed',
            'diary.dryRunOff',
        ]);
    });

    for (const [how, ended, key] of [
        ['was stopped', true, 'startedAfter'],
        ['was killed', false, 'startedAfterKill'],
    ] as const) {
        it(`tells at the next start how long nothing ran, when the one before ${how}`, async () => {
            leave(ended);
            await load(site());
            await eventually(() => texts('system').length === 1);
            const [entry] = theFlow().registry.site('site1')!.store.logEntries();
            assert.match(entry?.text ?? '', new RegExp(`^diary\\.${key}$`));
            assert.equal(entry?.level, ended ? 'info' : 'warning');
        });
    }

    function outage(episode: string) {
        const { store } = theFlow().registry.site('site1')!;
        const event = source.on('power-fail', episode);
        store.append({
            ...{
                at: event.at,
                kind: 'event',
                level: 'alarm',
                source: 'UPS 1',
                text: 'Mains failed',
                nodeId: 'source1',
            },
            ...{ eventId: event.id, episode, active: true },
        });
        return event;
    }
    const lines = () => texts().filter((text) => !text.startsWith('diary'));

    it('has one line of an event that a Log job puts into words, and shows that line live in its place', async () => {
        await load(site(), job());
        theFlow().registry.addSource(source, theFlow().registry.site('site1'));
        const { store } = theFlow().registry.site('site1')!;
        const event = outage('e1');
        const live: unknown[] = [];
        store.subscribe(({ id, text, inPlaceOfEvent }) => live.push([id, text, inPlaceOfEvent]));
        const [{ id, at }] = store.logEntries();
        (helper.getNode('log1') as Node).receive({ topic: 'UPS 1/power-fail', payload: true, event } as never);
        await eventually(() => live.length === 1);
        assert.deepEqual(lines(), ['Mains of Plant']);
        assert.deepEqual(live, [[id, 'Mains of Plant', true]]);
        const [entry] = store.logEntries();
        assert.deepEqual([entry?.kind, entry?.level, entry?.at, entry?.episode], ['log', 'alarm', at, 'e1']);
    });

    it('has a line more of what a timing has held back, and of an event that has left none', async () => {
        await load(site(), job());
        theFlow().registry.addSource(source, theFlow().registry.site('site1'));
        const event = { ...outage('e2'), since: time.clock.now() - 60_000, firing: 'after5min#1' };
        const receive = (message: object) => (helper.getNode('log1') as Node).receive(message as never);
        receive({ topic: 'UPS 1/power-fail', payload: true, event });
        await eventually(() => lines().length === 2);
        receive({ topic: 'x/y', payload: true });
        await eventually(() => lines().length === 3);
        assert.equal(lines()[0], 'Mains failed');
    });
});
