import assert from 'node:assert/strict';
import { PduType } from 'net-snmp';
import { AgentUps } from '../../../../lib/protocols/snmp-agent/agent-ups';
import type { WireValue } from '../../../../lib/protocols/snmp-agent/object-tree';
import { SnmpReader } from '../../../../lib/protocols/bacs/snmp-reader';
import type { ServedBattery } from '../../../../lib/core/served/served-battery';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryAgent } from '../../../support/snmp-memory';
import { batterySample } from '../../../support/served-battery-sample';
import { servedSample } from '../../../support/served-sample';

const BACS = '1.3.6.1.2.1.33.5';

/** What the agent tells of a battery, by numbers below 33.5. */
function told(battery: () => ServedBattery | undefined): {
    walk(): Map<string, WireValue>;
    types(): Map<string, number>;
} {
    const ups = new AgentUps(() => 500, { now: () => 0, monotonic: () => 0 });
    ups.serving = { version: '', unknownAs: 'no-such-instance' };
    ups.target = { served: () => servedSample(), battery, supports: () => true, order: () => Promise.resolve() };
    const all = () => {
        const found = [];
        for (let oid = BACS; ;) {
            const varbinds = [{ oid, type: 5, value: null }];
            const { varbinds: answered } = ups.respond({
                ...{ type: PduType.GetBulkRequest, version: 1, varbinds, maxRepetitions: 200, mayWrite: false },
                room: 100_000,
            }).answer;
            const below = answered.filter((each) => each.oid.startsWith(`${BACS}.`) && each.value !== null);
            found.push(...below);
            if (below.length < answered.length) return found;
            oid = below.at(-1)!.oid;
        }
    };
    return {
        walk: () => new Map(all().map(({ oid, value }) => [oid.slice(BACS.length + 1), value!])),
        types: () => new Map(all().map(({ oid, type }) => [oid.slice(BACS.length + 1), type])),
    };
}

describe('the objects of a BACS as the SNMP agent serves them', () => {
    it('are the tables of modules and strings, settings, alarms and ports', () => {
        const battery = batterySample(
            24,
            2,
            ['voltage-high-alarm', 'discharging', 'gx-r-aux-lost'],
            [
                ['voltage-high-alarm', [3]],
                ['temperature-high-warning', [3, 4]],
            ],
        );
        const values = told(() => battery).walk();
        const row = (entry: string, columns: number, index: number) =>
            Array.from({ length: columns }, (_, i) => values.get(`${entry}.${i + 1}.${index}`));
        assert.deepEqual(row('2.5.1', 6, 3), [3, 1303, 215, 30, 450, 0b1000_0000_0100 & 0xffff]);
        assert.equal(values.has('2.5.1.5.2'), false, 'an impedance that nobody has measured is no value');
        assert.deepEqual(row('2.7.1', 7, 2), [2, -150, 16_250, 1354, 25, 0, 0]);
        // moduleType (V), strings, modules, Ah
        assert.deepEqual(
            [1, 2, 3, 4].map((n) => values.get(`1.${n}.0`)),
            [12, 2, 24, 100],
        );
        assert.equal(values.get('1.13.0'), 1490, 'the high alarm of the voltage');
        assert.equal(values.get('1.17.0'), 350, 'the high warning of the temperature');
        assert.equal(values.has('1.8.0'), false);
        assert.deepEqual([values.get('2.4.0'), values.get('2.6.0'), values.get('2.3.0')], [24, 2, 16_250]);
        // Connected (bit 1) and discharging (bit 3); that a GX_R_AUX is lost is bit 32, which does not fit.
        assert.equal(values.get('2.1.0'), 0b1010);
        assert.equal(values.get('3.1.0'), 2);
        assert.deepEqual(
            new Set([values.get('3.2.1.2.1'), values.get('3.2.1.2.2')]),
            new Set([`${BACS}.3.3.6`, `${BACS}.3.3.24`]),
        );
        assert.deepEqual([values.get('3.4.0'), values.get('3.5.0')], [1, 2]);
        assert.deepEqual(
            [values.get('5.1.0'), values.get('5.2.1.2.1'), values.get('5.2.1.3.1'), values.get('5.2.1.4.1')],
            [1, 1, 'Door', 0],
        );
        assert.equal(values.get('5.2.1.10.1'), 0);
        assert.equal(values.has('5.2.1.6.1'), false);
    });

    it('have the names of their own ports where a GX_R_AUX before them tells nothing, and none in silence', () => {
        const battery = batterySample(24, 2);
        const { view } = battery;
        const [nothing, names] = [Array<undefined>(4).fill(undefined), ['', '', '', '', 'Fan', '', '', '']];
        const second: ServedBattery = {
            ...battery,
            view: {
                ...view,
                inputs: [...nothing, true, undefined, undefined, undefined],
                outputs: [],
                settings: { ...view.settings, inputNames: names },
            },
        };
        const values = told(() => second).walk();
        assert.deepEqual([values.get('5.1.0'), values.get('5.2.1.2.1'), values.get('5.2.1.3.1')], [1, 1, 'Fan']);
        const silent = told(() => ({ ...second, knowledge: 'silent', states: new Set() })).walk();
        assert.equal(silent.has('5.2.1.1.1'), false);
    });

    it('are 512 modules and 16 strings at most, and of a silent battery none of its values', () => {
        const values = told(() => batterySample(512, 16)).walk();
        assert.equal([...values.keys()].filter((oid) => oid.startsWith('2.5.1.2.')).length, 512);
        assert.equal([...values.keys()].filter((oid) => oid.startsWith('2.7.1.')).length, 16 * 7);
        const silent: ServedBattery = { ...batterySample(24, 2), knowledge: 'silent', states: new Set() };
        assert.deepEqual(
            [
                ...told(() => silent)
                    .walk()
                    .keys(),
            ].filter((oid) => /^2\.5\.1\.[2-6]/.test(oid)),
            [],
        );
        assert.equal(told(() => undefined).walk().size, 0);
    });

    it('are read back by our own driver as they were', async () => {
        const battery = batterySample(24, 2, ['voltage-high-alarm', 'discharging'], [['voltage-high-alarm', [3]]]);
        const agent = new MemoryAgent([], '2c');
        for (const [oid, value] of told(() => battery).walk()) agent.put(`${BACS}.${oid}`, value as number);
        agent.put('1.3.6.1.2.1.1.3.0', 100);
        const reader = new SnmpReader({ clock: new FakeClock(), transport: agent as never, host: 'agent' });
        const flags = await reader.flags();
        assert.deepEqual(flags.counts, { modules: 24, strings: 2 });
        assert.ok(['voltage-high-alarm', 'discharging'].every((state) => flags.states.has(state)));
        const settings = await reader.settings();
        assert.equal(settings.nominalVoltage, 12);
        assert.equal(settings.capacityAh, 100);
        assert.equal(settings.limits?.['voltage-high-alarm'], 14.9);
    });
});
