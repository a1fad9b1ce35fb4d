import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventInfo } from '../../../../lib/core/messages';
import { ContactSource } from '../../../../lib/core/sensors/contact-source';
import { whenConfirmed, whenMemoryConfirmed } from '../../../../lib/flow/delivery/event-confirmation';
import type { Flow } from '../../../../lib/flow/flow';
import { FakeClock } from '../../../support/fake-clock';
import { fakeFlow } from '../../../support/fake-flow';
import { FakeSource } from '../../../support/fake-source';

describe('whenMemoryConfirmed', () => {
    const journal = new MemoryJournal();
    let clock: FakeClock;
    let flow: Flow;
    let door: ContactSource;
    let last: EventInfo;
    let answers: boolean[];

    const start = () => {
        const text = (id: string) => id;
        door = new ContactSource({
            id: 'door',
            name: 'Door',
            clock,
            journal,
            config: { contact: 'no' },
            text,
        });
        door.subscribe((change) => change.kind === 'edge' && (last = change.event));
        flow.registry.addSource(door, undefined);
        door.start();
    };
    const restart = () => {
        const before = last;
        flow.registry.removeSource(door);
        door.destroy();
        start();
        whenMemoryConfirmed(flow, before, (holds) => answers.push(holds));
    };
    const tick = (ms: number) => clock.advance(ms);

    beforeEach(() => {
        clock = new FakeClock();
        flow = fakeFlow(clock);
        answers = [];
        start();
        door.take(true);
    });
    afterEach(() => {
        flow.registry.removeSource(door);
        door.destroy();
    });

    it('believes a contact that is told again', async () => {
        restart();
        await tick(1000);
        assert.deepEqual(answers, []);
        door.take(false);
        await tick(0);
        assert.deepEqual(answers, [false]);
        await tick(60_000);
        assert.deepEqual(answers, [false]);
    });

    it('takes a contact that only speaks of changes to stand as it stood, after a time', async () => {
        restart();
        await tick(29_000);
        assert.deepEqual(answers, []);
        await tick(1000);
        assert.deepEqual(answers, [true]);
    });

    it('waits for the message when what was off is on by now', async () => {
        door.take(false);
        restart();
        door.take(true);
        await tick(29_000);
        assert.deepEqual(answers, []);
        await tick(1000);
        assert.deepEqual(answers, [true]);
    });
});

describe('whenConfirmed', () => {
    let clock: FakeClock;
    let flow: Flow;
    let source: FakeSource;
    let answers: boolean[];

    beforeEach(() => {
        clock = new FakeClock();
        flow = fakeFlow(clock);
        source = new FakeSource('ups1', 'UPS', clock);
        answers = [];
    });
    const wait = () => whenConfirmed(flow, { event: source.on('power-fail', 'e1') }, (holds) => answers.push(holds));

    it('answers once, when its source has come and knows its state', async () => {
        wait();
        await clock.advance(10_000);
        source.confirmed = false;
        flow.registry.addSource(source, undefined);
        await clock.advance(60_000);
        assert.deepEqual(answers, []);
        source.confirmed = true;
        source.check();
        source.check();
        flow.registry.addSource(source, undefined);
        await clock.advance(60_000);
        assert.deepEqual(answers, [true]);
        assert.equal(clock.pending, 0, 'nothing is left to wait for');
    });

    it('does not answer whoever has given up while the source was telling everybody', async () => {
        flow.registry.addSource(source, undefined);
        source.confirmed = false;
        let giveUp = () => {};
        source.subscribe((change) => change.kind === 'check' && giveUp());
        giveUp = wait();
        source.confirmed = true;
        source.check();
        await clock.advance(60_000);
        assert.deepEqual(answers, []);
    });
});
