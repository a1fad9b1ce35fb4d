import assert from 'node:assert/strict';
import { BATTERY_EVENTS } from '../../lib/core/batteries/events';
import { SystemClock } from '../../lib/core/clock';
import type { EventMessage } from '../../lib/core/messages';
import type { AuxModule } from '../../lib/protocols/aux/aux-module';
import { SimulatedBattery } from '../../lib/simulation/battery/simulated-battery';
import type { BatteryBlocksView } from '../../lib/views/battery-blocks';
import upsBatteryEvent from '../../nodes/batteries/ups-battery-event';
import upsBattery from '../../nodes/config/ups-battery';
import upsAuxModule from '../../nodes/config/ups-aux-module';
import upsAuxInput from '../../nodes/sensors/ups-aux-input';
import upsBacs from '../../nodes/devices/ups-bacs';
import type { UpsBatteryNode } from '../../nodes/shared/config/battery-of';
import { BacsCard } from '../../simulators/bacs/card';
import { FakeClock } from '../support/fake-clock';
import { freePort } from '../support/free-port';
import { helper, speakInWords } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

/** The states of a card that the CS141 manual lists, "Trouble Shooting List", by the names that we give them, and its level. */
const LISTED: Readonly<Record<string, string>> = {
    ...each('info', 'monitoring-started discharging charging'),
    ...each('alarm', 'system-alarm voltage-high-alarm voltage-low-alarm temperature-high-alarm temperature-low-alarm'),
    ...each('alarm', 'impedance-high-alarm impedance-low-alarm breaker-open equalizing-error thermal-runaway'),
    ...each('warning', 'voltage-high-warning voltage-low-warning temperature-high-warning temperature-low-warning'),
    ...each('warning', 'impedance-high-warning impedance-low-warning voltage-difference-warning'),
    ...each('warning', 'equalizing-deactivated'),
    ...each('alarm', 'string-voltage-high-alarm string-voltage-low-alarm string-current-high-alarm'),
    ...each('alarm', 'string-current-low-alarm module-revision current-deviation-discharge-alarm'),
    ...each('alarm', 'current-deviation-charge-alarm string-charge-low-alarm'),
    ...each('warning', 'string-voltage-high-warning string-voltage-low-warning string-current-high-warning'),
    ...each('warning', 'string-current-low-warning current-deviation-discharge-warning'),
    ...each('warning', 'current-deviation-charge-warning string-charge-low-warning'),
};
/** Flags of its Modbus table that have no line there. */
const BEYOND: Readonly<Record<string, string>> = {
    ...each('info', 'discharging-stopped float-charging equalizing addressing searching initializing polling'),
    ...each('warning', 'sensor-lost current-out-of-range current-sensor-lost rcm-difference gx-r-aux-lost'),
    ...each('alarm', 'ground-fault module-lost'),
};
const RUNAWAYS = numbers(16).map((string) => `thermal-runaway-string-${string}`);
const INPUTS = numbers(4).flatMap((device) => numbers(4).map((port) => `gx-r-aux-${device}-${port}`));
/** Those that the CS141 manual lists, and that its card has no flag for: see ups-battery-event.spec.ts. */
const OURS = `module-fuse-blown discharge-counter baseline-impedance-alarm baseline-impedance-warning
    module-charge-low-alarm module-charge-low-warning general-alarm`.split(/\s+/);

function each(level: string, ids: string): Record<string, string> {
    return Object.fromEntries(ids.split(' ').map((id) => [id, level]));
}

function numbers(count: number): number[] {
    return Array.from({ length: count }, (_, i) => i + 1);
}

describe('ups-bacs', function () {
    this.timeout(30_000);
    let flow: SourceFlow;
    let battery: SimulatedBattery;
    let card: BacsCard;
    let port: number;

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(async () => {
        flow = new SourceFlow([upsBattery, upsBacs, upsBatteryEvent, upsAuxModule, upsAuxInput]);
        // No time passes for the battery: what it tells is what the test sets.
        battery = new SimulatedBattery(new FakeClock(), {
            bank: { modules: 48, strings: 16, spread: 0 },
            monitor: { auxDevices: 4 },
        });
        port = await freePort();
        card = new BacsCard({ battery, clock: new SystemClock(), tcp: { port }, snmp: {} });
        await card.start();
    });
    afterEach(async () => {
        speakInWords(false);
        await flow.close();
        await card.stop();
        battery.stop();
    });

    const nodes = (bacs: object = {}) => [
        {
            id: 'b1',
            type: 'ups-battery',
            name: 'Battery 1',
            site: 'site1',
            limits: [],
            runaway: false,
            staleSeconds: 3,
        },
        {
            ...{ id: 'd1', type: 'ups-bacs', battery: 'b1', way: 'modbus', host: '127.0.0.1', port, timeout: 2 },
            ...{ wires: [['readings']], interval: 600, ...bacs },
        },
        { id: 'e1', type: 'ups-battery-event', battery: 'b1', all: true, wires: [['out'], []] },
        { id: 'readings', type: 'helper' },
    ];
    const snmp = () => ({ way: 'both', interval: 2, snmpHost: '127.0.0.1', snmpPort: card.agent!.port, version: '2c' });

    /** Waits until what was told since the last call is this, in any order; the edges of `general-alarm` follow others and are left out. */
    async function tells(expected: readonly string[]): Promise<EventMessage[]> {
        const messages: EventMessage[] = [];
        const news = () => messages.map(({ event, payload }) => `${event.id} ${payload ? 'on' : 'off'}`);
        await flow.eventually(() => {
            messages.push(...flow.arrived().filter(({ event }) => event.id !== 'general-alarm'));
            return messages.length >= expected.length;
        }, 20_000);
        assert.deepEqual(news().sort(), [...expected].sort());
        return messages;
    }

    it('knows the 75 states of the CS141 manual, and those beyond, each with its level', () => {
        const card = { ...LISTED, ...BEYOND };
        for (const [id, level] of Object.entries(card)) assert.equal(BATTERY_EVENTS[id]?.level, level, id);
        const listed = [...Object.keys(LISTED), ...RUNAWAYS, ...INPUTS, ...OURS];
        assert.equal(new Set(listed).size, 75);
    });

    it('makes an event of each state, on and off, with its level and who said so', async () => {
        const all = [...Object.keys(LISTED), ...Object.keys(BEYOND)];
        for (const state of all) battery.force(state, false);
        // A lost module is a system alarm: both are one bit. A discharge has a test of its own.
        const states = all.filter((state) => !['module-lost', 'discharging', 'charging'].includes(state));
        await flow.load(nodes());
        await flow.eventually(() => flow.status('d1').fill === 'green');
        assert.deepEqual(flow.told(), []);
        // Each state is on in another choice of rounds, so that one that is taken for another is found.
        for (let round = 0; round < 6; round++) {
            const on = states.filter((_, i) => ((i + 1) >> round) & 1);
            for (const state of on) battery.force(state, true);
            for (const { event } of await tells(on.map((state) => `${state} on`))) {
                assert.equal(event.level, { ...LISTED, ...BEYOND }[event.id], event.id);
                assert.match(String(event.evidence?.values?.by), /card|both/);
            }
            for (const state of on) battery.force(state, false);
            await tells(on.map((state) => `${state} off`));
        }
        for (const state of ['system-alarm', 'module-lost']) battery.release(state);
        battery.setFault('module-lost', 5, true);
        await tells(['module-lost on', 'system-alarm on']);
        battery.setFault('module-lost', 5, false);
        await tells(['module-lost off', 'system-alarm off']);
        // The general alarm has followed them; in the last round there was no cause of it.
        const log = flow.log().filter((line) => line.includes('/general-alarm'));
        assert.deepEqual(
            log,
            log.map((_, i) => `Battery 1/general-alarm ${i % 2 === 0}`),
        );
        assert.equal(log.length, 12);
    });

    it('makes an event of charge and discharge, which is over when that was told for half a minute', async () => {
        for (const state of ['discharging', 'charging', 'float-charging']) battery.force(state, false);
        await flow.load(nodes());
        await flow.eventually(() => flow.status('d1').fill === 'green');
        battery.force('charging', true);
        await flow.eventually(() => flow.told().includes('Battery 1/charging true'));
        battery.force('charging', false);
        await flow.eventually(() => flow.told().includes('Battery 1/charging false'));
        battery.force('discharging', true);
        await flow.eventually(() => flow.told().includes('Battery 1/discharging true'));
        battery.force('discharging', false);
        const from = flow.clock.now();
        await flow.eventually(() => flow.told().includes('Battery 1/discharging false'), 45_000);
        assert.ok(flow.clock.now() - from >= 29_000);
    });

    it('makes an event of each input of the GX_R_AUX modules', async () => {
        await flow.load(nodes());
        await flow.eventually(() => flow.status('d1').fill === 'green');
        flow.told();
        for (const input of INPUTS) {
            const [device, port] = input.match(/\d+/g)!.map(Number) as [number, number];
            battery.setInput(device, port, true);
        }
        await tells(INPUTS.map((input) => `${input} on`));
        battery.setInput(3, 2, false);
        await tells(['gx-r-aux-3-2 off']);
    });

    it('names an input as the card does, which SNMP alone tells', async () => {
        speakInWords(true);
        await flow.load(nodes(snmp()));
        const { battery: source } = flow.node('b1') as unknown as UpsBatteryNode;
        await flow.eventually(() => source!.view().settings.inputNames !== undefined);
        await flow.eventually(() => flow.status('d1').fill === 'green');
        flow.told();
        battery.setInput(2, 3, true);
        const [{ event }] = (await tells(['gx-r-aux-2-3 on'])) as [EventMessage];
        assert.equal(event.text, 'Input 3 of GX_R_AUX 2 is active: Input 2.3');
    });

    it('gives the ports of the GX_R_AUX modules to ups-aux-input, and switches none', async () => {
        const ports = [
            { name: 'Door', output: 'false', nc: 'false', address: '2-3' },
            { name: 'Fan', output: 'true', nc: 'false', address: '1-1' },
        ];
        await flow.load([
            ...nodes({ wires: [[]] }),
            { id: 'm1', type: 'ups-aux-module', name: 'GX', backend: 'bacs', battery: 'b1', interval: 1, ports },
            {
                id: 'i1',
                type: 'ups-aux-input',
                name: 'Door',
                site: 'site1',
                module: 'm1',
                port: 'Door',
                wires: [['out']],
            },
        ]);
        await flow.eventually(() => flow.status('i1')?.text === 'contactOff');
        battery.setInput(2, 3, true);
        await flow.eventually(() => flow.told().includes('Door/on true'));
        const { module } = flow.node('m1') as unknown as { module: AuxModule };
        battery.setOutput(1, 1, true);
        await flow.eventually(() => module.ports[1]!.on === true);
        await assert.rejects(module.switch('Fan', false), { code: 'not-supported' });
        card.faults.silent = true;
        await flow.eventually(() => flow.status('i1').fill === 'red' && flow.status('i1').shape === 'ring', 60_000);
    });

    it('names the strings of a thermal runaway, which SNMP alone tells', async () => {
        await flow.load(nodes(snmp()));
        await flow.eventually(() => flow.status('d1').fill === 'green');
        flow.told();
        battery.force('thermal-runaway', true, [], numbers(16));
        const [first] = await tells(['thermal-runaway on', ...RUNAWAYS.map((id) => `${id} on`)]);
        assert.equal(first!.event.level, 'alarm');
        battery.force('thermal-runaway', true, [], [2]);
        await tells(RUNAWAYS.filter((_, i) => i !== 1).map((id) => `${id} off`));
        battery.force('thermal-runaway', false);
        await tells(['thermal-runaway off', 'thermal-runaway-string-2 off']);
    });

    it('names the modules of a flag, and sends what it reads', async () => {
        const readings: BatteryBlocksView[] = [];
        await flow.load(nodes());
        flow.node('readings').on('input', ({ payload }) => readings.push(payload as BatteryBlocksView));
        await flow.eventually(() => readings.length > 0);
        assert.equal(readings[0]!.modules, 48);
        assert.equal(readings[0]!.strings.length, 16);
        assert.equal(readings[0]!.blocks[16]!.string, 6);
        flow.told();
        battery.setFault('temperature-offset', 17, true, 20);
        await flow.eventually(() => readings.at(-1)!.blocks[16]!.level === 'alarm');
        const event = readings.at(-1)!.events.find(({ id }) => id === 'temperature-high-alarm')!;
        assert.deepEqual(event.detail?.modules, [17]);
        assert.deepEqual(event.detail?.strings, [6]);
        assert.equal(event.detail?.by, 'card');
    });

    it('by both ways reads by SNMP where Modbus does not answer, and says so', async () => {
        await flow.load(nodes({ ...snmp(), port: await freePort() }));
        await flow.eventually(() => flow.status('d1').fill === 'yellow');
        assert.match(flow.status('d1').text, /SNMP|readingBy/);
        battery.force('breaker-open', true);
        await flow.eventually(() => flow.told().includes('Battery 1/breaker-open true'), 20_000);
        const warnings = flow.calls('d1', 'warn').map(String);
        assert.deepEqual(warnings.length, 1, warnings.join());
        assert.match(warnings[0]!, /SNMP|bySpare/);
        assert.equal(flow.log().filter((line) => line.includes('communication-lost')).length, 0);
    });

    it('shows a card that falls silent, and goes on with it', async () => {
        await flow.load(nodes());
        await flow.eventually(() => flow.status('d1').fill === 'green');
        battery.force('breaker-open', true);
        await flow.eventually(() => flow.told().includes('Battery 1/breaker-open true'));
        card.faults.silent = true;
        await flow.eventually(() => flow.told().includes('Battery 1/communication-lost true'), 60_000);
        assert.deepEqual([flow.status('d1').fill, flow.status('d1').shape], ['red', 'ring']);
        card.faults.silent = false;
        await flow.eventually(() => flow.told().includes('Battery 1/communication-lost false'), 60_000);
        assert.deepEqual(
            flow.log().filter((line) => line.includes('breaker-open')),
            ['Battery 1/breaker-open true'],
        );
    });

    it('says nothing twice over a restart in an event, and tells what ended meanwhile', async () => {
        await flow.load(nodes());
        await flow.eventually(() => flow.status('d1').fill === 'green');
        battery.force('breaker-open', true);
        battery.force('ground-fault', true);
        await flow.eventually(() => flow.log().some((line) => line.includes('ground-fault')));
        await flow.reload(nodes());
        battery.force('ground-fault', false);
        await flow.eventually(() => flow.told().includes('Battery 1/ground-fault false'));
        await flow.clock.advance(5000);
        assert.deepEqual(
            flow.log().filter((line) => /breaker-open|ground-fault/.test(line)),
            ['Battery 1/breaker-open true', 'Battery 1/ground-fault true', 'Battery 1/ground-fault false'],
        );
    });

    it('is not configured without its battery', async () => {
        await flow.load([{ id: 'd1', type: 'ups-bacs', battery: '', host: '127.0.0.1' }]);
        assert.equal(flow.calls('d1', 'error').length, 1);
        assert.equal(flow.status('d1').fill, 'red');
    });
});
