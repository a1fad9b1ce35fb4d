import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventInfo, EventMessage } from '../../../../lib/core/messages';
import { Outbox } from '../../../../lib/flow/delivery/outbox';
import type { Flow } from '../../../../lib/flow/flow';
import { FakeClock } from '../../../support/fake-clock';
import { fakeFlow } from '../../../support/fake-flow';
import { FakeSource } from '../../../support/fake-source';

describe('messages in the outbox', () => {
    let clock: FakeClock;
    let flow: Flow;
    let source: FakeSource;
    let journal: MemoryJournal;
    let sent: string[];
    let last: EventInfo;

    beforeEach(() => {
        clock = new FakeClock();
        flow = fakeFlow(clock);
        source = new FakeSource('ups1', 'UPS', clock);
        source.subscribe((change) => change.kind === 'edge' && (last = change.event));
        flow.registry.addSource(source, undefined);
        journal = new MemoryJournal();
        flow.registry.addSite({ id: 'site1', dryRun: false, store: journal } as never);
        sent = [];
    });

    const outbox = (alsoWhenSent = () => {}) =>
        new Outbox(flow, {
            id: 'node1',
            send: (message: unknown) => {
                const { payload, event } = message as EventMessage;
                sent.push(`${event.id} ${event.episode} ${payload ? 'on' : 'off'}`);
                alsoWhenSent();
            },
        } as never);
    const message = (event = last): EventMessage => ({ topic: `UPS/${event.id}`, payload: event.active, event });
    const unsettled = () => journal.unsettledDeliveries('node1').length;
    const on = (id: string, episode: string) => message(source.on(id, episode));
    const off = (id: string) => {
        source.off(id);
        return message();
    };
    /** The process dies at once after it has sent these messages, and the next one resumes. */
    const resumed = async (...messages: EventMessage[]) => {
        const dead = outbox();
        for (const each of messages) dead.send(each);
        dead.destroy();
        sent = [];
        const next = outbox();
        next.resume();
        await clock.advance(0);
        return next;
    };

    it('stay in the journal for the moment that they need to arrive', async () => {
        outbox().send(on('power-fail', 'e1'));
        assert.deepEqual([sent, unsettled()], [['power-fail e1 on'], 1]);
        await clock.advance(250);
        assert.deepEqual([sent, unsettled()], [['power-fail e1 on'], 0]);
    });

    it('of a node that is removed are in the journal until they are sent', () => {
        const kept: number[] = [];
        const removed = outbox(() => kept.push(unsettled()));
        removed.destroy(true);
        removed.send(on('power-fail', 'e1'));
        assert.deepEqual(kept, [1], 'a kill during the sending loses nothing');
        assert.equal(unsettled(), 0);
    });

    it('of a node that is replaced are left to its successor', async () => {
        const replaced = outbox();
        replaced.destroy();
        replaced.send(on('power-fail', 'e1'));
        await clock.advance(1000);
        assert.deepEqual([sent, unsettled()], [[], 1]);
    });

    it('are not taken for arrived by a node that was replaced meanwhile', async () => {
        const replaced = outbox();
        replaced.send(on('power-fail', 'e1'));
        replaced.destroy();
        await clock.advance(1000);
        assert.equal(unsettled(), 1);
    });

    describe('after a kill', () => {
        it('are sent again once while they are true', async () => {
            await resumed(on('power-fail', 'e1'));
            await clock.advance(60_000);
            assert.deepEqual([sent, unsettled()], [['power-fail e1 on'], 0]);
        });

        it('are not sent again, and done with, once the event is over', async () => {
            const begun = on('power-fail', 'e1');
            source.off('power-fail');
            await resumed(begun);
            await clock.advance(60_000);
            assert.deepEqual([sent, unsettled()], [[], 0]);
        });

        it('wait for the source to know its state, and send nothing once the node is gone', async () => {
            source.confirmed = false;
            const next = await resumed(on('power-fail', 'e1'));
            assert.deepEqual(sent, []);
            next.destroy();
            assert.equal(clock.pending, 0, 'nothing is left to wait for');
            source.confirmed = true;
            source.check();
            await clock.advance(60_000);
            assert.deepEqual([sent, unsettled()], [[], 1]);
        });

        const endDuringAnother = async () => {
            on('power-fail', 'e1');
            const ended = off('power-fail');
            on('power-fail', 'e2');
            const next = await resumed(ended);
            await clock.advance(1000);
            assert.deepEqual([sent, unsettled()], [[], 1]);
            return next;
        };

        it('an end waits while the event is on anew', async () => {
            await endDuringAnother();
            source.off('power-fail');
            await clock.advance(1000);
            assert.deepEqual([sent, unsettled()], [['power-fail e1 off'], 0]);
        });

        it('an end that waits gives way to that of the next occurrence', async () => {
            const next = await endDuringAnother();
            next.send(off('power-fail'));
            await clock.advance(1000);
            assert.deepEqual([sent, unsettled()], [['power-fail e2 off'], 0]);
        });

        it('an end that waits does not give way to the end of another event or of another UPS', async () => {
            const next = await endDuringAnother();
            on('overload', 'o1');
            next.send(off('overload'));
            const other = new FakeSource('ups2', 'Other', clock);
            flow.registry.addSource(other, undefined);
            other.subscribe((change) => change.kind === 'edge' && (last = change.event));
            other.on('power-fail', 'x1');
            other.off('power-fail');
            next.send(message());
            source.off('power-fail');
            await clock.advance(1000);
            assert.deepEqual(sent, ['overload o1 off', 'power-fail x1 off', 'power-fail e1 off']);
        });
    });

    describe('during a deploy', () => {
        it('are sent again when it is over, for a node that was just being replaced', async () => {
            flow.deploys.begin();
            outbox().send(on('power-fail', 'e1'));
            await clock.advance(1000);
            assert.deepEqual([sent, unsettled()], [['power-fail e1 on'], 1]);
            flow.deploys.end();
            await clock.advance(1000);
            assert.deepEqual([sent, unsettled()], [['power-fail e1 on', 'power-fail e1 on'], 0]);
        });

        it('are sent again if it began before they could arrive', async () => {
            outbox().send(on('power-fail', 'e1'));
            flow.deploys.begin();
            flow.deploys.end();
            await clock.advance(1000);
            assert.deepEqual(sent, ['power-fail e1 on', 'power-fail e1 on']);
        });

        it('are not sent again if the event is over by then', async () => {
            flow.deploys.begin();
            outbox().send(on('power-fail', 'e1'));
            await clock.advance(1000);
            source.off('power-fail');
            flow.deploys.end();
            await clock.advance(1000);
            assert.deepEqual([sent, unsettled()], [['power-fail e1 on'], 0]);
        });

        it('are left to the successor of a node that is itself replaced', async () => {
            flow.deploys.begin();
            const replaced = outbox();
            replaced.send(on('power-fail', 'e1'));
            await clock.advance(1000);
            replaced.destroy();
            flow.deploys.end();
            await clock.advance(1000);
            assert.deepEqual([sent, unsettled()], [['power-fail e1 on'], 1]);
        });
    });
});
