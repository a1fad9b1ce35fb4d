import assert from 'node:assert/strict';
import type { CommandResult, UpsCommand } from '../../../../lib/core/driver';
import type { UpsError } from '../../../../lib/core/errors';
import { SETS } from '../../../../lib/protocols/delta/sets';

import { DeltaBench, last } from './driver-bench';
import { allInEnglish, inEnglish } from '../../../support/in-english';

describe('DeltaDriver', () => {
    const bench = new DeltaBench();

    it('tells source, alarms, battery, input and outlets with the first reading', async () => {
        bench.simulate();
        const seen = await bench.watch();
        const [first] = seen.readings;
        assert.equal(first!.output?.source, 'normal');
        assert.equal(first!.battery?.chargePercent, 100);
        assert.equal(first!.input?.lines[0]?.voltage, 230);
        assert.deepEqual(first!.alarms, []);
        assert.equal(first!.outlets?.length, 2);
        assert.deepEqual(
            seen.states.map(({ state }) => state),
            ['connecting', 'ready'],
        );
    });

    it('learns all the rest in the next seconds, and asks for it rarely then', async () => {
        bench.simulate();
        const seen = await bench.watch();
        await bench.clock.advance(10_000);
        const { settings, identity, environment, outlets } = last(seen);
        assert.equal(identity?.model, 'Simulated UPS');
        assert.equal(environment?.temperature, 25);
        assert.deepEqual(
            outlets?.map(({ on }) => on),
            [true, true],
        );
        assert.equal(settings?.lowTransferVoltage, 196);
        assert.equal(settings?.autoReboot, true);
        assert.equal(settings?.outputVoltage, 230);
        const before = bench.wire.sent.length;
        const polled = seen.readings.length;
        await bench.clock.advance(60_000);
        const perReading = (bench.wire.sent.length - before) / (seen.readings.length - polled);
        assert.ok(seen.readings.length - polled >= 59, 'a reading each second');
        assert.ok(perReading < 3.8, `${perReading} commands for a reading`);
    });

    it('sees an outage with the next reading, and its end', async () => {
        const ups = bench.simulate();
        const seen = await bench.watch();
        ups.ups.setMains(false);
        await bench.clock.advance(1000);
        assert.equal(last(seen).output?.source, 'battery');
        assert.ok(last(seen).alarms?.includes('on-battery'));
        await bench.clock.advance(5000);
        assert.equal(last(seen).battery?.charging, 'discharging');
        ups.ups.setMains(true);
        await bench.clock.advance(1000);
        assert.deepEqual(last(seen).alarms, []);
    });

    it('a UPS that does not know most commands is read all the same, and not asked again and again', async () => {
        bench.simulate({
            unknown: ['AVL', 'LET', 'STP', 'ENV', 'TXV', 'TEL', 'BRD', 'ATT', 'SOV', 'BTV', 'TSR', 'STI'],
        });
        const seen = await bench.watch();
        await bench.clock.advance(120_000);
        assert.equal(last(seen).output?.source, 'normal');
        assert.equal(last(seen).test, undefined);
        for (const name of ['ENV', 'TSR', 'STI']) {
            assert.equal(bench.wire.sent.filter((sent) => sent === `P 0 ${name}`).length, 1, name);
        }
    });

    it('a sensor that is unplugged is no longer told', async () => {
        bench.simulate();
        const seen = await bench.watch();
        await bench.clock.advance(10_000);
        assert.equal(last(seen).environment?.temperature, 25);
        bench.wire.answer = (request) => (request === 'P 0 ENV' ? '~00R000' : undefined);
        await bench.clock.advance(20_000);
        assert.equal(last(seen).environment, undefined);
        assert.equal(last(seen).output?.source, 'normal');
    });

    it('one lost answer is noise, three are silence, and then it is asked ever more rarely', async () => {
        const ups = bench.simulate();
        const seen = await bench.watch();
        ups.faults.silent = true;
        await bench.clock.advance(2000);
        assert.equal(seen.states.at(-1)!.state, 'ready');
        await bench.clock.advance(4000);
        assert.equal(seen.states.at(-1)!.state, 'waiting');
        assert.equal((seen.states.at(-1) as { code: string }).code, 'device-silent');
        const before = bench.wire.sent.length;
        await bench.clock.advance(60_000);
        assert.ok(bench.wire.sent.length - before < 12, `${bench.wire.sent.length - before} commands in a minute`);
        ups.faults.silent = false;
        await bench.clock.advance(11_000);
        assert.equal(seen.states.at(-1)!.state, 'ready');
        assert.equal(last(seen).battery?.chargePercent, 100);
    });

    it('a firmware that states a wrong length is read; an answer that breaks off is not', async () => {
        const ups = bench.simulate();
        ups.faults.lengthError = 3;
        const seen = await bench.watch();
        await bench.clock.advance(20_000);
        assert.equal(last(seen).battery?.chargePercent, 100);
        ups.faults.lengthError = 0;
        // In the middle of STO and STB: the charge would be 1 instead of 100.
        ups.faults.stallAfter = 20;
        // The reading under way may still be whole.
        await bench.clock.advance(1000);
        const before = seen.readings.length;
        await bench.clock.advance(20_000);
        assert.equal(seen.readings.length, before);
        assert.equal(seen.states.at(-1)!.state, 'waiting');
    });

    it('one that stalls on a line costs the others a time-out, and they are read on', async () => {
        const stalling = bench.simulate({ id: 1 });
        bench.simulate({ id: 2 });
        bench.simulate({ id: 3 });
        const first = await bench.watch(1);
        const others = [await bench.watch(2), await bench.watch(3)];
        await bench.clock.advance(10_000);
        stalling.faults.stallAfter = 9;
        const before = others.map(({ readings }) => readings.length);
        await bench.clock.advance(60_000);
        assert.equal(first.states.at(-1)!.state, 'waiting');
        for (const [index, { readings, states }] of others.entries()) {
            assert.equal(states.at(-1)!.state, 'ready');
            assert.ok(
                readings.length - before[index]! > 40,
                `${readings.length - before[index]!} readings in a minute`,
            );
        }
        assert.equal(bench.wire.opens, 1, 'one connection for all');
    });

    it('the line is closed with the last of its users', async () => {
        bench.simulate({ id: 1 });
        bench.simulate({ id: 2 });
        const [one, two] = [await bench.watch(1), await bench.watch(2)];
        await one.driver.stop();
        assert.equal(bench.wire.closes, 0);
        await bench.clock.advance(2000);
        assert.equal(two.states.at(-1)!.state, 'ready');
        await two.driver.stop();
        assert.equal(bench.wire.closes, 1);
    });

    describe('commands', () => {
        const sets = () =>
            bench.wire.sent.filter((sent) => sent.startsWith('S')).map((sent) => sent.split(' ').slice(2).join(' '));

        it('a lower transfer point above the upper one is not sent', async () => {
            bench.simulate();
            const { driver } = await bench.watch();
            await bench.clock.advance(60_000);
            for (const [setting, value] of [
                ['lowTransferVoltage', 300],
                ['highTransferVoltage', 100],
                ['lowTransferFrequency', 60],
                ['highTransferFrequency', 40],
            ] as const) {
                const error = await bench.execute(driver, { type: 'set', setting, value });
                assert.equal((error as UpsError).code, 'out-of-range', setting);
            }
            assert.deepEqual(sets(), []);
        });

        it('a test of so many minutes is that of BTV, with the voltage that the UPS shows', async () => {
            const ups = bench.simulate();
            const { driver } = await bench.watch();
            await bench.clock.advance(60_000);
            const custom = (minutes: number) => ({ type: 'test', test: 'custom', minutes }) as const;
            assert.equal(driver.supports(custom(5)), true);
            assert.equal(((await bench.execute(driver, custom(1.5))) as CommandResult).confirmed, true);
            assert.deepEqual(sets(), ['BTV2;43', 'TST2']);
            await bench.clock.advance(121_000);
            assert.equal(ups.ups.reading().test?.result, 'passed');
            assert.equal(((await bench.execute(driver, custom(61))) as UpsError).code, 'out-of-range');
            assert.equal(sets().length, 2);
        });

        it('tests: quick and full, told when they run; others are not sent', async () => {
            bench.simulate({ unknown: ['BTV'] });
            const seen = await bench.watch();
            assert.equal(seen.driver.supports({ type: 'test', test: 'custom', minutes: 5 }), false);
            assert.equal(seen.driver.supports({ type: 'test', test: 'self' }), false);
            const done = seen.driver.execute({ type: 'test', test: 'quick' });
            await bench.clock.advance(2000);
            assert.equal((await done).confirmed, true);
            assert.deepEqual(last(seen).alarms, ['test-in-progress']);
            assert.ok(last(seen).test?.startedAt);
            await bench.clock.advance(15_000);
            assert.equal(last(seen).test?.result, 'passed');
            await bench.execute(seen.driver, { type: 'test', test: 'full' });
            const aborted = await bench.execute(seen.driver, { type: 'test', test: 'abort' });
            assert.equal((aborted as CommandResult).confirmed, true);
            assert.deepEqual(sets(), ['TST3', 'TST4', 'TST0']);
        });

        it('outlets: on, off and off and on again', async () => {
            const ups = bench.simulate();
            const { driver } = await bench.watch();
            assert.equal(
                ((await bench.execute(driver, { type: 'outlet', outlet: '2', action: 'off' })) as CommandResult)
                    .confirmed,
                true,
            );
            assert.deepEqual(
                ups.ups.reading().outlets?.map(({ on }) => on),
                [true, false],
            );
            assert.equal(
                ((await bench.execute(driver, { type: 'outlet', outlet: '2', action: 'on' })) as CommandResult)
                    .confirmed,
                true,
            );
            assert.equal(
                ((await bench.execute(driver, { type: 'outlet', outlet: '1', action: 'cycle' })) as CommandResult)
                    .confirmed,
                true,
            );
            await bench.clock.advance(61_000);
            assert.deepEqual(
                ups.ups.reading().outlets?.map(({ on }) => on),
                [true, true],
            );
            assert.deepEqual(sets(), ['ROF2;1', 'RON2;1', 'RNF1;1;1']);
            for (const outlet of ['3', '0', 'x', '1;1']) {
                assert.equal(driver.supports({ type: 'outlet', outlet, action: 'off' }), false, outlet);
            }
        });

        it('buzzer: off for good, on, and silent until the next event', async () => {
            const ups = bench.simulate();
            const { driver } = await bench.watch();
            for (const state of ['off', 'on', 'mute'] as const) {
                assert.equal(
                    ((await bench.execute(driver, { type: 'buzzer', state })) as CommandResult).confirmed,
                    true,
                    state,
                );
            }
            assert.deepEqual(sets(), ['EDB2', 'EDB1', 'BUZ1', 'BUZ2']);
            assert.equal(ups.ups.reading().settings?.upsConfigAudibleStatus, 'muted');
        });

        for (const [setting, value, sent] of [
            ...([
                ['shutdownType', 'output', 'SDT1'],
                ['lowTransferVoltage', 200, 'TXV200;265'],
            ] as const),
            ...([
                ['highTransferVoltage', 250, 'TXV196;250'],
                ['voltageSensitivity', 'low', 'VSN2'],
            ] as const),
            ...([
                ['modemPhone', '123', 'TEL123'],
                ['batteryReplacedOn', '2026-01-02', 'BRD20260102;20280315'],
            ] as const),
            ...([
                ['batteryReplaceOn', '2030-01-02', 'BRD20240315;20300102'],
                ['economicMode', true, 'ECO1'],
            ] as const),
            ...([
                ['autoTest', 'monthly', 'ATT5'],
                ['atxReboot', true, 'ATX1'],
                ['autoReboot', false, 'ARB2'],
            ] as const),
            ...([
                ['bootDelay', 30, 'UBD30'],
                ['lowTransferFrequency', 48.1, 'TXF481;525'],
            ] as const),
            ...([
                ['highTransferFrequency', 52, 'TXF475;520'],
                ['outputVoltage', 240, 'SOV240'],
            ] as const),
            ...([
                ['buzzerEnabled', false, 'EDB2'],
                ['buzzer', 'silent', 'BUZ2'],
            ] as const),
            ...([
                ['batteryTestMinutes', 20, 'BTV20;43'],
                ['batteryTestVoltage', 44, 'BTV10;44'],
            ] as const),
        ] as const) {
            it(`sets ${setting}, and reads it back`, async () => {
                bench.simulate();
                const seen = await bench.watch();
                await bench.clock.advance(10_000);
                const info = seen.driver.settingsInfo()[setting]!;
                assert.equal(info.writable, true);
                if (info.options) assert.ok(info.options.includes(value));
                const result = await bench.execute(seen.driver, { type: 'set', setting, value });
                assert.equal((result as CommandResult).confirmed, true);
                assert.deepEqual(sets(), [sent]);
                assert.equal(last(seen).settings?.[setting], value);
            });
        }

        for (const [setting, value, sent] of [
            ['resumePc', true, 'RSM1'],
            ['buzzerTestSeconds', 5, 'BTT5'],
        ] as const) {
            it(`${setting} is accepted, not confirmed: nothing shows it`, async () => {
                bench.simulate();
                const { driver } = await bench.watch();
                const result = await bench.execute(driver, { type: 'set', setting, value });
                assert.deepEqual(allInEnglish(result), { confirmed: false, detail: `accepted by the UPS (${sent})` });
                assert.deepEqual(sets(), [sent]);
            });
        }

        it('a new speed outlives a lost answer and a line that is opened anew', async () => {
            const ups = bench.simulate();
            const seen = await bench.watch();
            await bench.clock.advance(10_000);
            ups.on('set', () => {
                ups.faults.silent = true;
                bench.clock.setTimeout(() => (ups.faults.silent = false), 500);
            });
            const result = await bench.execute(seen.driver, { type: 'set', setting: 'baudRate', value: 9600 });
            assert.equal((result as CommandResult).confirmed, true);
            bench.wire.drop();
            const before = seen.readings.length;
            await bench.clock.advance(30_000);
            assert.equal(bench.wire.baudRate, 9600);
            assert.ok(seen.readings.length > before + 10);
        });

        it('a new id: the UPS is read under it from then on', async () => {
            const ups = bench.simulate();
            const seen = await bench.watch();
            const result = await bench.execute(seen.driver, { type: 'set', setting: 'upsId', value: 17 });
            assert.equal((result as CommandResult).confirmed, true);
            assert.match(inEnglish((result as CommandResult).detail), /set it in the node, too/);
            assert.equal(ups.id, 17);
            const before = seen.readings.length;
            await bench.clock.advance(3000);
            assert.ok(seen.readings.length > before);
            assert.ok(bench.wire.sent.slice(-3).every((sent) => sent.startsWith('P 17 ')));
        });

        it('an id that another UPS on the line has is not taken', async () => {
            bench.simulate();
            const other = bench.simulate({ id: 17 });
            const seen = await bench.watch();
            const result = await bench.execute(seen.driver, { type: 'set', setting: 'upsId', value: 17 });
            assert.equal((result as UpsError).code, 'command-failed');
            assert.deepEqual(sets(), []);
            assert.deepEqual([bench.upses[0]!.id, other.id], [0, 17]);
        });

        it('a new speed: the line follows, and nobody else may be on it', async () => {
            const ups = bench.simulate();
            const seen = await bench.watch();
            await bench.clock.advance(10_000);
            const result = await bench.execute(seen.driver, { type: 'set', setting: 'baudRate', value: 9600 });
            assert.equal((result as CommandResult).confirmed, true);
            assert.deepEqual([ups.memory.baudRate, bench.wire.baudRate], [9600, 9600]);
            const before = seen.readings.length;
            await bench.clock.advance(3000);
            assert.ok(seen.readings.length > before);
            await bench.watch(5);
            assert.equal(seen.driver.supports({ type: 'set', setting: 'baudRate', value: 2400 }), false);
        });

        it('a UPS that says yes and stays at its old speed is not lost', async () => {
            const ups = bench.simulate();
            const seen = await bench.watch();
            await bench.clock.advance(10_000);
            ups.on('set', () => (ups.memory.baudRate = 2400));
            const result = await bench.execute(seen.driver, { type: 'set', setting: 'baudRate', value: 9600 });
            assert.equal((result as UpsError).code, 'command-failed');
            assert.equal(bench.wire.baudRate, 2400);
            await bench.clock.advance(3000);
            assert.equal(seen.states.at(-1)!.state, 'ready');
        });

        it('AVL decides what is offered, unless it is told to have no say', async () => {
            bench.simulate({ offered: ['TST', 'SDA'] });
            const { driver } = await bench.watch();
            assert.equal(driver.supports({ type: 'test', test: 'quick' }), true);
            assert.equal(driver.supports({ type: 'shutdown', seconds: 5, scope: 'output' }), true);
            assert.equal(driver.supports({ type: 'shutdown', seconds: 5, restoreSeconds: 60, scope: 'output' }), false);
            assert.equal(driver.supports({ type: 'buzzer', state: 'mute' }), false);
            assert.equal(driver.supports({ type: 'outlet', outlet: '1', action: 'off' }), false);
            const all = await bench.watch(0, { offerAll: true });
            assert.equal(all.driver.supports({ type: 'buzzer', state: 'mute' }), true);
            const refused = await bench.execute(all.driver, { type: 'buzzer', state: 'mute' });
            assert.equal((refused as UpsError).code, 'device-refused');
        });

        it('every set command of the protocol can be given', async () => {
            bench.simulate();
            const { driver } = await bench.watch();
            await bench.clock.advance(10_000);
            const given = new Set<string>();
            const give = async (command: UpsCommand) => {
                const done = driver.execute(command).catch(() => undefined);
                await bench.clock.advance(6000);
                await done;
                for (const sent of sets()) given.add(sent.slice(0, 3));
            };
            await give({ type: 'shutdown', seconds: 600, restoreSeconds: 60, scope: 'output' });
            await give({ type: 'test', test: 'quick' });
            for (const action of ['on', 'off', 'cycle'] as const) await give({ type: 'outlet', outlet: '1', action });
            for (const [setting, { writable, options, min }] of Object.entries(driver.settingsInfo())) {
                const value = setting.startsWith('batteryRep') ? '2026-01-01' : (options?.[0] ?? min ?? '1');
                if (writable && setting !== 'upsId') await give({ type: 'set', setting, value });
            }
            await give({ type: 'set', setting: 'upsId', value: 3 });
            assert.deepEqual([...given].sort(), Object.keys(SETS).sort());
        });

        it('a missing acknowledgement counts as done if the UPS shows it', async () => {
            const ups = bench.simulate();
            ups.faults.noAcknowledge = true;
            const { driver } = await bench.watch();
            const seen = await bench.execute(driver, { type: 'buzzer', state: 'mute' });
            assert.equal((seen as CommandResult).confirmed, true);
            const unseen = await bench.execute(driver, { type: 'set', setting: 'resumePc', value: true });
            assert.equal((unseen as UpsError).code, 'device-silent');
        });
    });
});
