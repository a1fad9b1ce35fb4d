import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import type { Wanted } from '../../../../lib/protocols/modbus/read-plan';
import { RegisterReader } from '../../../../lib/protocols/modbus/register-reader';
import { FakeClock } from '../../../support/fake-clock';
import { ModbusMemory } from '../../../support/modbus-memory';

const word = (address: number, length = 1): Wanted => ({ table: 'holding', address, length });
const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => word(from + index));

describe('Reading registers in few requests', () => {
    let clock: FakeClock;
    let device: ModbusMemory;

    const reader = (wanted: readonly Wanted[], addressOffset: 0 | 1 = 0) =>
        new RegisterReader({ clock, line: device, unitId: 7, host: 'card', addressOffset }, wanted);

    beforeEach(() => {
        clock = new FakeClock();
        device = new ModbusMemory();
    });

    it('puts neighbours into one request, and asks the unit', async () => {
        device.set('holding', 100, ...Array.from({ length: 51 }, (_, index) => index));
        const values = await reader(run(100, 150)).read();
        assert.deepEqual(device.asked, [{ table: 'holding', address: 100, count: 51 }]);
        assert.deepEqual([...device.units], [7]);
        assert.equal(values.get('holding', 150), 50);
        assert.equal(values.get('holding', 151), undefined);
    });

    it('never asks for more than 125 words, and never cuts a text in two', async () => {
        device.set('holding', 0, ...Array.from({ length: 300 }, () => 1));
        await reader([...run(0, 119), word(120, 32), ...run(152, 299)]).read();
        assert.deepEqual(
            device.asked.map(({ address, count }) => [address, count]),
            [
                [0, 120],
                [120, 125],
                [245, 55],
            ],
        );
    });

    it('reads small gaps along, but not wide ones, and keeps tables apart', async () => {
        device.set('holding', 10, 1, 2, 3, 4, 5).set('holding', 100, 6).set('discrete', 11, 1).set('input', 12, 9);
        await reader([
            word(10),
            word(14),
            word(100),
            { table: 'discrete', address: 11, length: 1 },
            { table: 'input', address: 12, length: 1 },
        ]).read();
        assert.deepEqual(
            device.asked.map(({ table, address, count }) => [table, address, count]),
            [
                ['holding', 10, 5],
                ['holding', 100, 1],
                ['input', 12, 1],
                ['discrete', 11, 1],
            ],
        );
    });

    it('finds what is not supported, reads the rest in the same round, and asks around it from then on', async () => {
        device.set('holding', 100, ...Array.from({ length: 40 }, () => 3));
        device.unset('holding', 117);
        const plan = reader(run(100, 139));
        const values = await plan.read();
        assert.equal(values.size, 39);
        assert.equal(values.get('holding', 117), undefined);
        assert.equal(values.get('holding', 118), 3);
        device.asked.length = 0;
        await plan.read();
        assert.ok(device.asked.length <= 2, `${device.asked.length} requests`);
        // Bridged or not: nothing is asked that was refused.
        for (const { address, count } of device.asked) assert.ok(117 < address || 117 >= address + count);
    });

    it('takes a gap for refused first: then the neighbours are read apart', async () => {
        device.set('holding', 100, 1, 2).set('holding', 105, 3, 4);
        const plan = reader([word(100), word(101), word(105), word(106)]);
        assert.equal((await plan.read()).size, 4);
        assert.equal(device.asked.length, 3);
        device.asked.length = 0;
        await plan.read();
        assert.deepEqual(
            device.asked.map(({ address, count }) => [address, count]),
            [
                [100, 2],
                [105, 2],
            ],
        );
    });

    it('tries again after ten minutes what was refused', async () => {
        device.set('holding', 100, 1, 2);
        const plan = reader(run(100, 102));
        await plan.read();
        device.set('holding', 102, 3);
        assert.equal((await plan.read()).get('holding', 102), undefined);
        await clock.advance(600_000);
        assert.equal((await plan.read()).get('holding', 102), 3);
    });

    it('adds one to each address for a device that counts from 1', async () => {
        device.set('holding', 101, 42);
        assert.equal((await reader([word(100)], 1).read()).get('holding', 100), 42);
    });

    it('asks a busy device again, a few times', async () => {
        device.set('holding', 100, 5).troubles.push(6, 6);
        const reading = reader([word(100)]).read();
        await clock.advance(1000);
        assert.equal((await reading).get('holding', 100), 5);
        assert.equal(device.asked.length, 3);
    });

    it('says so when it stays busy', async () => {
        device.set('holding', 100, 5).troubles.push(6, 6, 6, 6, 6, 6);
        const reading = reader([word(100)]).read();
        const failure = assert.rejects(reading, { code: 'device-refused' });
        await clock.advance(5000);
        await failure;
    });

    it('fails as a whole when the device falls silent in between', async () => {
        device.set('holding', 100, 1).set('holding', 500, 1);
        const plan = reader([word(100), word(500)]);
        await plan.read();
        device.troubles.push(new UpsError('device-silent', { host: 'card' }));
        await assert.rejects(plan.read(), { code: 'device-silent' });
    });

    it('says so when nothing of the map is there', async () => {
        await assert.rejects(reader(run(100, 103)).read(), { code: 'device-refused' });
        await assert.rejects(reader(run(100, 103)).read(), { code: 'device-refused' });
    });

    it('spreads the search over rounds when most is missing', async () => {
        device.set('holding', 0, 1);
        const plan = reader(run(0, 120));
        let most = 0;
        for (let round = 0; round < 12; round++) {
            device.asked.length = 0;
            await plan.read();
            most = Math.max(most, device.asked.length);
        }
        assert.ok(most < 70, `${most} requests in one round`);
        assert.equal((await plan.read()).get('holding', 0), 1);
        device.asked.length = 0;
        await plan.read();
        assert.equal(device.asked.length, 1);
    });

    it('stops at once, even in a pause', async () => {
        device.troubles.push(6);
        const plan = reader([word(100)]);
        const reading = plan.read();
        await Promise.resolve();
        await new Promise(setImmediate);
        plan.interrupt();
        await assert.rejects(reading, { code: 'interrupted' });
        assert.equal(clock.pending, 0);
    });

    describe('of a device that refuses or fails for a time', () => {
        const ADDRESSES = [100, 101, 102, 110, 130, 131, 160];
        let troubled: (block: { address: number; count: number }) => number | 'silent' | undefined;

        beforeEach(() => {
            troubled = () => undefined;
            for (const address of ADDRESSES) device.set('holding', address, address);
            const { read } = device;
            device.read = (unitId, block) => {
                const trouble = troubled(block);
                if (trouble !== undefined) {
                    device.troubles.unshift(
                        trouble === 'silent' ? new UpsError('device-silent', { host: 'card' }) : trouble,
                    );
                }
                return read.call(device, unitId, block);
            };
        });

        const wanted = ADDRESSES.map((address) => word(address));
        const sizeOf = (plan: RegisterReader) =>
            plan.read().then(
                ({ size }) => size,
                () => 0,
            );
        const covers = (from: number, to: number) => (block: { address: number; count: number }) =>
            block.address <= to && block.address + block.count > from;

        for (const exception of [1, 2, 3, 4, 10, 11]) {
            it(`learns nothing from one that answers everything with exception ${exception} while it starts`, async () => {
                for (const before of [0, 1]) {
                    for (const rounds of [1, 2, 9]) {
                        const plan = reader(wanted);
                        if (before) assert.equal(await sizeOf(plan), 7);
                        troubled = () => exception;
                        for (let round = 0; round < rounds; round++) {
                            assert.equal(await sizeOf(plan), 0);
                            await clock.advance(1000);
                        }
                        troubled = () => undefined;
                        assert.equal(await sizeOf(plan), 7, `before ${before}, ${rounds} rounds`);
                    }
                }
            });

            it(`asks at the next round for what it has read and that is refused with ${exception}`, async () => {
                const plan = reader(wanted);
                assert.equal(await sizeOf(plan), 7);
                for (const seconds of [1, 5, 50]) {
                    troubled = (block) => (covers(130, 131)(block) ? exception : undefined);
                    for (let round = 0; round < seconds; round++) {
                        assert.equal(await sizeOf(plan), 5);
                        await clock.advance(1000);
                    }
                    troubled = () => undefined;
                    assert.equal(await sizeOf(plan), 7, `${seconds} s`);
                }
            });
        }

        it('asks within ten seconds, after hours too, for what it has read once', async () => {
            const plan = reader(wanted);
            await plan.read();
            troubled = (block) => (covers(102, 110)(block) ? 2 : undefined);
            for (let round = 0; round < 3600; round++) {
                await plan.read();
                await clock.advance(1000);
            }
            device.asked.length = 0;
            troubled = () => undefined;
            await clock.advance(10_000);
            assert.equal(await sizeOf(plan), 7);
        });

        it('asks ever more rarely for what it has never read', async () => {
            const plan = reader([...wanted, word(140)]);
            const asked: number[] = [];
            for (let second = 0; second < 2000; second++) {
                device.asked.length = 0;
                assert.equal((await plan.read()).size, 7);
                if (device.asked.some(covers(140, 140))) asked.push(second);
                await clock.advance(1000);
            }
            assert.deepEqual(asked, [0, 10, 30, 70, 150, 310, 630, 1230, 1830]);
        });

        for (const trouble of [4, 6, 11, 'silent'] as const) {
            it(`reads the rest around a block that always fails (${trouble})`, async () => {
                for (const at of [100, 160]) {
                    const plan = reader(wanted);
                    troubled = (block) => (covers(at, at)(block) ? trouble : undefined);
                    const sizes: number[] = [];
                    for (let round = 0; round < 4; round++) {
                        const reading = sizeOf(plan);
                        await clock.advance(1000);
                        sizes.push(await reading);
                    }
                    const rest = at === 100 ? 3 : 6;
                    assert.deepEqual(sizes.slice(1), [rest, rest, rest], `at ${at}: ${sizes.join()}`);
                }
            });
        }

        it('goes on asking one that has fallen silent, every part of it in turn', async () => {
            const plan = reader(wanted);
            await plan.read();
            troubled = () => 'silent';
            for (let round = 0; round < 30; round++) {
                await assert.rejects(plan.read(), { code: 'device-silent' });
                await clock.advance(1000);
            }
            troubled = (block) => (covers(100, 110)(block) ? 'silent' : undefined);
            assert.ok((await sizeOf(plan)) + (await sizeOf(plan)) > 0);
            troubled = () => undefined;
            await clock.advance(10_000);
            assert.equal(await sizeOf(plan), 7);
        });

        it('bounds the requests of a round in which two parts are silent', async () => {
            const plan = reader(wanted);
            await plan.read();
            troubled = (block) => (block.address > 110 ? 'silent' : undefined);
            await plan.read();
            device.asked.length = 0;
            await plan.read();
            assert.ok(device.asked.length <= 4, JSON.stringify(device.asked));
        });
    });
});
