import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventInfo } from '../../../../lib/core/messages';
import { type ContactConfig, ContactSource } from '../../../../lib/core/sensors/contact-source';
import { FakeClock } from '../../../support/fake-clock';

class Bench {
    readonly edges: EventInfo[] = [];
    readonly contact: ContactSource;

    constructor(
        readonly config: ContactConfig,
        readonly clock = new FakeClock(),
        readonly journal = new MemoryJournal(),
    ) {
        this.contact = new ContactSource({
            id: 'c1',
            name: 'Door',
            clock,
            journal,
            config,
            text: (id, on) => `${id} ${on}`,
        });
        this.contact.subscribe((change) => change.kind === 'edge' && this.edges.push(change.event));
        this.contact.start();
    }

    get told(): string[] {
        return this.edges.splice(0).map(({ id, active }) => `${id} ${active ? 'on' : 'off'}`);
    }
}

describe('ContactSource', () => {
    it('normally open: on while closed; normally closed: on while open', () => {
        const open = new Bench({ contact: 'no' });
        for (const closed of [false, true, true, false]) open.contact.take(closed);
        assert.deepEqual(open.told, ['on on', 'on off']);
        const closed = new Bench({ contact: 'nc' });
        for (const state of [true, false, true]) closed.contact.take(state);
        assert.deepEqual(closed.told, ['on on', 'on off']);
    });

    it('a bounce is no change, a change that lasts is', () => {
        const bench = new Bench({ contact: 'no', debounceMs: 200 });
        for (const [closed, ms] of [
            [true, 100],
            [false, 100],
            [true, 150],
            [true, 40],
        ] as const) {
            bench.contact.take(closed);
            bench.clock.advanceSync(ms);
        }
        assert.deepEqual(bench.told, []);
        bench.clock.advanceSync(10);
        assert.deepEqual(bench.told, ['on on'], '200 ms after the last change, however often it was read');
        bench.contact.take(false);
        bench.clock.advanceSync(199);
        bench.contact.take(true);
        bench.clock.advanceSync(1000);
        assert.deepEqual(bench.told, []);
    });

    it('tells when readings stop coming and when they come again, and keeps the state meanwhile', () => {
        const bench = new Bench({ contact: 'no', timeoutSeconds: 10 });
        bench.contact.take(true);
        bench.clock.advanceSync(10_000);
        assert.deepEqual(bench.told, ['on on', 'connection-lost on']);
        bench.contact.take(true);
        assert.deepEqual(bench.told, ['connection-lost off']);
    });

    it('is on once over a restart, and off when it is read so', () => {
        const bench = new Bench({ contact: 'no' });
        bench.contact.take(true);
        const after = new Bench(bench.config, new FakeClock(), bench.journal);
        assert.equal(after.contact.stateOf('on').active, true);
        assert.equal(after.contact.stateOf('on').confirmed, false);
        after.contact.take(true);
        assert.deepEqual(after.told, []);
        after.contact.take(false);
        assert.deepEqual(after.told, ['on off']);
    });

    it('leaves no timer behind', () => {
        const bench = new Bench({ contact: 'no', debounceMs: 200, timeoutSeconds: 10 });
        bench.contact.take(true);
        bench.contact.destroy();
        assert.equal(bench.clock.pending, 0);
    });

    it('is lost if no reading ever comes after the start', () => {
        const bench = new Bench({ contact: 'no', timeoutSeconds: 60 });
        bench.clock.advanceSync(59_000);
        assert.deepEqual(bench.told, []);
        bench.clock.advanceSync(2000);
        assert.deepEqual(bench.told, ['connection-lost on']);
    });
});
