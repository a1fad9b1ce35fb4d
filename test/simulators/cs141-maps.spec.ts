import assert from 'node:assert/strict';
import type { PartialStatus } from '../../lib/core/status/status';
import { createCs141Driver, sharedCs141 } from '../../lib/protocols/cs141/create-driver';
import { REGISTER_MAPS, type RegisterMap } from '../../lib/protocols/cs141/maps';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { Cs141Card } from '../../simulators/cs141-card/card';
import { cs141Settings } from '../support/cs141-settings';
import { FakeClock } from '../support/fake-clock';

/** What happens to the UPS, and what must then be told by every map that has a place for it. */
const SITUATIONS: Record<string, (ups: SimulatedUps) => void> = {
    'on mains': () => undefined,
    'in an outage': (ups) => ups.setMains(false),
    'with a low battery': (ups) => {
        ups.setCharge(4);
        ups.setMains(false);
    },
    'in a test': (ups) => ups.execute({ type: 'test', test: 'quick' }),
    'on bypass': (ups) => ups.setBypass(true),
    overloaded: (ups) => ups.setLoad(40_000),
};

/** Their outages are concluded from what is missing; in a test nothing is. */
const DO_NOT_TELL_TESTS = ['m600', 'everexceed'];

describe('what the driver reads from a card is what the UPS says, by every map', () => {
    for (const map of REGISTER_MAPS.filter(({ kind }) => kind === 'ups')) {
        for (const phases of [1, 3]) {
            it(`${map.id}, ${phases === 1 ? 'one phase' : 'three phases'}`, async () => {
                for (const [name, happens] of Object.entries(SITUATIONS)) {
                    const ups = new SimulatedUps(new FakeClock(), {
                        ...{ phases, ratedVA: 30_000, loadVA: 15_000, holdMinutes: 30, batteryVoltage: 240 },
                    });
                    happens(ups);
                    compare(await read(map, ups), ups.reading(), map.id, name);
                    ups.destroy();
                }
            });
        }
    }
});

async function read(map: RegisterMap, ups: SimulatedUps): Promise<PartialStatus> {
    const clock = new FakeClock();
    const card = new Cs141Card({ ups, clock, map: map.id, tcp: {} });
    await card.start();
    const settings = { transport: 'tcp', host: '127.0.0.1', port: card.endpoint.tcpPort, map: map.id };
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
        await card.stop();
    }
}

function compare(got: PartialStatus, want: PartialStatus, mapId: string, situation: string): void {
    const where = `${mapId} ${situation}`;
    near(got.battery?.chargePercent, want.battery?.chargePercent, 1, `${where}: charge`);
    near(got.battery?.minutesRemaining, want.battery?.minutesRemaining, 1, `${where}: minutes`);
    near(got.battery?.voltage, want.battery?.voltage, 1, `${where}: battery voltage`);
    near(got.battery?.temperature, want.battery?.temperature, 1, `${where}: temperature`);
    near(amounts(got.battery?.current), amounts(want.battery?.current), 1, `${where}: battery current`);
    near(got.input?.lineBads, want.input?.lineBads, 0, `${where}: line bads`);
    near(got.output?.frequency, want.output?.frequency, 1, `${where}: output frequency`);
    lines(got, want, 'input', where);
    lines(got, want, 'output', where);
    lines(got, want, 'bypass', where);

    const untold = situation === 'in a test' && DO_NOT_TELL_TESTS.includes(mapId);
    if (want.output?.source === 'battery' && !untold) {
        const noticed = got.output?.source === 'battery' || got.alarms?.includes('on-battery');
        assert.ok(noticed, `${where}: runs on battery, and nothing says so`);
    } else if (want.output?.source !== 'battery') assert.notEqual(got.output?.source, 'battery', where);
    const present = new Set(want.alarms?.filter((id) => !(untold && id === 'on-battery')));
    const told = got.alarmsTold ?? want.alarms ?? [];
    const missed = got.alarms ? [...present].filter((id) => told.includes(id) && !got.alarms!.includes(id)) : [];
    assert.deepEqual(missed, [], `${where}: alarms missed`);
    assert.deepEqual(got.alarms?.filter((id) => !present.has(id)) ?? [], [], `${where}: alarms invented`);
}

function lines(got: PartialStatus, want: PartialStatus, group: 'input' | 'output' | 'bypass', where: string): void {
    const found = got[group]?.lines ?? [];
    const real = want[group]?.lines ?? [];
    assert.ok(found.length <= real.length, `${where}: ${group} has ${found.length} phases instead of ${real.length}`);
    found.forEach((line, i) => {
        near(line.voltage, real[i]?.voltage, 1, `${where}: ${group} voltage ${i}`);
        near(line.current, real[i]?.current, 1, `${where}: ${group} current ${i}`);
        // Some maps tell whole kilowatts.
        near(line.power, real[i]?.power, 500, `${where}: ${group} power ${i}`);
    });
    got.output?.lines.forEach(({ load }, i) => near(load, want.output?.lines[i]?.load, 1, `${where}: load ${i}`));
}

/** Most registers for it have no sign. */
function amounts(value: number | undefined): number | undefined {
    return value === undefined ? undefined : Math.abs(value);
}

/** Not told is no mistake; told wrong is. */
function near(got: number | undefined, want: number | undefined, by: number, where: string): void {
    if (got === undefined) return;
    assert.ok(want !== undefined && Math.abs(got - want) <= by, `${where}: ${got} instead of ${want}`);
}
