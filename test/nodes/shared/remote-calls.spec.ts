import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../lib/core/journal/memory-journal';
import type { EventMessage } from '../../../lib/core/messages';
import { RemoteCalls } from '../../../nodes/shared/remote-calls';

describe('RemoteCalls', () => {
    it('is not misled by a function node that changes the event it is given', () => {
        const node = {
            id: 'receiver1',
            send: (messages: (EventMessage | null)[]) => {
                for (const message of messages) if (message) message.event.episode = 'changed';
            },
        };
        const site = { store: new MemoryJournal() };
        const calls = new RemoteCalls(
            node as never,
            'Remote',
            site as never,
            [{ command: 'down' }] as never,
            { entries: () => [] } as never,
        );
        calls.start();
        try {
            const call = { command: 'down', active: true, id: 'call1' };
            calls.accept({ call, address: '127.0.0.1' } as never, false);
            assert.equal(calls.stateOf('down').episode, 'receiver1:call1');
        } finally {
            calls.destroy();
        }
    });
});
