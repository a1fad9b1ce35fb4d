import assert from 'node:assert/strict';
import { servedUps, type ServedUps } from '../../../../lib/core/served/served-ups';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { UNIT_DEFAULTS } from '../../../../lib/core/unit/unit-config';
import { metricsPage, type Measured } from '../../../../lib/protocols/metrics/metrics';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';
import { processorMs } from '../../../support/processor-time';

const SILENT_MS = (UNIT_DEFAULTS.staleSeconds + 5) * 1000;
const MARK = '{ups="UPS 1",site="Hall"';

const pageOf = (upses: readonly ServedUps[], more: Partial<Measured> = {}) =>
    metricsPage({ version: '1.2.3', sites: [], upses: upses.map((ups) => ({ ups })), ...more }, 'text');

/** The value of a series by its name and the labels behind those of the UPS; undefined: it is not there. */
function valueIn(page: string, name: string, rest = ''): number | undefined {
    const series = `ridethrough_ups_${name}${MARK}${rest}} `;
    const line = page.split('\n').find((each) => each.startsWith(series));
    return line === undefined ? undefined : Number(line.slice(series.length));
}

const FULL: PartialStatus = {
    identity: { manufacturer: 'ACME', model: 'M "1"', serial: 'S\\1', firmware: '1.0' },
    battery: {
        state: 'normal',
        charging: 'charging',
        chargePercent: 97,
        minutesRemaining: 41,
        secondsOnBattery: 0,
        voltage: 54.6,
        current: -1.5,
        temperature: 24,
    },
    input: { lineBads: 7, nominalVoltage: 230, lines: [{ voltage: 231, frequency: 50.1, current: 2, power: 450 }] },
    output: {
        source: 'normal',
        frequency: 50,
        energy: 2,
        lines: [
            { voltage: 230, current: 1, power: 200, apparentPower: 230, load: 20 },
            { voltage: 229, load: 30 },
        ],
    },
    bypass: { frequency: 49.9, lines: [{ voltage: 228 }] },
    alarms: ['fan-failure'],
    test: { result: 'passed' },
    temperature: 31,
    outlets: [{ id: '1', on: true }, { id: '1', on: false }, { id: '2' }],
    environment: { temperature: 21, humidity: 40, contacts: { Door: false } },
    channels: { 'Fan "1"': { value: 900, unit: 'rpm' }, Mode: { state: 'eco' } },
};

describe('metrics of UPSs', () => {
    let bench: UnitBench;
    const page = () => pageOf([servedUps(bench.unit, { name: 'Hall' })]);
    const value = (name: string, rest?: string) => valueIn(page(), name, rest);
    beforeEach(() => (bench = new UnitBench()));
    afterEach(() => bench.unit.destroy());

    it('have every value in its base unit', () => {
        bench.readFor(3, () => FULL);
        const told = page();
        for (const [name, expected, rest] of [
            ['up', 1],
            ['values_presumed', 0],
            ['communication_lost', 0],
            ['reading_age_seconds', 1],
            ['on_battery', 0],
            ['on_battery_seconds', 0],
            ['battery_low', 0],
            ['battery_test', 0],
            ['battery_charge_ratio', 0.97],
            ['battery_runtime_seconds', 2460],
            ['battery_voltage_volts', 54.6],
            ['battery_current_amperes', -1.5],
            ['battery_temperature_celsius', 24],
            ['input_nominal_voltage_volts', 230],
            ['input_out_of_tolerance_total', 7],
            ['input_voltage_volts', 231, ',line="1"'],
            ['input_frequency_hertz', 50.1, ',line="1"'],
            ['input_current_amperes', 2, ',line="1"'],
            ['input_power_watts', 450, ',line="1"'],
            ['output_frequency_hertz', 50],
            ['output_energy_joules_total', 7_200_000],
            ['output_voltage_volts', 229, ',line="2"'],
            ['output_load_ratio', 0.3, ',line="2"'],
            ['output_apparent_power_voltamperes', 230, ',line="1"'],
            ['output_source', 1, ',source="normal"'],
            ['output_source', 0, ',source="battery"'],
            ['bypass_frequency_hertz', 49.9],
            ['bypass_voltage_volts', 228, ',line="1"'],
            ['battery_state', 1, ',state="normal"'],
            ['test_result', 1, ',result="passed"'],
            ['temperature_celsius', 31],
            ['ambient_temperature_celsius', 21],
            ['ambient_humidity_ratio', 0.4],
            ['contact_active', 0, ',contact="Door"'],
            ['outlet_on', 1, ',outlet="1"'],
            ['outlet_on', undefined, ',outlet="2"'],
            ['channel', 900, ',channel="Fan \\"1\\"",unit="rpm"'],
            ['event_active', 1, ',event="fan-failure",level="alarm"'],
            ['info', 1, ',manufacturer="ACME",model="M \\"1\\"",serial="S\\\\1",firmware="1.0"'],
        ] as const)
            assert.equal(valueIn(told, name, rest), expected, `${name}${rest ?? ''}`);
    });

    it('tell nothing but that it is not there before the first reading', () => {
        assert.equal(value('up'), 0);
        assert.deepEqual(
            [value('on_battery'), value('battery_low'), value('battery_charge_ratio')],
            [undefined, undefined, undefined],
        );
    });

    it('of a UPS that is silent on mains: up 0, no values, still which device it is', () => {
        bench.readFor(3, () => FULL);
        bench.clock.advanceSync(SILENT_MS);
        const told = page();
        const names = new Set([...told.matchAll(/^ridethrough_ups_(\w+)\{/gm)].map(([, name]) => name));
        assert.deepEqual([...names].sort(), [
            'communication_lost',
            'event_active',
            'info',
            'reading_age_seconds',
            'up',
            'values_presumed',
        ]);
        assert.deepEqual([value('up'), value('communication_lost')], [0, 1]);
        assert.equal(value('event_active', ',event="communication-lost",level="warning"'), 1);
    });

    it('of a UPS that is silent in an outage: on battery, presumed, counted down', () => {
        bench.readFor(5, onBattery);
        const before = value('battery_runtime_seconds')!;
        bench.clock.advanceSync(10 * 60_000);
        assert.deepEqual([value('up'), value('values_presumed'), value('on_battery')], [0, 1, 1]);
        const passed = before - value('battery_runtime_seconds')!;
        assert.ok(passed > 590 && passed < 610, `${passed} s`);
        assert.ok(value('on_battery_seconds')! > 600);
    });

    it('count what was counted', () => {
        bench.readFor(3, onMains);
        const ups = servedUps(bench.unit, { name: 'Hall' });
        const told = pageOf([], { upses: [{ ups, outages: { count: 3, seconds: 61.5 } }] });
        assert.equal(valueIn(told, 'outages_total'), 3);
        assert.equal(valueIn(told, 'outage_seconds_total'), 61.5);
    });

    it('have each series once, also of UPSs with one name', () => {
        bench.readFor(3, () => FULL);
        const ups = servedUps(bench.unit, { name: 'Hall' });
        const told = pageOf([ups, { ...ups, id: 'unit2' }, { ...ups, id: 'unit3', name: 'x'.repeat(1_000_000) }]);
        const series = told.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
        const names = series.map((line) => line.replace(/ [^ ]*$/, ''));
        assert.equal(new Set(names).size, names.length);
        assert.ok(told.includes('ups="UPS 1 (unit2)"'));
        assert.ok(told.length < 60_000, `${told.length} characters`);
    });

    it('of 1,000 UPSs need at most 100 ms of a processor', () => {
        bench.readFor(3, () => FULL);
        const { unit } = bench;
        const all = Array.from({ length: 1000 }, (_, index) => `UPS ${index}`);
        const make = () => pageOf(all.map((name) => ({ ...servedUps(unit, { name: 'Hall' }), id: name, name })));
        make();
        const best = Math.min(...[1, 2, 3].map(() => processorMs(make)));
        assert.ok(best <= 100, `${best} ms`);
        assert.ok(make().length > 1_000_000);
    });
});

describe('metrics of all else', () => {
    const events = [{ id: 'alarm-high', level: 'alarm' }];
    const told = pageOf([], {
        sites: [{ id: 's1', name: 'Hall', dryRun: true }],
        sensors: [
            { id: 'a', name: 'Room', site: 'Hall', kind: 'sensor', value: 21.5, unit: '°C', events },
            { id: 'b', name: 'Door', site: 'Hall', kind: 'input', value: 0, unit: '', events: [] },
            { id: 'c', name: 'Lost', site: 'Hall', kind: 'input', unit: '', events: [] },
        ],
        batteries: [
            {
                id: 'd',
                name: 'Room 1',
                site: 'Hall',
                up: true,
                blocks: 40,
                discharges: 2,
                strings: [
                    { string: 1, voltage: 540.2, current: -3, average: 13.5, ripple: 0.2, charge: 98 },
                    { string: 2 },
                ],
                events: [],
            },
        ],
        jobs: [
            {
                id: 'e',
                name: 'Down',
                type: 'ups-rccmd',
                site: 'Hall',
                runs: { done: 1, failed: 2, ended: 0, rehearsed: 3 },
                last: { at: 1_767_225_660_500, ok: false },
            },
            { id: 'f', name: 'Up', type: 'ups-wol', site: '', runs: { done: 0, failed: 0, ended: 0, rehearsed: 0 } },
        ],
        servers: [{ id: 'g', name: 'NUT', type: 'ups-nut-server', clients: 9 }],
    }).split('\n');
    for (const line of [
        'ridethrough_build_info{version="1.2.3"} 1',
        'ridethrough_site_dry_run{site="Hall"} 1',
        'ridethrough_sensor_value{sensor="Room",site="Hall",unit="°C"} 21.5',
        'ridethrough_sensor_event_active{sensor="Room",site="Hall",event="alarm-high",level="alarm"} 1',
        'ridethrough_sensor_on{sensor="Door",site="Hall"} 0',
        'ridethrough_battery_up{battery="Room 1",site="Hall"} 1',
        'ridethrough_battery_blocks{battery="Room 1",site="Hall"} 40',
        'ridethrough_battery_discharges_total{battery="Room 1",site="Hall"} 2',
        'ridethrough_battery_string_voltage_volts{battery="Room 1",site="Hall",string="1"} 540.2',
        'ridethrough_battery_string_charge_ratio{battery="Room 1",site="Hall",string="1"} 0.98',
        'ridethrough_job_runs_total{job="Down",type="ups-rccmd",site="Hall",result="failed"} 2',
        'ridethrough_job_last_run_success{job="Down",type="ups-rccmd",site="Hall"} 0',
        'ridethrough_job_last_run_timestamp_seconds{job="Down",type="ups-rccmd",site="Hall"} 1767225660.5',
        'ridethrough_server_clients{server="NUT",type="ups-nut-server"} 9',
    ])
        it(line, () => assert.ok(told.includes(line), told.join('\n')));

    it('leave out what nobody knows', () => {
        assert.ok(!told.some((line) => /sensor_on\{sensor="Lost"|string="2"|last_run.*"Up"/.test(line)));
    });
});
