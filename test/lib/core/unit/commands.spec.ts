import assert from 'node:assert/strict';
import type { DeviceHistoryEntry, SettingInfo, UpsCommand } from '../../../../lib/core/driver';
import { UpsError } from '../../../../lib/core/errors';
import { checkNesting } from '../../../../lib/core/unit/shutdown-nesting';
import { showSettings, writeSettings } from '../../../../lib/core/unit/write-settings';
import { FakeDriver, UnitBench, onMains } from '../../../support/fake-ups';

class Limited extends FakeDriver {
    constructor(private readonly types: UpsCommand['type'][]) {
        super();
    }
    override supports(command?: UpsCommand): boolean {
        return command !== undefined && this.types.includes(command.type);
    }
    settingsInfo(): Record<string, SettingInfo> {
        return {
            low: { writable: true, min: 180, max: 210, unit: 'V' },
            buzzer: { writable: true, options: ['on', 'off'] },
        };
    }
}

class Remembering extends FakeDriver {
    private readonly kept: DeviceHistoryEntry[] = [];
    history(): Promise<DeviceHistoryEntry[]> {
        this.kept.push({ at: 1, text: 'MAINS FAILED' });
        return Promise.resolve([...this.kept]);
    }
}

function withDrivers(...drivers: FakeDriver[]): UnitBench {
    const bench = new UnitBench();
    drivers.forEach((driver, i) => bench.addPath(`limited${i}`, driver));
    return bench;
}

describe('commands of a unit', () => {
    const outlet: UpsCommand = { type: 'outlet', outlet: '1', action: 'off' };

    it('say that no device node is there, or that none of those that are there answers', async () => {
        const silent = new Limited(['outlet']);
        const bench = new UnitBench();
        await bench.unit.removeDriver('driver1');
        await assert.rejects(bench.unit.execute(outlet), { code: 'no-device' });
        bench.addPath('card', silent);
        const data = { host: 'card:161', why: 'community' };
        silent.enter({ state: 'waiting', code: 'device-silent', reason: 'no answer in time', data });
        await assert.rejects(bench.unit.execute(outlet), (error: UpsError) => {
            assert.equal(error.code, 'ups-silent');
            assert.deepEqual(
                [error.data.code, error.data.host, error.data.why],
                ['device-silent', 'card:161', 'community'],
            );
            return true;
        });
    });

    it('go to the first driver that answers and can do them', async () => {
        const [shuts, switches] = [new Limited(['shutdown']), new Limited(['outlet'])];
        const bench = withDrivers(shuts, switches);
        await assert.rejects(bench.unit.execute(outlet), { code: 'ups-silent' });
        shuts.read(onMains());
        assert.equal(bench.unit.supports(outlet), false);
        await assert.rejects(bench.unit.execute(outlet), { code: 'not-supported' });
        switches.read(onMains());
        assert.equal(bench.unit.supports(outlet), true);
        assert.deepEqual(await bench.unit.execute(outlet), { confirmed: true });
        assert.deepEqual([shuts.executed, switches.executed], [[], [outlet]]);
    });

    it('read the log of the device anew each time, from the first that answers and keeps one', async () => {
        const [plain, remembers] = [new FakeDriver(), new Remembering()];
        const bench = withDrivers(plain, remembers);
        await assert.rejects(bench.unit.history(), { code: 'ups-silent' });
        plain.read(onMains());
        assert.equal(bench.unit.hasHistory, false);
        await assert.rejects(bench.unit.history(), { code: 'not-supported' });
        remembers.read(onMains());
        assert.equal(bench.unit.hasHistory, true);
        assert.deepEqual(await bench.unit.history(), [{ at: 1, text: 'MAINS FAILED' }]);
        assert.deepEqual((await bench.unit.history()).length, 2, 'nothing is cached');
    });

    it('write settings one by one: a wrong one is not sent and holds up no other', async () => {
        const driver = new Limited(['set']);
        driver.execute = (command) => {
            driver.executed.push(command);
            if (command.type === 'set' && command.setting === 'buzzer')
                return Promise.reject(new UpsError('device-refused', { host: 'x', reason: 'locked' }));
            return Promise.resolve({ confirmed: command.type === 'set' && command.setting === 'low' });
        };
        const bench = withDrivers(driver);
        driver.read(onMains({ settings: { low: 190, buzzer: 'on' } }));
        assert.deepEqual(showSettings(bench.unit).low, { writable: true, min: 180, max: 210, unit: 'V', value: 190 });
        const told = await writeSettings(bench.unit, { low: 200, buzzer: 'off', other: 1 });
        assert.deepEqual(told.low, { ok: true, confirmed: true, before: 190, after: 200 });
        assert.equal(told.buzzer?.error?.code, 'device-refused');
        assert.deepEqual(told.other, { ok: true, confirmed: false, before: undefined, after: undefined });
        driver.executed.length = 0;
        const wrong = await writeSettings(bench.unit, { low: 300, buzzer: 'loud', nested: {} });
        assert.deepEqual(
            Object.values(wrong).map(({ ok, error }) => [ok, error?.code]),
            [
                [false, 'out-of-range'],
                [false, 'config-invalid'],
                [false, 'config-invalid'],
            ],
        );
        assert.deepEqual(driver.executed, []);
    });
});

describe('checkNesting', () => {
    const output = { sentAt: 0, scope: 'output' as const, seconds: 180, restoreSeconds: 1020 };
    const system = { sentAt: 0, scope: 'system' as const, seconds: 240, restoreSeconds: 120 };

    it("takes the CS141 manual's example, in either order, and at any time of sending", () => {
        checkNesting(system, [output]);
        checkNesting(output, [system]);
        checkNesting({ ...system, sentAt: 200_000, seconds: 40 }, [output]);
    });

    it('refuses outputs that go off after the system or come back before it', () => {
        const seconds = { code: 'config-invalid', data: { property: 'seconds' } };
        const refused = (
            planned: typeof output | typeof system,
            other: typeof output | typeof system,
            property: string,
        ) =>
            assert.throws(
                () => checkNesting(planned, [other]),
                (error: UpsError) => error.code === seconds.code && error.data.property === property,
            );
        refused({ ...system, seconds: 180 }, output, 'seconds');
        refused({ ...output, seconds: 300 }, system, 'seconds');
        refused({ ...output, restoreSeconds: 60 }, system, 'restoreSeconds');
    });
});
