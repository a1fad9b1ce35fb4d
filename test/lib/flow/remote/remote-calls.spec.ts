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
            (command) => command,
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
                    String,
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

    describe('what it keeps, and who may ask it', () => {
        function receiver(entries: () => unknown = () => []) {
            const flow = fakeFlow();
            const store = new MemoryJournal();
            const sent: unknown[] = [];
            const node = { id: 'receiver1', send: (messages: unknown) => void sent.push(messages) };
            const given = [flow, node, 'Remote', { store }, [{ command: 'down' }], { entries }, String];
            const calls = new RemoteCalls(...(given as unknown as ConstructorParameters<typeof RemoteCalls>));
            return { flow, store, sent, calls };
        }
        const call = (more = {}) =>
            ({ call: { command: 'down', active: true, id: 'call1', ...more }, address: '::1' }) as never;

        it('is a source of the flow from its start to its end', () => {
            const { flow, calls } = receiver();
            assert.equal(flow.registry.source('receiver1'), undefined);
            calls.start();
            assert.equal(flow.registry.source('receiver1'), calls);
            calls.destroy();
            assert.equal(flow.registry.source('receiver1'), undefined);
        });

        it('a call that comes twice, and a rehearsal, use up their nonces and do nothing else', () => {
            const nonces = ['n1'];
            const { store, sent, calls } = receiver(() => nonces);
            calls.start();
            const kept = () => store.getValue('receiver1', 'nonces');
            calls.accept(call(), true);
            assert.deepEqual(kept(), ['n1']);
            nonces.push('n2');
            calls.accept(call({ dryRun: true }), false);
            assert.deepEqual(kept(), ['n1', 'n2']);
            assert.deepEqual([sent.length, calls.activeEvents().length, calls.had('call1')], [0, 0, false]);
            nonces.push('n3');
            calls.accept(call(), false);
            assert.deepEqual(kept(), ['n1', 'n2', 'n3']);
            assert.deepEqual([calls.activeEvents().length, calls.had('call1')], [1, true]);
            calls.destroy();
        });
    });
});
