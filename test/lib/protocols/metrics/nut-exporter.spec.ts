import assert from 'node:assert/strict';
import { servedUps } from '../../../../lib/core/served/served-ups';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { UNIT_DEFAULTS } from '../../../../lib/core/unit/unit-config';
import { nutExporterPage } from '../../../../lib/protocols/metrics/nut-exporter';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

const SILENT_MS = (UNIT_DEFAULTS.staleSeconds + 5) * 1000;

describe('the page of nut_exporter', () => {
    let bench: UnitBench;
    const page = () => nutExporterPage(servedUps(bench.unit, { location: 'Cellar', contact: 'Ada' }), 'ups1', 'text');
    const flags = () =>
        [...page()!.matchAll(/ups_status\{ups="ups1",flag="(\w+)"\} 1/g)].map(([, flag]) => flag).join(' ');
    const value = (name: string) => {
        const line = page()!
            .split('\n')
            .find((each) => each.startsWith(`network_ups_tools_${name}{`));
        return line === undefined ? undefined : Number(line.split(' ').at(-1));
    };
    beforeEach(() => (bench = new UnitBench()));
    afterEach(() => bench.unit.destroy());

    it('has the variables of NUT by their names, in its units', () => {
        bench.readFor(3, () =>
            onMains({
                identity: { manufacturer: 'ACME', model: 'M1', serial: 'S1' },
                output: { source: 'normal', lines: [{ voltage: 230, load: 20, power: 200, apparentPower: 230 }] },
            }),
        );
        assert.deepEqual(
            [
                'battery_charge',
                'battery_runtime',
                'battery_voltage',
                'input_voltage',
                'output_voltage',
                'ups_load',
                'ups_realpower',
                'ups_power',
            ].map(value),
            [100, 3600, 54, 230, 230, 20, 200, 230],
        );
        assert.ok(
            page()!.includes(
                'network_ups_tools_device_info{ups="ups1",model="M1",mfr="ACME",serial="S1",type="ups",description="UPS 1",contact="Ada",location="Cellar",part="",macaddr=""} 1',
            ),
        );
        assert.equal(page()!.split('network_ups_tools_ups_status{').length - 1, 15);
    });

    it('has three phases by their names, and the sums', () => {
        bench.readFor(3, () =>
            onMains({
                input: { lines: [231, 232, 233].map((voltage) => ({ voltage, frequency: 50 })) },
                output: {
                    source: 'normal',
                    lines: [10, 20, 30].map((load) => ({ voltage: 230, load, power: load * 100 })),
                },
            }),
        );
        assert.deepEqual(
            ['input_L2_N_voltage', 'input_frequency', 'output_L3_power_percent', 'ups_load', 'ups_realpower'].map(
                value,
            ),
            [232, 50, 30, 20, 6000],
        );
    });

    const STATES: [what: string, reading: PartialStatus, flags: string][] = [
        ['mains', onMains(), 'OL'],
        ['mains, charging', onMains({ battery: { charging: 'charging', chargePercent: 50 } }), 'OL CHRG'],
        ['outage', onBattery(), 'OB DISCHRG'],
        ['low', onBattery({ battery: { state: 'low', chargePercent: 5 } }), 'OB LB DISCHRG'],
        ['bypass', onMains({ output: { source: 'bypass', lines: [] } }), 'OL BYPASS'],
        ['boost', onMains({ output: { source: 'booster', lines: [] } }), 'OL BOOST'],
        ['trim', onMains({ output: { source: 'reducer', lines: [] } }), 'OL TRIM'],
        ['off', onMains({ output: { source: 'none', lines: [] }, alarms: ['ups-output-off'] }), 'OL OFF'],
        ['overload', onMains({ alarms: ['output-overload'] }), 'OL OVER'],
        ['old battery', onMains({ battery: { condition: 'replace', chargePercent: 100 } }), 'OL RB'],
    ];
    for (const [what, reading, expected] of STATES)
        it(`of ${what}: ${expected}`, () => {
            bench.readFor(3, () => reading);
            assert.equal(flags(), expected);
        });

    it('of a battery test: OL DISCHRG, never CAL nor OB', () => {
        bench.readFor(3, onMains);
        bench.readFor(3, () =>
            onBattery({
                input: { lines: [{ voltage: 230, frequency: 50 }] },
                alarms: ['on-battery', 'test-in-progress'],
                test: { result: 'in-progress' },
            }),
        );
        assert.equal(flags(), 'OL DISCHRG');
    });

    it('is not there before the first reading, nor in silence on mains; in a silent outage it is presumed', () => {
        assert.equal(page(), undefined);
        bench.readFor(3, onMains);
        bench.clock.advanceSync(SILENT_MS);
        assert.equal(page(), undefined);
        bench.readFor(3, onBattery);
        bench.clock.advanceSync(SILENT_MS);
        assert.equal(flags(), 'OB DISCHRG');
    });
});
