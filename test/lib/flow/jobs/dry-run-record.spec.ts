import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventInfo, EventMessage } from '../../../../lib/core/messages';
import type { Flow } from '../../../../lib/flow/flow';
import { DryRunRecord } from '../../../../lib/flow/jobs/dry-run-record';
import { FakeClock } from '../../../support/fake-clock';
import { fakeFlow } from '../../../support/fake-flow';
import { FakeSource } from '../../../support/fake-source';

describe('a job whose dry run is switched on or off in mid-outage', () => {
    let clock: FakeClock;
    let flow: Flow;
    let source: FakeSource;
    let journal: MemoryJournal;
    let forReal: string[];

    beforeEach(() => {
        clock = new FakeClock();
        flow = fakeFlow(clock);
        source = new FakeSource('ups1', 'UPS', clock);
        journal = new MemoryJournal();
        dryRun(true);
        flow.registry.addSource(source, flow.registry.site('site1'));
        forReal = [];
    });

    const dryRun = (dry: boolean) => void flow.registry.addSite({ id: 'site1', dryRun: dry, store: journal } as never);
    const record = (id = 'job1', name = id) =>
        new DryRunRecord(flow, { id, label: () => name } as never, true, undefined, ({ event }) =>
            forReal.push(`${id} ${event.episode}`),
        );
    const message = (event: EventInfo): EventMessage => ({ topic: `UPS/${event.id}`, payload: event.active, event });
    const ended = (event: EventInfo): EventMessage => message({ ...event, active: false, at: clock.now() });
    /** A deploy that leaves this job as it is. */
    const deploy = (dry: boolean) => {
        flow.deploys.begin();
        dryRun(dry);
        flow.deploys.end();
    };

    it('runs once for real, when the dry run is over, for each event that is still active', async () => {
        const job = record();
        job.note(message(source.on('power-fail', 'e1')), journal, true);
        job.note(message(source.on('overload', 'o1')), journal, true);
        source.off('overload');
        deploy(true);
        await clock.advance(1000);
        assert.deepEqual(forReal, []);
        deploy(false);
        await clock.advance(1000);
        assert.deepEqual(forReal, ['job1 e1']);
        deploy(false);
        await clock.advance(60_000);
        assert.deepEqual(forReal, ['job1 e1']);
    });

    it('is not run again for what it has done for real since', async () => {
        const job = record();
        const begun = message(source.on('power-fail', 'e1'));
        job.note(begun, journal, true);
        job.note(begun, journal, false);
        deploy(false);
        await clock.advance(60_000);
        assert.deepEqual(forReal, []);
    });

    describe('whose UPS does not know its state yet', () => {
        let job: DryRunRecord;
        const known = async () => {
            source.confirmed = true;
            source.check();
            await clock.advance(0);
        };

        beforeEach(() => {
            job = record();
            job.note(message(source.on('power-fail', 'e1')), journal, true);
            source.confirmed = false;
            deploy(false);
        });

        it('runs once as soon as the UPS knows it, after however many deploys', async () => {
            deploy(false);
            await clock.advance(1000);
            assert.deepEqual(forReal, []);
            await known();
            assert.deepEqual(forReal, ['job1 e1']);
        });

        it('leaves the run to its successor, if it is replaced before', async () => {
            job.destroy();
            await known();
            assert.deepEqual(forReal, []);
            record();
            deploy(false);
            await clock.advance(0);
            assert.deepEqual(forReal, ['job1 e1']);
        });

        it('stays owed where the dry run is on again by then', async () => {
            flow.deploys.begin();
            dryRun(true);
            await known();
            flow.deploys.end();
            await clock.advance(1000);
            assert.deepEqual(forReal, []);
            deploy(false);
            await clock.advance(0);
            assert.deepEqual(forReal, ['job1 e1']);
        });
    });

    describe('and that was a dry run only when it should have withdrawn a real shutdown', () => {
        let event: EventInfo;
        const standing = () => record('up').note(ended(event), journal, true);

        beforeEach(() => (event = source.on('power-fail', 'e1')));

        it('names each job that has really shut something down', () => {
            for (const id of ['down1', 'down2', 'down1']) record(id).note(message(event), journal, false);
            assert.deepEqual(standing().toSorted(), ['down1', 'down2']);
        });

        it('names them however often one of them has repeated its shutdown', () => {
            record('down1').note(message(event), journal, false);
            const repeats = record('down2');
            for (let times = 0; times < 100; times++) repeats.note(message(event), journal, false);
            assert.deepEqual(standing().toSorted(), ['down1', 'down2']);
        });

        it('does not name those that shut something down in an earlier event', async () => {
            record('down1').note(message(event), journal, false);
            source.off('power-fail');
            await clock.advance(60_000);
            event = source.on('power-fail', 'e2');
            assert.deepEqual(standing(), []);
        });
    });
});
