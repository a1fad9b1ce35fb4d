import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import type { DriverState } from '../../lib/core/driver';
import type { PartialStatus } from '../../lib/core/status/status';
import type { TargetSettings } from '../../lib/protocols/snmp/config';
import { createSnmpDriver } from '../../lib/protocols/snmp/create-driver';
import { EXPECTED_READINGS } from '../lib/protocols/snmp/expected-readings';
import { NodeRedProcess } from '../e2e/support/node-red-process';
import { waitFor } from '../e2e/support/wait-for';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';

const FOLDER = join(__dirname, '../../../shared/recordings/snmp');
const AUTH_KEY = 'auth-key-of-tests';
const PRIV_KEY = 'priv-key-of-tests';

/** [user, authentication, privacy] as our settings name them. */
const USERS = [
    ['md5des', 'md5', 'des'],
    ['shaaes', 'sha', 'aes'],
    ['sha224aes', 'sha224', 'aes'],
    ['sha256only', 'sha256', 'none'],
    ['sha384aes256b', 'sha384', 'aes256b'],
    ['sha512aes256r', 'sha512', 'aes256r'],
] as const;

const SIMULATOR_PRIVACY: Record<string, string> = { des: 'DES', aes: 'AES', aes256b: 'AES256BLMT', aes256r: 'AES256' };

describe('recordings of real cards, served by snmpsimd', function () {
    this.timeout(60_000);
    let simulator: ChildProcess;
    let port: number;
    let folder: string;

    before(async function () {
        const program = requirePeer(this, 'snmpsimd');
        if (!existsSync(FOLDER)) {
            if (process.env.REQUIRE_PEERS === '1') throw new Error(`no recordings in ${FOLDER}, and REQUIRE_PEERS=1`);
            this.skip();
        }
        // snmpsimd runs as nobody, and writes an index beside its data.
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-snmpsim-'));
        chmodSync(folder, 0o777);
        for (const file of readdirSync(FOLDER)) {
            copyFileSync(join(FOLDER, file), join(folder, file));
            chmodSync(join(folder, file), 0o644);
        }
        port = await freePort();
        const users = USERS.flatMap(([user, auth, priv]) => [
            `--v3-user=${user}`,
            `--v3-auth-proto=${auth.toUpperCase()}`,
            `--v3-auth-key=${AUTH_KEY}`,
            ...(priv === 'none' ? [] : [`--v3-priv-proto=${SIMULATOR_PRIVACY[priv]}`, `--v3-priv-key=${PRIV_KEY}`]),
        ]);
        const identity = process.getuid?.() === 0 ? ['--process-user=nobody', '--process-group=nogroup'] : [];
        simulator = spawn(
            program,
            [
                `--data-dir=${folder}`,
                `--cache-dir=${folder}`,
                '--v3-engine-id=80004fb805636c6f75644dab22cc',
                ...users,
                `--agent-udpv4-endpoint=127.0.0.1:${port}`,
                ...identity,
            ],
            { stdio: 'ignore' },
        );
        await firstReading({ version: '2c', community: 'istars', retries: 10 });
    });

    it('are shown with their true values by a running Node-RED', async () => {
        const nodeRed = await NodeRedProcess.start({ flows: [] });
        try {
            const cards = ['generex-ups_cs141', 'istars', 'poweralert_2'];
            await nodeRed.deploy([
                { id: 'tab0000000000001', type: 'tab', label: 'recordings' },
                { id: 'site000000000001', type: 'ups-site', name: 'Site', directory: 'store', dataLogSeconds: 0 },
                ...cards.flatMap((community, index) => [
                    { id: `unit00000000000${index}`, type: 'ups-unit', name: community, site: 'site000000000001' },
                    {
                        id: `snmp00000000000${index}`,
                        z: 'tab0000000000001',
                        x: 100,
                        y: 100,
                        type: 'ups-snmp',
                        ups: `unit00000000000${index}`,
                        host: '127.0.0.1',
                        port,
                        version: '2c',
                        interval: 1,
                        credentials: { community },
                        wires: [[]],
                    },
                ]),
            ]);
            let units: Record<string, unknown>[] = [];
            await waitFor(
                'three readings',
                async () => {
                    units = (await nodeRed.get('ridethrough/units')) as typeof units;
                    return units.length === 3 && units.every(({ source }) => source !== undefined);
                },
                20_000,
            );
            // By hand, from the recordings: upsOutputSource, upsEstimatedChargeRemaining, upsEstimatedMinutesRemaining.
            const shown = new Map(units.map((unit) => [unit.name, unit]));
            const facts = (name: string) => {
                const { source, chargePercent, minutesRemaining, state } = shown.get(name)!;
                return { source, chargePercent, minutesRemaining, state };
            };
            assert.deepEqual(facts('generex-ups_cs141'), {
                source: 'bypass',
                chargePercent: 100,
                minutesRemaining: 544,
                state: 'warning',
            });
            assert.deepEqual(facts('istars'), {
                source: 'normal',
                chargePercent: 100,
                minutesRemaining: 848,
                state: 'ok',
            });
            assert.equal(facts('poweralert_2').minutesRemaining, 24);
        } finally {
            await nodeRed.stop();
        }
    });

    after(async () => {
        if (simulator && simulator.exitCode === null) {
            const gone = new Promise((resolve) => simulator.once('exit', resolve));
            simulator.kill('SIGKILL');
            await gone;
        }
        if (folder) rmSync(folder, { recursive: true, force: true });
    });

    /** The first reading, or how it failed. */
    async function firstReading(settings: Partial<TargetSettings>): Promise<PartialStatus | DriverState> {
        const driver = createSnmpDriver(
            {
                host: '127.0.0.1',
                port,
                version: '2c',
                community: 'public',
                timeout: 2,
                retries: 1,
                interval: 1,
                ...settings,
            },
            new SystemClock(),
            () => {},
        );
        try {
            return await new Promise((resolve) => {
                driver.start({
                    status: resolve,
                    state: (state) => state.state === 'waiting' && resolve(state),
                });
            });
        } finally {
            await driver.stop();
        }
    }

    function assertReads(name: string, reading: PartialStatus | DriverState): void {
        const { time, ...values } = reading as PartialStatus;
        assert.deepEqual(values, EXPECTED_READINGS[name]);
        assert.equal(typeof time, 'number');
    }

    for (const name of Object.keys(EXPECTED_READINGS)) {
        for (const version of ['1', '2c'] as const) {
            it(`${name} over v${version}`, async () => {
                assertReads(name, await firstReading({ version, community: name }));
            });
        }
    }

    for (const [user, authProtocol, privProtocol] of USERS) {
        it(`v3 with ${authProtocol} and ${privProtocol}`, async () => {
            const reading = await firstReading({
                version: '3',
                user,
                context: 'poweralert_2',
                authProtocol,
                privProtocol,
                authKey: AUTH_KEY,
                privKey: privProtocol === 'none' ? undefined : PRIV_KEY,
            });
            assertReads('poweralert_2', reading);
        });
    }

    it('v3 with a wrong key is access-denied, not silence', async () => {
        const state = await firstReading({
            version: '3',
            user: 'shaaes',
            authProtocol: 'sha',
            privProtocol: 'aes',
            authKey: 'not-the-right-key',
            privKey: PRIV_KEY,
        });
        assert.equal((state as { code: string }).code, 'access-denied');
    });

    it('a wrong community is silence, for agents say nothing to it', async () => {
        const state = await firstReading({ version: '2c', community: 'no-such-card', timeout: 0.3, retries: 0 });
        assert.equal((state as { code: string }).code, 'device-silent');
    });
});
