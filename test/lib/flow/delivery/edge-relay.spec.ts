import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventMessage } from '../../../../lib/core/messages';
import type { Journal } from '../../../../lib/core/journal/journal';
import { emptyStatus } from '../../../../lib/core/status/status';
import { EdgeRelay } from '../../../../lib/flow/delivery/edge-relay';
import type { Flow } from '../../../../lib/flow/flow';
import { fakeFlow } from '../../../support/fake-flow';
import { FakeSource } from '../../../support/fake-source';

describe('EdgeRelay', () => {
    let source: FakeSource;
    let relays: EdgeRelay[];
    let flow: Flow;

    beforeEach(() => {
        source = new FakeSource();
        relays = [];
        flow = fakeFlow();
    });
    afterEach(() => relays.forEach((relay) => relay.destroy()));

    function relay(
        id: string,
        receive: (message: EventMessage) => void,
        from: FakeSource = source,
        journal: Journal = new MemoryJournal(),
    ): EdgeRelay {
        const node = { id, send: (message: EventMessage) => receive(message) } as never;
        const made = new EdgeRelay(
            flow,
            node,
            from,
            journal,
            new Set(),
            (event) => event,
            () => undefined,
        );
        relays.push(made);
        made.start();
        return made;
    }

    it('is not misled by a function node that changes the event it is given', () => {
        const told: string[] = [];
        relay('event1', (message) => {
            told.push(`${message.event.id} ${message.payload}`);
            message.event.id = 'renamed';
            message.event.episode = 'gone';
        });
        source.on('power-fail', 'e1');
        source.check();
        assert.deepEqual(told, ['power-fail true']);
        source.off('power-fail');
        assert.deepEqual(told, ['power-fail true', 'power-fail false']);
    });

    it('does not let the flow behind one node change what the flow behind another is told', () => {
        source.current = { ...emptyStatus(0), alarms: ['on-battery'] };
        const told: [string, string[] | undefined][] = [];
        relay('event1', ({ event, status }) => {
            event.text = 'rewritten';
            status!.alarms!.length = 0;
        });
        relay('event2', ({ event, status }) => told.push([event.text, status?.alarms]));
        source.on('power-fail', 'e1');
        assert.deepEqual(told, [['power-fail began', ['on-battery']]]);
        assert.equal(source.activeEvents()[0].text, 'power-fail began');
    });

    describe('another episode is no end', () => {
        let told: string[];
        const note = ({ payload, event }: EventMessage) =>
            told.push([payload ? 'on' : 'off', event.episode, event.replaces].filter(Boolean).join(' '));

        beforeEach(() => (told = []));

        it('what begins anew takes the place of the former one, without an off edge', () => {
            relay('event1', note);
            source.on('battery-low', 'e1');
            source.renew('battery-low', 'e2');
            source.check();
            source.off('battery-low');
            assert.deepEqual(told, ['on e1', 'on e2 e1', 'off e2']);
        });

        it('nor if it began anew while the node was not there', () => {
            const journal = new MemoryJournal();
            relay('event1', note, source, journal).destroy();
            source.on('battery-low', 'e1');
            const first = relay('event1', note, source, journal);
            first.destroy();
            source.renew('battery-low', 'e2');
            relay('event1', note, source, journal);
            assert.deepEqual(told, ['on e1', 'on e2 e1']);
        });

        /** As a deploy that gives the UPS another journal: it sees the same outage as a new one. */
        const deployed = (again: (next: FakeSource) => void) => {
            flow.registry.addSource(source, undefined);
            const journal = new MemoryJournal();
            const before = relay('event1', note, source, journal);
            source.on('power-fail', 'e1');
            flow.registry.removeSource(source);
            before.destroy();
            const next = new FakeSource();
            next.confirmed = false;
            flow.registry.addSource(next, undefined);
            relay('event1', note, next, journal);
            next.confirmed = true;
            again(next);
            flow.registry.removeSource(next);
        };

        it('what a deploy has given another name goes on, and ends as what was told', () => {
            deployed((next) => {
                next.on('power-fail', 'e2');
                next.check();
                assert.deepEqual(told, ['on e1']);
                next.off('power-fail');
                assert.deepEqual(told, ['on e1', 'off e1']);
                next.on('power-fail', 'e3');
                assert.deepEqual(told, ['on e1', 'off e1', 'on e3']);
            });
        });

        it('what a deploy has found to be over ends', () => {
            deployed((next) => {
                next.check();
                assert.deepEqual(told, ['on e1', 'off e1']);
            });
        });

        it('what begins anew after a deploy is told, though the deploy met the former one', () => {
            deployed((next) => {
                next.on('power-fail', 'e2');
                next.renew('power-fail', 'e3');
                next.off('power-fail');
                assert.deepEqual(told, ['on e1', 'on e3 e1', 'off e3']);
            });
        });
    });
});
