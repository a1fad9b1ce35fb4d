import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventMessage } from '../../../../lib/core/messages';
import { ContactSource } from '../../../../lib/core/sensors/contact-source';
import { AutomaticEvents } from '../../../../lib/flow/delivery/automatic-events';
import type { Flow } from '../../../../lib/flow/flow';
import { FakeClock } from '../../../support/fake-clock';
import { fakeFlow } from '../../../support/fake-flow';

describe('a job that gets events without a wire', () => {
    let clock: FakeClock;
    let flow: Flow;
    let store: MemoryJournal;
    let got: string[];
    let opened: ContactSource[];

    beforeEach(() => {
        clock = new FakeClock();
        flow = fakeFlow(clock);
        store = new MemoryJournal();
        flow.registry.addSite({ id: 'site1', dryRun: false, store } as never);
        got = [];
        opened = [];
    });
    afterEach(() => opened.forEach(close));

    const close = (contact: ContactSource) => {
        flow.registry.removeSource(contact);
        contact.destroy();
    };
    const contact = (id: string) => {
        const text = (event: string) => event;
        const made = new ContactSource({ id, name: id, clock, journal: store, config: { contact: 'no' }, text });
        opened.push(made);
        flow.registry.addSource(made, flow.registry.site('site1'));
        made.start();
        return made;
    };
    const job = () => {
        const receive = (message: unknown) => {
            const { event, payload } = message as EventMessage;
            got.push(`${event.source} ${payload ? 'on' : 'off'}`);
        };
        const choice = { otherSources: true, schedules: false };
        const events = new AutomaticEvents(flow, { id: 'job1', receive }, choice, new Set());
        events.start();
        return events;
    };

    it('gets each once, also of a source that a deploy has added', async () => {
        const first = contact('door');
        const events = job();
        first.take(true);
        contact('window').take(true);
        first.take(false);
        await clock.advance(60_000);
        assert.deepEqual(got, ['door on', 'window on', 'door off']);
        events.destroy();
    });

    it('gets again once, after a deploy that replaces the source, what may have been lost', async () => {
        const before = contact('door');
        const events = job();
        before.take(true);
        flow.deploys.begin();
        close(before);
        const after = contact('door');
        flow.deploys.end();
        after.take(true);
        await clock.advance(60_000);
        assert.deepEqual(got, ['door on', 'door on']);
        after.take(false);
        await clock.advance(60_000);
        assert.deepEqual(got, ['door on', 'door on', 'door off']);
        events.destroy();
    });

    it('gets no more once it is gone', async () => {
        const door = contact('door');
        const events = job();
        events.destroy();
        door.take(true);
        contact('window').take(true);
        await clock.advance(60_000);
        assert.deepEqual(got, []);
    });
});
