import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { PlanStep, PlanView } from '../../lib/flow/plan/plan-view';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsEvent from '../../nodes/events/ups-event';
import upsTiming from '../../nodes/events/ups-timing';
import upsPlan from '../../nodes/history/ups-plan';
import upsLog from '../../nodes/jobs/ups-log';
import upsRccmd from '../../nodes/jobs/ups-rccmd';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

const NODES = [upsSite, upsUnit, upsSimulator, upsEvent, upsTiming, upsLog, upsRccmd, upsPlan];

describe('ups-plan', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let got: { topic: string; payload: PlanView; _msgid?: string; more?: string }[];

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

    const load = async (settings: object = {}, more: Record<string, object> = {}) => {
        await helper.load(
            NODES as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory, dryRun: true },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1' },
                { id: 'unit2', type: 'ups-unit', name: 'UPS 2', site: 'site1' },
                { id: 'sim1', type: 'ups-simulator', ups: 'unit1', interval: 1, ...more.sim1 },
                { id: 'sim2', type: 'ups-simulator', ups: 'unit2', interval: 1 },
                { id: 'event1', type: 'ups-event', ups: 'unit1', events: ['power-fail'], wires: [['timing1']] },
                {
                    id: 'timing1',
                    type: 'ups-timing',
                    name: 'A minute',
                    mode: 'after',
                    seconds: 60,
                    wires: [['down']],
                    ...more.timing1,
                },
                { id: 'down', type: 'ups-rccmd', name: 'Down', hosts: ['192.0.2.20', '192.0.2.21'], wires: [[]] },
                { id: 'event2', type: 'ups-event', ups: 'unit2', events: ['power-fail'], wires: [['note']] },
                { id: 'note', type: 'ups-log', wires: [[]] },
                { id: 'plan1', type: 'ups-plan', wires: [['out']], ...settings },
                { id: 'out', type: 'helper' },
            ] as never,
        );
        (helper.getNode('out') as Node).on('input', (message) => got.push(message as never));
        await eventually(() => theFlow().registry.source('unit1')?.status());
    };
    const fail = () => (helper.getNode('sim1') as Node).receive({ topic: 'mains', payload: false } as never);
    const step = (): PlanStep | undefined =>
        got
            .at(-1)
            ?.payload.sources.flatMap(({ steps }) => steps)
            .find(({ jobId }) => jobId === 'down');

    it('sends the preview when it knows it, and the outage with its times when it begins', async () => {
        await load();
        await eventually(() => step());
        const { state, name, whom, timings, dryRun } = step()!;
        assert.deepEqual(
            [got[0]!.topic, state, name, whom, dryRun],
            ['plan', 'planned', 'Down', ['192.0.2.20', '192.0.2.21'], true],
        );
        assert.deepEqual(timings, [{ id: 'timing1', name: 'A minute' }]);
        fail();
        await eventually(() => step()?.state === 'waiting');
        const { due, may } = step()!;
        assert.equal(due!.estimated, false);
        assert.ok(due!.at > theFlow().clock.now() + 50_000);
        assert.deepEqual(may, ['hold', 'skip', 'fire']);
    });

    it('sends the same thing once, and at most each second', async () => {
        await load();
        await eventually(() => step());
        fail();
        await eventually(() => step()?.state === 'waiting');
        await time.clock.advance(3000);
        const before = got.length;
        const started = theFlow().clock.now();
        await time.clock.advance(20_000);
        const seconds = (theFlow().clock.now() - started) / 1000;
        assert.ok(got.length - before <= seconds / 5, `${got.length - before} messages in ${seconds} s`);
    });

    it('tells what a person has ordered', async () => {
        await load();
        fail();
        await eventually(() => step()?.state === 'waiting');
        theFlow().act(step()!.key, 'hold', 'Ada');
        await eventually(() => step()?.state === 'held');
        assert.equal(step()!.heldBy!.who, 'Ada');
    });

    it('of one UPS only, when a message asks', async () => {
        await load({ ups: 'unit2', send: 'request' });
        await time.clock.advance(3000);
        assert.equal(got.length, 0);
        (helper.getNode('plan1') as Node).receive({ payload: 'now', more: 'kept' } as never);
        await eventually(() => got.length > 0);
        assert.deepEqual(
            got[0]!.payload.sources.map(({ name }) => name),
            ['UPS 2'],
        );
        assert.equal(got[0]!.more, 'kept');
    });

    it('predicts a step at a remaining runtime to 5 %, at a constant load', async () => {
        const remaining = { mode: 'remaining', seconds: 300 };
        await load({}, { sim1: { holdMinutes: 10 }, timing1: remaining });
        fail();
        await eventually(() => step()?.state === 'waiting');
        const began = theFlow().clock.now();
        await time.clock.advance(60_000);
        const now = theFlow().clock.now();
        const view = theFlow().planView();
        const { due } = view.sources.flatMap(({ steps }) => steps).find(({ jobId }) => jobId === 'down')!;
        assert.equal(due!.estimated, true);
        let fired: number | undefined;
        for (let s = 0; s < 400 && fired === undefined; s++) {
            await time.clock.advance(1000);
            if (theFlow().registry.timings()[0]!.views()[0]?.fired) fired = theFlow().clock.now();
        }
        const predicted = due!.at - now;
        const error = Math.abs(fired! - due!.at) / predicted;
        assert.ok(fired! - began > 120_000, 'it did not fire at once');
        assert.ok(error <= 0.05, `predicted in ${predicted / 1000} s, ${(error * 100).toFixed(1)} % off`);
    });

    it('says that its UPS is missing', async () => {
        await load({ ups: 'nothing' });
        await time.clock.advance(2000);
        assert.equal(got.length, 0);
    });
});
