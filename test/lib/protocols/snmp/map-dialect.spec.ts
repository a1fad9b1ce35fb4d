import assert from 'node:assert/strict';
import type { PartialStatus } from '../../../../lib/core/status/status';
import type { DriverState } from '../../../../lib/core/driver';
import type { DeviceMap } from '../../../../lib/protocols/device-map/device-map';
import { SnmpDriver } from '../../../../lib/protocols/snmp/driver';
import { SCALARS, SYS_OBJECT_ID, SYS_UP_TIME } from '../../../../lib/protocols/snmp/oids';
import { SnmpError, type SnmpValue } from '../../../../lib/protocols/snmp/transport';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryAgent } from '../../../support/snmp-memory';

const MAKER = '1.3.6.1.4.1.99999';
const OTHER = '1.3.6.1.4.1.88888';
const MINUTE = 60_000;

/** A maker's objects: scalars, lines, a list of alarms, outlets. */
const MAP: DeviceMap = {
    version: 1,
    id: 'maker',
    name: 'Maker',
    judgedBy: 'this test',
    agents: [MAKER],
    probes: [`${MAKER}.1.1.0`],
    items: [
        { id: 'model', at: { oid: `${MAKER}.1.1.0` }, kind: 'text', to: 'identity.model' },
        {
            id: 'source',
            at: { oid: `${MAKER}.1.2.0` },
            kind: 'state',
            states: { 2: 'normal', 3: 'battery' },
            to: 'output.source',
        },
        { id: 'charge', at: { oid: `${MAKER}.1.3.0` }, kind: 'number', to: 'battery.chargePercent' },
        { id: 'load', at: { column: `${MAKER}.2.1.4`, row: '*' }, kind: 'number', to: 'output.lines.*.load' },
        {
            id: 'alarms',
            at: { column: `${MAKER}.3.1.2`, row: '*' },
            kind: 'state',
            states: { [`${MAKER}.9.1`]: 'on-battery' },
            to: 'alarm',
        },
        {
            id: 'outlets',
            at: { column: `${MAKER}.4.1.3`, row: '*' },
            kind: 'state',
            states: { 1: 'on', 2: 'off' },
            write: { on: 1, off: 2 },
            to: 'outlet:*',
        },
    ],
    commands: [
        { does: 'test.quick', set: [{ at: { oid: `${MAKER}.5.1.0` }, value: 2 }] },
        {
            does: 'shutdown.output',
            set: [
                { at: { oid: `${MAKER}.5.2.0` }, type: 'ticks', value: { of: 'seconds', scale: 100, max: 600 } },
                { at: { oid: `${MAKER}.5.3.0` }, value: 3 },
            ],
            shows: { at: { oid: `${MAKER}.5.3.0` }, values: [3] },
        },
    ],
};

const OTHER_MAP: DeviceMap = {
    ...MAP,
    id: 'other',
    agents: [OTHER],
    probes: [`${OTHER}.1.1.0`],
    items: [{ id: 'volts', at: { oid: `${OTHER}.1.1.0` }, kind: 'number', scale: 0.1, to: 'channel:Volts' }],
    commands: [],
};

function card(...more: [string, SnmpValue][]): MemoryAgent {
    return new MemoryAgent([
        [SYS_OBJECT_ID, `${MAKER}.7`],
        [SYS_UP_TIME, 12_300],
        [`${MAKER}.1.1.0`, 'M1'],
        [`${MAKER}.1.2.0`, 2],
        [`${MAKER}.1.3.0`, 87],
        [`${MAKER}.2.1.4.1`, 40],
        [`${MAKER}.4.1.3.5`, 1],
        ...more,
    ]);
}

async function run(agent: MemoryAgent, { dialect, kept }: { dialect?: string; kept?: unknown } = {}) {
    const clock = new FakeClock();
    const readings: PartialStatus[] = [];
    const states: DriverState[] = [];
    let memory = kept;
    const driver = new SnmpDriver({
        clock,
        host: 'card',
        intervalMs: 1000,
        transport: agent,
        maps: [OTHER_MAP, MAP],
        ...(dialect === undefined ? {} : { dialect }),
    });
    driver.start({
        memory: { get: () => memory, keep: (value) => (memory = value) },
        status: (reading) => readings.push(reading),
        state: (state) => states.push(state),
    });
    await clock.advance(0);
    return { clock, driver, readings, states, memory: () => memory, last: () => readings.at(-1)! };
}

describe('An SNMP card that speaks the objects of its maker', () => {
    it('is found by what answers, and read whole', async () => {
        const { driver, readings } = await run(card());
        assert.equal(readings.length, 1);
        const { time: _, ...reading } = readings[0]!;
        assert.deepEqual(reading, {
            agentUptime: 123,
            identity: { model: 'M1' },
            battery: { chargePercent: 87 },
            input: { lines: [] },
            output: { source: 'normal', lines: [{ load: 40 }] },
            bypass: { lines: [] },
            test: {},
            alarms: [],
            alarmsTold: ['on-battery', 'vendor:*'],
            outlets: [{ id: '5', on: true }],
        });
        assert.deepEqual(driver.state.state, 'ready');
        await driver.stop();
    });

    it('that speaks RFC 1628 as well is read by it', async () => {
        const agent = card([SCALARS.upsOutputSource, 3], [SCALARS.upsBatteryStatus, 2]);
        const { driver, last } = await run(agent);
        assert.equal(last().battery?.state, 'normal');
        assert.equal(last().outlets, undefined);
        await driver.stop();
    });

    it('that answers a part of RFC 1628 without the mains is read by its maker’s objects, which tell them', async () => {
        const parts: [string, SnmpValue][] = [
            [SCALARS.upsBatteryStatus, 2],
            [SCALARS.upsEstimatedChargeRemaining, 100],
            [SCALARS.upsEstimatedMinutesRemaining, 60],
        ];
        for (const part of parts) {
            const { driver, last } = await run(card(part));
            assert.equal(last().output?.source, 'normal', part[0]);
            await driver.stop();
        }
        const blind = new MemoryAgent([...parts, [`${OTHER}.1.1.0`, 132]]);
        const { driver, last } = await run(blind);
        assert.equal(last().battery?.chargePercent, 100, 'a map that tells no mains either is no gain');
        await driver.stop();
    });

    it('is read by its maker’s objects if the settings say so', async () => {
        const agent = card([SCALARS.upsOutputSource, 3], [SCALARS.upsBatteryStatus, 2]);
        const { driver, last } = await run(agent, { dialect: 'maker' });
        assert.equal(last().battery?.state, undefined);
        assert.equal(last().battery?.chargePercent, 87);
        await driver.stop();
    });

    it('whose objects of several makers answer is read by the one of its sysObjectID', async () => {
        const { driver, last } = await run(card([`${OTHER}.1.1.0`, 132]));
        assert.equal(last().output?.source, 'normal');
        await driver.stop();
    });

    it('that is no UPS is ready, and tells its channels', async () => {
        const agent = new MemoryAgent([
            [SYS_OBJECT_ID, OTHER],
            [`${OTHER}.1.1.0`, 132],
        ]);
        const { driver, last, states } = await run(agent);
        assert.deepEqual(last().channels, { Volts: { value: 13.2 } });
        assert.deepEqual(states.at(-1)?.state, 'ready');
        await driver.stop();
    });

    it('that has nothing to say is refused, and found as soon as it has', async () => {
        const agent = new MemoryAgent([[SYS_OBJECT_ID, `${MAKER}.7`]]);
        const { clock, driver, readings, states } = await run(agent);
        const state = states.at(-1)!;
        assert.equal(state.state === 'waiting' && state.code, 'device-refused');
        agent.put(`${MAKER}.1.1.0`, 'M1');
        agent.put(`${MAKER}.1.2.0`, 3);
        await clock.advance(1000);
        assert.equal(readings.at(-1)?.output?.source, 'battery');
        await driver.stop();
    });

    it('tells an outage at the next poll, which asks for what decides in one request and for the list of alarms', async () => {
        const agent = card();
        const { clock, driver, last } = await run(agent);
        agent.put(`${MAKER}.1.2.0`, 3);
        agent.put(`${MAKER}.3.1.2.1`, `${MAKER}.9.1`);
        agent.log.length = 0;
        await clock.advance(1000);
        assert.equal(last().output?.source, 'battery');
        assert.deepEqual(last().alarms, ['on-battery']);
        assert.equal(agent.count('get'), 1, agent.log.join('\n'));
        agent.remove(`${MAKER}.3.1.2.1`);
        await clock.advance(1000);
        assert.deepEqual(last().alarms, []);
        await driver.stop();
    });

    it('finds a line that comes, within a minute, and leaves out one that goes', async () => {
        const agent = card();
        const { clock, driver, last } = await run(agent);
        agent.put(`${MAKER}.2.1.4.2`, 10);
        await clock.advance(MINUTE + 1000);
        assert.deepEqual(last().output?.lines, [{ load: 40 }, { load: 10 }]);
        agent.remove(`${MAKER}.2.1.4.2`);
        await clock.advance(1000);
        assert.deepEqual(last().output?.lines, [{ load: 40 }]);
        await driver.stop();
    });

    it('has unknown alarms when the list cannot be read, and keeps the rest', async () => {
        const agent = card();
        const { clock, driver, last } = await run(agent);
        agent.drops = (kind) => kind !== 'get';
        await clock.advance(1000);
        assert.equal(last().alarms, undefined);
        assert.equal(last().battery?.chargePercent, 87);
        agent.drops = undefined;
        await clock.advance(1000);
        assert.deepEqual(last().alarms, []);
        await driver.stop();
    });

    it('is asked for its list once more when a row ends while it is read: the rows before it are older', async () => {
        const agent = new MemoryAgent(card().objects, '1');
        const row = (number: number) => `${MAKER}.3.1.2.${number}`;
        agent.put(row(1), `${MAKER}.9.1`);
        agent.put(row(2), `${MAKER}.9.2`);
        const { clock, driver, last } = await run(agent);
        assert.deepEqual(last().alarms, ['on-battery', `vendor:${MAKER}.9.2`]);
        const ask = agent.getNext.bind(agent);
        agent.getNext = async (oids) => {
            const answers = await ask(oids);
            if (answers[0]?.oid === row(1)) {
                agent.getNext = ask;
                agent.remove(row(1));
                agent.remove(row(2));
            }
            return answers;
        };
        await clock.advance(1000);
        assert.deepEqual(last().alarms, []);
        agent.put(row(1), `${MAKER}.9.1`);
        await clock.advance(1000);
        assert.deepEqual(last().alarms, ['on-battery']);
        await driver.stop();
    });

    it('is asked for its objects first after a restart of the program', async () => {
        const first = await run(card());
        await first.driver.stop();
        const agent = card();
        agent.log.length = 0;
        const { driver, readings } = await run(agent, { kept: first.memory() });
        assert.equal(readings.length, 1);
        assert.ok(!agent.log.some((line) => line.includes(SCALARS.upsOutputSource)), agent.log.join('\n'));
        await driver.stop();
    });

    it('that another card replaces is found anew', async () => {
        const agent = card();
        const { clock, driver, last } = await run(agent);
        for (const oid of [...agent.objects.keys()]) agent.remove(oid);
        agent.put(SYS_OBJECT_ID, OTHER);
        agent.put(`${OTHER}.1.1.0`, 132);
        await clock.advance(3000);
        assert.deepEqual(last().channels, { Volts: { value: 13.2 } });
        await driver.stop();
    });

    it('is silent when it does not answer', async () => {
        const agent = card();
        const { clock, driver, states } = await run(agent);
        agent.failure = new SnmpError('timeout', 'no answer in time');
        await clock.advance(1000);
        const state = states.at(-1)!;
        assert.equal(state.state === 'waiting' && state.code, 'device-silent');
        await driver.stop();
    });

    describe('is commanded', () => {
        it('by what its map has, in order, and looked at afterwards', async () => {
            const agent = card();
            const { driver, clock } = await run(agent);
            agent.log.length = 0;
            const result = driver.execute({ type: 'shutdown', seconds: 30, scope: 'output' });
            await clock.advance(0);
            assert.deepEqual(await result, { confirmed: true });
            const sets = agent.log.filter((line) => line.startsWith('set'));
            assert.deepEqual(sets, [`set ${MAKER}.5.2.0=3000`, `set ${MAKER}.5.3.0=3`]);
            await driver.stop();
        });

        it('with nothing that its map lacks, and with no number beyond its bounds', async () => {
            const agent = card();
            const { driver, clock } = await run(agent);
            agent.log.length = 0;
            const refused = async (command: Parameters<typeof driver.execute>[0], code: string) => {
                const result = driver.execute(command);
                result.catch(() => {});
                await clock.advance(0);
                await assert.rejects(result, (error: { code?: string }) => error.code === code);
            };
            await refused({ type: 'shutdown', seconds: 601, scope: 'output' }, 'out-of-range');
            await refused({ type: 'shutdown', seconds: 30, restoreSeconds: 60, scope: 'output' }, 'not-supported');
            await refused({ type: 'shutdown', seconds: 30, scope: 'system' }, 'not-supported');
            await refused({ type: 'outlet', outlet: '5', action: 'cycle' }, 'not-supported');
            assert.equal(agent.count('set'), 0);
            await driver.stop();
        });

        it('to switch one outlet of a table, read back', async () => {
            const agent = card();
            const { driver, clock, last } = await run(agent);
            assert.ok(driver.supports({ type: 'outlet', outlet: '5', action: 'off' }));
            const result = driver.execute({ type: 'outlet', outlet: '5', action: 'off' });
            await clock.advance(0);
            assert.deepEqual(await result, { confirmed: true });
            assert.equal(agent.objects.get(`${MAKER}.4.1.3.5`), 2);
            await clock.advance(1000);
            assert.deepEqual(last().outlets, [{ id: '5', on: false }]);
            await driver.stop();
        });
    });
});
