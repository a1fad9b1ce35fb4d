import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import type { DeviceMap } from '../../lib/protocols/device-map/device-map';
import { readMib } from '../../lib/protocols/mib/objects';
import { suggestItem } from '../../lib/protocols/mib/suggest';
import { RmcuDevice } from '../../simulators/rmcu/device';
import { scalarMib } from '../../simulators/rmcu/mib/scalars';
import { OUTPUT_NUMBERS } from '../../simulators/rmcu/settings';

interface DeviceNode {
    type: string;
    map: DeviceMap;
    [property: string]: unknown;
}

const FLOWS = join(__dirname, '..', '..', 'flows');
const FILES = ['dc-supply-alarms', 'dc-supply-schedules', 'dc-supply-dashboard'];
/** As the objects in the MIB file of the simulated RMCU, read as the dialog reads it. */
const device = new RmcuDevice({ clock: new SystemClock() });
const mib = scalarMib(device);
const offered = readMib(Buffer.from(mib.text)).flatMap((object) => suggestItem(object) ?? []);

function deviceOf(file: string): DeviceNode {
    const flow = JSON.parse(readFileSync(join(FLOWS, `${file}.json`), 'utf8')) as DeviceNode[];
    return flow.find(({ type }) => type === 'ups-duracomm') ?? assert.fail(`${file} has no ups-duracomm`);
}

describe('the flows of a DC supply', () => {
    after(() => device.stop());

    for (const file of FILES) {
        it(`${file} reads the RMCU by ups-duracomm, with the limits of its factory`, () => {
            const { way, mainsFail, mainsBack, disconnectAt, reconnectAt, bootTrap } = deviceOf(file);
            assert.deepEqual([way, mainsFail, mainsBack, disconnectAt, reconnectAt], ['snmp', 100, 107, 10.4, 12.5]);
            const boot = mib.notifications.find(({ what }) => what === 'boot')!;
            assert.equal(bootTrap, `${mib.notificationPrefix}.${boot.number}`);
        });

        it(`${file} takes objects, units and states from the MIB file of the simulated RMCU`, () => {
            const { items } = deviceOf(file).map;
            for (const { id, at, kind, scale, unit, digits, states, to } of items) {
                const found = offered.find((each) => 'oid' in each.at && 'oid' in at && each.at.oid === at.oid);
                assert.ok(found, `${id} is in the MIB file`);
                assert.deepEqual([kind, scale, digits], [found.kind, found.scale, found.digits], id);
                if (!to.startsWith('channel:')) continue;
                assert.deepEqual([id, unit, states], [found.id, found.unit, found.states], id);
            }
        });

        it(`${file} knows what shows an outage and an empty battery`, () => {
            const targets = deviceOf(file).map.items.map(({ to }) => to);
            for (const to of ['input.lines.1.voltage', 'battery.voltage', 'dc.outputVoltage'])
                assert.ok(targets.includes(to), to);
        });

        it(`${file} switches outputs by what their states mean to people`, () => {
            const outlets = deviceOf(file).map.items.filter(({ to }) => to.startsWith('outlet:'));
            assert.equal(outlets.length, 3);
            OUTPUT_NUMBERS.slice(0, 3).forEach((output, index) => {
                const { id, states, write } = outlets[index]!;
                assert.equal(id, `rmcuOutput${output}State`);
                device.outputs.set(output, true, 'snmp');
                const active = device.outputs.stateText(output).toLowerCase().split('/')[0]!;
                device.outputs.set(output, false, 'snmp');
                const inactive = device.outputs.stateText(output).toLowerCase().split('/')[0]!;
                assert.deepEqual(states, { 0: inactive, 1: active });
                assert.deepEqual(write, { [inactive]: 0, [active]: 1 });
            });
        });
    }

    it('read one supply by one map', () => {
        const [first, ...others] = FILES.map((file) => deviceOf(file).map);
        for (const map of others) assert.deepEqual(map, first);
    });
});
