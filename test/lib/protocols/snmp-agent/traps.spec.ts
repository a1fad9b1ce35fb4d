import assert from 'node:assert/strict';
import type { ServedBattery } from '../../../../lib/core/served/served-battery';
import type { ServedUps } from '../../../../lib/core/served/served-ups';
import type { PartialStatus } from '../../../../lib/core/status/status';
import type { Notification } from '../../../../lib/protocols/snmp/notify/notification';
import { TrapTest } from '../../../../lib/protocols/snmp-agent/traps/agent-traps';
import type { AgentMemory } from '../../../../lib/protocols/snmp-agent/serving';
import { FakeClock } from '../../../support/fake-clock';
import { eventOf, servedSample, silentSample } from '../../../support/served-sample';
import { batterySample } from '../../../support/served-battery-sample';
import { SnmpWire } from '../../../support/snmp-wire';

const UPS = '1.3.6.1.2.1.33.1';
const BACS = '1.3.6.1.2.1.33.5';

describe('traps of the SNMP agent', () => {
    let clock: FakeClock;
    let now: ServedUps;
    let battery: ServedBattery | undefined;
    let told: { at: number; context: string; trap: string; values: unknown[] }[];
    let stored: Map<string, string>;
    let isStoreThere: boolean;
    let fails: boolean;
    let failures: number;
    let startedAt: number;

    const memory: AgentMemory = {
        read: (name) => (stored.has(name) ? JSON.parse(stored.get(name)!) : undefined),
        write: (name, value) => {
            if (isStoreThere) stored.set(name, JSON.stringify(value));
            return isStoreThere;
        },
    };
    const nameOf = ({ trap, oid }: Notification) => (oid ? `bacs ${oid.split('.').at(-1)}` : `ups ${trap}`);
    const start = (names: Record<string, () => ServedUps> = { ups: () => now }) =>
        new SnmpWire(
            clock,
            Object.fromEntries(
                Object.entries(names).map(([name, served]) => [
                    name,
                    { served, battery: () => battery, supports: () => true, order: () => Promise.resolve() },
                ]),
            ),
            {
                memory,
                receivers: [
                    {
                        name: '192.0.2.50:162',
                        send: (notification, context) => {
                            if (fails) return Promise.reject(new Error('silence'));
                            const values = notification.varbinds.map(({ value }) => value);
                            const at = (clock.monotonic() - startedAt) / 1000;
                            told.push({ at, context, trap: nameOf(notification), values });
                            return Promise.resolve();
                        },
                        failed: () => void failures++,
                    },
                ],
            },
        ).start();
    const pass = async (seconds: number) => {
        for (let second = 0; second < seconds; second++) await clock.advance(1000);
    };
    const traps = () => told.map(({ trap }) => trap);
    const onMains = (reading: PartialStatus = {}) => servedSample({}, reading);
    const inOutage = (seconds = 0, over: Partial<ServedUps> = {}) =>
        servedSample({
            ...{ onBattery: true, secondsOnBattery: seconds, remainingSeconds: 1800 - seconds },
            events: [eventOf('power-fail')],
            ...over,
        });

    beforeEach(() => {
        clock = new FakeClock();
        startedAt = clock.monotonic();
        now = onMains();
        battery = undefined;
        told = [];
        stored = new Map();
        isStoreThere = true;
        fails = false;
        failures = 0;
    });

    it('takes the old test of another UPS that gets a name for none of its own', async () => {
        now = onMains({ test: { result: 'none' } });
        await start();
        await pass(2);
        now = { ...onMains({ test: { result: 'passed' } }), id: 'u2', name: 'UPS 2' };
        await pass(2);
        assert.deepEqual(traps(), []);
        now = { ...onMains({ test: { result: 'failed' } }), id: 'u2', name: 'UPS 2' };
        await pass(2);
        assert.deepEqual(traps(), ['ups 2']);
    });

    it('tell an outage at once and each minute, with its values, and its end as the alarm that goes', async () => {
        await start();
        await pass(2);
        assert.equal(told.length, 0);
        now = inOutage();
        await pass(1);
        // Minutes that remain, seconds on battery, the threshold of a low battery, and whose it is.
        assert.deepEqual(told, [{ at: 3, context: '', trap: 'ups 1', values: [30, 0, 2, 'UPS 1'] }]);
        now = inOutage(60);
        await pass(119);
        assert.deepEqual(
            told.map(({ at, trap }) => [at, trap]),
            [
                [3, 'ups 1'],
                [63, 'ups 1'],
            ],
        );
        assert.deepEqual(told[1]!.values.slice(0, 2), [29, 60]);
        now = onMains();
        await pass(70);
        assert.deepEqual(traps(), ['ups 1', 'ups 1', 'ups 4']);
        assert.deepEqual(told.at(-1)!.values.slice(0, 2), [1, `${UPS}.6.3.2`]);
    });

    it('tell what waits for its turn where the agent ends: nobody keeps an alarm that is gone', async () => {
        const wire = await start();
        now = onMains({ alarms: ['fan-failure'] });
        await pass(2);
        now = onMains();
        await pass(2);
        assert.deepEqual(traps(), ['ups 3']);
        await wire.server.stop();
        assert.deepEqual(traps(), ['ups 3', 'ups 4']);
        await pass(10);
        assert.equal(told.length, 2);
    });

    it('tell alarms that come and go with the numbers of their rows, those of one alarm 5 s apart', async () => {
        const wire = await start();
        await pass(1);
        now = onMains({ alarms: ['fan-failure', 'charger-failed'] });
        await pass(1);
        assert.deepEqual(
            told.map(({ trap, values }) => [trap, ...values]),
            [
                ['ups 3', 1, `${UPS}.6.3.16`, 'UPS 1'],
                ['ups 3', 2, `${UPS}.6.3.13`, 'UPS 1'],
            ],
        );
        now = onMains({ alarms: ['charger-failed'] });
        await pass(1);
        assert.equal(told.length, 2);
        // It flaps: of what came and went meanwhile nobody hears.
        for (let time = 0; time < 3; time++) {
            now = onMains({ alarms: ['fan-failure', 'charger-failed'] });
            await pass(1);
            now = onMains({ alarms: ['charger-failed'] });
            await pass(1);
        }
        assert.deepEqual(
            told.slice(2).map(({ at, trap, values }) => [at, trap, values[0]]),
            [[7, 'ups 4', 1]],
        );
        await pass(10);
        assert.equal(told.length, 3);
        await wire.server.stop();
        assert.equal(clock.pending, 0);
    });

    it('tell no entry of a test, but that it is completed', async () => {
        await start();
        await pass(1);
        now = onMains({ alarms: ['test-in-progress'], test: { result: 'in-progress', startedAt: clock.now() } });
        await pass(10);
        assert.equal(told.length, 0);
        now = onMains({ test: { result: 'passed', detail: 'fine', startedAt: clock.now() - 10_000 } });
        await pass(10);
        assert.deepEqual(traps(), ['ups 2']);
        const [id, lock, summary, detail, startTime] = told[0]!.values;
        assert.deepEqual([id, lock, summary, detail], [`${UPS}.7.7.4`, 1, 1, 'fine']);
        assert.equal(startTime, 100);
    });

    it('tell in silence that the communication is lost, and of other alarms neither end nor beginning', async () => {
        await start();
        now = onMains({ alarms: ['fan-failure'] });
        await pass(1);
        now = silentSample();
        await pass(10);
        now = onMains({ alarms: ['fan-failure'] });
        await pass(10);
        assert.deepEqual(
            told.map(({ trap, values }) => [trap, values[0], values[1]]),
            [
                ['ups 3', 1, `${UPS}.6.3.16`],
                ['ups 3', 2, `${UPS}.6.3.20`],
                ['ups 4', 2, `${UPS}.6.3.20`],
            ],
        );
    });

    it('tell nothing twice after a kill, and go on with the minutes and the rows', async () => {
        await start();
        now = inOutage(0, { events: [eventOf('power-fail'), eventOf('fan-failure')] });
        await pass(30);
        assert.deepEqual(traps(), ['ups 1', 'ups 3']);
        // Killed: nobody stops the old one; its clock goes on in the new one.
        told = [];
        const other = new FakeClock(clock.now() + 10_000);
        clock = other;
        startedAt = 0;
        now = servedSample({ knowledge: 'none', status: undefined, onBattery: undefined, events: [] });
        await start();
        await pass(5);
        assert.equal(told.length, 0, 'before the first reading');
        now = inOutage(45, { events: [eventOf('power-fail'), eventOf('fan-failure')] });
        await pass(5);
        assert.equal(told.length, 0);
        await pass(20);
        // 29 s before the kill, 10 s in between.
        assert.deepEqual(
            told.map(({ at, trap }) => [at, trap]),
            [[21, 'ups 1']],
        );
        now = onMains();
        await pass(5);
        assert.deepEqual(
            told.slice(1).map(({ trap, values }) => [trap, values[0]]),
            [
                ['ups 4', 1],
                ['ups 4', 2],
            ],
        );
    });

    it('are told by the context of their UPS, and those of a battery without its warnings', async () => {
        battery = batterySample(24, 2);
        await start({ ups: () => onMains(), other: () => now });
        await pass(1);
        battery = batterySample(24, 2, ['voltage-high-alarm', 'temperature-high-warning']);
        await pass(1);
        battery = batterySample(24, 2);
        await pass(6);
        assert.deepEqual(
            told.filter(({ context }) => context === '').map(({ trap, values }) => [trap, values[1]]),
            [
                ['bacs 1', `${BACS}.3.3.6`],
                ['bacs 2', `${BACS}.3.3.6`],
            ],
        );
        assert.equal(told.filter(({ context }) => context === 'other').length, 2);
    });

    it('that fail are said, and the next ones are sent', async () => {
        await start();
        fails = true;
        now = onMains({ alarms: ['fan-failure'] });
        await pass(2);
        assert.equal(failures, 1);
        fails = false;
        now = onMains();
        await pass(6);
        assert.deepEqual(traps(), ['ups 4']);
    });

    it('of a test show the row of the alarm for as long, and tell no receiver of the flow', async () => {
        const wire = await start();
        await pass(1);
        const ups = wire.server.ups()!;
        const test = new TrapTest(ups, 'low-battery');
        assert.deepEqual(
            test.begins.map(({ trap, varbinds }) => [trap, ...varbinds.map(({ value }) => value)]),
            [[3, 1, `${UPS}.6.3.3`, 'UPS 1']],
        );
        assert.equal(ups.read(`${UPS}.6.2.1.2.1`), `${UPS}.6.3.3`);
        assert.throws(() => new TrapTest(ups, 'on-battery'), /busy-elsewhere/);
        await pass(3);
        assert.deepEqual(
            test.end().map(({ trap, varbinds }) => [trap, varbinds[0]!.value]),
            [[4, 1]],
        );
        assert.equal(ups.read(`${UPS}.6.2.1.2.1`), undefined);
        await pass(3);
        assert.equal(told.length, 0);
        assert.deepEqual(
            new TrapTest(ups, 'on-battery').begins.map(({ trap }) => trap),
            [1],
        );
    });
});
