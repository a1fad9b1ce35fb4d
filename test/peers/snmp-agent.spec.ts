import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import type { DriverState } from '../../lib/core/driver';
import type { UpsError } from '../../lib/core/errors';
import type { PartialStatus } from '../../lib/core/status/status';
import type { TargetSettings } from '../../lib/protocols/snmp/config';
import { createSnmpDriver } from '../../lib/protocols/snmp/create-driver';
import type { SnmpDriver } from '../../lib/protocols/snmp/driver';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';
import { inEnglish } from '../support/in-english';

/** A card as snmpd plays it: [path under upsObjects, type, value]; all writable. */
const CARD: [string, string, string][] = [
    ['1.2.0', 'octet_str', 'Model'],
    ['2.1.0', 'integer', '2'],
    ['2.2.0', 'integer', '0'],
    ['2.4.0', 'integer', '87'],
    ['3.3.1.3.1', 'integer', '231'],
    ['4.1.0', 'integer', '3'],
    ['4.4.1.5.1', 'integer', '42'],
    ['6.1.0', 'integer', '0'],
    ['8.2.0', 'integer', '-1'],
    ['9.7.0', 'integer', '5'],
    ['9.8.0', 'integer', '2'],
];
const KEY = 'a-key-of-tests';
const V3: Partial<TargetSettings> = {
    version: '3',
    user: 'reader',
    authProtocol: 'sha256',
    authKey: KEY,
    privProtocol: 'aes',
    privKey: KEY,
};

interface Watched {
    driver: SnmpDriver;
    readings: PartialStatus[];
    states: DriverState[];
}

describe('a real agent (snmpd)', function () {
    this.timeout(30_000);
    let program: string;
    let folder: string;
    let port: number;
    let agent: ChildProcess | undefined;
    const watched: Watched[] = [];

    before(function () {
        program = requirePeer(this, 'snmpd');
    });

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-snmpd-'));
        port = await freePort();
        await startAgent('0x80001f8804616161');
    });

    afterEach(async () => {
        await Promise.all(watched.splice(0).map(({ driver }) => driver.stop()));
        await stopAgent();
        rmSync(folder, { recursive: true, force: true });
    });

    async function startAgent(engineId: string): Promise<void> {
        const overrides = CARD.map(([path, type, value]) => `override -rw .1.3.6.1.2.1.33.1.${path} ${type} ${value}`);
        writeFileSync(
            join(folder, 'snmpd.conf'),
            [
                `exactEngineID ${engineId}`,
                `createUser reader SHA-256 ${KEY} AES ${KEY}`,
                'rouser reader priv',
                'rwcommunity writer 127.0.0.1',
                'rocommunity public 127.0.0.1',
                ...overrides,
            ].join('\n'),
        );
        agent = spawn(
            program,
            [
                '-f',
                '-Lf',
                join(folder, 'log'),
                '-C',
                '-c',
                join(folder, 'snmpd.conf'),
                '-p',
                join(folder, 'pid'),
                `udp:127.0.0.1:${port}`,
            ],
            { stdio: 'ignore', env: { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder } },
        );
        const probe = watch({ version: '2c', retries: 5, timeout: 0.3 });
        await eventually(() => probe.readings.length > 0, 10_000);
        await probe.driver.stop();
    }

    async function stopAgent(): Promise<void> {
        const stopping = agent;
        agent = undefined;
        if (!stopping || stopping.exitCode !== null) return;
        const gone = new Promise((resolve) => stopping.once('exit', resolve));
        stopping.kill('SIGTERM');
        await gone;
    }

    function watch(settings: Partial<TargetSettings>): Watched {
        const driver = createSnmpDriver(
            {
                host: '127.0.0.1',
                port,
                version: '2c',
                community: 'public',
                timeout: 0.5,
                retries: 0,
                interval: 0.2,
                ...settings,
            },
            new SystemClock(),
            () => {},
        );
        const entry: Watched = { driver, readings: [], states: [] };
        driver.start({ status: (reading) => entry.readings.push(reading), state: (state) => entry.states.push(state) });
        watched.push(entry);
        return entry;
    }

    for (const settings of [{ version: '1' }, { version: '2c' }, V3] as Partial<TargetSettings>[]) {
        it(`is read over v${settings.version}`, async () => {
            const { readings } = watch(settings);
            const { battery, input, output, alarms, settings: read } = await eventually(() => readings[1]);
            assert.deepEqual(battery, { state: 'normal', secondsOnBattery: 0, chargePercent: 87, lowMinutes: 5 });
            assert.deepEqual(input, { lines: [{ voltage: 231 }] });
            assert.deepEqual(output, { source: 'normal', lines: [{ load: 42 }] });
            assert.deepEqual(alarms, []);
            assert.deepEqual(read, { upsConfigLowBattTime: 5, upsConfigAudibleStatus: 'enabled' });
        });
    }

    for (const [what, wrong] of [
        ['an unknown user', { user: 'nobody' }],
        ['a wrong authentication key', { authKey: 'not-the-right-key' }],
        ['a wrong authentication protocol', { authProtocol: 'sha' }],
        ['less security than the agent asks for', { privProtocol: 'none' }],
    ] as const) {
        it(`refuses ${what} as access-denied`, async () => {
            const { states, readings } = watch({ ...V3, ...wrong });
            const failed = await eventually(() => states.find(({ state }) => state === 'waiting'));
            assert.equal((failed as { code: string }).code, 'access-denied');
            assert.ok(!JSON.stringify(failed).includes('key'.repeat(2)) && !JSON.stringify(failed).includes(KEY));
            assert.equal(readings.length, 0);
        });
    }

    it('that restarts is read again, with SNMPv3 boots and time learned anew', async () => {
        const { readings, states } = watch(V3);
        await eventually(() => readings.length > 2);
        await stopAgent();
        await eventually(
            () => states.some((state) => state.state === 'waiting' && state.code === 'device-silent'),
            5000,
        );
        await startAgent('0x80001f8804616161');
        const before = readings.length;
        await eventually(() => readings.length > before + 2, 10_000);
        assert.equal(states.at(-1)?.state, 'ready');
    });

    it('that is exchanged for another, with another engine id, is read again', async () => {
        const { readings, states } = watch(V3);
        await eventually(() => readings.length > 2);
        await stopAgent();
        await startAgent('0x80001f8804626262');
        const before = readings.length;
        await eventually(() => readings.length > before + 2, 10_000);
        assert.equal(states.at(-1)?.state, 'ready');
    });

    it('takes settings, read back', async () => {
        const { driver, readings } = watch({ version: '2c', community: 'writer' });
        await eventually(() => readings.length > 0);
        assert.deepEqual(await driver.execute({ type: 'set', setting: 'upsConfigLowBattTime', value: 9 }), {
            confirmed: true,
        });
        assert.deepEqual(await driver.execute({ type: 'buzzer', state: 'mute' }), { confirmed: true });
        const shutdown = await driver.execute({ type: 'shutdown', seconds: 120, scope: 'output' });
        assert.equal(shutdown.confirmed, true);
        assert.match(
            inEnglish(shutdown.detail),
            /choose between output and system/,
            'this agent has no upsShutdownType',
        );
        await eventually(() => readings.at(-1)?.settings?.upsShutdownAfterDelay !== undefined);
        const settings = readings.at(-1)!.settings!;
        assert.equal(settings.upsConfigLowBattTime, 9);
        assert.equal(settings.upsConfigAudibleStatus, 'muted');
        assert.equal(settings.upsShutdownAfterDelay, 120);
        assert.deepEqual(await driver.execute({ type: 'abort-shutdown' }), { confirmed: true });
    });

    it('says so when a community may only read', async () => {
        const { driver, readings } = watch({ version: '2c', community: 'public' });
        await eventually(() => readings.length > 0);
        await assert.rejects(
            driver.execute({ type: 'set', setting: 'upsConfigLowBattTime', value: 9 }),
            (error: UpsError) => error.code === 'access-denied',
        );
    });
});
