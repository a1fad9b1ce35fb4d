import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsMarker from '../../nodes/sensors/ups-marker';
import upsOutlet from '../../nodes/jobs/ups-outlet';
import type { UpsUnitNode } from '../../nodes/shared/config/config-nodes';
import type { Told } from '../support/card-flow';
import { fakeTime } from '../support/fake-time';
import { helper, speakInWords, theFlow } from '../support/node-red';

describe('ups-outlet', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    const unit = () => (helper.getNode('unit1') as unknown as UpsUnitNode).unit;
    const outlets = () =>
        unit()
            .status()
            ?.outlets?.map(({ id, on }) => `${id} ${on}`);

    async function load(job: object, dryRun = false, ...more: object[]): Promise<Told[]> {
        await helper.load(
            [upsSite, upsUnit, upsMarker, upsSimulator, upsOutlet] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory, dryRun },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1' },
                {
                    id: 'device1',
                    type: 'ups-simulator',
                    ups: 'unit1',
                    interval: 0.1,
                    loads: [
                        { name: 'server', va: 300 },
                        { name: 'lamp', va: 60 },
                    ],
                },
                { id: 'job', type: 'ups-outlet', ups: 'unit1', site: 'site1', ...job, wires: [['out']] },
                { id: 'out', type: 'helper' },
                ...more,
            ] as never,
        );
        await eventually(() => unit().status()?.outlets);
        const told: Told[] = [];
        (helper.getNode('out') as Node).on('input', (message) => told.push(message as unknown as Told));
        return told;
    }

    async function run(job: object, dryRun = false): Promise<Told> {
        const told = await load(job, dryRun);
        (helper.getNode('job') as Node).receive({ topic: 'server', payload: true } as never);
        return eventually(() => told[0]);
    }

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
    });
    afterEach(async () => {
        await time.unload();
        speakInWords(false);
        rmSync(directory, { recursive: true });
    });

    it('switches one outlet off, named by a wildcard, and leaves the others', async () => {
        const { job } = await run({ outlet: '{{msg.topic}}', action: 'off' });
        assert.equal(job?.ok, true);
        await eventually(() => outlets()?.includes('server false'));
        assert.deepEqual(outlets(), ['server false', 'lamp true']);
    });

    const texts = () =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries()
            .filter(({ kind }) => kind === 'job')
            .map(({ text }) => text);
    const press = () => (helper.getNode('job') as Node).receive({ topic: 'server', payload: true } as never);
    const switched = async (on: boolean) => {
        await unit().execute({ type: 'outlet', outlet: 'server', action: on ? 'on' : 'off' });
        await eventually(() => outlets()?.includes(`server ${on}`));
    };

    for (const [was, said] of [
        [true, 'UPS 1: outlet server off for 2.5 s, then on again: confirmed'],
        [false, 'UPS 1: outlet server on for 2.5 s, then off again: confirmed'],
    ] as const)
        it(`switches one that is ${was ? 'on' : 'off'} over for a time, and back`, async () => {
            speakInWords(true);
            const told = await load({ outlet: 'server', action: 'pulse', seconds: 2.5 });
            await switched(was);
            press();
            await eventually(() => outlets()?.includes(`server ${!was}`));
            const { job } = await eventually(() => told[0]);
            assert.equal(job?.ok, true);
            const { startedAt, endedAt } = job as unknown as { startedAt: number; endedAt: number };
            assert.ok(endedAt - startedAt >= 2500 && endedAt - startedAt < 4000, String(endedAt - startedAt));
            await eventually(() => outlets()?.includes(`server ${was}`));
            assert.ok(texts().includes(said), texts().join());
        });

    it('says in a dry run which way a pulse would go', async () => {
        speakInWords(true);
        const told = await load({ outlet: 'server', action: 'pulse', seconds: 3 }, true);
        press();
        await eventually(() => told[0]);
        assert.match(texts()[0]!, /UPS 1: outlet server off for 3 s, then on again/);
        assert.deepEqual(outlets(), ['server true', 'lamp true']);
    });

    it('a pulse that would begin with off takes power, one of an outlet that is off does not', async () => {
        await load({ outlet: 'server', action: 'pulse', seconds: 3 });
        const shutsDown = () => theFlow().registry.jobs()[0]!.view().shutsDown;
        assert.equal(shutsDown(), true);
        await switched(false);
        assert.equal(shutsDown(), false);
    });

    it('switches an outlet back when its job is deleted in the middle of the pulse', async () => {
        const told = await load({ outlet: 'server', action: 'pulse', seconds: 20 });
        void told;
        press();
        await eventually(() => outlets()?.includes('server false'));
        const left = (helper.getNode('job') as Node & { close(removed: boolean): Promise<void> }).close(true);
        await eventually(() => outlets()?.includes('server true'));
        await left;
    });

    it('finishes after a restart what it has switched on for a time', async () => {
        const cellar = {
            ...{ id: 'cellar', type: 'ups-marker', name: 'Cellar', site: 'site1', topics: ['hot'] },
            ...{ logic: 'or', wires: [['job']] },
        };
        const job = { outlet: 'server', action: 'pulse', seconds: 20 };
        await load(job, false, cellar);
        await switched(false);
        (helper.getNode('cellar') as Node).receive({ topic: 'hot', payload: true } as never);
        await eventually(() => outlets()?.includes('server true'));
        await time.unload();
        const begun = time.clock.monotonic();
        await load(job, false, cellar);
        assert.ok(outlets()?.includes('server true'));
        await eventually(() => outlets()?.includes('server false'), 60_000);
        assert.ok(time.clock.monotonic() - begun > 10_000, 'the rest of its time has passed');
    });

    it('only says in a dry run what it would do', async () => {
        const { job } = await run({ outlet: 'server', action: 'off' }, true);
        assert.equal(job?.dryRun, true);
        assert.deepEqual(outlets(), ['server true', 'lamp true']);
    });

    for (const [what, over] of [
        ['an outlet that the device does not have', { outlet: 'heater', action: 'off' }],
        ['no outlet', { outlet: '', action: 'off' }],
        ['no UPS', { outlet: 'server', action: 'off', ups: '' }],
    ] as const) {
        it(`fails with ${what}`, async () => {
            const { job } = await run(over);
            assert.equal(job?.ok, false);
            assert.deepEqual(outlets(), ['server true', 'lamp true']);
        });
    }
});
