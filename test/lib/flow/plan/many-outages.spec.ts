import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { UNIT_DEFAULTS } from '../../../../lib/core/unit/unit-config';
import { UpsUnit } from '../../../../lib/core/unit/ups-unit';
import { Flow } from '../../../../lib/flow/flow';
import type { FlowNode } from '../../../../lib/flow/graph/flow-node';
import { FakeClock } from '../../../support/fake-clock';
import { codes } from '../../../support/fake-flow';
import { FakeDriver, onBattery, onMains } from '../../../support/fake-ups';
import { wiresOf } from '../../../support/plan-bench';

/** Counts what is asked of it, and what is written. */
class CountingJournal extends MemoryJournal {
    reads = 0;
    /** Characters of all values that were written. */
    written = 0;

    override getValue(owner: string, name: string): unknown {
        this.reads++;
        return super.getValue(owner, name);
    }

    override setValue(owner: string, name: string, value: unknown): void {
        this.written += JSON.stringify(value ?? null).length;
        super.setValue(owner, name, value);
    }
}

/** Many UPSs, each with a job behind its power failure; the plans that were made are counted. */
class ManyUpses {
    readonly clock = new FakeClock();
    readonly journal = new CountingJournal();
    readonly flow: Flow;
    /** How often the wires were asked for: once for each plan. */
    plans = 0;
    private readonly drivers: FakeDriver[] = [];

    constructor(readonly count: number) {
        const nodes = Array.from({ length: count }, (_, n): FlowNode[] => [
            { id: `ups${n}`, type: 'ups-unit' },
            { id: `event${n}`, type: 'ups-event', ups: `ups${n}`, events: ['power-fail'], wires: [[`job${n}`]] },
            { id: `job${n}`, type: 'ups-rccmd', action: 'shutdown', hosts: 'a', wires: [] },
        ]);
        const drawn = wiresOf(nodes.flat());
        const wires = () => {
            this.plans++;
            return drawn();
        };
        this.flow = new Flow({ clock: this.clock, texts: codes, wires });
        const store = Object.assign(this.journal, { append: () => {} });
        const site = { id: 'site1', name: 'Site', location: '', contact: '', dryRun: false };
        this.flow.registry.addSite({ ...site, clock: this.clock, store });
        for (let n = 0; n < count; n++) this.add(n);
        this.clock.advanceSync(1000);
    }

    private add(n: number): void {
        const { clock, journal } = this;
        const id = `ups${n}`;
        const driver = new FakeDriver();
        const problem = (error: unknown) => assert.fail(error as Error);
        const unit = new UpsUnit({ id, name: id, config: UNIT_DEFAULTS, clock, journal, text: String, problem });
        this.drivers.push(driver);
        this.flow.registry.addSource(unit, this.flow.registry.site('site1'));
        unit.start();
        unit.addDriver(
            'device',
            driver,
            () => {},
            () => {},
            { intervalSeconds: 1 },
        );
        driver.read(onMains());
        driver.read(onMains());
    }

    fail(n: number): void {
        this.drivers[n]!.read(onBattery());
        this.drivers[n]!.read(onBattery());
    }

    failAll(): void {
        for (let n = 0; n < this.count; n++) this.fail(n);
    }

    episode(n: number): string {
        return this.flow.registry.source(`ups${n}`)!.stateOf('power-fail').episode!;
    }

    hasOnset(n: number): boolean {
        return this.flow.onsets.of(this.episode(n)) !== undefined;
    }
}

describe('many UPSs that fail at once', () => {
    it('no plan is made while an edge is told; then they are made in portions, and each is kept', () => {
        const upses = new ManyUpses(45);
        upses.failAll();
        assert.equal(upses.plans, 0);
        const made: number[] = [];
        for (let turn = 0; turn < 10; turn++) {
            const before = upses.plans;
            upses.clock.advanceSync(turn === 0 ? 0 : 50);
            made.push(upses.plans - before);
        }
        assert.deepEqual(made, [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
        for (let n = 0; n < 45; n++) assert.ok(upses.hasOnset(n), `ups${n}`);
    });

    it('a UPS that is removed before its turn has no plan, and the others have theirs', () => {
        const upses = new ManyUpses(12);
        upses.failAll();
        const episodes = Array.from({ length: 12 }, (_, n) => upses.episode(n));
        upses.flow.registry.removeSource(upses.flow.registry.source('ups11')!);
        upses.clock.advanceSync(200);
        assert.equal(upses.flow.onsets.of(episodes[11]!), undefined);
        for (let n = 0; n < 11; n++) assert.ok(upses.hasOnset(n), `ups${n}`);
    });

    it('one more alarm costs the journal the same, however many are pinned', () => {
        const upses = new ManyUpses(60);
        const costs: number[] = [];
        for (let n = 0; n < 60; n++) {
            const before = upses.journal.written;
            upses.fail(n);
            costs.push(upses.journal.written - before);
        }
        assert.equal(upses.flow.alarms.unacknowledged().length, 60);
        // The names of the others alone.
        assert.ok(costs[59]! < costs[0]! + 60 * 60, `${costs[0]} characters for the first, ${costs[59]} for the last`);
    });

    it('a reading in an outage reads no alarms of the journal', () => {
        const upses = new ManyUpses(3);
        upses.failAll();
        upses.clock.advanceSync(100);
        const before = upses.journal.reads;
        for (let reading = 0; reading < 5; reading++) upses.fail(1);
        assert.equal(upses.journal.reads - before, 0);
    });
});
