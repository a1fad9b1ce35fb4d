import assert from 'node:assert/strict';
import type { UpsError } from '../../../../lib/core/errors';
import { BacsDriver } from '../../../../lib/protocols/bacs/driver';
import { ModbusReader } from '../../../../lib/protocols/bacs/modbus-reader';
import { MODULE_COLUMNS } from '../../../../lib/protocols/bacs/oids';
import { SnmpReader, type SnmpReaderOptions } from '../../../../lib/protocols/bacs/snmp-reader';
import { SnmpError } from '../../../../lib/protocols/snmp/transport';
import { BacsAgent } from '../../../support/bacs-agent';
import { BacsMemory, BatteryWatch } from '../../../support/bacs-memory';
import { FakeClock } from '../../../support/fake-clock';

type Over = Partial<Omit<SnmpReaderOptions, 'clock' | 'transport' | 'host'>>;

const round = (values: Iterable<number>) => [...values].map((value) => Math.round(value * 1000) / 1000);

describe('A BACS system by SNMP', () => {
    let clock: FakeClock;
    let watch: BatteryWatch;
    let driver: BacsDriver;
    let warnings: UpsError[];

    async function begin(agent: BacsAgent, over: Over = {}) {
        const path = new SnmpReader({ clock, transport: agent, host: 'card', ...over });
        const warn = (error: UpsError) => warnings.push(error);
        driver = new BacsDriver({ clock, host: 'card', path, sweepMs: 30_000, warn });
        driver.start(watch);
        await clock.advance(0);
    }

    const volts = () => round(watch.last.blocks.voltage!);

    beforeEach(() => {
        clock = new FakeClock();
        watch = new BatteryWatch();
        warnings = [];
    });

    afterEach(async () => {
        await driver.stop();
        assert.equal(clock.pending, 0);
    });

    for (const base of [0, 1] as const) {
        for (const version of ['1', '2c'] as const) {
            it(`tells all values of a card that counts from ${base}, v${version}`, async () => {
                await begin(new BacsAgent(12, 3, base, version));
                const { modules, strings, blocks, byString } = watch.last;
                assert.deepEqual({ modules, strings }, { modules: 12, strings: 3 });
                assert.deepEqual([volts()[0], volts()[11]], [13.01, 13.12]);
                assert.equal(blocks.temperature![5], 25.1);
                assert.equal(blocks.impedance![5], 4.5);
                assert.equal(blocks.equalizing![5], 30);
                assert.equal(blocks.charge, undefined);
                assert.deepEqual(round(byString.current!), [1.5, 1.5, 1.5]);
                assert.deepEqual(round(byString.voltage!), [52.1, 52.1, 52.1]);
                assert.deepEqual(round(byString.average!), [13.03, 13.03, 13.03]);
                assert.deepEqual(round(byString.ripple!), [0.2, 0.2, 0.2]);
                assert.deepEqual(watch.all.identities, [{ model: 'BACS WEBMANAGER', serial: '4711' }]);
            });
        }
    }

    it('reads 100 modules with few requests, and flags each second', async () => {
        const agent = new BacsAgent(100, 2);
        await begin(agent);
        agent.log.length = 0;
        const flags = watch.all.flags.length;
        await clock.advance(30_000);
        // Twelve for the modules, one for the strings; one each second, and one at the end of the sweep.
        assert.equal(agent.log.length, 12 + 1 + 30 + 1);
        assert.equal(watch.all.flags.length - flags, 31);
        assert.equal(agent.mostInFlight, 1);
    });

    it('takes flags from the state and from the table of alarms', async () => {
        const agent = new BacsAgent(4, 1);
        agent.flags(['discharging', 'current-sensor-lost']);
        agent.alarms('voltage-low-alarm', 'equalizing-deactivated');
        await begin(agent);
        const { states, tells } = watch.lastFlags;
        assert.deepEqual([...states].sort(), [
            'current-sensor-lost',
            'discharging',
            'equalizing-deactivated',
            'monitoring-started',
            'voltage-low-alarm',
        ]);
        // Bit 32 is in no INTEGER, and no alarm says so.
        assert.ok(!tells.has('gx-r-aux-lost'));
        agent.alarms();
        await clock.advance(1000);
        assert.ok(!watch.lastFlags.states.has('voltage-low-alarm'));
        assert.ok(watch.lastFlags.tells.has('voltage-low-alarm'));
    });

    it('does not know the alarms of a table with fewer rows than are counted', async () => {
        const agent = new BacsAgent(4, 1);
        agent.alarms('voltage-low-alarm');
        agent.put('1.3.6.1.2.1.33.5.3.1.0', 2);
        await begin(agent);
        assert.ok(!watch.lastFlags.tells.has('voltage-low-alarm'));
        assert.ok(watch.lastFlags.tells.has('discharging'));
    });

    it('tells the state of a card whose table of alarms does not answer', async () => {
        const agent = new BacsAgent(4, 1);
        agent.flags(['discharging']);
        agent.alarms('voltage-low-alarm');
        agent.drops = (kind, oids) => kind !== 'get' && oids[0]!.startsWith('1.3.6.1.2.1.33.5.3');
        await begin(agent);
        assert.ok(watch.lastFlags.states.has('discharging'));
        assert.ok(!watch.lastFlags.tells.has('voltage-low-alarm'));
        assert.equal(watch.all.states.at(-1)!.state, 'ready');
    });

    it('refuses a card without a battery system', async () => {
        const agent = new BacsAgent(4, 1);
        for (const oid of [...agent.objects.keys()]) if (oid.startsWith('1.3.6.1.2.1.33.5.')) agent.remove(oid);
        await begin(agent);
        const state = watch.all.states.at(-1)!;
        assert.equal(state.state === 'waiting' && state.code, 'device-refused');
        assert.equal(watch.all.flags.length, 0);
    });

    it('names the strings of an alarm, if the card as a whole has it', async () => {
        const agent = new BacsAgent(8, 2);
        await begin(agent);
        agent.string(2, 1.5, { alarm: 0x0028 });
        agent.flags(['thermal-runaway', 'general-alarm']);
        await clock.advance(3000);
        assert.deepEqual(watch.lastFlags.strings?.get('thermal-runaway'), [2]);
        // Its bit for a high voltage is set, and the card has no such alarm: the table of bits is inferred.
        assert.equal(watch.lastFlags.strings?.get('string-voltage-high-alarm'), undefined);
    });

    it('tells limits and names each hour', async () => {
        const agent = new BacsAgent(8, 2);
        agent.setUp({ moduleType: 12, battCap: 100, numBatteries: 8, numStrings: 2, voltageHighAlarm: 1440 });
        agent.setUp({ voltageLowWarn: 1150, temperatureLowAlarm: 0, impcHighAlarm: 0, impcHighWarn: 800 });
        agent.setUp({
            stringVoltageHighAlarm: 5760,
            stringCurrentDeviationChargeWarn: 20,
            temperatureHighAlarm: -9999,
        });
        agent.aux();
        await begin(agent);
        const [settings] = watch.all.settings;
        assert.equal(settings!.nominalVoltage, 12);
        assert.equal(settings!.capacityAh, 100);
        assert.deepEqual(settings!.limits, {
            'voltage-high-alarm': 14.4,
            'voltage-low-warning': 11.5,
            'temperature-low-alarm': 0,
            'impedance-high-warning': 8,
            'string-voltage-high-alarm': 57.6,
            'current-deviation-charge-warning': 20,
        });
        assert.deepEqual(settings!.inputNames, ['input 1', 'input 2', 'input 3', 'input 4']);
        assert.deepEqual(settings!.outputNames![3], 'output 4');
        await clock.advance(1000);
        assert.deepEqual(watch.lastFlags.inputs!.slice(0, 5), [true, false, false, false, undefined]);
        await clock.advance(3_600_000);
        assert.equal(watch.all.settings.length, 2);
    });

    it('knows nothing where the card says so, or the number is none of a battery', async () => {
        const agent = new BacsAgent(4, 1);
        agent.put(`${MODULE_COLUMNS.voltage.oid}.1`, -1);
        agent.put(`${MODULE_COLUMNS.voltage.oid}.2`, -9999);
        agent.put(`${MODULE_COLUMNS.voltage.oid}.3`, 65535);
        agent.put(`${MODULE_COLUMNS.temperature.oid}.1`, 55537);
        agent.put(`${MODULE_COLUMNS.resistance.oid}.1`, 0);
        agent.put(`${MODULE_COLUMNS.resistance.oid}.2`, null);
        await begin(agent);
        assert.deepEqual(volts(), [NaN, NaN, NaN, 13.04]);
        assert.deepEqual(round(watch.last.blocks.temperature!), [NaN, 25.1, 25.1, 25.1]);
        assert.deepEqual(round(watch.last.blocks.impedance!), [NaN, NaN, 4.5, 4.5]);
    });

    it('keeps the numbers of the others when a row goes', async () => {
        const agent = new BacsAgent(4, 1, 0);
        await begin(agent);
        for (const { oid } of Object.values(MODULE_COLUMNS)) agent.remove(`${oid}.0`);
        await clock.advance(60_000);
        assert.deepEqual(volts(), [NaN, 13.02, 13.03, 13.04]);
    });

    it('tells nothing while it cannot know which row is which, and takes the word of the user', async () => {
        const agent = new BacsAgent(4, 1, 1);
        for (const { oid } of Object.values(MODULE_COLUMNS)) agent.remove(`${oid}.4`);
        await begin(agent);
        await clock.advance(60_000);
        assert.equal(watch.all.sweeps.length, 0);
        assert.equal(warnings.length, 1);
        await driver.stop();
        const again = new BacsAgent(4, 1, 1);
        for (const { oid } of Object.values(MODULE_COLUMNS)) again.remove(`${oid}.4`);
        await begin(again, { indexBase: 1 });
        assert.deepEqual(volts(), [13.01, 13.02, 13.03, NaN]);
    });

    it('takes units as the user sets them', async () => {
        const agent = new BacsAgent(2, 1);
        agent.put(`${MODULE_COLUMNS.voltage.oid}.1`, 13_250);
        agent.put(`${MODULE_COLUMNS.voltage.oid}.2`, 13_260);
        agent.put(`${MODULE_COLUMNS.temperature.oid}.1`, 770);
        await begin(agent, { divisors: { blockVoltage: 1000 }, fahrenheit: true });
        assert.deepEqual(volts(), [13.25, 13.26]);
        assert.equal(watch.last.blocks.temperature![0], 25);
    });

    it('tells nothing of a sweep that was cut off, and goes on when the card is back', async () => {
        const agent = new BacsAgent(60, 2);
        await begin(agent);
        const before = watch.all.sweeps.length;
        agent.drops = (_, oids) =>
            oids.some((oid) => oid.startsWith(MODULE_COLUMNS.voltage.oid) && oid.endsWith('.40'));
        driver.pollNow();
        await clock.advance(0);
        assert.equal(watch.all.sweeps.length, before);
        agent.drops = undefined;
        agent.failure = new SnmpError('timeout', 'no answer');
        await clock.advance(5000);
        assert.equal(watch.all.states.at(-1)!.state, 'waiting');
        agent.failure = undefined;
        for (let module = 1; module <= 60; module++) agent.module(module, 11);
        await clock.advance(5000);
        assert.deepEqual([...new Set(volts())], [11]);
    });

    it('reads a card anew that has been restarted, or is another one', async () => {
        const agent = new BacsAgent(4, 1);
        await begin(agent);
        agent.put('1.3.6.1.2.1.1.3.0', 500);
        agent.put('1.3.6.1.2.1.33.1.1.7.0', '4712');
        const before = watch.all.sweeps.length;
        await clock.advance(1000);
        assert.equal(watch.all.sweeps.length, before + 1);
        assert.equal(watch.all.identities.at(-1)!.serial, '4712');
        assert.equal(watch.all.settings.length, 2);
    });
});

describe('A BACS system by Modbus and SNMP', () => {
    let clock: FakeClock;
    let watch: BatteryWatch;
    let driver: BacsDriver;
    let card: BacsMemory;

    async function begin(agent: BacsAgent, over: Over = {}) {
        const path = new ModbusReader({ clock, line: card, unitId: 1, host: 'card', addressOffset: 0 });
        const beside = new SnmpReader({ clock, transport: agent, host: 'card', ...over });
        driver = new BacsDriver({ clock, host: 'card', path, beside, sweepMs: 10_000 });
        driver.start(watch);
        await clock.advance(0);
    }

    beforeEach(() => {
        clock = new FakeClock();
        watch = new BatteryWatch();
        card = new BacsMemory(clock, 48, 12);
    });

    afterEach(async () => {
        await driver.stop();
        assert.equal(clock.pending, 0);
    });

    it('adds the voltages of strings 11 to 16, limits and the model', async () => {
        const agent = new BacsAgent(48, 12, 0);
        agent.setUp({ voltageHighAlarm: 1440 });
        await begin(agent);
        assert.equal(watch.last.blocks.charge![0], 99);
        // The first ten as Modbus tells them.
        assert.deepEqual(round(watch.last.byString.voltage!).slice(8), [52, 52, 52.1, 52.1]);
        assert.deepEqual(watch.all.settings[0]!.limits, { 'voltage-high-alarm': 14.4 });
        assert.equal(watch.all.identities.at(-1)!.serial, '12345');
        assert.equal(watch.all.identities.at(-1)!.model, 'BACS WEBMANAGER');
    });

    it('takes currents from SNMP where they are over the sign of a word', async () => {
        const agent = new BacsAgent(48, 12);
        for (let string = 1; string <= 12; string++) {
            card.string(string, string === 3 ? -400 : -150);
            agent.string(string, string === 3 ? -400 : -150);
        }
        card.flags('discharging');
        await begin(agent);
        assert.deepEqual(round(watch.last.byString.current!).slice(1, 4), [-150, -400, -150]);
    });

    it('learns the units of SNMP from Modbus', async () => {
        const agent = new BacsAgent(48, 12);
        for (let string = 1; string <= 12; string++) agent.string(string, 1.5, { totalVolt: 521 });
        await begin(agent);
        assert.deepEqual(round(watch.last.byString.voltage!).slice(9), [52, 52.1, 52.1]);
    });

    it('needs no SNMP: Modbus waits for none', async () => {
        const agent = new BacsAgent(48, 12);
        agent.failure = new SnmpError('timeout', 'no answer');
        await begin(agent);
        await clock.advance(30_000);
        assert.equal(watch.all.sweeps.length, 4);
        assert.ok(Number.isNaN(watch.last.byString.voltage![11]));
        assert.equal(watch.all.states.at(-1)!.state, 'ready');
    });

    it('does not let a stalled SNMP hold up flags and values', async () => {
        const agent = new BacsAgent(48, 12);
        agent.gate = new Promise(() => {});
        await begin(agent);
        await clock.advance(30_000);
        assert.ok(watch.all.sweeps.length >= 3, String(watch.all.sweeps.length));
        assert.ok(watch.all.flags.length >= 30, String(watch.all.flags.length));
    });
});
