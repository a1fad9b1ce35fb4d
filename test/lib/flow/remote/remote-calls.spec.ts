import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventMessage } from '../../../../lib/core/messages';
import { FakeClock } from '../../../support/fake-clock';
import { fakeFlow } from '../../../support/fake-flow';
import { RemoteCalls } from '../../../../lib/flow/remote/remote-calls';

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
            fakeFlow(),
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

    it('knows over a restart how long a call stands, whatever is done to the wall clock', () => {
        const node = { id: 'receiver1', send: () => {} };
        const site = { store: new MemoryJournal() };
        const clock = new FakeClock();
        clock.boot = { id: 'boot', origin: 0 };
        const start = () => {
            const jobs = [{ command: 'down' }];
            const calls = new RemoteCalls(
                ...([
                    fakeFlow(clock),
                    node,
                    'Remote',
                    site,
                    jobs,
                    { entries: () => [] },
                ] as unknown as ConstructorParameters<typeof RemoteCalls>),
            );
            calls.start();
            return calls;
        };
        for (const step of [-5 * 3600_000, 5 * 3600_000]) {
            {
                const first = start();
                first.accept(
                    { call: { command: 'down', active: true, id: `${step}` }, address: '::1' } as never,
                    false,
                );
                first.destroy();
                clock.jumpWall(step);
                const second = start();
                const { elapsedMs } = second.stateOf('down');
                assert.ok(elapsedMs! >= 0 && elapsedMs! < 60_000, `${elapsedMs}`);
                assert.ok(!('began' in second.activeEvents()[0]!));
                second.destroy();
            }
        }
    });
});
