import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { FakeSource } from '../../../support/fake-source';
import { MortalJournal } from '../../../support/mortal-journal';
import { PlanBench } from '../../../support/plan-bench';

const withCode = (code: string) => (error: unknown) => error instanceof UpsError && error.code === code;
const unseen = ({ flow }: PlanBench) => flow.alarms.unacknowledged().map(({ eventId }) => eventId);

describe('alarms', () => {
    it('stay pinned until somebody has acknowledged them, also when they are over', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        assert.deepEqual(unseen(bench), []);
        await bench.battery(20);
        assert.deepEqual(unseen(bench), ['power-fail']);
        await bench.mains(20);
        const [alarm] = bench.flow.alarms.unacknowledged();
        assert.equal(alarm!.source, 'UPS');
        assert.ok(alarm!.endedAt! > alarm!.since);
        bench.flow.alarms.acknowledge(alarm!.episode, 'Ada');
        assert.deepEqual([unseen(bench), bench.flow.alarms.all()], [[], []]);
        const entry = bench.log.find(({ text }) => text === 'acknowledgedBy')!;
        assert.deepEqual([entry.episode, entry.detail], [alarm!.episode, { acknowledged: alarm!.episode, by: 'Ada' }]);
    });

    it('tell who has acknowledged them while they are on, and a new occurrence is a new alarm', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(5);
        const { episode } = bench.flow.alarms.unacknowledged()[0]!;
        const at = bench.flow.clock.now();
        bench.flow.alarms.acknowledge(episode, 'Ada');
        assert.deepEqual(bench.flow.alarms.acknowledged('ups1', episode), { by: 'Ada', at });
        bench.restart(3);
        await bench.battery(5);
        assert.deepEqual(bench.flow.alarms.acknowledged('ups1', episode), { by: 'Ada', at }, 'over a kill');
        assert.deepEqual(unseen(bench), []);
        await bench.mains(10);
        await bench.battery(5);
        assert.deepEqual(unseen(bench), ['power-fail']);
        assert.equal(bench.flow.alarms.acknowledged('ups1', bench.step().episode!), undefined);
    });

    it('of one source stay a hundred that are over, the latest: what comes and goes does not grow without end', async () => {
        const bench = new PlanBench();
        for (let n = 0; n < 102; n++) {
            await bench.battery(5);
            await bench.mains(10);
        }
        const all = bench.flow.alarms.all();
        assert.equal(all.length, 100);
        assert.ok(all.every(({ endedAt }) => endedAt !== undefined));
        assert.ok(bench.clock.now() - all[0]!.since < 60_000, 'the latest is there');
    });

    it('cannot be acknowledged twice', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(5);
        const { episode } = bench.flow.alarms.unacknowledged()[0]!;
        bench.flow.alarms.acknowledge(episode, 'Ada');
        assert.throws(() => bench.flow.alarms.acknowledge(episode, 'Bob'), withCode('no-alarm'));
        assert.throws(() => bench.flow.alarms.acknowledge('nothing', 'Bob'), withCode('no-alarm'));
    });

    it('stay pinned, each of them, when the mains of a great many UPSs fail', async () => {
        const bench = new PlanBench();
        const { registry, alarms } = bench.flow;
        const sources = Array.from({ length: 230 }, (_, n) => new FakeSource(`s${n}`, `UPS ${n}`, bench.clock));
        for (const source of sources) registry.addSource(source, registry.site('site1'));
        for (const source of sources) source.on('power-fail', `${source.id}:1`);
        assert.equal(alarms.unacknowledged().length, 230);
        for (const source of sources) source.off('power-fail');
        assert.equal(alarms.unacknowledged().length, 230);
        alarms.acknowledge('s0:1', 'Ada');
        assert.equal(alarms.unacknowledged().length, 229);
    });

    it('of one UPS that comes and goes without end do not grow without end', async () => {
        const bench = new PlanBench();
        const source = new FakeSource('s', 'UPS', bench.clock);
        bench.flow.registry.addSource(source, bench.flow.registry.site('site1'));
        source.on('over-temperature', 'lasting');
        for (let n = 0; n < 300; n++) {
            source.on('power-fail', `p${n}`);
            source.off('power-fail');
        }
        const episodes = bench.flow.alarms.unacknowledged().map(({ episode }) => episode);
        assert.ok(episodes.length <= 101, `${episodes.length}`);
        assert.ok(episodes.includes('lasting') && episodes.includes('p299'));
    });

    it('end while nothing runs', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(5);
        bench.restart(60);
        await bench.mains(10);
        assert.ok(bench.flow.alarms.all()[0]!.endedAt! > 0);
    });
});

describe('the plan at the onset of an outage', () => {
    it('is kept with its episode, over kills', async () => {
        const bench = new PlanBench();
        await bench.mains(10);
        await bench.battery(3);
        const { episode } = bench.step();
        await bench.battery(70);
        const onset = bench.flow.onsets.of(episode!)!;
        const step = onset.plan.steps.find(({ jobId }) => jobId === 'job')!;
        assert.equal(step.state, 'waiting');
        assert.ok(Math.abs(step.due!.at - onset.at - 60_000) <= 1000);
        bench.restart(5);
        await bench.mains(5);
        assert.deepEqual(bench.flow.onsets.of(episode!), onset);
        assert.equal(bench.flow.onsets.of('another'), undefined);
    });

    it('is made late where the process died at the onset', async () => {
        let made = 0;
        for (let write = 1; write <= 12; write++) {
            const journal = new MortalJournal(write);
            const bench = new PlanBench({ journal, dead: () => journal.dead });
            for (let s = 0; s < 20; s++) {
                await (s < 3 ? bench.mains(1) : bench.battery(1));
                if (!journal.dead) continue;
                journal.revive();
                bench.restart(1);
            }
            assert.ok(bench.flow.onsets.of(bench.step().episode!), `killed at write ${write}`);
            made++;
        }
        assert.equal(made, 12);
    });

    it('is forgotten with age', async () => {
        const bench = new PlanBench();
        const episodes: string[] = [];
        for (let outage = 0; outage < 205; outage++) {
            await bench.mains(2);
            await bench.battery(2);
            episodes.push(bench.step().episode!);
        }
        const kept = episodes.filter((episode) => bench.flow.onsets.of(episode));
        assert.equal(kept.length, 200);
        assert.equal(kept.at(-1), episodes.at(-1));
    });
});
