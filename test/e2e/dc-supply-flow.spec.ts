import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import snmp from 'net-snmp';
import type { Browser } from 'playwright-core';
import { MailSink } from '../../simulators/mail-sink/mail-sink';
import { requireBrowser } from '../support/peers';
import { openBrowser, takePage } from './support/browser';
import { NodeRedProcess } from './support/node-red-process';
import { ShippedFlow, type FlowNode } from './support/shipped-flow';
import { flowWithFreePorts } from './support/supply-flow';
import { waitFor } from './support/wait-for';

const ALARMS = 'dc-supply-alarms.json';
const FILE = join(__dirname, '..', '..', 'flows', ALARMS);
/** Of the simulated RMCU: tenths of volts; the state of an output, 1 is active. */
const AC_LINE = '1.3.6.1.4.1.8072.9999.9999.34.2.1.2.0';
const ALARM_OUT = '1.3.6.1.4.1.8072.9999.9999.34.2.5.1.2.0';

/** Factory settings (RMCU manual, "Alarm Setup", Table 3). The limits of the amps, 1000 and -1000, mean off. */
const TABLE_3 = {
    'AC line': [140, 135, 100, 107],
    Temperature: [150, 145, 40, 45],
    'Volts power supply': [16, 15, 8, 13],
    'Volts battery': [15, 14.8, 12, 13],
    'Amps power supply': ['', '', '', ''],
    'Amps battery': ['', '', '', ''],
};

describe('flows/dc-supply-alarms: the alarms of a simulated RMCU', function () {
    this.timeout(400_000);
    const sink = new MailSink();
    let flow: ShippedFlow;

    const isOn = async (event: string) =>
        (await flow.events()).findLast((line) => line.startsWith(`${event} `))?.endsWith(' on') ?? false;
    const becomes = (event: string, state: 'on' | 'off') =>
        waitFor(`${event} ${state}`, async () => (await isOn(event)) === (state === 'on'), 60_000);
    /** What the supply itself answers, without this package. */
    const asked = async (oid: string) => {
        const { port } = flow.named('DC supply over SNMP');
        const session = snmp.createSession('127.0.0.1', 'public', { port: Number(port), version: snmp.Version2c });
        try {
            return await new Promise<number>((resolve, reject) =>
                session.get([oid], (error, varbinds) =>
                    error ? reject(error) : resolve(Number(varbinds?.[0]?.value)),
                ),
            );
        } finally {
            session.close();
        }
    };
    /** A line of the simulator's control words, by any of its buttons. */
    const control = (line: string) => flow.feedText('silent', line);

    before(async () => {
        await sink.start();
        flow = await ShippedFlow.start(await flowWithFreePorts(ALARMS), (node) => {
            if (node.type === 'ups-mail-account') return { ...node, port: sink.port };
            return node.type === 'ups-email' || node.type === 'ups-outlet' ? { ...node, d: false } : node;
        });
    });
    after(async () => {
        await flow?.stop();
        await NodeRedProcess.killAll();
        await sink.stop();
    });

    /** A latch is released only when the value is back. */
    const released = () =>
        waitFor('the end', async () => {
            if (await isOn('Volts battery/alarm-low')) await flow.press('release latches');
            return !(await isOn('Volts battery/alarm-low'));
        });

    it('ships with nothing that takes power from anybody', () => {
        const shipped = JSON.parse(readFileSync(FILE, 'utf8')) as FlowNode[];
        const jobs = shipped.filter(({ type, outlet }) => type === 'ups-outlet' && outlet !== 'Alarm Out');
        assert.deepEqual(
            jobs.map(({ name, d }) => [name, d]),
            ['Power Supply off', 'Power Supply on', 'Battery off', 'Battery on'].map((name) => [name, true]),
        );
    });

    it('has the thresholds and recoveries of the table', () => {
        for (const [name, row] of Object.entries(TABLE_3)) {
            const { alarmHigh, alarmHighRecovery, alarmLow, alarmLowRecovery } = flow.named(name);
            assert.deepEqual([alarmHigh, alarmHighRecovery, alarmLow, alarmLowRecovery], row, name);
        }
    });

    it('reads every channel of the supply by itself', async () => {
        for (const name of Object.keys(TABLE_3).slice(0, 4)) await becomes(`${name}/normal`, 'on');
    });

    it('is armed from the first moment on, as the factory has it', async () => {
        await becomes('Watch/on', 'on');
        await flow.press('145 V');
        await becomes('AC line high/on', 'on');
        await flow.last('jobs', /^Alarm Out on/, /confirmed/);
        await flow.last('jobs', /^Log: alarm/, /AC line high.*\(AC line 145 V\)/);
        await waitFor('the mail', () => Promise.resolve(sink.mails.length > 0));
        assert.match(sink.mails[0]!.content.subject ?? '', /AC line high.*\(AC line 145 V\)/);
        await flow.press('117 V');
        await becomes('AC line high/on', 'off');
        await flow.last('jobs', /^Alarm Out off/, /confirmed/);
    });

    it('AC off at the supply is a mains failure, whose output is set and read back, until AC is on again', async () => {
        assert.equal(await isOn('DC supply/outages-unseen'), false);
        await flow.press('AC off');
        await becomes('DC supply/power-fail', 'on');
        await flow.last(
            'jobs',
            /^Log: mains failed/,
            /Mains failed, running on battery: AC line [\d.]+ V, battery 1[\d.]+ V/,
        );
        await flow.last('jobs', /^Alarm Out/, /^Alarm Out on: .*confirmed/);
        assert.equal(await asked(ALARM_OUT), 1);
        await flow.press('AC on');
        await becomes('DC supply/power-fail', 'off');
        await flow.last('jobs', /^Log: mains back/, /Mains are back, after .+: AC line 116\.7 V/);
        await flow.last('jobs', /^Alarm Out/, /^Alarm Out off: .*confirmed/);
        assert.equal(await asked(ALARM_OUT), 0);
    });

    it('begins an outage below 100 V, and ends it at 107 V, as the factory has the alarm of the line', async () => {
        await control('ac 99.9');
        await becomes('DC supply/power-fail', 'on');
        await control('ac 106.9');
        await waitFor('the reading', async () => (await asked(AC_LINE)) === 1069);
        await control('ac 107');
        await becomes('DC supply/power-fail', 'off');
        // 106.9 V have not ended it.
        await flow.last('jobs', /^Log: mains back/, /AC line 107 V/);
        await flow.press('AC on');
    });

    it('a battery that the supply takes off in an outage is an alarm', async () => {
        await flow.press('battery nearly empty');
        await flow.press('AC off');
        await becomes('DC supply/battery-depleted', 'on');
        await becomes('Battery empty/on', 'on');
        await flow.press('AC on');
        await flow.press('battery full');
        await becomes('DC supply/battery-depleted', 'off');
        await becomes('Battery empty/on', 'off');
        await released();
    });

    it('logs that the supply has started, by its trap', async () => {
        const boots = async () =>
            (await flow.entries()).filter(({ kind, text }) => kind === 'system' && /has started/.test(text)).length;
        const before = await boots();
        await flow.press('starts anew');
        await waitFor('the entry', async () => (await boots()) === before + 1);
    });

    it('a battery that is low stays an alarm until its latch is released, and takes its output along', async () => {
        await flow.press('11.8 V');
        await becomes('Volts battery low/on', 'on');
        await flow.last('jobs', /^Battery off/, /confirmed/);
        await control('force analog-4 13.2');
        assert.equal(await isOn('Volts battery/alarm-low'), true);
        await released();
        await flow.last('jobs', /^Battery on/, /confirmed/);
    });

    it('a contact that opens is an alarm', async () => {
        await flow.press('opens', 'Alarm In');
        await becomes('Alarm In open/on', 'on');
        await flow.press('closes', 'Alarm In');
        await becomes('Alarm In open/on', 'off');
    });

    it('a supply that is silent ends nothing, and begins nothing but lost connections', async () => {
        await flow.press('155 °F');
        await becomes('Temperature/alarm-high', 'on');
        await flow.press('silent');
        await becomes('Temperature/connection-lost', 'on');
        assert.equal(await isOn('Temperature/alarm-high'), true);
        assert.equal(await isOn('AC line/alarm-low'), false, 'silence is not 0 V');
        await flow.press('answers');
        await becomes('Temperature/connection-lost', 'off');
        await flow.press('90 °F');
        await becomes('Temperature/alarm-high', 'off');
    });

    it('by the schedule, it does nothing outside of its hours, and the choice outlives a kill', async () => {
        await flow.change('Night watch', { windows: [around(6 * 60)] });
        await flow.press('use the schedule');
        await becomes('Watch/on', 'off');
        await flow.kill9AndStart();
        const before = sink.mails.length;
        await waitFor('the supply', async () => {
            await flow.press('145 V');
            return isOn('AC line/alarm-high');
        });
        assert.equal(await isOn('Watch/on'), false);
        assert.equal(await isOn('AC line high/on'), false);
        assert.equal(sink.mails.length, before);
    });

    it('what is wrong when the hours begin counts from then on, and is taken back when they end', async () => {
        await flow.change('Night watch', { windows: [around(0)] });
        await becomes('AC line high/on', 'on');
        await flow.last('jobs', /^Alarm Out on/, /confirmed/);
        await flow.change('Night watch', { windows: [around(6 * 60)] });
        await becomes('Watch/on', 'off');
        await flow.last('jobs', /^Alarm Out off/, /confirmed/);
        await flow.press('always armed');
        await becomes('AC line high/on', 'on');
    });

    it('prints no error', () => {
        assert.doesNotMatch(flow.output(), /\[error\]/);
    });
});

/** On the clocks of this machine, as the flow's schedules are. */
function stamp(at: number): string {
    return new Date(at - 60_000 * new Date(at).getTimezoneOffset()).toISOString().slice(11, 16);
}

/** Two hours of every day, in the middle of which it is `minutes` from now. */
function around(minutes: number): object {
    const at = (offset: number) => stamp(Date.now() + 60_000 * (minutes + offset));
    return { days: [1, 2, 3, 4, 5, 6, 7], from: at(-60), to: at(60) };
}

describe('flows/dc-supply-schedules: sixteen lines', function () {
    this.timeout(400_000);
    let flow: ShippedFlow;

    before(async () => {
        flow = await ShippedFlow.start(await flowWithFreePorts('dc-supply-schedules.json'));
    });
    after(async () => {
        await flow?.stop();
        await NodeRedProcess.killAll();
    });

    it('are all disabled, as the factory has them, and each is a schedule with its begin and its end', () => {
        const schedules = flow.nodes.filter(({ type }) => type === 'ups-schedule');
        assert.equal(schedules.length, 16);
        for (const { name, d, wires = [] } of schedules) {
            assert.equal(d, true, name);
            const jobs = flow.nodes.filter(({ id }) => wires.flat().includes(id));
            assert.deepEqual(
                jobs.map(({ type, edge }) => [type, edge]),
                [
                    ['ups-outlet', 'on'],
                    ['ups-outlet', 'off'],
                ],
                name,
            );
        }
    });

    it('one of them that is enabled sets its output in its hours, and back when they end', async () => {
        await flow.change('Schedule 7', { d: false, windows: [around(0)] });
        await flow.last('jobs', /^7, begin/, /outlet Alarm Out on: confirmed/);
        await flow.change('Schedule 7', { windows: [around(6 * 60)] });
        await flow.last('jobs', /^7, end/, /outlet Alarm Out off: confirmed/);
        assert.deepEqual(
            (await flow.jobs()).filter((line) => !line.startsWith('7, ')),
            [],
        );
    });

    it('take power from the loads by the name of the output: Power Supply off is off', async () => {
        await flow.change('8, begin: Alarm Out on', { outlet: 'Power Supply', action: 'off' });
        await flow.change('Schedule 8', { d: false, windows: [around(0)] });
        await flow.last('jobs', /^8, begin/, /outlet Power Supply off: confirmed/);
    });
});

describe('flows/dc-supply-dashboard: the pages', function () {
    this.timeout(400_000);
    let nodeRed: NodeRedProcess;
    let browser: Browser;
    const nodes: FlowNode[] = [];

    before(async function () {
        const chromium = requireBrowser(this);
        nodes.push(...(await flowWithFreePorts('dc-supply-dashboard.json')));
        nodeRed = await NodeRedProcess.start({ flows: nodes });
        browser = await openBrowser(chromium);
    });
    after(async () => {
        await browser?.close();
        await nodeRed?.stop();
        await NodeRedProcess.killAll();
    });

    it('show every channel and output, on the phone too, and fade when the supply is silent', async () => {
        const page = await takePage(browser, { viewport: { width: 390, height: 800 } });
        await page.goto(nodeRed.url('dashboard/dc-m'));
        const rows = () => page.locator('.dc-row').allInnerTexts();
        const has = (row: RegExp) =>
            waitFor(
                String(row),
                async () => (await rows()).some((text) => row.test(text.replace(/\s+/g, ' '))),
                60_000,
            );
        await has(/^Volts battery 13\.\d+ V$/);
        await has(/^Power Supply on$/);
        await has(/^Alarm In closed$/);
        assert.equal((await rows()).length, 11);
        await nodeRed.inject(nodes.find(({ name }) => name === 'mains off')!.id);
        await page.getByText('Mains failed: the battery feeds the loads').waitFor({ timeout: 60_000 });
        await has(/^AC line 0 V$/);
        await nodeRed.inject(nodes.find(({ name }) => name === 'mains on')!.id);
        await page.getByText('The supply answers').waitFor({ timeout: 60_000 });
        await nodeRed.inject(nodes.find(({ name }) => name === 'silent')!.id);
        await page.getByText('The supply does not answer').waitFor({ timeout: 90_000 });
        await has(/^Volts battery 13\.\d+ V$/);
    });

    it('draw the volts and the amps', async () => {
        const page = await takePage(browser, {});
        await page.goto(nodeRed.url('dashboard/dc-monitor'));
        await page.locator('canvas').nth(1).waitFor({ timeout: 60_000 });
    });
});
