import assert from 'node:assert/strict';
import { everShipped } from '../support/frozen/frozen-flows';
import { MailSink } from '../../simulators/mail-sink/mail-sink';
import { NodeRedProcess } from './support/node-red-process';
import { ShippedFlow } from './support/shipped-flow';
import { waitFor } from './support/wait-for';

for (const { where, nodes } of everShipped('sensor-matrix')) {
    describe(`${where}: the aquarium`, function () {
        this.timeout(400_000);
        let flow: ShippedFlow;
        const marker = (name: string, state: string) =>
            flow.last('events', new RegExp(`^${name}/on `), `${name}/on ${state}`);

        before(async () => {
            flow = await ShippedFlow.start(nodes());
        });
        after(async () => {
            await flow?.stop();
            await NodeRedProcess.killAll();
        });

        it('shows a reading of every sensor at the start, and nothing happens by it', async () => {
            await flow.last('jobs', /^Air conditioner/, /Air conditioner off: confirmed/);
            assert.deepEqual(
                (await flow.events()).filter((line) => !/\/normal on$/.test(line)),
                [],
            );
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
}

// As it is shipped now, it reads a simulated supply: dc-supply-flow.spec.ts.
for (const { where, nodes } of everShipped('dc-supply-alarms').slice(1)) {
    describe(`${where}: the alarm page of the RMCU`, function () {
        this.timeout(400_000);
        const sink = new MailSink();
        let flow: ShippedFlow;
        const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
        const all = async (prepare: (row: Row) => Promise<unknown>) => {
            for (const row of TABLE_3) await prepare(row);
        };
        /** The last edge of this event, and whether it is on. */
        const isOn = async (event: string) =>
            (await flow.events()).findLast((line) => line.startsWith(`${event} `))?.endsWith(' on') ?? false;
        const becomes = (event: string, state: 'on' | 'off') =>
            waitFor(`${event} ${state}`, async () => (await isOn(event)) === (state === 'on'));

        before(async () => {
            await sink.start();
            flow = await ShippedFlow.start(nodes(), (node) => {
                if (node.name === 'Night watch') return { ...node, windows: [around(6 * 60)] };
                if (node.type === 'ups-mail-account') return { ...node, port: sink.port };
                return node.type === 'ups-email' ? { ...node, d: false } : node;
            });
        });
        after(async () => {
            await flow?.stop();
            await NodeRedProcess.killAll();
            await sink.stop();
        });

        it('has the thresholds and recoveries of the table', () => {
            for (const [name, ...row] of TABLE_3) {
                const { alarmHigh, alarmHighRecovery, alarmLow, alarmLowRecovery } = flow.named(name);
                assert.deepEqual([alarmHigh, alarmHighRecovery, alarmLow, alarmLowRecovery], row, name);
            }
        });

        it('over alarms begin above their threshold, and end at their recovery', async () => {
            await all(([name, over]) => flow.feed(name, over));
            await pause(1600);
            await all(async ([name]) =>
                assert.equal(await isOn(`${name}/alarm-high`), false, `${name} at its threshold`),
            );
            await all(([name, over]) => flow.feed(name, over + 0.1));
            await all(([name]) => becomes(`${name}/alarm-high`, 'on'));
            await all(([name, , recovery]) => flow.feed(name, recovery + 0.1));
            await pause(1600);
            await all(async ([name]) =>
                assert.equal(await isOn(`${name}/alarm-high`), true, `${name} above its recovery`),
            );
            await all(([name, , recovery]) => flow.feed(name, recovery));
            await all(([name]) => (name === LATCHED ? Promise.resolve() : becomes(`${name}/alarm-high`, 'off')));
            assert.equal(await isOn(`${LATCHED}/alarm-high`), true, 'latched');
            await flow.press('release latches');
            await becomes(`${LATCHED}/alarm-high`, 'off');
        });

        it('under alarms begin below their threshold, and end at their recovery', async () => {
            await all(([name, , , under]) => flow.feed(name, under));
            await pause(1600);
            await all(async ([name]) =>
                assert.equal(await isOn(`${name}/alarm-low`), false, `${name} at its threshold`),
            );
            await all(([name, , , under]) => flow.feed(name, under - 0.1));
            await all(([name]) => becomes(`${name}/alarm-low`, 'on'));
            await all(([name, , , , recovery]) => flow.feed(name, recovery - 0.1));
            await pause(1600);
            await all(async ([name]) =>
                assert.equal(await isOn(`${name}/alarm-low`), true, `${name} below its recovery`),
            );
            await all(([name, , , , recovery]) => flow.feed(name, recovery));
            await all(([name]) => (name === LATCHED ? Promise.resolve() : becomes(`${name}/alarm-low`, 'off')));
            assert.equal(await isOn(`${LATCHED}/alarm-low`), true, 'latched');
        });

        it('a latched alarm outlives a kill, and its end is for a person to say', async () => {
            await flow.kill9AndStart();
            await flow.press('13.2 V', LATCHED);
            await pause(1600);
            assert.equal(await isOn(`${LATCHED}/alarm-low`), true);
            await flow.press('release latches');
            await becomes(`${LATCHED}/alarm-low`, 'off');
        });

        it('does nothing about all this outside the hours of the schedule', async () => {
            assert.deepEqual(await flow.jobs(), []);
            assert.equal(sink.mails.length, 0);
        });

        it('the schedule arms it: what is wrong when it begins counts from then on', async () => {
            await flow.press('145 V', 'AC line');
            await becomes('AC line/alarm-high', 'on');
            assert.equal(await isOn('AC line high/on'), false);
            await flow.change('Night watch', { windows: [around(0)] });
            await becomes('Night watch/schedule', 'on');
            await becomes('AC line high/on', 'on');
            await flow.last('jobs', /^Alarm Out/, /Alarm Out on: confirmed/);
            await flow.last('jobs', /^Log: watch begins/, /Watch/);
        });

        it('logs the readings while armed', async () => {
            await flow.last('jobs', /^Log: readings/, /AC line 145 V/);
            await flow.last('jobs', /^Log: readings/, /Volts battery 13\.2 V/);
        });

        it('mails and logs the alarm with its reading', async () => {
            await flow.last('jobs', /^Log: alarm/, /AC line high.*\(AC line 145 V\)/);
            await waitFor('the mail', () => Promise.resolve(sink.mails.length > 0));
            assert.match(sink.mails[0]!.content.subject ?? '', /AC line high.*\(AC line 145 V\)/);
        });

        it('tells a second alarm while the first is on, gathered with what else comes within ten minutes', async () => {
            await flow.press('155 °F', 'Temperature');
            await flow.last('jobs', /^Log: alarm/, /Temperature high.*\(Temperature 155 °F\)/);
            await flow.last('jobs', /^Fan follows/, /Fan on: confirmed/);
            await pause(1000);
            assert.equal(sink.mails.length, 1);
            await flow.press('90 °F', 'Temperature');
            await flow.last('jobs', /^Fan follows/, /Fan off: confirmed/);
            assert.equal(await isOn('Any alarm while watched/on'), true, 'the line is still wrong');
        });

        it('sheds load while the battery is low', async () => {
            await flow.press('11.8 V', LATCHED);
            await flow.last('jobs', /^Load shedding/, /Load shedding on: confirmed/);
            await flow.press('13.2 V', LATCHED);
            await pause(1600);
            await flow.last('jobs', /^Load shedding/, /Load shedding on: confirmed/);
            await flow.press('release latches');
            await flow.last('jobs', /^Load shedding/, /Load shedding off: confirmed/);
        });

        it('the end of the hours puts the outputs back, though the alarm goes on', async () => {
            await flow.change('Night watch', { windows: [around(6 * 60)] });
            await becomes('Watch/on', 'off');
            await flow.last('jobs', /^Alarm Out/, /Alarm Out off: confirmed/);
            assert.equal(await isOn('AC line/alarm-high'), true);
            await flow.press('117 V', 'AC line');
            await becomes('AC line/alarm-high', 'off');
        });

        for (const contact of ['Alarm In', 'DC-OK']) {
            it(`${contact} is normally closed: open is the alarm, watched by hand as well`, async () => {
                await flow.press('watch on');
                await becomes('Watch/on', 'on');
                await flow.press('opens', contact);
                await becomes(`${contact} open/on`, 'on');
                await flow.last('jobs', /^Alarm Out/, /Alarm Out on: confirmed/);
                await flow.press('closes', contact);
                await becomes(`${contact} open/on`, 'off');
                await flow.last('jobs', /^Alarm Out/, /Alarm Out off: confirmed/);
                await flow.press('watch off');
                await becomes('Watch/on', 'off');
            });
        }

        it('mails the readings when the time has come', async () => {
            const before = sink.mails.length;
            const { date, time } = stamp(Date.now() + 60_000);
            await flow.change('Each day at 07:30', { start: `${date}T${time}` });
            await waitFor('the mail', () => Promise.resolve(sink.mails.length > before), 70_000);
            assert.match(sink.mails.at(-1)!.content.subject ?? '', /the readings of/);
            assert.match(sink.mails.at(-1)!.content.text ?? '', /AC line 117 V/);
        });

        it('prints no error', () => {
            assert.doesNotMatch(flow.output(), /\[error\]/);
        });
    });
}

type Row = [name: string, over: number, overRecovery: number, under: number, underRecovery: number];

/** Factory settings (RMCU manual, "Alarm Setup", Table 3). */
const TABLE_3: Row[] = [
    ['AC line', 140, 135, 100, 107],
    ['Temperature', 150, 145, 40, 45],
    ['Amps power supply', 1000, 0, -1000, 0],
    ['Amps battery', 1000, 0, -1000, 0],
    ['Volts power supply', 16, 15, 8, 13],
    ['Volts battery', 15, 14.8, 12, 13],
];
const LATCHED = 'Volts battery';

/** On the clocks of this machine, as the flow's schedules are. */
function stamp(at: number): { date: string; time: string } {
    const local = new Date(at - 60_000 * new Date(at).getTimezoneOffset()).toISOString();
    return { date: local.slice(0, 10), time: local.slice(11, 16) };
}

/** Two hours of every day, in the middle of which it is `minutes` from now. */
function around(minutes: number): object {
    const at = (offset: number) => stamp(Date.now() + 60_000 * (minutes + offset)).time;
    return { days: [1, 2, 3, 4, 5, 6, 7], from: at(-60), to: at(60) };
}
