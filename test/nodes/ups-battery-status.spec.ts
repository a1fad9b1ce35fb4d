import assert from 'node:assert/strict';
import type { NodeMessage } from 'node-red';
import type { BatteryBlocksView } from '../../lib/views/battery-blocks';
import upsBatteryEvent from '../../nodes/batteries/ups-battery-event';
import upsBatteryStatus from '../../nodes/batteries/ups-battery-status';
import upsBattery from '../../nodes/config/ups-battery';
import { all } from '../support/battery-bench';
import { helper, speakInWords, theFlow } from '../support/node-red';
import { faultsOf } from '../../lib/core/settings';
import { settings } from '../../nodes/batteries/ups-battery-status.settings';
import { SourceFlow } from '../support/source-flow';

interface StatusMessage extends NodeMessage {
    topic: string;
    payload: BatteryBlocksView & { done?: boolean; text?: string; by?: string };
}

describe('ups-battery-status', () => {
    let flow: SourceFlow;
    let sent: StatusMessage[];

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        speakInWords(true);
        flow = new SourceFlow([upsBattery, upsBatteryEvent, upsBatteryStatus]);
    });
    afterEach(async () => {
        speakInWords(false);
        await flow.close();
    });

    const nodes = (status: object = {}, battery: object = {}) => [
        {
            ...{ id: 'b1', type: 'ups-battery', name: 'Battery 1', site: 'site1', staleSeconds: 86_400 },
            ...{ impedanceWaitMinutes: 0, ...battery },
        },
        {
            ...{ id: 's1', type: 'ups-battery-status', name: 'Panel', battery: 'b1', send: 'request' },
            ...{ wires: [['sent']], ...status },
        },
        { id: 'e1', type: 'ups-battery-event', battery: 'b1', all: true, wires: [['out'], []] },
        { id: 'sent', type: 'helper' },
    ];
    async function load(status?: object, battery?: object): Promise<void> {
        await flow.load(nodes(status, battery));
        listen();
    }
    function listen(): void {
        sent = [];
        flow.node('sent').on('input', (message) => sent.push(message as StatusMessage));
    }
    const readings = (blocks: object, more: object = {}) =>
        flow.send('s1', { topic: 'readings', payload: { strings: 2, blocks, ...more } });
    const order = async (topic: string, payload: unknown, more: object = {}) => {
        await flow.send('s1', { topic, payload, ...more });
        return sent.splice(0).map((message) => message.payload);
    };
    /** What was written in the event log beside the events, the oldest first. */
    const noted = () =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries()
            .filter(({ source, kind }) => source === 'Battery 1' && kind === 'system')
            .map(({ text }) => text)
            .reverse();
    const failure = () => {
        const [error] = flow.calls('s1', 'error').slice(-1);
        return error instanceof Error ? error.message : String(error);
    };

    it('answers any message with the values of now, of the chosen blocks', async () => {
        await load({ modules: '2, 7-8' }, { currentSensors: 'each-string' });
        await flow.send('s1', { payload: 1 });
        assert.match(failure(), /“Battery 1” has not been read yet/);
        await readings(
            { voltage: all(8, 13.5, { 7: 12.9 }), impedance: [4, 4.1, null, 4, 4, 4, 4, 4] },
            { byString: { current: [0.1, -0.2] } },
        );
        assert.equal(sent.length, 0);
        await flow.send('s1', { payload: 1, _msgid: 'm1' });
        const { topic, payload, _msgid } = sent[0]!;
        assert.deepEqual([topic, _msgid], ['Battery 1/status', 'm1']);
        assert.deepEqual(payload.blocks, [
            { module: 2, string: 1, voltage: 13.5, impedance: 4.1 },
            { module: 7, string: 2, voltage: 12.9, impedance: 4 },
            { module: 8, string: 2, voltage: 13.5, impedance: 4 },
        ]);
        assert.deepEqual(
            payload.strings.map(({ string, current }) => [string, current]),
            [
                [1, 0.1],
                [2, -0.2],
            ],
        );
        assert.equal(flow.status('s1').fill, 'green');
    });

    it('a list of blocks that is none is refused, in the dialog and as the node is made', async () => {
        for (const modules of ['', '1-10, 17', '512', ' 3 - 4 ;9'])
            assert.deepEqual(faultsOf(settings, { battery: 'b1', modules }), [], modules);
        for (const modules of ['0', '513', '10-1', '1-', 'all', '1,x', '1.5']) {
            const [fault] = faultsOf(settings, { battery: 'b1', modules });
            assert.deepEqual([fault?.property, fault?.rule, fault?.value], ['modules', 'modules', modules]);
        }
        await load({ modules: '2, seven' });
        assert.match(String(flow.calls('s1', 'error')[0]), /“2, seven” is no list of blocks from 1 to 512/);
        assert.equal(flow.status('s1').text, 'notConfigured');
    });

    it('sends what has changed, every reading, or at an interval', async () => {
        await load({ send: 'changes' });
        await readings({ voltage: all(4, 13.5) });
        await readings({ voltage: all(4, 13.5) });
        await readings({ voltage: all(4, 13.5, { 1: 13.4 }) });
        assert.deepEqual(sent.map(({ payload }) => payload.blocks[0]!.voltage), [13.5, 13.4]); // prettier-ignore
        await flow.reload(nodes({ send: 'readings' }));
        listen();
        await readings({ voltage: all(4, 13.5) });
        await readings({ voltage: all(4, 13.5) });
        assert.equal(sent.length, 2);
        await flow.reload(nodes({ send: 'interval', interval: 5 }));
        listen();
        await flow.clock.advance(11_000);
        assert.equal(sent.length, 2);
    });

    it('refuses readings that are none, and uses nothing of them', async () => {
        await load();
        await readings({ voltage: ['warm', 13.5] });
        assert.match(failure(), /blocks\.voltage\.0/);
        await flow.send('s1', { topic: 'readings', payload: { module: 513, voltage: 13 } });
        assert.match(failure(), /512/);
        await flow.send('s1', { topic: 'status' });
        assert.match(failure(), /not been read/);
    });

    it('sets the discharge counter back, and writes down who did it', async () => {
        await load({}, { dischargeLimit: 2 });
        const discharge = async (on: boolean) => {
            const states = on ? ['discharging'] : [];
            await readings({ voltage: all(4, 13) }, { states, tells: ['discharging'] });
            for (let s = 0; s < 4; s++) {
                await flow.clock.advance(10_000);
                await readings({ voltage: all(4, 13) }, { states, tells: ['discharging'] });
            }
        };
        for (const on of [true, false, true]) await discharge(on);
        assert.ok(flow.told().includes('Battery 1/discharge-counter true'));
        const [outcome] = await order('reset', 'discharges', { by: 'Ms. Rossi' });
        assert.deepEqual(outcome, {
            done: true,
            text: 'Ms. Rossi reset the discharge counter, which stood at 2',
            by: 'Ms. Rossi',
        });
        assert.deepEqual(flow.told(), ['Battery 1/discharge-counter false']);
        assert.deepEqual(noted(), ['Ms. Rossi reset the discharge counter, which stood at 2']);
        await order('reset', 'everything');
        assert.match(failure(), /“runaway” or “discharges”, but not “everything”/);
    });

    it('takes the baseline of all blocks or of some, and says whose impedance is missing', async () => {
        await load();
        assert.deepEqual(await order('baseline', ''), [
            {
                done: false,
                text: 'None of these blocks has a comparable impedance now: the baseline stays as it was',
                by: 'Panel',
            },
        ]);
        await readings({ voltage: all(4, 13.5), impedance: [4, 4.1, null, 4.2] });
        const [first] = await order('baseline', '');
        assert.equal(
            first!.text,
            'Panel set the baseline of the impedances: blocks 1-2, 4. Blocks 3 have no comparable impedance now, and keep what they had',
        );
        const [second] = await order('baseline', '2');
        assert.equal(second!.text, 'Panel set the baseline of the impedances: blocks 2');
        assert.equal(noted().length, 2);
        await order('baseline', 'all of them');
        assert.match(failure(), /no list of blocks/);
    });

    it('stops the countdown to a thermal runaway, starts it anew, and resets the runaway', async () => {
        await load({}, { runawayMinutes: 0, countdownMinutes: 2, highest: 60 });
        const hot = (celsius: number) => readings({ temperature: all(8, 25, { 7: celsius }) });
        await hot(25);
        assert.deepEqual(await order('stop', Date.now()), [
            { done: false, text: 'No countdown to a thermal runaway runs', by: 'Panel' },
        ]);
        await flow.clock.advance(600_000);
        await hot(65);
        assert.ok(flow.told().includes('Battery 1/thermal-runaway-warning true'), flow.log().join());
        const [stopped] = await order('stop', 2);
        assert.equal(stopped!.text, 'Panel stopped the countdown to a thermal runaway: string 2');
        for (let i = 0; i < 4; i++) {
            await flow.clock.advance(60_000);
            await hot(65);
        }
        assert.ok(!flow.log().includes('Battery 1/thermal-runaway true'));
        // Over a restart it stays stopped.
        await flow.reload(nodes({}, { runawayMinutes: 0, countdownMinutes: 2, highest: 60 }));
        listen();
        await hot(65);
        await flow.clock.advance(180_000);
        await hot(65);
        assert.ok(!flow.log().includes('Battery 1/thermal-runaway true'));
        const [rearmed] = await order('rearm', '');
        assert.equal(rearmed!.done, true);
        for (let i = 0; i < 3; i++) {
            await flow.clock.advance(60_000);
            await hot(65);
        }
        const told = flow.told();
        assert.ok(told.includes('Battery 1/thermal-runaway true'), flow.log().join());
        assert.ok(told.includes('Battery 1/thermal-runaway-string-2 true'));
        for (const celsius of [60, 50, 40, 30, 25]) {
            await flow.clock.advance(120_000);
            await hot(celsius);
        }
        assert.ok(!flow.told().includes('Battery 1/thermal-runaway false'), 'it stays until somebody resets it');
        const [reset] = await order('reset', 'runaway');
        assert.equal(reset!.text, 'Panel reset the thermal runaway: string 2');
        assert.ok(flow.told().includes('Battery 1/thermal-runaway false'));
        assert.equal(noted().length, 3);
    });

    it('answers a request for the history, and refuses what it does not understand', async () => {
        await load();
        await readings({ voltage: all(4, 13.5) });
        const [answer] = (await order('', { quantity: 'voltage', modules: '1-2' })) as unknown[];
        assert.deepEqual(answer, { quantity: 'voltage', unit: 'V', tier: 'fine', times: [], blocks: [] });
        await order('', { quantity: 'colour' });
        assert.match(failure(), /no quantity “colour”; choose voltage/);
        await order('', { quantity: 'voltage', from: 5, to: 4 });
        assert.match(failure(), /payload\.from before payload\.to/);
    });
});
