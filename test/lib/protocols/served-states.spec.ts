import assert from 'node:assert/strict';
import { servedUps, type ServedUps } from '../../../lib/core/served/served-ups';
import type { PartialStatus } from '../../../lib/core/status/status';
import { UNIT_DEFAULTS } from '../../../lib/core/unit/unit-config';
import { Device } from '../../../lib/protocols/bacnet/device';
import { registerMap } from '../../../lib/protocols/cs141/maps';
import { ServedCard } from '../../../lib/protocols/cs141/served/served-card';
import type { PointState } from '../../../lib/protocols/bacnet/object';
import { metricsPage } from '../../../lib/protocols/metrics/metrics';
import { nutExporterPage } from '../../../lib/protocols/metrics/nut-exporter';
import type { ModbusException } from '../../../lib/protocols/modbus-server/device';
import { PlainMode } from '../../../lib/protocols/mqtt/plain-mode';
import { deadbandsWith } from '../../../lib/protocols/mqtt/told-values';
import { encode } from '../../../lib/protocols/nut/encode';
import { agentOf } from '../../support/agent-of';
import { bacnetServing } from '../../support/bacnet-wire';
import { FakeClock } from '../../support/fake-clock';
import { onBattery, onMains, UnitBench } from '../../support/fake-ups';

const SILENT_MS = (UNIT_DEFAULTS.staleSeconds + 5) * 1000;
const low = () => onBattery({ battery: { state: 'low', chargePercent: 8, minutesRemaining: 2 } });
const test = (): PartialStatus =>
    onBattery({
        input: { lines: [{ voltage: 230, frequency: 50 }] },
        alarms: ['on-battery', 'test-in-progress'],
        test: { result: 'in-progress' },
    });

/** Readings, a second each for three seconds, and then silence or not. */
const STATES: Record<string, { readings: (() => PartialStatus)[]; silent?: true }> = {
    'no reading yet': { readings: [] },
    mains: { readings: [onMains] },
    outage: { readings: [onBattery] },
    low: { readings: [low] },
    'silent on mains': { readings: [onMains], silent: true },
    'silent in an outage': { readings: [onBattery], silent: true },
    test: { readings: [onMains, test] },
    bypass: { readings: [() => onMains({ output: { source: 'bypass', lines: [] }, alarms: ['on-bypass'] })] },
    off: { readings: [() => onMains({ output: { source: 'none', lines: [] }, alarms: ['ups-output-off'] })] },
};

/** What each server tells, in a word. */
const SERVERS: Record<string, (ups: ServedUps) => string> = {
    metrics: (ups) => {
        const page = metricsPage({ version: '', sites: [], upses: [{ ups }] }, 'text');
        const of = (name: string) => new RegExp(`^ridethrough_ups_${name}\\{.*\\} (.*)$`, 'm').exec(page)?.[1] ?? '-';
        return ['up', 'on_battery', 'battery_low', 'battery_test', 'values_presumed'].map(of).join(' ');
    },
    nut_exporter: (ups) => {
        const page = nutExporterPage(ups, 'ups', 'text');
        return page === undefined ? 'stale' : [...page.matchAll(/flag="(\w+)"\} 1/g)].map(([, flag]) => flag).join(' ');
    },
    nut: (ups) => {
        const variables = encode(ups);
        return variables ? [variables.get('ups.status'), variables.get('ups.alarm') ?? ''].join(' ').trim() : 'stale';
    },
    // upsOutputSource, upsBatteryStatus, and the numbers of the alarms.
    snmp: (ups) => {
        const agent = agentOf(() => ups);
        const alarms = agent.alarms().map(([, oid]) => String(oid).split('.').at(-1));
        return [agent.get('4.1.0'), agent.get('2.1.0'), ...alarms].map((value) => value ?? '-').join(' ');
    },
    // Output source, battery state and charge, each with ! for the flag fault, and the numbers of the alarms.
    bacnet: (ups) => {
        const target = { served: () => ups, supports: () => true, order: () => Promise.resolve() };
        const { serving } = bacnetServing({ 1: target });
        const device = new Device(new FakeClock(), serving, { subscriptions: () => () => undefined });
        const of = (type: number, offset: number) => device.findPoint({ type, instance: 1000 + offset })!.state();
        const told = ({ value, reliability }: PointState) =>
            `${Math.round(value)}${reliability === 0 ? '' : `!${reliability}`}`;
        const alarms = Array.from({ length: 24 }, (_, index) => index + 1).filter((n) => of(3, n).value === 1);
        return [told(of(19, 2)), told(of(19, 1)), told(of(0, 1)), ...alarms].join(' ');
    },
    modbus: (ups) => {
        const unit = { unitId: 1, map: registerMap('default')!, served: () => ups };
        const card = new ServedCard({ units: [unit], unknownAs: -1, answerAnyUnit: false });
        try {
            const [status, charge] = [109, 103].map((at) => card.unit(1)!.readHoldingRegisters!(at, 1)[0]!);
            return `0x${status!.toString(16)}${charge === 0xffff ? ' unknown' : ''}`;
        } catch (error) {
            return `exception ${(error as ModbusException).code}`;
        }
    },
    // What is available, and what is told of it.
    mqtt: (ups) => {
        const mode = new PlainMode(
            { topicPrefix: 'rt', commands: false, version: '', now: () => 0 },
            deadbandsWith([]),
        );
        mode.serve([{ id: ups.id, level: 'ups' }]);
        const [status, availability] = mode.ups(ups).map(({ payload }) => String(payload));
        const told = JSON.parse(status!) as Record<string, unknown>;
        const flags = ['on_battery', 'battery_low', 'battery_test'].map((key) => Number(told[key] ?? NaN));
        const lost = told.communication_lost ? ' lost' : '';
        return `${availability} ${flags.map((flag) => (Number.isNaN(flag) ? '-' : flag)).join(' ')}${lost}`;
    },
};

/** By hand. */
const TOLD: Record<keyof typeof STATES, Record<keyof typeof SERVERS, string>> = {
    'no reading yet': {
        metrics: '0 - - - 0',
        nut_exporter: 'stale',
        nut: 'stale',
        snmp: '- -',
        modbus: 'exception 6',
        bacnet: '1!12 1!12 NaN!12',
        mqtt: 'offline - - -',
    },
    mains: {
        metrics: '1 0 0 0 0',
        nut_exporter: 'OL',
        nut: 'OL',
        snmp: '3 2',
        modbus: '0x4',
        bacnet: '3 2 100',
        mqtt: 'online 0 0 0',
    },
    outage: {
        metrics: '1 1 0 0 0',
        nut_exporter: 'OB DISCHRG',
        nut: 'OB DISCHRG',
        snmp: '5 2 2',
        modbus: '0xc',
        bacnet: '5 2 90 2',
        mqtt: 'online 1 0 0',
    },
    low: {
        metrics: '1 1 1 0 0',
        nut_exporter: 'OB LB DISCHRG',
        nut: 'OB LB DISCHRG',
        snmp: '5 3 2 3',
        modbus: '0x1c',
        bacnet: '5 3 8 2 3',
        mqtt: 'online 1 1 0',
    },
    'silent on mains': {
        metrics: '0 - - - 0',
        nut_exporter: 'stale',
        nut: 'stale',
        snmp: '- - 20',
        modbus: '0x4000 unknown',
        bacnet: '1!12 1!12 NaN!12 20',
        mqtt: 'offline - - - lost',
    },
    'silent in an outage': {
        metrics: '0 1 0 0 1',
        nut_exporter: 'OB DISCHRG ALARM',
        nut: 'ALARM OB DISCHRG [Communication lost]',
        snmp: '5 2 2 20',
        modbus: '0x400c',
        bacnet: '5 2 89 2 20',
        mqtt: 'online 1 0 0 lost',
    },
    test: {
        metrics: '1 0 0 1 0',
        nut_exporter: 'OL DISCHRG',
        nut: 'OL DISCHRG',
        snmp: '3 2 24',
        modbus: '0x44',
        bacnet: '3 2 90 24',
        mqtt: 'online 0 0 1',
    },
    bypass: {
        metrics: '1 0 0 0 0',
        nut_exporter: 'OL BYPASS',
        nut: 'OL BYPASS',
        snmp: '4 2 9',
        modbus: '0x5',
        bacnet: '4 2 100 9',
        mqtt: 'online 0 0 0',
    },
    off: {
        metrics: '1 0 0 0 0',
        nut_exporter: 'OL OFF',
        nut: 'OL OFF',
        snmp: '2 2 14',
        modbus: '0x0',
        bacnet: '2 2 100 14',
        mqtt: 'online 0 0 0',
    },
};

describe('what the servers tell of a UPS', () => {
    for (const [state, { readings, silent }] of Object.entries(STATES))
        it(`of ${state}: none contradicts another`, () => {
            const bench = new UnitBench();
            for (const reading of readings) bench.readFor(3, reading);
            if (silent) bench.clock.advanceSync(SILENT_MS);
            const ups = servedUps(bench.unit, { name: 'Hall' });
            bench.unit.destroy();
            const told = Object.fromEntries(Object.entries(SERVERS).map(([name, tell]) => [name, tell(ups)]));
            assert.deepEqual(told, TOLD[state]);
        });
});
