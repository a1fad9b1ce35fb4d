import assert from 'node:assert/strict';
import { SCALARS } from '../../../../lib/protocols/snmp/oids';
import { Bench, card, UPS } from './driver-bench';

describe('SNMP driver: cards that drop what they find too much', () => {
    it('a card that drops the first requests for its tables is read by name at once, and by its tables seconds later', async () => {
        const agent = card('2c', { '3.3.1.3.4': 229 });
        let lost = 0;
        agent.drops = (kind) => kind === 'getNext' && ++lost <= 2;
        const bench = await new Bench(agent).start();
        assert.equal(bench.readings.length, 1);
        assert.deepEqual(bench.readings[0]?.input, { lines: [{ voltage: 231 }] });
        await bench.clock.advance(12_000);
        assert.deepEqual(bench.readings.at(-1)?.input, { lines: [{ voltage: 231 }, { voltage: 229 }] });
        await bench.driver.stop();
    });

    it('what decides is told before slow alarms are there, and the whole as a further part of the same reading', async () => {
        const agent = card('2c');
        const bench = await new Bench(agent).start();
        const { getBulk } = agent;
        agent.getBulk = async (...asked) => {
            await new Promise<void>((resolve) => bench.clock.setTimeout(resolve, 2000));
            return getBulk.apply(agent, asked);
        };
        agent.put(SCALARS.upsOutputSource, 5);
        agent.put(SCALARS.upsAlarmsPresent, 1);
        agent.put(`${UPS}.6.2.1.2.1`, `${UPS}.6.3.2`);
        const known = bench.readings.length;
        await bench.clock.advance(12_000);
        const alarms = bench.readings.slice(known, known + 4).map((reading) => reading.alarms);
        assert.deepEqual(alarms, [undefined, ['on-battery'], undefined, ['on-battery']]);
        assert.deepEqual(bench.further.slice(known, known + 4), [false, true, false, true]);
        const stopped = bench.driver.stop();
        await bench.clock.advance(2000);
        await stopped;
    });

    it('a card that always drops a slow request is asked for it ever more rarely, and still for the others', async () => {
        const agent = card();
        agent.drops = (kind) => kind === 'getNext';
        const bench = await new Bench(agent).start();
        await bench.clock.advance(3_600_000);
        const vain = agent.count('getNext');
        // Twice each time: all columns at once, and one of them.
        assert.ok(vain >= 10 && vain <= 24, `${vain} vain requests in an hour`);
        agent.put(SCALARS.upsIdentModel, 'Renamed');
        await bench.clock.advance(70_000);
        assert.equal(bench.readings.at(-1)?.identity?.model, 'Renamed');
        await bench.driver.stop();
    });
});
