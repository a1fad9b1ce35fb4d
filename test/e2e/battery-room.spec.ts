import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeRedProcess } from './support/node-red-process';
import { ShippedFlow, type FlowNode } from './support/shipped-flow';
import { waitFor } from './support/wait-for';

const nodes = () => JSON.parse(readFileSync(join(__dirname, '../../flows/battery-room.json'), 'utf8')) as FlowNode[];

/** The battery lives 60 times as fast as this test: minutes pass in seconds. A block that heats faster than it does here would be a fault of its sensor. */
const adapt = (node: FlowNode): FlowNode =>
    node.type === 'ups-battery' ? { ...node, runawayMinutes: 1, countdownMinutes: 3, aboveOthers: 3 } : node;

describe('flows/battery-room', function () {
    this.timeout(400_000);
    let flow: ShippedFlow;
    const event = (id: string, state: string) =>
        flow.last('events', new RegExp(`/${id} `), new RegExp(`/${id} ${state}$`));

    before(async () => {
        flow = await ShippedFlow.start(nodes(), adapt);
    });
    after(async () => {
        await flow?.stop();
        await NodeRedProcess.killAll();
    });

    it('starts without a warning, an error or an alarm', async () => {
        await waitFor('the battery', async () => (await flow.entries()).length > 0);
        await new Promise((done) => setTimeout(done, 3000));
        assert.doesNotMatch(flow.output(), /\[error\]|\[warn\] \[ups/);
        const alarms = (await flow.events()).filter(
            (line) => !/\/(monitoring-started|equalizing|charging|float-charging|connected|polling) on$/.test(line),
        );
        assert.deepEqual(alarms, []);
    });

    it('a mains failure discharges the blocks', async () => {
        await flow.press('mains fail');
        await event('power-fail', 'on');
        await event('discharging', 'on');
        await flow.press('mains return');
        await event('discharging', 'off');
    });

    it('a lost module is a general alarm: relay and buzzer', async () => {
        await flow.press('module 9 is lost');
        await event('module-lost', 'on');
        await event('general-alarm', 'on');
        await flow.last('jobs', /^Alarm relay/, /Alarm relay on: confirmed/);
        await event('buzzer-on', 'on');
        await flow.press('module 9 answers');
        await event('general-alarm', 'off');
        await flow.last('jobs', /^Alarm relay/, /Alarm relay off: confirmed/);
    });

    it('the equalizing pauses for an hour, and resumes', async () => {
        await flow.press('pause now');
        await flow.last('jobs', /^Pause for an hour/, /equalizing paused for 1 h: confirmed/);
        await event('equalizing-paused', 'on');
        await flow.press('resume now');
        await flow.last('jobs', /^Resume/, /equalizing resumed: confirmed/);
        await event('equalizing-paused', 'off');
    });

    it('a thermal runaway warns, counts down, and opens the breaker of its string', async () => {
        await flow.press('block 5 runs away');
        // Half an hour of heating, and five minutes above the limit.
        await waitFor(
            'the warning',
            async () => (await flow.events()).some((line) => /runaway-warning on/.test(line)),
            70_000,
        );
        await event('thermal-runaway-string-1', 'on');
        await flow.last('jobs', /^Breaker A/, /Breaker A on: confirmed/);
        await event('breaker-open', 'on');
        assert.ok(!(await flow.jobs()).some((line) => line.startsWith('Breaker B')));
        await flow.press('block 5 is taken out');
        await event('module-lost', 'on');
        // Nobody puts in a block within minutes: one that is cold at once would be a fault of its sensor.
        await new Promise((done) => setTimeout(done, 6000));
        await flow.press('block 5 is new');
        await event('thermal-runaway-warning', 'off');
        await flow.press('the runaway is dealt with');
        await flow.last('jobs', /^Breaker A/, /Breaker A off: confirmed/);
        await flow.press('breaker A is closed');
        await event('breaker-open', 'off');
    });
});
