import assert from 'node:assert/strict';
import { servedUps } from '../../../../../lib/core/served/served-ups';
import type { PartialStatus } from '../../../../../lib/core/status/status';
import { UNIT_DEFAULTS } from '../../../../../lib/core/unit/unit-config';
import { createCs141Driver, sharedCs141 } from '../../../../../lib/protocols/cs141/create-driver';
import { REGISTER_MAPS, registerMap } from '../../../../../lib/protocols/cs141/maps';
import { ServedCard } from '../../../../../lib/protocols/cs141/served/served-card';
import { ModbusTcpServer } from '../../../../../lib/protocols/modbus-server/tcp-server';
import { cs141Settings } from '../../../../support/cs141-settings';
import { FakeClock } from '../../../../support/fake-clock';
import { onBattery, UnitBench } from '../../../../support/fake-ups';

const line = { voltage: 230, frequency: 50, current: 10, power: 2000, apparentPower: 2300, load: 40 };
const full = (more: PartialStatus): PartialStatus => ({
    battery: { state: 'normal', chargePercent: 90, minutesRemaining: 54, voltage: 240, current: 5, temperature: 25 },
    input: { lines: [line, line, line] },
    output: { source: 'normal', frequency: 50, lines: [line, line, line] },
    bypass: { frequency: 50, lines: [line, line, line] },
    alarms: [],
    ...more,
});
const dead = { voltage: 0, frequency: 0, current: 0, power: 0 };

/** What a status says of the mains, so that two can be compared. */
const SITUATIONS: [what: string, reading: PartialStatus][] = [
    ['mains', full({})],
    ['outage', full({ battery: { chargePercent: 90, minutesRemaining: 54, voltage: 240, current: -20 }, input: { lines: [dead, dead, dead] }, output: { source: 'battery', frequency: 50, lines: [line, line, line] }, alarms: ['on-battery', 'input-bad'] })], // prettier-ignore
    ['bypass', full({ output: { source: 'bypass', frequency: 50, lines: [line, line, line] }, alarms: ['on-bypass'] })],
];

/** Reads a served UPS over TCP with our own driver, as another Ridethrough would. */
async function readBack(bench: UnitBench, map: string): Promise<PartialStatus> {
    const clock = new FakeClock();
    const card = new ServedCard({
        units: [{ unitId: 7, map: registerMap(map)!, served: () => servedUps(bench.unit) }],
        unknownAs: -1,
        answerAnyUnit: false,
    });
    const server = new ModbusTcpServer({ clock, units: card.unit });
    await server.start();
    const settings = { transport: 'tcp', host: '127.0.0.1', port: server.port, map, unitId: 7 };
    const driver = createCs141Driver(cs141Settings(settings), clock, sharedCs141(clock));
    try {
        return await new Promise((resolve, reject) => {
            driver.start({
                status: resolve,
                state: (state) => state.state === 'waiting' && reject(new Error(`${state.code}: ${state.reason}`)),
            });
        });
    } finally {
        await driver.stop();
        await server.stop();
    }
}

const near = (got: number | undefined, want: number | undefined, by: number, what: string) =>
    got === undefined || assert.ok(want !== undefined && Math.abs(got - want) <= by, `${what}: ${got} for ${want}`);

describe('a served UPS, read back by our own driver', () => {
    for (const { id, kind } of REGISTER_MAPS.filter((map) => map.kind === 'ups'))
        it(`by the map ${id} of a ${kind}`, async () => {
            for (const [what, reading] of SITUATIONS) {
                const bench = new UnitBench();
                bench.readFor(3, () => reading);
                const got = await readBack(bench, id);
                const told = `${id}, ${what}`;
                near(got.battery?.chargePercent, 90, 1, `${told}: charge`);
                near(got.battery?.minutesRemaining, 54, 1, `${told}: minutes`);
                near(got.battery?.voltage, 240, 1, `${told}: battery`);
                got.output?.lines.forEach(({ voltage, load }) => {
                    near(voltage, 230, 1, `${told}: output`);
                    near(load, 40, 1, `${told}: load`);
                });
                const isOutage = what === 'outage';
                got.input?.lines.forEach(({ voltage }) => near(voltage, isOutage ? 0 : 230, 1, `${told}: input`));
                const onBatteryNow = got.output?.source === 'battery' || got.alarms?.includes('on-battery') === true;
                assert.equal(onBatteryNow, isOutage, told);
                const invented = got.alarms?.filter((alarm) => !reading.alarms!.includes(alarm)) ?? [];
                assert.deepEqual(invented, [], told);
                bench.unit.destroy();
            }
        });

    it('is silent when it is silent on mains: nothing but the lost communication', async () => {
        for (const map of ['default', 'socomec', 'm600', 'centiel']) {
            const bench = new UnitBench();
            bench.readFor(3, () => full({}));
            bench.clock.advanceSync((UNIT_DEFAULTS.staleSeconds + 5) * 1000);
            const { output, battery, input, alarms } = await readBack(bench, map);
            assert.deepEqual([output, battery, input], [undefined, undefined, undefined], map);
            if (map === 'default') assert.deepEqual(alarms, ['communications-lost']);
            bench.unit.destroy();
        }
    });

    it('is on battery when it is silent in an outage, counted down, with the lost communication', async () => {
        const bench = new UnitBench();
        bench.readFor(3, onBattery);
        bench.clock.advanceSync(10 * 60_000);
        const { alarms, battery } = await readBack(bench, 'default');
        assert.ok(alarms!.includes('on-battery') && alarms!.includes('communications-lost'));
        assert.ok(battery!.minutesRemaining! <= 44, `${battery!.minutesRemaining} min`);
        bench.unit.destroy();
    });
});
