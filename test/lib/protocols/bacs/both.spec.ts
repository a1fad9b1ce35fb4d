import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { BacsDriver } from '../../../../lib/protocols/bacs/driver';
import { FallbackPath } from '../../../../lib/protocols/bacs/fallback-path';
import { ModbusReader } from '../../../../lib/protocols/bacs/modbus-reader';
import { SnmpReader } from '../../../../lib/protocols/bacs/snmp-reader';
import { SnmpError } from '../../../../lib/protocols/snmp/transport';
import type { ModbusBlock } from '../../../../lib/protocols/modbus/line';
import { BacsAgent } from '../../../support/bacs-agent';
import { BacsMemory, BatteryWatch } from '../../../support/bacs-memory';
import { FakeClock } from '../../../support/fake-clock';

/** A Modbus line that lets some requests go unanswered. */
class DeafCard extends BacsMemory {
    isDeafTo: (block: ModbusBlock) => boolean = () => false;

    override async read(unitId: number, block: ModbusBlock): Promise<number[]> {
        const words = await super.read(unitId, block);
        if (this.isDeafTo(block)) throw new UpsError('device-silent', { host: 'card', why: 'timeout' });
        return words;
    }
}

describe('A BACS system by Modbus and SNMP', () => {
    let clock: FakeClock;
    let card: DeafCard;
    let agent: BacsAgent;
    let watch: BatteryWatch;
    let driver: BacsDriver;
    let warnings: UpsError[];

    async function begin(over: { failuresToSpare?: number; failuresToWaiting?: number } = {}) {
        card = new DeafCard(clock, 8, 2);
        agent = new BacsAgent(8, 2);
        const first = new ModbusReader({ clock, line: card, unitId: 1, host: 'card', addressOffset: 0 });
        const spare = new SnmpReader({ clock, transport: agent, host: 'card' });
        const warn = (error: UpsError) => warnings.push(error);
        const path = new FallbackPath({
            ...{ clock, host: 'card', first, spare, spareSweepMs: 30_000, warn },
            ...over,
        });
        driver = new BacsDriver({ ...{ clock, host: 'card', path, beside: spare, sweepMs: 10_000, warn }, ...over });
        driver.start(watch);
        await clock.advance(0);
    }
    const firstVolts = () => watch.last.blocks.voltage![0];
    const rules = () =>
        warnings.map(({ data }) => (data.sentence as { key: string }).key.replace('ups-unit.said.', ''));

    beforeEach(() => {
        clock = new FakeClock();
        watch = new BatteryWatch();
        warnings = [];
    });

    afterEach(async () => {
        await driver.stop();
        assert.equal(clock.pending, 0);
    });

    it('goes on by SNMP while Modbus is silent, says so once, and comes back', async () => {
        await begin();
        assert.equal(firstVolts(), 13.001);
        assert.equal(driver.spare, undefined);
        card.isDeafTo = () => true;
        agent.flags(['charging']);
        await clock.advance(2000);
        assert.ok(watch.lastFlags.states.has('charging'));
        assert.equal(driver.state.state, 'ready');
        assert.equal(driver.spare, 'SNMP');
        // Of SNMP alone: what only Modbus tells is not known.
        assert.equal(firstVolts(), 13.01);
        assert.equal(watch.last.blocks.charge, undefined);
        assert.deepEqual([...watch.last.byString.current!], [1.5, 1.5]);
        const sweeps = watch.all.sweeps.length;
        agent.module(1, 12.5);
        await clock.advance(62_000);
        assert.equal(watch.all.sweeps.length - sweeps, 2);
        assert.equal(firstVolts(), 12.5);
        assert.deepEqual(rules(), ['bacs.bySpare']);
        card.isDeafTo = () => false;
        await clock.advance(32_000);
        assert.equal(driver.spare, undefined);
        assert.deepEqual([firstVolts(), watch.last.blocks.charge![0]], [13.001, 99]);
        assert.deepEqual(
            watch.all.states.map(({ state }) => state),
            ['connecting', 'ready'],
        );
    });

    it('is silent when both are, and tells of Modbus', async () => {
        await begin();
        card.isDeafTo = () => true;
        agent.failure = new SnmpError('timeout', 'no answer in time');
        await clock.advance(5000);
        const { state } = driver;
        assert.deepEqual([state.state, state.state === 'waiting' && state.code], ['waiting', 'device-silent']);
        agent.failure = undefined;
        await clock.advance(5000);
        assert.deepEqual([driver.state.state, driver.spare, firstVolts()], ['ready', 'SNMP', 13.01]);
    });

    it('one lost answer on a serial line is noise', async () => {
        await begin({ failuresToSpare: 2, failuresToWaiting: 2 });
        card.troubles.push(new UpsError('device-silent', { host: 'card', why: 'timeout' }));
        await clock.advance(3000);
        assert.deepEqual([driver.state.state, driver.spare, warnings], ['ready', undefined, []]);
        card.isDeafTo = () => true;
        await clock.advance(3000);
        assert.deepEqual([driver.state.state, driver.spare], ['ready', 'SNMP']);
    });

    it('takes the values by SNMP while Modbus tells the flags alone', async () => {
        await begin();
        card.isDeafTo = ({ count }) => count > 6;
        agent.module(1, 12.5);
        await clock.advance(120_000);
        assert.equal(firstVolts(), 12.5);
        assert.deepEqual([driver.state.state, driver.spare], ['ready', 'SNMP']);
        assert.ok(rules().includes('bacs.sweepsBySpare'), rules().join());
        card.flags('charging');
        await clock.advance(1000);
        assert.ok(watch.lastFlags.states.has('charging'));
        card.isDeafTo = () => false;
        await clock.advance(640_000);
        assert.deepEqual([firstVolts(), driver.spare], [13.001, undefined]);
    });
});
