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
        function receiver(entries: () => unknown = () => [], commands = ['down'], before?: Receiver) {
            const { clock, flow, store, sent } = before ?? fresh();
            const node = { id: 'receiver1', send: (messages: unknown) => void sent.push(messages) };
            const jobs = commands.map((command) => ({ command }));
            const given = [flow, node, 'Remote', { store }, jobs, { entries }, String];
            const calls = new RemoteCalls(...(given as unknown as ConstructorParameters<typeof RemoteCalls>));
            return { clock, flow, store, sent, calls };
        }
        type Receiver = ReturnType<typeof fresh>;
        function fresh() {
            const clock = new FakeClock();
            const [flow, store] = [fakeFlow(clock), new MemoryJournal()];
            flow.registry.addSite({ id: 'site1', dryRun: false, store } as never);
            return { clock, flow, store, sent: [] as unknown[] };
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

        it('a call that a deploy may have lost is sent again once, by the successor', async () => {
            const first = receiver();
            first.calls.start();
            first.calls.accept(call(), false);
            first.flow.deploys.begin();
            first.calls.destroy();
            const next = receiver(undefined, undefined, first);
            next.calls.start();
            first.flow.deploys.end();
            await first.clock.advance(60_000);
            assert.equal(first.sent.length, 2);
            assert.equal(first.store.unsettledDeliveries('receiver1').length, 0);
            next.calls.destroy();
        });

        it('a call to a name that a deploy has removed is over, and is sent by nobody', async () => {
            const first = receiver(undefined, ['down', 'up']);
            first.calls.start();
            first.calls.accept(call(), false);
            first.calls.accept(call({ command: 'up', id: 'call2' }), false);
            first.calls.destroy();
            first.sent.length = 0;
            const { calls } = receiver(undefined, ['up'], first);
            calls.start();
            await first.clock.advance(60_000);
            assert.deepEqual(
                calls.activeEvents().map(({ id }) => id),
                ['up'],
            );
            assert.equal(first.sent.length, 1);
            calls.destroy();
        });

        it('a call that cannot be written has not happened', () => {
            const { store, sent, calls } = receiver();
            calls.start();
            const write = store.saveDelivery.bind(store);
            const fails = () => {
                throw new Error('disk full');
            };
            store.saveDelivery = fails;
            assert.throws(() => calls.accept(call(), false), /disk full/);
            assert.deepEqual([sent.length, calls.activeEvents()], [0, []]);
            store.saveDelivery = write;
            calls.accept(call(), false);
            const [event] = calls.activeEvents();
            store.saveDelivery = fails;
            assert.throws(() => calls.accept(call({ active: false, id: 'call2' }), false), /disk full/);
            assert.deepEqual([sent.length, calls.activeEvents()], [1, [event]]);
            calls.destroy();
        });

        it('tells those who follow it of each call, with the episode of its begin', () => {
            const { calls } = receiver();
            calls.start();
            const told: string[] = [];
            const leave = calls.subscribe(
                (change) => change.kind === 'edge' && told.push(`${change.event.episode} ${change.event.active}`),
            );
            calls.accept(call(), false);
            calls.accept(call({ active: false, id: 'call2' }), false);
            leave();
            calls.accept(call({ id: 'call3' }), false);
            assert.deepEqual(told, ['receiver1:call1 true', 'receiver1:call1 false']);
            calls.destroy();
        });
    });
});
