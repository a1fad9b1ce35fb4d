import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { servedUps } from '../../../../lib/core/served/served-ups';
import { ForcedShutdowns } from '../../../../lib/protocols/nut-server/forced-shutdowns';
import { FakeClock } from '../../../support/fake-clock';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

describe('ordered shutdowns of the clients of a name', () => {
    const journal = () => new MemoryJournal();
    let bench: UnitBench;
    const served = () => servedUps(bench.unit);
    beforeEach(() => (bench = new UnitBench()));
    afterEach(() => bench.unit.destroy());

    it('outlive a kill', () => {
        const kept = journal();
        bench.readFor(3, onBattery);
        new ForcedShutdowns('server', new FakeClock(), kept).order('stage1', 'unit1', served(), 'job');
        const again = new ForcedShutdowns('server', new FakeClock(), kept);
        assert.deepEqual([again.isOrdered('stage1', served()), again.isOrdered('stage2', served())], [true, false]);
        assert.deepEqual(new ForcedShutdowns('other', new FakeClock(), kept).names, []);
    });

    it('end with the outage in which they were given, and with nothing less', () => {
        const orders = new ForcedShutdowns('server', new FakeClock(), journal());
        bench.readFor(3, onBattery);
        orders.order('ups', 'unit1', served(), 'job');
        bench.clock.advanceSync(120_000);
        assert.equal(orders.isOrdered('ups', served()), true, 'silence is no end of an outage');
        bench.readFor(5, onMains);
        assert.equal(orders.isOrdered('ups', served()), false);
        bench.readFor(3, onBattery);
        assert.equal(orders.isOrdered('ups', served()), false, 'the next outage begins without it');
    });

    it('of the night before are told to nobody who boots with the mains, and end with the first reading', () => {
        const kept = journal();
        bench.readFor(5, onBattery);
        new ForcedShutdowns('server', bench.clock, kept).order('ups', 'unit1', served(), 'job');
        bench.unit.destroy();
        bench = bench.restart(8 * 3_600_000);
        const orders = new ForcedShutdowns('server', bench.clock, kept);
        assert.deepEqual([orders.isOrdered('ups', served()), orders.isTold('ups', served())], [true, false]);
        bench.readFor(5, onMains);
        assert.deepEqual([orders.isTold('ups', served()), orders.names], [false, []]);
    });

    for (const [what, play] of [
        ['a device shows the outage', () => bench.readFor(1, onBattery)],
        ['the device stays silent', () => bench.clock.advanceSync(120_000)],
    ] as const) {
        it(`after a kill in mid-outage are told when ${what}`, () => {
            const kept = journal();
            bench.readFor(5, onBattery);
            new ForcedShutdowns('server', bench.clock, kept).order('ups', 'unit1', served(), 'job');
            bench.unit.destroy();
            bench = bench.restart(5000);
            const orders = new ForcedShutdowns('server', bench.clock, kept);
            assert.equal(orders.isTold('ups', served()), false);
            play();
            assert.equal(orders.isTold('ups', served()), true);
        });
    }

    it('of a UPS that is gone are told on, but to nobody after a restart: nothing would end them', () => {
        const kept = journal();
        bench.readFor(5, onBattery);
        const orders = new ForcedShutdowns('server', new FakeClock(), kept);
        orders.order('ups', 'unit1', served(), 'job');
        assert.equal(orders.isTold('ups', undefined), true);
        const again = new ForcedShutdowns('server', new FakeClock(), kept);
        assert.deepEqual([again.isOrdered('ups', undefined), again.isTold('ups', undefined)], [true, false]);
        assert.equal(again.isTold('ups', served()), true, 'put back in the same outage');
    });

    it('end with their outage also if nobody looked when it ended, as on a disabled tab', () => {
        const orders = new ForcedShutdowns('server', new FakeClock(), journal());
        bench.readFor(5, onBattery);
        orders.order('ups', 'unit1', served(), 'job');
        bench.readFor(10, onMains);
        bench.readFor(5, onBattery);
        assert.equal(orders.isTold('ups', served()), false, 'of another outage');
        assert.deepEqual(orders.names, []);
    });

    it('are none of another UPS that has an outage of its own behind the name now', () => {
        const orders = new ForcedShutdowns('server', new FakeClock(), journal());
        bench.readFor(5, onBattery);
        orders.order('ups', 'unit1', served(), 'job');
        const other = new UnitBench();
        other.readFor(5, onBattery);
        assert.equal(orders.isTold('ups', servedUps(other.unit)), false);
        other.unit.destroy();
    });

    it('end when the mains come back, also while no client asks', () => {
        const orders = new ForcedShutdowns('server', new FakeClock(), journal());
        bench.readFor(3, onBattery);
        orders.order('ups', 'unit1', served(), 'job');
        orders.order('other', 'unit2', served(), 'job');
        assert.deepEqual(orders.mainsAreBack('unit1'), ['ups']);
        assert.deepEqual(orders.names, ['other']);
    });

    it('given on mains, they hold until they are withdrawn', () => {
        const orders = new ForcedShutdowns('server', new FakeClock(), journal());
        bench.readFor(3, onMains);
        orders.order('ups', 'unit1', served(), 'job');
        assert.equal(orders.isOrdered('ups', served()), true);
        assert.deepEqual([orders.withdraw('ups'), orders.withdraw('ups')], [true, false]);
        assert.equal(orders.isOrdered('ups', served()), false);
    });

    it('given on mains by a client, they end when all clients have left, also after a kill', () => {
        const kept = journal();
        const orders = new ForcedShutdowns('server', new FakeClock(), kept);
        bench.readFor(3, onMains);
        orders.order('ups', 'unit1', served(), 'boss', true);
        orders.order('job', 'unit1', served(), 'job');
        const again = new ForcedShutdowns('server', new FakeClock(), kept);
        assert.deepEqual(
            [again.allHaveLeft('ups'), again.allHaveLeft('job'), again.allHaveLeft('other')],
            [true, false, false],
        );
        assert.deepEqual(again.names, ['job']);
    });

    it('given on mains by a client, they are forgotten by a server that starts again more than a minute later', () => {
        const kept = journal();
        const clock = new FakeClock();
        bench.readFor(3, onMains);
        const before = new ForcedShutdowns('server', clock, kept);
        before.order('ups', 'unit1', served(), 'boss', true);
        before.order('job', 'unit1', served(), 'job');
        clock.advanceSync(50_000);
        assert.equal(new ForcedShutdowns('server', clock, kept).isOrdered('ups', served()), true);
        clock.advanceSync(20_000);
        assert.equal(before.isOrdered('ups', served()), true, 'who has taken the order keeps it');
        const again = new ForcedShutdowns('server', clock, kept);
        assert.deepEqual([again.isOrdered('ups', served()), again.isOrdered('job', served())], [false, true]);
    });

    it('given in an outage by a client, they hold until the mains are back, whoever has left', () => {
        const orders = new ForcedShutdowns('server', new FakeClock(), journal());
        bench.readFor(3, onBattery);
        orders.order('ups', 'unit1', served(), 'boss', true);
        assert.equal(orders.allHaveLeft('ups'), false);
        assert.equal(orders.isOrdered('ups', served()), true);
    });

    for (const rubbish of [null, 'x', [1], { ups: null }, { ups: { at: 'x' } }]) {
        it(`takes no order from a damaged journal: ${JSON.stringify(rubbish)}`, () => {
            const kept = journal();
            kept.setValue('server', 'forced-shutdowns', rubbish);
            assert.deepEqual(new ForcedShutdowns('server', new FakeClock(), kept).names, []);
        });
    }
});
