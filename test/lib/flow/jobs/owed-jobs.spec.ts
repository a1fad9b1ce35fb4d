import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventInfo, EventMessage } from '../../../../lib/core/messages';
import type { Flow } from '../../../../lib/flow/flow';
import { countAction, OwedJobs, type OwedJob } from '../../../../lib/flow/jobs/owed-jobs';
import { FakeClock } from '../../../support/fake-clock';
import { fakeFlow } from '../../../support/fake-flow';
import { FakeSource } from '../../../support/fake-source';

describe('a job that is owed', () => {
    let clock: FakeClock;
    let flow: Flow;
    let source: FakeSource;
    let journal: MemoryJournal;
    let owed: OwedJobs;
    let decided: string[];

    beforeEach(() => {
        clock = new FakeClock();
        flow = fakeFlow(clock);
        source = new FakeSource('ups1', 'UPS', clock);
        flow.registry.addSource(source, undefined);
        journal = new MemoryJournal();
        decided = [];
        owed = new OwedJobs(
            flow,
            'job1',
            true,
            () => false,
            ({ key }, holds) => decided.push(`${key} ${holds ? 'runs' : 'is given up'}`),
        );
    });
    afterEach(() => owed.destroy());

    const message = (event: EventInfo): EventMessage => ({ topic: `UPS/${event.id}`, payload: event.active, event });
    const begin = (episode: string) => message(source.on('power-fail', episode));
    const endOf = ({ event }: EventMessage) => message({ ...event, active: false });
    const job = (key: string, of: EventMessage): OwedJob => {
        journal.beginJob({ nodeId: 'job1', key, message: of, at: clock.now() });
        return { message: of, key, journal, progress: undefined, again: false };
    };

    it('runs once while its event lasts', async () => {
        owed.wait(job('down', begin('e1')), true);
        owed.wait(job('down', begin('e1')), true);
        assert.deepEqual(decided, []);
        await clock.advance(0);
        source.check();
        await clock.advance(60_000);
        assert.deepEqual(decided, ['down runs']);
        assert.deepEqual(owed.jobs(), []);
    });

    it('is given up once its event is over', async () => {
        const begun = begin('e1');
        source.off('power-fail');
        owed.wait(job('down', begun), true);
        await clock.advance(60_000);
        assert.deepEqual(decided, ['down is given up']);
    });

    it('waits until its source knows its state', async () => {
        source.confirmed = false;
        owed.wait(job('down', begin('e1')), true);
        await clock.advance(120_000);
        assert.deepEqual([decided, owed.jobs().length], [[], 1]);
        source.confirmed = true;
        source.check();
        await clock.advance(0);
        assert.deepEqual(decided, ['down runs']);
    });

    describe('as a counter job, in the next outage', () => {
        beforeEach(async () => {
            const ended = endOf(begin('e1'));
            begin('e2');
            owed.wait(job('up', ended), false);
            await clock.advance(10_000);
            assert.deepEqual(decided, []);
        });

        it('runs a second after that one, however often its UPS is read meanwhile', async () => {
            source.off('power-fail');
            await clock.advance(999);
            assert.deepEqual(decided, []);
            source.check();
            await clock.advance(1);
            assert.deepEqual(decided, ['up runs']);
        });

        it('does not run where the mains fail again within that second, and runs after that', async () => {
            source.off('power-fail');
            await clock.advance(500);
            begin('e3');
            await clock.advance(60_000);
            assert.deepEqual(decided, []);
            source.off('power-fail');
            await clock.advance(60_000);
            assert.deepEqual(decided, ['up runs']);
        });

        it('gives way to that of this outage, and not to one of another event', async () => {
            const other = endOf(message(source.on('overload', 'o1')));
            owed.supersede(other, 'other', journal, []);
            assert.equal(owed.jobs().length, 1);
            const newer = endOf(begin('e2'));
            owed.supersede(newer, 'newer', journal, []);
            assert.deepEqual(owed.jobs(), []);
            assert.deepEqual(journal.interruptedJobs('job1'), []);
            source.off('power-fail');
            await clock.advance(60_000);
            assert.deepEqual(decided, []);
        });

        it('is left to its successor when its node is replaced', async () => {
            source.off('power-fail');
            owed.destroy();
            assert.equal(clock.pending, 0, 'nothing is left to wait for');
            await clock.advance(60_000);
            assert.deepEqual([decided, journal.interruptedJobs('job1').length], [[], 1]);
        });
    });

    it('has served a return of the mains until they fail again', () => {
        const ended = endOf(begin('e1'));
        source.off('power-fail');
        assert.equal(owed.covers(ended), false);
        owed.serve(ended);
        owed.serve(ended);
        assert.equal(owed.covers(ended), true);
        const next = endOf(begin('e2'));
        assert.equal(owed.covers(next), false);
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });

    it('watches no return of the mains any more when its node is replaced', () => {
        const ended = endOf(begin('e1'));
        source.off('power-fail');
        owed.serve(ended);
        owed.serve(ended);
        owed.destroy();
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });

    it('takes all again only if other jobs have acted since it began', () => {
        const up = job('up', endOf(begin('e1')));
        owed.begin('up', journal);
        assert.equal(owed.isStale(up), false);
        countAction(journal);
        assert.equal(owed.isStale(up), true);
        owed.finish('up', journal);
        assert.equal(owed.isStale(up), false);
    });

    it('has told its outcome, until it waits anew', () => {
        const up = job('up', endOf(begin('e1')));
        owed.tell('up', journal, true);
        owed.tell('up', journal, true);
        assert.equal(owed.isTold(up), true);
        assert.equal(owed.isTold({ ...up, again: true }), false);
        owed.finish('up', journal);
        assert.equal(owed.isTold(up), false);
    });
});
