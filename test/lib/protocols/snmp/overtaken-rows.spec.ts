import assert from 'node:assert/strict';
import type { DriverMemory } from '../../../../lib/core/driver';
import { SCALARS } from '../../../../lib/protocols/snmp/oids';
import type { MemoryAgent } from '../../../support/snmp-memory';
import { Bench, card, UPS } from './driver-bench';

const ROW = `${UPS}.6.2.1.2`;
const ON_BATTERY = 2;
const FAN_FAILURE = 16;
const TEST_IN_PROGRESS = 24;

/** The card has these alarms, in rows of the same numbers (RFC 1628, upsAlarmTable), and counts them. */
function show(agent: MemoryAgent, ...alarms: number[]): void {
    for (const oid of [...agent.objects.keys()]) if (oid.startsWith(`${ROW}.`)) agent.remove(oid);
    for (const alarm of alarms) agent.put(`${ROW}.${alarm}`, `${UPS}.6.3.${alarm}`);
    agent.put(SCALARS.upsAlarmsPresent, alarms.length);
}

/** `then` happens once, just after a walk has got the row of this alarm: its further answers are younger than that row. */
function onceRead(agent: MemoryAgent, alarm: number, then: () => void): void {
    const ask = agent.getNext.bind(agent);
    agent.getNext = async (oids) => {
        const answers = await ask(oids);
        if (answers.some(({ oid }) => oid === `${ROW}.${alarm}`)) {
            agent.getNext = ask;
            then();
        }
        return answers;
    };
}

const alarmsOf = (bench: Bench) => bench.readings.at(-1)?.alarms;

describe('SNMP driver: alarms that change while their rows are read', () => {
    it('the end of all alarms in mid-walk is the end of them, also of those whose row was read before', async () => {
        const agent = card('1');
        const bench = await new Bench(agent).start();
        show(agent, ON_BATTERY, TEST_IN_PROGRESS);
        await bench.clock.advance(3000);
        assert.deepEqual(alarmsOf(bench), ['on-battery', 'test-in-progress']);

        onceRead(agent, ON_BATTERY, () => show(agent));
        const told = bench.readings.length;
        await bench.clock.advance(120_000);
        const later = bench.readings.slice(told);
        assert.ok(later.length > 100);
        assert.deepEqual(
            later.flatMap(({ alarms }) => alarms ?? ['unknown']),
            [],
        );
        await bench.driver.stop();
    });

    it('an outage that begins behind such a walk is told with the next reading', async () => {
        const agent = card('1');
        const bench = await new Bench(agent).start();
        show(agent, ON_BATTERY, TEST_IN_PROGRESS);
        await bench.clock.advance(3000);
        onceRead(agent, ON_BATTERY, () => show(agent));
        await bench.clock.advance(1000);
        show(agent, ON_BATTERY);
        await bench.clock.advance(1000);
        assert.deepEqual(alarmsOf(bench), ['on-battery']);
        await bench.driver.stop();
    });

    it('a walk that met the end of a test is made again: its first rows belong to the test', async () => {
        const agent = card('1');
        const bench = await new Bench(agent).start();
        show(agent, ON_BATTERY, FAN_FAILURE, TEST_IN_PROGRESS);
        await bench.clock.advance(3000);
        onceRead(agent, ON_BATTERY, () => show(agent, FAN_FAILURE));
        await bench.clock.advance(1000);
        assert.deepEqual(alarmsOf(bench), ['fan-failure']);
        await bench.driver.stop();
    });

    it('a card that counts nothing is walked once more, too', async () => {
        const agent = card('1');
        const uncounted = (...alarms: number[]) => {
            show(agent, ...alarms);
            agent.remove(SCALARS.upsAlarmsPresent);
        };
        uncounted(ON_BATTERY, FAN_FAILURE, TEST_IN_PROGRESS);
        const bench = await new Bench(agent).start();
        assert.deepEqual(alarmsOf(bench), ['fan-failure', 'on-battery', 'test-in-progress']);
        onceRead(agent, ON_BATTERY, () => uncounted(FAN_FAILURE));
        await bench.clock.advance(1000);
        assert.deepEqual(alarmsOf(bench), ['fan-failure']);
        uncounted(ON_BATTERY, FAN_FAILURE);
        await bench.clock.advance(1000);
        assert.deepEqual(alarmsOf(bench), ['fan-failure', 'on-battery']);
        await bench.driver.stop();
    });

    it('an outage is told at each reading, though other alarms come and go in each walk', async () => {
        const agent = card('1');
        const bench = await new Bench(agent).start();
        show(agent, ON_BATTERY, FAN_FAILURE);
        const ask = agent.getNext.bind(agent);
        let fails = true;
        agent.getNext = async (oids) => {
            const answers = await ask(oids);
            if (answers.some(({ oid }) => oid.startsWith(`${ROW}.`))) {
                fails = !fails;
                show(agent, ON_BATTERY, ...(fails ? [FAN_FAILURE] : []));
            }
            return answers;
        };
        const told = bench.readings.length;
        await bench.clock.advance(60_000);
        const later = bench.readings.slice(told);
        assert.ok(later.length >= 59);
        assert.ok(later.every(({ alarms }) => alarms?.includes('on-battery')));
        await bench.driver.stop();
    });

    it('a row that ends while the count is read again does not belong to a card that counts too few', async () => {
        const agent = card('1');
        let kept: unknown;
        const memory: DriverMemory = { get: () => undefined, keep: (value) => (kept = value) };
        const bench = new Bench(agent);
        // The count is 0; the slow round finds a row that the count has not reached yet.
        agent.put(`${ROW}.${ON_BATTERY}`, `${UPS}.6.3.${ON_BATTERY}`);
        onceRead(agent, ON_BATTERY, () => show(agent));
        bench.driver.start({ memory, status: (reading) => bench.readings.push(reading), state: () => undefined });
        await bench.clock.advance(5000);
        assert.deepEqual(alarmsOf(bench), []);
        assert.doesNotMatch(JSON.stringify(kept ?? null), /countsTooFew/);
        await bench.driver.stop();
    });
});
