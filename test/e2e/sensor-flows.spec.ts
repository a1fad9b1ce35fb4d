import assert from 'node:assert/strict';
import { NodeRedProcess } from './support/node-red-process';
import { ShippedFlow } from './support/shipped-flow';

describe('flows/sensor-matrix: the aquarium', function () {
    this.timeout(120_000);
    let flow: ShippedFlow;
    const marker = (name: string, state: string) =>
        flow.last('events', new RegExp(`^${name}/on `), `${name}/on ${state}`);

    before(async () => {
        flow = await ShippedFlow.start('sensor-matrix');
    });
    after(async () => {
        await flow?.stop();
        await NodeRedProcess.killAll();
    });

    it('a level that sinks is for the next maintenance, and nothing more', async () => {
        await flow.press('level below 80 %');
        await marker('Level or water', 'on');
        await flow.last('jobs', /maintenance/, /^Log: for the next maintenance/);
        assert.ok(!(await flow.events()).includes('Glass and level/on on'));
    });

    it('broken glass makes it a leak', async () => {
        await flow.press('glass breaks');
        await marker('Glass and level', 'on');
        await flow.last('jobs', /^Log: leak, level/, /Come at once/);
        assert.ok(!(await flow.events()).includes('Both critical ones/on on'));
    });

    it('water in the room as well switches output 1, from which the rest follows', async () => {
        await flow.press('visitors get wet');
        await marker('Both critical ones', 'on');
        await flow.last('jobs', /Output 1 follows/, /Output 1 on: confirmed/);
        await flow.last('jobs', /^Log: evacuate/, /Output 1 is on/);
    });

    it('a restart changes nothing of it', async () => {
        const before = (await flow.events()).length;
        await flow.kill9AndStart();
        await flow.press('glass breaks');
        await flow.press('visitors get wet');
        await flow.press('level below 80 %');
        await new Promise((done) => setTimeout(done, 1500));
        const since = (await flow.events()).slice(before).filter((line) => !line.startsWith('Output 1/'));
        assert.deepEqual(
            since,
            [],
            'the relay is a simulated one, which a new process begins afresh: it alone may change',
        );
    });

    it('output 1 goes off as soon as one of the two is over, the overview only when all is mended', async () => {
        await flow.press('dried up');
        await marker('Both critical ones', 'off');
        await flow.last('jobs', /Output 1 follows/, /Output 1 off: confirmed/);
        await marker('Level or water', 'on');
        await flow.press('filled up');
        await marker('Level or water', 'off');
        await marker('Glass and level', 'off');
        await flow.press('glass is mended');
        await flow.last('events', /^Glass break/, 'Glass break/on off');
    });

    it('the air conditioner goes on when it is too hot, and off only when it is normal again', async () => {
        const said = async () => (await flow.jobs()).filter((line) => line.startsWith('Air conditioner'));
        await flow.press('34 °C');
        await flow.last('jobs', /^Air conditioner/, /Air conditioner on: confirmed/);
        await flow.press('28 °C');
        await flow.last('events', /^Plant room\/alarm-high/, 'Plant room/alarm-high off');
        await new Promise((done) => setTimeout(done, 500));
        assert.match((await said()).at(-1)!, /on: confirmed/, 'no longer too hot is not yet normal');
        await flow.press('22 °C');
        await flow.last('jobs', /^Air conditioner/, /Air conditioner off: confirmed/);
    });
});

describe('flows/dc-supply-alarms: Table 3 of the RMCU', function () {
    this.timeout(180_000);
    let flow: ShippedFlow;

    before(async () => {
        flow = await ShippedFlow.start('dc-supply-alarms');
    });
    after(async () => {
        await flow?.stop();
        await NodeRedProcess.killAll();
    });

    for (const [channel, normal, high, low] of [
        ['AC line', '117 V', '145 V', '95 V'],
        ['Temperature', '90 °F', '155 °F', '35 °F'],
        ['Amps power supply', '0 A', '1001 A', '-1001 A'],
        ['Amps battery', '0 A', '1001 A', '-1001 A'],
        ['Volts power supply', '14.1 V', '16.5 V', '7.5 V'],
    ] as const) {
        it(`${channel}: ${high} and ${low} are alarms, ${normal} ends them`, async () => {
            const level = (id: string, state: string) =>
                flow.last('events', new RegExp(`^${channel}/${id} `), `${channel}/${id} ${state}`);
            await flow.press(high, channel);
            await level('alarm-high', 'on');
            await flow.press(normal, channel);
            await level('alarm-high', 'off');
            await flow.press(low, channel);
            await level('alarm-low', 'on');
            await flow.press(normal, channel);
            await level('alarm-low', 'off');
        });
    }

    it('has the thresholds and recoveries of the table', () => {
        const table: Record<string, [number, number, number, number]> = {
            'AC line': [140, 135, 100, 107],
            Temperature: [150, 145, 40, 45],
            'Amps power supply': [1000, 0, -1000, 0],
            'Amps battery': [1000, 0, -1000, 0],
            'Volts power supply': [16, 15, 8, 13],
            'Volts battery': [15, 14.8, 12, 13],
        };
        for (const [name, row] of Object.entries(table)) {
            const node = flow.nodes.find((each) => each.name === name)!;
            const { alarmHigh, alarmHighRecovery, alarmLow, alarmLowRecovery } = node;
            assert.deepEqual([alarmHigh, alarmHighRecovery, alarmLow, alarmLowRecovery], row, name);
        }
    });

    it('the fan follows the heat, and load is shed while the battery is low, which stays until it is reset', async () => {
        await flow.last('jobs', /^Fan follows/, /Fan off: confirmed/);
        await flow.press('11.8 V', 'Volts battery');
        await flow.last('jobs', /^Load shedding/, /Load shedding on: confirmed/);
        await flow.press('13.2 V', 'Volts battery');
        await new Promise((done) => setTimeout(done, 1500));
        assert.ok(!(await flow.events()).includes('Volts battery/alarm-low off'), 'latched');
        await flow.kill9AndStart();
        await flow.press('13.2 V', 'Volts battery');
        await new Promise((done) => setTimeout(done, 500));
        assert.ok(!(await flow.events()).includes('Volts battery/alarm-low off'), 'latched over a kill, too');
        await flow.press('release latches');
        await flow.last('events', /^Volts battery\/alarm-low/, 'Volts battery/alarm-low off');
        await flow.last('jobs', /^Load shedding/, /Load shedding off: confirmed/);
    });

    it('Alarm Out is set while the watch is on, and cleared with the alarm', async () => {
        await flow.press('watch on');
        await flow.last('events', /^Watch\/on/, 'Watch/on on');
        await flow.press('closes', 'Alarm In');
        await flow.last('jobs', /^Alarm Out/, /Alarm Out on: confirmed/);
        await flow.press('opens', 'Alarm In');
        await flow.last('events', /^Alarm In\/on/, 'Alarm In/on off');
        await flow.press('opens', 'DC-OK');
        await flow.last('events', /^DC-OK\/on/, 'DC-OK/on on');
        await flow.press('closes', 'DC-OK');
        await flow.last('events', /^DC-OK\/on/, 'DC-OK/on off');
        await flow.last('jobs', /^Alarm Out/, /Alarm Out off: confirmed/);
    });
});
