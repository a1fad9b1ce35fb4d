import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../lib/core/journal/memory-journal';
import type { EventMessage } from '../../../lib/core/messages';
import { emptyStatus } from '../../../lib/core/status/status';
import { EdgeRelay } from '../../../nodes/shared/edge-relay';
import { FakeSource } from '../../support/fake-source';

describe('EdgeRelay', () => {
    let source: FakeSource;
    let relays: EdgeRelay[];

    beforeEach(() => {
        source = new FakeSource();
        relays = [];
    });
    afterEach(() => relays.forEach((relay) => relay.destroy()));

    function relay(id: string, receive: (message: EventMessage) => void): EdgeRelay {
        const node = { id, send: (message: EventMessage) => receive(message) } as never;
        const made = new EdgeRelay(
            node,
            source,
            new MemoryJournal(),
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
});
