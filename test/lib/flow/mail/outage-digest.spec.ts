import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventMessage } from '../../../../lib/core/messages';
import { ContactSource } from '../../../../lib/core/sensors/contact-source';
import { OutageDigest } from '../../../../lib/flow/mail/outage-digest';
import { fakeFlow } from '../../../support/fake-flow';
import { FakeClock } from '../../../support/fake-clock';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

/** A job that mails of one UPS, and the queue of its account. */
class Bench {
    readonly clock = new FakeClock();
    readonly flow = fakeFlow(this.clock);
    readonly ups = new UnitBench({}, this.clock);
    readonly held = new Set<string>();
    readonly released: string[] = [];
    readonly problems: unknown[] = [];
    digest: OutageDigest;

    constructor(maxMinutes = 30) {
        this.flow.registry.addSite({ id: 'site1', name: 'Site', store: new MemoryJournal() } as never);
        this.flow.registry.addSource(this.ups.unit, undefined as never);
        this.digest = this.made(maxMinutes);
        this.digest.start();
    }

    made(maxMinutes: number, account?: () => never): OutageDigest {
        const queue = {
            heldFor: () => [...this.held],
            releaseHeld: (job: string, ups: string) => void this.released.push(`${job} ${ups}`),
        };
        const find = account ?? (() => ({ queueFor: () => queue }));
        return new OutageDigest(this.flow, 'job1', find, maxMinutes, (error) => this.problems.push(error));
    }

    fails(): void {
        this.ups.readFor(3, onMains);
        this.ups.readFor(3, onBattery);
    }

    mail(): ReturnType<OutageDigest['holdFor']> {
        return this.digest.holdFor({ event: { sourceId: 'unit1' } } as EventMessage);
    }
}

describe('the mails of an outage', () => {
    it('are held while it lasts, and let go a moment after its end', () => {
        const bench = new Bench();
        bench.fails();
        assert.deepEqual(bench.mail(), { ups: 'unit1', outage: true, maxMs: 1_800_000 });
        bench.ups.readFor(30, onBattery);
        assert.deepEqual(bench.released, []);
        bench.ups.readFor(8, onMains);
        assert.deepEqual(bench.released, []);
        bench.ups.readFor(8, onMains);
        assert.deepEqual(bench.released, ['job1 unit1']);
    });

    it('stay held when the mains fail again at once, and are let go once', () => {
        const bench = new Bench();
        bench.fails();
        bench.mail();
        bench.ups.readFor(6, onMains);
        bench.ups.readFor(20, onBattery);
        assert.deepEqual(bench.released, []);
        bench.ups.readFor(60, onMains);
        assert.deepEqual(bench.released, ['job1 unit1']);
    });

    it('of an earlier outage do not let go those of the next', () => {
        const bench = new Bench();
        for (const times of [1, 2]) {
            bench.fails();
            bench.mail();
            bench.ups.readFor(30, onMains);
            assert.equal(bench.released.length, times);
        }
    });

    it('on mains only join what is held already, and where no digest is wanted are never held', () => {
        const onMainsNow = new Bench();
        onMainsNow.ups.readFor(3, onMains);
        assert.equal(onMainsNow.mail()?.outage, false);
        const without = new Bench(0);
        without.fails();
        assert.equal(without.mail(), undefined);
    });

    it('that were held before a restart are let go at the end of the outage', () => {
        const bench = new Bench();
        bench.fails();
        bench.digest.destroy();
        bench.held.add('unit1');
        bench.digest = bench.made(30);
        bench.digest.start();
        bench.ups.readFor(20, onMains);
        assert.deepEqual(bench.released, ['job1 unit1']);
    });

    it('that were held before a restart wait until the UPS knows whether the outage goes on', () => {
        const bench = new Bench();
        bench.fails();
        bench.digest.destroy();
        bench.flow.registry.removeSource(bench.ups.unit);
        const next = new UnitBench({}, bench.clock);
        bench.flow.registry.addSource(next.unit, undefined as never);
        bench.held.add('unit1');
        bench.digest = bench.made(30);
        bench.digest.start();
        bench.clock.advanceSync(20_000);
        assert.deepEqual(bench.released, []);
        next.readFor(30, onBattery);
        assert.deepEqual(bench.released, []);
        next.readFor(20, onMains);
        assert.deepEqual(bench.released, ['job1 unit1']);
    });

    describe('of a contact', () => {
        const hold = (bench: Bench, site = 'site1', more: object = {}) => {
            const { clock, flow } = bench;
            const text = (id: string) => id;
            const journal = new MemoryJournal();
            const door = new ContactSource({
                id: 'door',
                name: 'Door',
                clock,
                journal,
                config: { contact: 'no' },
                text,
            });
            flow.registry.addSource(Object.assign(door, more), flow.registry.site(site));
            return bench.digest.holdFor({ event: { sourceId: 'door' } } as EventMessage)?.ups;
        };
        const withSites = () => {
            const bench = new Bench();
            const { registry } = bench.flow;
            registry.addSite({ id: 'site2', name: 'Other', store: new MemoryJournal() } as never);
            registry.removeSource(bench.ups.unit);
            registry.addSource(bench.ups.unit, registry.site('site1'));
            return bench;
        };

        it('are held for the outage of its site, and a moment longer', () => {
            const bench = withSites();
            assert.equal(hold(bench), undefined);
            bench.fails();
            assert.equal(hold(bench), 'unit1');
            bench.ups.readFor(6, onMains);
            assert.equal(hold(bench), 'unit1');
            bench.ups.readFor(20, onMains);
            assert.equal(hold(bench), undefined);
        });

        it('of another site are not held', () => {
            const bench = withSites();
            bench.fails();
            assert.equal(hold(bench, 'site2'), undefined);
        });

        it('that stands for a UPS are held for that', () => {
            const bench = withSites();
            assert.equal(hold(bench, 'site1', { standsFor: 'unit1' }), 'unit1');
        });
    });

    it('that were held before a deploy which switches digests off are let go at once', () => {
        const bench = new Bench();
        bench.held.add('unit1');
        bench.made(0).start();
        assert.deepEqual(bench.released, ['job1 unit1']);
    });

    it('follow a UPS that a deploy has replaced', () => {
        const bench = new Bench();
        bench.fails();
        bench.mail();
        bench.flow.registry.removeSource(bench.ups.unit);
        const next = new UnitBench({}, bench.clock, bench.ups.journal);
        bench.flow.registry.addSource(next.unit, undefined as never);
        next.readFor(3, onBattery);
        assert.deepEqual(bench.released, []);
        next.readFor(20, onMains);
        assert.deepEqual(bench.released, ['job1 unit1']);
    });

    it('of a job that is gone are let go by nobody', () => {
        const bench = new Bench();
        bench.fails();
        bench.mail();
        bench.ups.readFor(5, onMains);
        bench.digest.destroy();
        bench.ups.readFor(30, onMains);
        assert.deepEqual(bench.released, []);
    });

    it('wait where the account cannot be used, and it is told', () => {
        const bench = new Bench();
        const broken = () => {
            throw new Error('no account');
        };
        bench.made(30, broken).start();
        assert.match(String(bench.problems[0]), /no account/);
    });
});
