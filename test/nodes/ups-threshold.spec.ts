import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import { deliveryKey } from '../../lib/core/journal/journal';
import type { EventMessage } from '../../lib/core/messages';
import type { PartialStatus } from '../../lib/core/status/status';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsThreshold from '../../nodes/events/ups-threshold';
import upsTiming from '../../nodes/events/ups-timing';
import upsLog from '../../nodes/jobs/ups-log';
import type { UpsUnitNode } from '../../nodes/shared/config/config-nodes';
import { eventuallyBy } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';
import { FakeDriver, onBattery, onMains } from '../support/fake-ups';
import { helper, liveBy, theFlow } from '../support/node-red';

/** Feeds the unit from a driver that reads what the test tells it. */
const drivers = new Map<string, FakeDriver>();
const fakeDevice = (RED: NodeAPI) => {
    function FakeDevice(this: Node, config: { ups: string }) {
        RED.nodes.createNode(this, config as never);
        const { unit } = RED.nodes.getNode(config.ups) as UpsUnitNode;
        const driver = new FakeDriver();
        drivers.set(this.id, driver);
        unit.addDriver(
            this.id,
            driver,
            () => {},
            () => {},
        );
        this.on('close', (done: () => void) => void unit.removeDriver(this.id).then(done));
    }
    RED.nodes.registerType('fake-device', FakeDevice as never);
};

const NODES = [upsSite, upsUnit, upsThreshold, upsTiming, upsLog, fakeDevice] as never;

const LEVELS = {
    warning: { enabled: true, comparison: 'less-than', low: '41', recoveryLow: '', seconds: 0, latch: false },
    alarm: { enabled: true, comparison: 'less-than', low: '15', recoveryLow: '20', seconds: '', latch: true },
};

function flow(directory: string, threshold: object = {}) {
    return [
        { id: 'site1', type: 'ups-site', name: 'Site', directory },
        { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
        { id: 'device1', type: 'fake-device', ups: 'unit1' },
        {
            id: 'threshold1',
            type: 'ups-threshold',
            ups: 'unit1',
            value: 'battery.chargePercent',
            ...LEVELS,
            wires: [['timing1', 'out']],
            ...threshold,
        },
        { id: 'timing1', type: 'ups-timing', mode: 'immediately', wires: [['log1', 'timed']] },
        { id: 'log1', type: 'ups-log', site: 'site1', text: '{{event.id}}' },
        { id: 'out', type: 'helper' },
        { id: 'timed', type: 'helper' },
    ];
}

function collect(id: string): EventMessage[] {
    const messages: EventMessage[] = [];
    (helper.getNode(id) as Node).on('input', (message) => messages.push(message as unknown as EventMessage));
    return messages;
}

let clock: FakeClock;
const eventually = <T>(condition: () => T) => eventuallyBy(clock, condition);

const read = (reading: PartialStatus) => drivers.get('device1')!.read(reading);
const inOutage = (chargePercent: number) => read(onBattery({ battery: { chargePercent } }));
const onLine = (chargePercent: number) => read(onMains({ battery: { chargePercent } }));
const told = (messages: EventMessage[]) => messages.map(({ topic, payload }) => `${topic} ${payload}`);
const reset = () => (helper.getNode('threshold1') as Node).receive({ topic: 'reset' } as never);
/** Long enough for a message to pass two wires, had there been one. */
const settle = () => clock.advance(50);
/** The helper spies on the prototype: only what this node itself has called counts. */
const calls = (method: 'status' | 'error') => {
    const node = helper.getNode('threshold1') as Node;
    const spy = node[method] as unknown as { getCalls(): { thisValue: unknown; args: unknown[] }[] };
    return spy.getCalls().filter(({ thisValue }) => thisValue === node);
};
const lastStatus = () => calls('status').at(-1)!.args[0] as { fill: string; shape: string; text: string };
const log = (kind: string) =>
    theFlow()
        .registry.site('site1')!
        .store.logEntries()
        .filter((entry) => entry.kind === kind)
        .map(({ eventId, text, active }) => (kind === 'event' ? `${eventId} ${active}` : text))
        .reverse();

describe('ups-threshold', () => {
    let directory: string;
    const load = (nodes: object[]) => helper.load(NODES, nodes as never);
    /** As after a kill or a deploy: new nodes, the same store. */
    const reload = async (nodes: object[]) => {
        await helper.unload();
        await load(nodes);
    };

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        clock = new FakeClock();
        liveBy(clock);
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
    });
    afterEach(async () => {
        await helper.unload();
        assert.equal(theFlow().registry.sources().length, 0, 'sources are gone after close');
        rmSync(directory, { recursive: true });
    });

    it('sends warning and alarm as event messages that timings follow', async () => {
        await load(flow(directory));
        const [out, timed] = ['out', 'timed'].map(collect);
        inOutage(41);
        inOutage(40);
        inOutage(14);
        await eventually(() => timed.length === 2);
        assert.deepEqual(told(out), [
            'UPS 1 battery.chargePercent/warning true',
            'UPS 1 battery.chargePercent/alarm true',
        ]);
        const { event, status } = out[1];
        assert.equal(event.sourceId, 'threshold1');
        assert.equal(event.level, 'alarm');
        assert.equal(event.value, 14);
        assert.equal(event.unit, '%');
        assert.match(event.text, /^UPS 1 battery\.chargePercent: .*\(14 %\)$/);
        assert.equal(status?.battery.chargePercent, 14);
        assert.equal(timed[1].event.firing, 'timing1#1');
        assert.deepEqual(log('log'), ['warning', 'alarm'], 'one line each: that of the job');
        assert.deepEqual(log('event'), ['power-fail true']);
        onLine(90);
        await eventually(() => timed.length === 3);
        assert.deepEqual(told(out).slice(2), ['UPS 1 battery.chargePercent/warning false']);
    });

    it('releases a latch on topic reset, and on nothing else', async () => {
        await load(flow(directory, { name: 'Charge' }));
        const out = collect('out');
        inOutage(10);
        onLine(90);
        (helper.getNode('threshold1') as Node).receive({ topic: 'other', payload: 'reset' } as never);
        await eventually(() => out.length === 3);
        await settle();
        assert.deepEqual(told(out), ['Charge/warning true', 'Charge/alarm true', 'Charge/warning false']);
        reset();
        await eventually(() => out.length === 4);
        assert.equal(told(out)[3], 'Charge/alarm false');
    });

    it('shows the value, and a level that is on', async () => {
        await load(flow(directory));
        onLine(99);
        assert.deepEqual(lastStatus(), { fill: 'green', shape: 'dot', text: '99 %' });
        inOutage(40);
        assert.deepEqual(lastStatus(), { fill: 'yellow', shape: 'dot', text: '40 %' });
        inOutage(10);
        assert.deepEqual(lastStatus(), { fill: 'red', shape: 'dot', text: '10 %' });
        onLine(90);
        assert.match(lastStatus().text, /latched 90 %/);
    });

    it('keeps a latched alarm over restarts and redeploys, and fires it once', async () => {
        await load(flow(directory));
        let [out, timed] = ['out', 'timed'].map(collect);
        inOutage(10);
        await eventually(() => log('log').length === 2);
        const first = out.map(deliveryKey);
        const { episode } = out[1].event;
        for (let round = 0; round < 2; round++) {
            await reload(flow(directory));
            [out, timed] = ['out', 'timed'].map(collect);
            inOutage(9);
            await settle();
            // What may not have arrived is sent again under the key it had, for receivers to recognise.
            for (const message of out) assert.ok(first.includes(deliveryKey(message)), deliveryKey(message));
        }
        assert.deepEqual(log('log'), ['warning', 'alarm'], 'the job has run once for each');
        assert.deepEqual(
            log('event').filter((entry) => entry.startsWith('alarm')),
            [],
            'its line is that of the job',
        );
        assert.equal(theFlow().registry.source('threshold1')!.stateOf('alarm').episode, episode);
        onLine(90);
        const ends = () => timed.filter(({ payload }) => !payload);
        await eventually(() => ends().length === 1);
        assert.deepEqual(told(ends()), ['UPS 1 battery.chargePercent/warning false']);
        reset();
        await eventually(() => ends().length === 2);
        assert.equal(ends()[1].event.episode, episode);
    });

    it('tells after a restart what ended meanwhile', async () => {
        await load(flow(directory));
        const before = collect('timed');
        inOutage(30);
        await eventually(() => before.length === 1);
        await reload(flow(directory));
        const timed = collect('timed');
        onLine(90);
        await eventually(() => timed.some(({ payload }) => !payload));
        assert.equal(timed.at(-1)!.event.episode, before[0].event.episode);
        assert.equal(timed.at(-1)!.topic, 'UPS 1 battery.chargePercent/warning');
    });

    it('has no timer left after close', async () => {
        const warning = { ...LEVELS.warning, seconds: 0.1 };
        await load(flow(directory, { warning, alarm: { enabled: false } }));
        inOutage(30);
        await helper.unload();
        await clock.advance(200);
        await load(flow(directory, { warning, alarm: { enabled: false } }));
        assert.ok(!log('event').includes('warning true'), 'a closed threshold has decided nothing');
        inOutage(30);
        await eventually(() => log('event').includes('warning true'));
    });

    for (const [what, over, said] of [
        ['a UPS', { ups: '' }, /^config-missing/],
        ['a value that there is', { value: 'battery.mood' }, /^config-invalid/],
        ['a warning that is a level', { warning: 'off' }, /^config-invalid/],
        ['a limit', { warning: { enabled: true, comparison: 'less-than', low: '' } }, /^Warning: enter the limit/],
        ['any level', { warning: { enabled: false }, alarm: { enabled: false } }, /^Switch on the warning, the alarm/],
        [
            'an alarm that escalates',
            { alarm: { enabled: true, comparison: 'less-than', low: 50 } },
            /^The alarm must come after the warning/,
        ],
    ] as const) {
        it(`says so once when it lacks ${what}, and does nothing`, async () => {
            await load(flow(directory, over));
            const out = collect('out');
            assert.equal(calls('error').length, 1);
            assert.match(String(calls('error')[0].args[0]), said);
            assert.equal(lastStatus().fill, 'red');
            assert.equal(theFlow().registry.source('threshold1'), undefined);
            inOutage(5);
            await settle();
            assert.deepEqual(told(out), []);
        });
    }
});
