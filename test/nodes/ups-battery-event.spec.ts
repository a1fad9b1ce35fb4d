import assert from 'node:assert/strict';
import type { NodeMessage } from 'node-red';
import type { EventMessage } from '../../lib/core/messages';
import upsBatteryEvent from '../../nodes/batteries/ups-battery-event';
import upsBatteryStatus from '../../nodes/batteries/ups-battery-status';
import upsBattery from '../../nodes/config/ups-battery';
import { helper, speakInWords } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';
import { all } from '../support/battery-bench';

interface SetMessage extends NodeMessage {
    payload: { event: string; level: string; text: string; modules: number[]; joined: number[]; left: number[] };
}

const row = (kind: string, values: object) => ({ kind, recovery: '0', seconds: '0', ...values });
const LIMITS = [
    row('voltage', { alarmLow: '11.7', warningLow: '12.3', warningHigh: '14.2', alarmHigh: '14.7', recovery: '0.1' }),
    row('moduleCharge', { warningLow: '50', alarmLow: '30' }),
    row('impedanceBaseline', { warningHigh: '25', alarmHigh: '50' }),
];

describe('ups-battery-event', () => {
    let flow: SourceFlow;
    let sets: SetMessage[];

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

    const nodes = (event: object = {}, battery: object = {}) => [
        {
            ...{ id: 'b1', type: 'ups-battery', name: 'Battery 1', site: 'site1', limits: LIMITS, runaway: false },
            ...{ stringNames: ['North', 'South'], staleSeconds: 86_400, impedanceWaitMinutes: 0, ...battery },
        },
        { id: 'e1', type: 'ups-battery-event', battery: 'b1', all: true, wires: [['out'], ['sets']], ...event },
        { id: 's1', type: 'ups-battery-status', battery: 'b1', send: 'request', wires: [[]] },
        { id: 'sets', type: 'helper' },
    ];
    async function load(event?: object, battery?: object): Promise<void> {
        await flow.load(nodes(event, battery));
        listen();
    }
    function listen(): void {
        sets = [];
        flow.node('sets').on('input', (message) => sets.push(message as SetMessage));
    }
    /** 8 blocks in two strings, all at 13.5 V but these. */
    const volts = (but: Record<number, number> = {}, more: object = {}) =>
        flow.send('s1', {
            topic: 'readings',
            payload: { strings: 2, blocks: { voltage: all(8, 13.5, but) }, ...more },
        });
    const events = (): EventMessage['event'][] => flow.arrived().map(({ event }) => event);

    it('names blocks, strings, values and limit, in the language of the site', async () => {
        await load();
        await volts({ 3: 11.62, 6: 11.4 });
        const [warning, alarm, general] = events();
        assert.deepEqual([warning!.id, alarm!.id, general!.id], ['voltage-low-warning', 'voltage-low-alarm', 'general-alarm']); // prettier-ignore
        assert.equal(
            alarm!.text,
            'Block voltage is too low (alarm limit): block 6 (South) 11.4 V, block 3 (North) 11.62 V; limit 11.7 V',
        );
        assert.deepEqual([alarm!.level, alarm!.value, alarm!.unit], ['alarm', 11.4, 'V']);
        assert.deepEqual(alarm!.evidence!.values, {
            ...{ by: 'own', modules: '3, 6', strings: '1-2', limit: 11.7, unit: 'V' },
            ...{ 'module 6': 11.4, 'module 3': 11.62 },
        });
        assert.equal(flow.status('e1').fill, 'red');
        assert.equal(flow.status('e1').text, 'blocks-voltage-low-alarm +2');
    });

    it('speaks German where the site does', async () => {
        flow.siteSettings = { language: 'de' };
        await load();
        await volts({ 3: 11.62 });
        assert.equal(events()[1]!.text, 'Blockspannung ist zu niedrig (Alarm): Block 3 (North) 11,62 V; Grenze 11,7 V');
    });

    it('is one event for all blocks at once, and tells who joins and leaves on its second output', async () => {
        await load({ all: false, events: ['voltage-low-alarm'] });
        await volts(Object.fromEntries([1, 2, 3, 4].map((n) => [n, 11])));
        assert.deepEqual(flow.told(), ['Battery 1/voltage-low-alarm true']);
        await volts({ 2: 11, 3: 11, 7: 11 });
        assert.deepEqual(flow.told(), []);
        assert.equal(sets.length, 1);
        const [{ topic, payload }] = sets as [SetMessage];
        assert.equal(topic, 'Battery 1/voltage-low-alarm');
        assert.deepEqual([payload.modules, payload.joined, payload.left], [[2, 3, 7], [7], [1, 4]]);
        assert.match(payload.text, /block 7 \(South\) 11 V/);
        await volts();
        assert.deepEqual(flow.told(), ['Battery 1/voltage-low-alarm false']);
        assert.deepEqual(
            flow.log().filter((line) => line.includes('voltage-low-alarm')),
            ['Battery 1/voltage-low-alarm true', 'Battery 1/voltage-low-alarm false'],
        );
    });

    it('also sends a message for each block, if it is to', async () => {
        await load({ all: false, events: ['voltage-low-alarm'], perModule: true });
        await volts({ 2: 11, 5: 11 });
        await volts({ 5: 11, 6: 11 });
        await volts();
        const each = sets.filter(({ payload }) => typeof payload === 'boolean');
        assert.deepEqual(
            each.map(({ topic, payload }) => `${topic} ${payload}`),
            [
                'Battery 1/voltage-low-alarm/2 true',
                'Battery 1/voltage-low-alarm/5 true',
                'Battery 1/voltage-low-alarm/6 true',
                'Battery 1/voltage-low-alarm/2 false',
                'Battery 1/voltage-low-alarm/5 false',
                'Battery 1/voltage-low-alarm/6 false',
            ],
        );
    });

    it('says nothing twice over a restart in an event, and tells what ended or joined meanwhile', async () => {
        await load({ perModule: true });
        await volts({ 2: 11 }, { states: ['breaker-open'] });
        assert.equal(events().length, 4);
        await flow.reload(nodes({ perModule: true }));
        listen();
        assert.deepEqual(events(), []);
        await volts({ 2: 11, 3: 11 }, { states: [], tells: ['breaker-open'] });
        assert.deepEqual(flow.told(), ['Battery 1/breaker-open false']);
        const joined = sets.filter(({ payload }) => payload.event === 'voltage-low-alarm');
        assert.deepEqual(joined.map(({ payload }) => payload.joined), [[3]]); // prettier-ignore
        await volts();
        assert.deepEqual(flow.told(), [
            'Battery 1/voltage-low-alarm false',
            'Battery 1/voltage-low-warning false',
            'Battery 1/general-alarm false',
        ]);
    });

    it('raises what no card has a flag for: charge, baseline, the count of discharges', async () => {
        await load({}, { dischargeLimit: 1, currentSensors: 'each-string' });
        const told = async (more: object, but: Record<number, number> = {}, states: string[] = []) => {
            await volts(but, { states, tells: ['discharging'], ...more });
            return flow.told().map((line) => line.replace('Battery 1/', ''));
        };
        const blocks = (more: object) => ({ blocks: { voltage: all(8, 13.5), ...more } });
        assert.deepEqual(await told(blocks({ charge: all(8, 100, { 4: 45 }) })), ['module-charge-low-warning true']);
        assert.deepEqual(await told(blocks({ charge: all(8, 100, { 4: 25 }) })), ['module-charge-low-alarm true']);
        assert.deepEqual(await told(blocks({ charge: all(8, 100) })), [
            'module-charge-low-alarm false',
            'module-charge-low-warning false',
        ]);
        await told(blocks({ impedance: all(8, 4) }));
        await flow.send('s1', { topic: 'baseline', payload: '' });
        assert.deepEqual(await told(blocks({ impedance: all(8, 4, { 5: 5.2 }) })), ['baseline-impedance-warning true']);
        assert.deepEqual(await told(blocks({ impedance: all(8, 4, { 5: 6.2 }) })), [
            'baseline-impedance-alarm true',
            'general-alarm true',
        ]);
        assert.deepEqual(await told(blocks({ impedance: all(8, 4) })), [
            'baseline-impedance-alarm false',
            'baseline-impedance-warning false',
            'general-alarm false',
        ]);
        assert.deepEqual(await told({}, {}, ['discharging']), ['discharging true', 'discharge-counter true']);
        await flow.send('s1', { topic: 'reset', payload: 'discharges' });
        assert.deepEqual(flow.told(), ['Battery 1/discharge-counter false']);
    });

    it('finds a blown fuse: no voltage for a minute, though the string carries current', async () => {
        await load({ all: false, events: ['module-fuse-blown'] }, { currentSensors: 'each-string' });
        const current = { byString: { current: [5, 5] } };
        await volts({ 2: 0 }, current);
        await flow.clock.advance(59_000);
        assert.deepEqual(flow.told(), []);
        await flow.clock.advance(2000);
        const [event] = events();
        assert.equal(event!.evidence!.values.modules, '2');
        assert.match(event!.text, /: block 2$/);
        await volts({}, current);
        assert.deepEqual(flow.told(), ['Battery 1/module-fuse-blown false']);
    });

    it('shows a battery that is silent, and one that was never read', async () => {
        await load({}, { staleSeconds: 3 });
        assert.deepEqual([flow.status('e1').fill, flow.status('e1').text], ['grey', 'noReading']);
        await volts();
        assert.deepEqual([flow.status('e1').fill, flow.status('e1').text], ['green', 'ok']);
        await flow.clock.advance(4000);
        assert.deepEqual([flow.status('e1').fill, flow.status('e1').shape], ['red', 'ring']);
        assert.deepEqual(flow.told(), ['Battery 1/communication-lost true']);
        await volts();
        assert.deepEqual(flow.told(), ['Battery 1/communication-lost false']);
    });

    it('is not configured without its battery', async () => {
        await flow.load([{ id: 'e1', type: 'ups-battery-event', battery: '', all: true }]);
        assert.equal(flow.calls('e1', 'error').length, 1);
        assert.equal(flow.status('e1').fill, 'red');
    });
});
