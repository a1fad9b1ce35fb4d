import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventMessage } from '../../../../lib/core/messages';
import type { Journal } from '../../../../lib/core/journal/journal';
import { emptyStatus } from '../../../../lib/core/status/status';
import { EdgeRelay } from '../../../../lib/flow/delivery/edge-relay';
import type { Flow } from '../../../../lib/flow/flow';
import { FakeClock } from '../../../support/fake-clock';
import { fakeFlow } from '../../../support/fake-flow';
import { FakeSource } from '../../../support/fake-source';

describe('EdgeRelay', () => {
    let source: FakeSource;
    let relays: EdgeRelay[];
    let flow: Flow;
    let clock: FakeClock;

    beforeEach(() => {
        source = new FakeSource();
        relays = [];
        clock = new FakeClock();
        flow = fakeFlow(clock);
    });
    afterEach(() => relays.forEach((relay) => relay.destroy()));

    function relay(
        id: string,
        receive: (message: EventMessage) => void,
        from: FakeSource = source,
        journal: Journal = new MemoryJournal(),
        within: Flow = flow,
    ): EdgeRelay {
        const node = { id, send: (message: EventMessage) => receive(message) } as never;
        const made = new EdgeRelay(
            within,
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

    describe('of a site', () => {
        let journal: MemoryJournal;
        let site: { id: string; dryRun: boolean; watching: boolean; store: MemoryJournal };
        let told: string[];
        const note = ({ payload, event }: EventMessage) => told.push(`${payload ? 'on' : 'off'} ${event.episode}`);

        beforeEach(() => {
            journal = new MemoryJournal();
            site = { id: 'site1', dryRun: false, watching: false, store: journal };
            flow.registry.addSite(site as never);
            flow.registry.addSource(source, site as never);
            told = [];
        });
        afterEach(() => flow.registry.removeSource(source));

        it('sends again once, after a deploy, what the deploy may have lost', async () => {
            const replaced = relay('event1', note, source, journal);
            source.on('power-fail', 'e1');
            flow.deploys.begin();
            replaced.destroy();
            relay('event1', note, source, journal);
            flow.deploys.end();
            await clock.advance(60_000);
            assert.deepEqual(told, ['on e1', 'on e1']);
        });

        it('is told nothing by the process that only looks on, and once by the one that takes over', async () => {
            site.watching = true;
            relay('event1', note, source, journal);
            source.on('power-fail', 'e1');
            await clock.advance(1000);
            assert.deepEqual(told, []);
            site.watching = false;
            flow.registry.announceTakeOver(journal);
            await clock.advance(60_000);
            assert.deepEqual(told, ['on e1']);
        });

        describe('whose work another process does', () => {
            let other: EdgeRelay;
            let otherClock: FakeClock;
            let lookOn: () => EdgeRelay;
            /** What this process has for a journal: one in memory until it takes over that of the other. */
            let opened: MemoryJournal;

            beforeEach(() => {
                otherClock = new FakeClock();
                const process = fakeFlow(otherClock);
                process.registry.addSite({ ...site } as never);
                process.registry.addSource(source, { ...site } as never);
                other = relay('event1', note, source, journal, process);
                opened = new MemoryJournal();
                site.watching = true;
                site.store = new Proxy(opened, {
                    get: (_, name) =>
                        (opened[name as keyof MemoryJournal] as (() => unknown) | undefined)?.bind(opened),
                });
                lookOn = () => relay('event1', note, source, site.store);
            });
            const takeOver = async () => {
                other.destroy();
                told = [];
                site.watching = false;
                opened = journal;
                flow.registry.announceTakeOver(site.store);
                await clock.advance(60_000);
            };

            it('is told nothing twice that the other one has told', async () => {
                source.on('overload', 'o1');
                lookOn();
                source.off('overload');
                source.on('power-fail', 'e1');
                await otherClock.advance(1000);
                assert.deepEqual(told, ['on o1', 'off o1', 'on e1']);
                await takeOver();
                assert.deepEqual(told, []);
                source.off('power-fail');
                assert.deepEqual(told, ['off e1']);
            });

            it('is told again what the other one may not have brought to its end', async () => {
                lookOn();
                source.on('power-fail', 'e1');
                await takeOver();
                assert.deepEqual(told, ['on e1']);
            });

            it('is told nothing by a node that was deleted before', async () => {
                const deleted = lookOn();
                source.on('power-fail', 'e1');
                deleted.destroy();
                await takeOver();
                assert.deepEqual(told, []);
            });
        });

        it('is told nothing twice when the work of another site is taken over', async () => {
            relay('event1', note, source, journal);
            source.on('power-fail', 'e1');
            flow.registry.announceTakeOver(new MemoryJournal());
            await clock.advance(60_000);
            assert.deepEqual(told, ['on e1']);
        });

        it('that its UPS has left hands over what was begun, and its end is told once', async () => {
            const left = relay('event1', note, source, journal);
            source.on('power-fail', 'e1');
            await clock.advance(1000);
            left.destroy();
            const next = new MemoryJournal();
            flow.registry.addSite({ id: 'site2', dryRun: false, store: next } as never);
            relay('event1', note, source, next).destroy();
            flow.registry.removeSource(source);
            source.off('power-fail');
            flow.registry.addSource(source, flow.registry.site('site2'));
            for (const at of [next, next]) relay('event1', note, source, at).destroy();
            assert.deepEqual(told, ['on e1', 'off e1']);
            relay('event1', note, source, journal).destroy();
            await clock.advance(1000);
            assert.deepEqual(told, ['on e1', 'off e1']);
        });

        it('is told nothing of what a UPS only remembers from before a restart', async () => {
            source.confirmed = false;
            source.on('power-fail', 'e1');
            relay('event1', note, source, journal);
            await clock.advance(1000);
            assert.deepEqual(told, []);
            source.confirmed = true;
            source.check();
            assert.deepEqual(told, ['on e1']);
        });
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
