import assert from 'node:assert/strict';
import { servedUps, type ServedUps } from '../../../../lib/core/served/served-ups';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { UNIT_DEFAULTS } from '../../../../lib/core/unit/unit-config';
import { registerMap } from '../../../../lib/protocols/cs141/maps';
import { RegisterImage } from '../../../../lib/protocols/cs141/served/register-image';
import { metricsPage } from '../../../../lib/protocols/metrics/metrics';
import { nutExporterPage } from '../../../../lib/protocols/metrics/nut-exporter';
import { ModbusException } from '../../../../lib/protocols/modbus-server/device';
import { encode } from '../../../../lib/protocols/nut/encode';
import { agentOf } from '../../../support/agent-of';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

/** Longer than silence may last. */
const SILENT_MS = (UNIT_DEFAULTS.staleSeconds + 5) * 1000;
/** Addresses of the default map (CS141 manual, "Section OEM: Default addresses"). */
const [CHARGE, STATUS] = [103, 109];

/** What each server says of the same UPS at the same moment; undefined: it says that it does not know. */
interface Told {
    /** `ups.status` and `battery.charge`. */
    nut: [status: string, charge: number] | undefined;
    /** Status word and charge; 6: exception 6. */
    modbus: [status: number, charge: number] | 6;
    /** upsOutputSource, upsBatteryStatus and upsEstimatedChargeRemaining (RFC 1628). */
    snmp: (number | undefined)[];
    /** up, on battery, charge as a ratio. */
    metrics: [up: number, onBattery: number | undefined, charge: number | undefined];
    /** Flags that are 1; undefined: 503. */
    exporter: string | undefined;
}

/** Each server that formats `servedUps`. A new one adds a column. */
const SERVERS: { readonly [server in keyof Told]: (ups: ServedUps) => Told[server] } = {
    nut: (ups) => {
        const variables = encode(ups);
        return variables && [variables.get('ups.status')!, Number(variables.get('battery.charge'))];
    },
    modbus: (ups) => {
        const knowledge = () => {
            if (ups.knowledge === 'none') throw new ModbusException(6);
            return { ups };
        };
        const image = new RegisterImage({ map: registerMap('default')!, knowledge });
        try {
            return [image.readHoldingRegisters(STATUS, 1)[0]!, image.readHoldingRegisters(CHARGE, 1)[0]!];
        } catch (error) {
            assert.equal((error as ModbusException).code, 6);
            return 6;
        }
    },
    snmp: (ups) => {
        const objects = agentOf(() => ups).walk() as Record<string, number | undefined>;
        return ['4.1.0', '2.1.0', '2.4.0'].map((oid) => objects[oid]);
    },
    metrics: (ups) => {
        const page = metricsPage({ version: '0', sites: [], upses: [{ ups }] }, 'text');
        const value = (name: string) => {
            const told = new RegExp(`^ridethrough_ups_${name}\\{[^}]*\\} (.*)$`, 'm').exec(page)?.[1];
            return told === undefined ? undefined : Number(told);
        };
        return [value('up')!, value('on_battery'), value('battery_charge_ratio')];
    },
    exporter: (ups) => {
        const page = nutExporterPage(ups, ups.name, 'text');
        return page && [...page.matchAll(/,flag="(\w+)"\} 1$/gm)].map(([, flag]) => flag).join(' ');
    },
};

const low = () => onBattery({ battery: { state: 'low', chargePercent: 8, minutesRemaining: 2 } });
const inTest = () =>
    onBattery({
        input: { lines: [{ voltage: 230, frequency: 50 }] },
        alarms: ['on-battery', 'test-in-progress'],
        test: { result: 'in-progress' },
    });
const bypassed = () => onMains({ output: { source: 'bypass', lines: [] } });
const off = () => onMains({ output: { source: 'none', lines: [] }, alarms: ['ups-output-off'] });

const NOTHING = [undefined, undefined, undefined];
const UNKNOWN = 0xffff;
const LOST = 0x4000;

describe('what the servers say of one UPS', () => {
    let bench: UnitBench;
    afterEach(() => bench.unit.destroy());
    const play = (...readings: (() => PartialStatus)[]) => readings.forEach((reading) => bench.readFor(5, reading));
    const silence = () => bench.clock.advanceSync(SILENT_MS);

    // prettier-ignore
    const CASES: [what: string, play: () => void, told: Told][] = [
        ['no reading yet', () => {}, { nut: undefined, modbus: 6, snmp: NOTHING, metrics: [0, undefined, undefined], exporter: undefined }],
        ['mains', () => play(onMains), { nut: ['OL', 100], modbus: [4, 100], snmp: [3, 2, 100], metrics: [1, 0, 1], exporter: 'OL' }],
        ['an outage', () => play(onBattery), { nut: ['OB DISCHRG', 90], modbus: [12, 90], snmp: [5, 2, 90], metrics: [1, 1, 0.9], exporter: 'OB DISCHRG' }],
        ['a low battery', () => play(low), { nut: ['OB LB DISCHRG', 8], modbus: [28, 8], snmp: [5, 3, 8], metrics: [1, 1, 0.08], exporter: 'OB LB DISCHRG' }],
        ['silence on mains', () => (play(onMains), silence()), { nut: undefined, modbus: [LOST, UNKNOWN], snmp: NOTHING, metrics: [0, undefined, undefined], exporter: undefined }],
        ['silence in an outage', () => (play(onBattery), silence()), { nut: ['ALARM OB DISCHRG', 89], modbus: [12 + LOST, 89], snmp: [5, 2, 89], metrics: [0, 1, 0.89], exporter: 'OB DISCHRG ALARM' }],
        ['a battery test', () => play(onMains, inTest), { nut: ['OL DISCHRG', 90], modbus: [68, 90], snmp: [3, 2, 90], metrics: [1, 0, 0.9], exporter: 'OL DISCHRG' }],
        ['a bypass', () => play(bypassed), { nut: ['OL BYPASS', 100], modbus: [5, 100], snmp: [4, 2, 100], metrics: [1, 0, 1], exporter: 'OL BYPASS' }],
        ['an output that is off', () => play(off), { nut: ['OL OFF', 100], modbus: [0, 100], snmp: [2, 2, 100], metrics: [1, 0, 1], exporter: 'OL OFF' }],
    ];
    for (const [what, happens, told] of CASES)
        it(`in ${what}`, () => {
            bench = new UnitBench();
            happens();
            const ups = servedUps(bench.unit, { name: 'Hall' });
            const said = Object.fromEntries(Object.entries(SERVERS).map(([server, of]) => [server, of(ups)]));
            assert.deepEqual(said, told);
        });
});
