import assert from 'node:assert/strict';
import type { CommandResult, UpsCommand } from '../../../../lib/core/driver';
import { UpsError } from '../../../../lib/core/errors';
import { SnmpDriver } from '../../../../lib/protocols/snmp/driver';
import { SCALARS, TEST_IDS } from '../../../../lib/protocols/snmp/oids';
import { SnmpError, type SnmpErrorStatus, type SnmpValue } from '../../../../lib/protocols/snmp/transport';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryAgent } from '../../../support/snmp-memory';
import { inEnglish } from '../../../support/in-english';

const IDLE: Partial<Record<keyof typeof SCALARS, SnmpValue>> = {
    upsOutputSource: 3,
    upsBatteryStatus: 2,
    upsTestId: TEST_IDS.noTestsInitiated,
    upsTestSpinLock: 41,
    upsTestResultsSummary: 6,
    upsShutdownType: 1,
    upsShutdownAfterDelay: -1,
    upsStartupAfterDelay: -1,
    upsRebootWithDuration: -1,
    upsAutoRestart: 2,
    upsConfigInputVoltage: 230,
    upsConfigInputFreq: 500,
    upsConfigOutputVoltage: 230,
    upsConfigOutputFreq: 500,
    upsConfigOutputVA: 3000,
    upsConfigOutputPower: 2700,
    upsConfigLowBattTime: 3,
    upsConfigAudibleStatus: 2,
    upsConfigLowVoltageTransferPoint: 180,
    upsConfigHighVoltageTransferPoint: 260,
};

describe('SNMP commands', () => {
    let agent: MemoryAgent;
    let driver: SnmpDriver;
    let clock: FakeClock;

    async function begin(objects: Partial<Record<keyof typeof SCALARS, SnmpValue>> = IDLE): Promise<void> {
        clock = new FakeClock();
        agent = new MemoryAgent(
            Object.entries(objects).map(([name, value]) => [SCALARS[name as keyof typeof SCALARS], value]),
        );
        driver = new SnmpDriver({ clock, host: 'card', intervalMs: 1000, transport: agent });
        driver.start({ status: () => {}, state: () => {} });
        await clock.advance(0);
        agent.log.length = 0;
    }

    beforeEach(() => begin());
    afterEach(() => driver.stop());

    async function run(command: UpsCommand): Promise<CommandResult> {
        const result = driver.execute(command);
        result.catch(() => {});
        await clock.advance(0);
        return result;
    }

    /** SETs as [object, value]. */
    const sets = () =>
        agent.log
            .filter((line) => line.startsWith('set '))
            .map((line) =>
                line
                    .slice(4)
                    .split(' ')
                    .map((each) => {
                        const [oid, value] = each.split('=') as [string, string];
                        const name = Object.entries(SCALARS).find(([, known]) => known === oid)?.[0];
                        return [name, value];
                    }),
            );

    const rejects = (command: UpsCommand, code: string, data: object = {}) =>
        assert.rejects(run(command), (error) => {
            assert.ok(error instanceof UpsError);
            assert.equal(error.code, code);
            for (const [key, value] of Object.entries(data)) assert.equal(error.data[key], value);
            return true;
        });

    describe('shutdown', () => {
        it('of the output: type is right already, so only the delay is set', async () => {
            const result = await run({ type: 'shutdown', seconds: 120, scope: 'output' });
            assert.deepEqual(result, { confirmed: true });
            assert.deepEqual(sets(), [[['upsShutdownAfterDelay', '120']]]);
        });

        it('of the system with a restore time: everything else is set before the delay', async () => {
            await run({ type: 'shutdown', seconds: 120, restoreSeconds: 60, scope: 'system' });
            assert.deepEqual(sets(), [
                [['upsShutdownType', '2']],
                [['upsAutoRestart', '1']],
                [['upsStartupAfterDelay', '180']],
                [['upsShutdownAfterDelay', '120']],
            ]);
        });

        it('that is counting down is confirmed, whatever second it is at', async () => {
            agent.onSet = () => agent.put(SCALARS.upsShutdownAfterDelay, 118);
            assert.deepEqual(await run({ type: 'shutdown', seconds: 120, scope: 'output' }), { confirmed: true });
        });

        it('that is accepted but does not count is not confirmed', async () => {
            agent.onSet = () => agent.put(SCALARS.upsShutdownAfterDelay, -1);
            assert.equal((await run({ type: 'shutdown', seconds: 120, scope: 'output' })).confirmed, false);
        });

        it('that is accepted by a card which dies of it is not a failure', async () => {
            agent.onSet = () => (agent.failure = new SnmpError('timeout', 'no answer in time'));
            const result = await run({ type: 'shutdown', seconds: 1, scope: 'output' });
            assert.equal(result.confirmed, false);
            assert.match(inEnglish(result.detail), /could not be read back: no answer in time/);
        });

        it('of the wrong kind is never sent', async () => {
            agent.onSet = () => agent.put(SCALARS.upsShutdownType, 1);
            await rejects({ type: 'shutdown', seconds: 120, scope: 'system' }, 'device-refused');
            assert.equal(agent.objects.get(SCALARS.upsShutdownAfterDelay), -1);
        });

        it('that is refused leaves no start-up behind', async () => {
            agent.refuses.set(SCALARS.upsShutdownAfterDelay, 'wrongValue');
            await rejects({ type: 'shutdown', seconds: 120, restoreSeconds: 60, scope: 'output' }, 'device-refused');
            assert.equal(agent.objects.get(SCALARS.upsStartupAfterDelay), -1);
            assert.equal(agent.objects.get(SCALARS.upsAutoRestart), 2);
        });

        it('whose start-up is refused is not sent, and leaves auto-restart as it was', async () => {
            agent.refuses.set(SCALARS.upsStartupAfterDelay, 'wrongValue');
            await rejects({ type: 'shutdown', seconds: 120, restoreSeconds: 60, scope: 'output' }, 'device-refused');
            assert.equal(agent.objects.get(SCALARS.upsAutoRestart), 2);
            assert.equal(agent.objects.get(SCALARS.upsShutdownAfterDelay), -1);
        });

        it('on a device that lets nobody choose between output and system says so', async () => {
            await driver.stop();
            const { upsShutdownType: _, ...without } = IDLE;
            await begin(without);
            const result = await run({ type: 'shutdown', seconds: 120, scope: 'system' });
            assert.equal(result.confirmed, true);
            assert.match(inEnglish(result.detail), /choose between output and system/);
        });

        for (const version of ['1', '2c'] as const) {
            it(`over v${version}: what the card dropped when it was asked is looked for again before it is refused`, async () => {
                await driver.stop();
                clock = new FakeClock();
                agent = new MemoryAgent(
                    Object.entries(IDLE).map(([name, value]) => [SCALARS[name as keyof typeof SCALARS], value]),
                    version,
                );
                agent.remove(SCALARS.upsRebootWithDuration);
                agent.drops = (_kind, oids) => oids.includes(SCALARS.upsIdentModel);
                driver = new SnmpDriver({ clock, host: 'card', intervalMs: 1000, transport: agent });
                driver.start({ status: () => {}, state: () => {} });
                await clock.advance(0);
                const shutdown = { type: 'shutdown', seconds: 120, restoreSeconds: 60, scope: 'system' } as const;
                assert.equal(driver.supports(shutdown), true);
                assert.deepEqual(await run(shutdown), { confirmed: true });
                assert.equal(agent.objects.get(SCALARS.upsShutdownType), 2);
                await rejects({ type: 'reboot', seconds: 10 }, 'not-supported');
            });
        }

        it('is aborted, with its start-up', async () => {
            await run({ type: 'shutdown', seconds: 120, restoreSeconds: 60, scope: 'output' });
            assert.deepEqual(await run({ type: 'abort-shutdown' }), { confirmed: true });
            assert.equal(agent.objects.get(SCALARS.upsShutdownAfterDelay), -1);
            assert.equal(agent.objects.get(SCALARS.upsStartupAfterDelay), -1);
        });
    });

    for (const [command, expected] of [
        [{ type: 'startup', seconds: 30 }, ['upsStartupAfterDelay', '30']],
        [{ type: 'reboot', seconds: 300 }, ['upsRebootWithDuration', '300']],
        [{ type: 'auto-restart', on: true }, ['upsAutoRestart', '1']],
        [{ type: 'auto-restart', on: false }, ['upsAutoRestart', '2']],
        [{ type: 'buzzer', state: 'off' }, ['upsConfigAudibleStatus', '1']],
        [{ type: 'buzzer', state: 'on' }, ['upsConfigAudibleStatus', '2']],
        [{ type: 'buzzer', state: 'mute' }, ['upsConfigAudibleStatus', '3']],
        [{ type: 'set', setting: 'upsConfigInputVoltage', value: 240 }, ['upsConfigInputVoltage', '240']],
        [{ type: 'set', setting: 'upsConfigInputFreq', value: 60 }, ['upsConfigInputFreq', '600']],
        [{ type: 'set', setting: 'upsConfigOutputVoltage', value: '220' }, ['upsConfigOutputVoltage', '220']],
        [{ type: 'set', setting: 'upsConfigOutputFreq', value: 49.9 }, ['upsConfigOutputFreq', '499']],
        [{ type: 'set', setting: 'upsConfigOutputVA', value: 5000 }, ['upsConfigOutputVA', '5000']],
        [{ type: 'set', setting: 'upsConfigOutputPower', value: 4500 }, ['upsConfigOutputPower', '4500']],
        [{ type: 'set', setting: 'upsConfigLowBattTime', value: 0 }, ['upsConfigLowBattTime', '0']],
        [{ type: 'set', setting: 'upsConfigAudibleStatus', value: 'disabled' }, ['upsConfigAudibleStatus', '1']],
        [
            { type: 'set', setting: 'upsConfigLowVoltageTransferPoint', value: 175 },
            ['upsConfigLowVoltageTransferPoint', '175'],
        ],
        [
            { type: 'set', setting: 'upsConfigHighVoltageTransferPoint', value: 265 },
            ['upsConfigHighVoltageTransferPoint', '265'],
        ],
        [{ type: 'set', setting: 'upsAutoRestart', value: true }, ['upsAutoRestart', '1']],
        [{ type: 'set', setting: 'upsShutdownType', value: 'system' }, ['upsShutdownType', '2']],
    ] as [UpsCommand, [string, string]][]) {
        it(`${JSON.stringify(command)} sets ${expected.join(' = ')} and reads it back`, async () => {
            assert.deepEqual(await run(command), { confirmed: true });
            assert.deepEqual(sets(), [[expected]]);
        });
    }

    it('a setting that the device takes but does not keep is not confirmed', async () => {
        agent.onSet = () => agent.put(SCALARS.upsConfigInputVoltage, 230);
        assert.equal((await run({ type: 'set', setting: 'upsConfigInputVoltage', value: 240 })).confirmed, false);
    });

    describe('range checks: nothing is sent', () => {
        for (const [command, property] of [
            [{ type: 'shutdown', seconds: -1, scope: 'output' }, 'seconds'],
            [{ type: 'shutdown', seconds: 1.5, scope: 'output' }, 'seconds'],
            [{ type: 'shutdown', seconds: NaN, scope: 'output' }, 'seconds'],
            [{ type: 'shutdown', seconds: 60, restoreSeconds: 2 ** 31, scope: 'output' }, 'restoreSeconds'],
            [{ type: 'startup', seconds: 2 ** 31 }, 'seconds'],
            [{ type: 'reboot', seconds: 301 }, 'seconds'],
            [{ type: 'set', setting: 'upsConfigInputVoltage', value: 0 }, 'upsConfigInputVoltage'],
            [{ type: 'set', setting: 'upsConfigInputVoltage', value: 999 }, 'upsConfigInputVoltage'],
            [{ type: 'set', setting: 'upsConfigInputVoltage', value: 230.5 }, 'upsConfigInputVoltage'],
            [{ type: 'set', setting: 'upsConfigInputVoltage', value: 'much' }, 'upsConfigInputVoltage'],
            [{ type: 'set', setting: 'upsConfigInputVoltage', value: true }, 'upsConfigInputVoltage'],
            [{ type: 'set', setting: 'upsConfigInputFreq', value: 500 }, 'upsConfigInputFreq'],
            [{ type: 'set', setting: 'upsConfigLowBattTime', value: -1 }, 'upsConfigLowBattTime'],
            [{ type: 'set', setting: 'upsConfigAudibleStatus', value: 'loud' }, 'upsConfigAudibleStatus'],
            [{ type: 'set', setting: 'upsAutoRestart', value: 1 }, 'upsAutoRestart'],
        ] as [UpsCommand, string][]) {
            it(JSON.stringify(command), async () => {
                await rejects(command, 'out-of-range', { property });
                assert.deepEqual(sets(), []);
            });
        }
    });

    describe('what a device cannot do', () => {
        for (const command of [
            { type: 'outlet', outlet: '1', action: 'on' },
            { type: 'test', test: 'custom', minutes: 5 },
            { type: 'set', setting: 'upsIdentAgentSoftwareVersion', value: 'x' },
            { type: 'set', setting: 'upsShutdownAfterDelay', value: 5 },
            { type: 'set', setting: 'nonsense', value: 5 },
        ] as UpsCommand[]) {
            it(`${JSON.stringify(command)} is not-supported by RFC 1628`, async () => {
                assert.equal(driver.supports(command), false);
                await rejects(command, 'not-supported');
            });
        }

        it('is known from what it has', async () => {
            await driver.stop();
            await begin({ upsOutputSource: 3, upsConfigAudibleStatus: 2, upsShutdownAfterDelay: -1 });
            assert.equal(driver.supports({ type: 'buzzer', state: 'off' }), true);
            assert.equal(driver.supports({ type: 'shutdown', seconds: 1, scope: 'output' }), true);
            assert.equal(driver.supports({ type: 'shutdown', seconds: 1, restoreSeconds: 1, scope: 'output' }), false);
            assert.equal(driver.supports({ type: 'test', test: 'quick' }), false);
            await rejects({ type: 'test', test: 'quick' }, 'not-supported');
        });
    });

    describe('refusals', () => {
        for (const [status, code] of [
            ['noAccess', 'access-denied'],
            ['authorizationError', 'access-denied'],
            ['notWritable', 'not-supported'],
            ['readOnly', 'not-supported'],
            ['wrongValue', 'device-refused'],
            ['badValue', 'device-refused'],
            ['noSuchName', 'device-refused'],
            ['genErr', 'device-refused'],
        ] as [SnmpErrorStatus, string][]) {
            it(`${status} is ${code}`, async () => {
                agent.refuses.set(SCALARS.upsConfigAudibleStatus, status);
                await rejects({ type: 'buzzer', state: 'off' }, code);
            });
        }

        it('silence is device-silent', async () => {
            agent.failure = new SnmpError('timeout', 'no answer in time');
            await rejects({ type: 'buzzer', state: 'off' }, 'device-silent', { host: 'card' });
        });
    });

    describe('tests, by the spin lock of RFC 1628', () => {
        const lockedSets = (id: string, lock = 41) => [
            ['upsTestSpinLock', String(lock)],
            ['upsTestId', id],
        ];

        for (const [test, id] of [
            ['quick', TEST_IDS.quickBatteryTest],
            ['battery', TEST_IDS.quickBatteryTest],
            ['full', TEST_IDS.deepBatteryCalibration],
            ['self', TEST_IDS.generalSystemsTest],
            ['abort', TEST_IDS.abortTestInProgress],
        ] as const) {
            it(`${test}: lock and test in one SET, lock first, with the value that was read`, async () => {
                agent.onSet = () => agent.put(SCALARS.upsTestResultsSummary, test === 'abort' ? 4 : 5);
                assert.deepEqual(await run({ type: 'test', test }), { confirmed: true });
                assert.deepEqual(sets(), [lockedSets(id)]);
            });
        }

        it('does not disturb a test that is running', async () => {
            agent.put(SCALARS.upsTestResultsSummary, 5);
            await rejects({ type: 'test', test: 'quick' }, 'device-refused');
            assert.deepEqual(sets(), []);
            agent.onSet = () => agent.put(SCALARS.upsTestResultsSummary, 4);
            assert.deepEqual(await run({ type: 'test', test: 'abort' }), { confirmed: true });
        });

        it('tries again when another manager took the lock first', async () => {
            agent.refuses.set(SCALARS.upsTestSpinLock, 'inconsistentValue');
            const attempt = driver.execute({ type: 'test', test: 'quick' });
            const set = agent.set.bind(agent);
            agent.set = (varbinds) =>
                set(varbinds).finally(() => {
                    agent.refuses.clear();
                    agent.put(SCALARS.upsTestSpinLock, 42);
                });
            await clock.advance(0);
            assert.deepEqual(await attempt, { confirmed: true });
            assert.deepEqual(sets(), [
                lockedSets(TEST_IDS.quickBatteryTest),
                lockedSets(TEST_IDS.quickBatteryTest, 42),
            ]);
        });

        it('gives up after three lost races', async () => {
            agent.refuses.set(SCALARS.upsTestSpinLock, 'inconsistentValue');
            await rejects({ type: 'test', test: 'quick' }, 'device-refused');
            assert.equal(sets().length, 3);
        });

        it('gives up at once when the device cannot do that test', async () => {
            agent.refuses.set(SCALARS.upsTestId, 'wrongValue');
            await rejects({ type: 'test', test: 'full' }, 'not-supported', { command: 'test full' });
            assert.equal(sets().length, 1);
        });

        it('gives the test alone to cards without a lock', async () => {
            await driver.stop();
            await begin({ ...IDLE, upsTestSpinLock: undefined, upsTestId: null });
            agent.remove(SCALARS.upsTestSpinLock);
            agent.onSet = () => agent.put(SCALARS.upsTestResultsSummary, 5);
            assert.deepEqual(await run({ type: 'test', test: 'quick' }), { confirmed: true });
            assert.deepEqual(sets(), [[['upsTestId', TEST_IDS.quickBatteryTest]]]);
        });
    });

    it('what was set is in the next reading', async () => {
        const settings: unknown[] = [];
        await driver.stop();
        clock = new FakeClock();
        agent = new MemoryAgent(agent.objects);
        driver = new SnmpDriver({ clock, host: 'card', intervalMs: 60_000, transport: agent });
        driver.start({ status: (reading) => settings.push(reading.settings?.upsConfigLowBattTime), state: () => {} });
        await clock.advance(0);
        await run({ type: 'set', setting: 'upsConfigLowBattTime', value: 7 });
        await clock.advance(0);
        assert.equal(settings[0], 3);
        assert.equal(settings.at(-1), 7);
    });
});
