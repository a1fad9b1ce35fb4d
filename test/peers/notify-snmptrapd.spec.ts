import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import type { UpsError } from '../../lib/core/errors';
import { emptyStatus } from '../../lib/core/status/status';
import { HostAddress } from '../../lib/protocols/snmp/host-address';
import { notificationsOf, type Notification, type NotifyContext } from '../../lib/protocols/snmp/notify/notification';
import { notify, type NotifyEngine, type NotifyReceiver } from '../../lib/protocols/snmp/notify/sender';
import { DEFAULT_ALARM_ROOT } from '../../lib/core/snmp/notify';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';

const KEY = 'a-key-of-tests';
const ENGINE_ID = '80000d3905746573742d656e67696e65';
const CONTEXT: NotifyContext = {
    status: {
        ...emptyStatus(0),
        battery: { minutesRemaining: 37 },
        derived: { secondsOnBattery: 12 },
        test: { startedAt: 1000, detail: 'fine' },
    },
    row: 7,
    alarmRoot: DEFAULT_ALARM_ROOT,
    lowBattMinutes: 2,
    unknownMinutes: 65535,
    now: 12_000,
    everyAlarm: false,
    upTime: 100_000,
};
const event = (id: string, active = true) => ({
    id,
    source: 'UPS 1',
    sourceId: 'unit1',
    level: 'alarm' as const,
    active,
    since: 0,
    at: 61_000,
    episode: 'e1',
    text: `${id} ${active}`,
});

describe('traps and informs received by the real snmptrapd', function () {
    this.timeout(20_000);
    const clock = new SystemClock();
    let folder: string;
    let snmptrapd: ChildProcess;
    let output = '';
    let port: number;

    before(async function () {
        const program = requirePeer(this, 'snmptrapd');
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-trapd-'));
        port = await freePort();
        const user = `SHA "${KEY}" AES "${KEY}"`;
        writeFileSync(
            join(folder, 'snmptrapd.conf'),
            [
                'disableAuthorization yes',
                `createUser -e 0x${ENGINE_ID} trapper ${user}`,
                `createUser trapper ${user}`,
                // One line per notification: version, where from, its varbinds.
                'format1 v1|%a|%N|%w|%q|%T|%v\\n',
                'format2 v2|%B|%v\\n',
            ].join('\n'),
        );
        snmptrapd = spawn(
            program,
            ['-f', '-Lo', '-On', '-C', '-c', join(folder, 'snmptrapd.conf'), `127.0.0.1:${port}`],
            { env: { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] },
        );
        for (const stream of [snmptrapd.stdout, snmptrapd.stderr])
            stream?.on('data', (text) => (output += String(text)));
        await eventually(() => /NET-SNMP version/.test(output), 10_000);
    });
    beforeEach(() => (output = ''));
    after(async () => {
        if (snmptrapd) {
            const ended = new Promise((done) => snmptrapd.once('close', done));
            snmptrapd.kill();
            await ended;
        }
        if (folder) rmSync(folder, { recursive: true, force: true });
    });

    const receiver = (more: Partial<NotifyReceiver> = {}): NotifyReceiver => ({
        host: new HostAddress('127.0.0.1', 1000),
        port,
        version: '2c',
        inform: false,
        community: 'public',
        timeoutMs: 1000,
        retries: 1,
        ...more,
    });
    const USER = { name: 'trapper', auth: { protocol: 'sha', key: KEY }, priv: { protocol: 'aes', key: KEY } } as const;
    const engine = (boots = 3, seconds = 5): NotifyEngine => ({ id: ENGINE_ID, boots, seconds: () => seconds });
    const send = (to: NotifyReceiver, notification: Notification, by = engine()) =>
        notify(to, notification, by, CONTEXT.upTime, clock, new AbortController().signal);
    const only = (id: string, active = true) => notificationsOf(event(id, active), CONTEXT)[0]!;
    const has = (...parts: (string | RegExp)[]) =>
        eventually(
            () => parts.every((part) => (typeof part === 'string' ? output.includes(part) : part.test(output))),
            5000,
        ).catch((error: unknown) => {
            throw new Error(`${String(error)}: ${parts.join(' … ')} in\n${output}`, { cause: error });
        });

    const UPS = '.1.3.6.1.2.1.33';
    const ON_BATTERY = [`${UPS}.1.2.3.0 = INTEGER: 37`, `${UPS}.1.2.2.0 = INTEGER: 12`, `${UPS}.1.9.7.0 = INTEGER: 2`];
    const trapOid = (n: number) => `.1.3.6.1.6.3.1.1.4.1.0 = OID: ${UPS}.2.${n}`;

    for (const [name, to] of [
        ['v2c trap', () => receiver()],
        ['v2c inform', () => receiver({ inform: true })],
        ['v3 trap', () => receiver({ version: '3', user: USER })],
        ['v3 inform', () => receiver({ version: '3', user: USER, inform: true })],
    ] as const) {
        it(`upsTrapOnBattery as a ${name}`, async () => {
            await send(to(), only('power-fail'));
            await has(trapOid(1), ...ON_BATTERY);
        });
    }

    it('upsTrapOnBattery as a v1 trap, by RFC 3584', async () => {
        await send(receiver({ version: '1' }), only('power-fail'));
        // Agent address, enterprise, generic type 6 (enterprise specific), specific type 1.
        await has(/v1\|127\.0\.0\.1\|\.1\.3\.6\.1\.2\.1\.33\.2\|6\|\.1\|/, ...ON_BATTERY);
    });

    it('upsTrapTestCompleted', async () => {
        await send(receiver(), only('test-failed'));
        await has(
            trapOid(2),
            `${UPS}.1.7.1.0 = OID: ${UPS}.1.7.7.4`,
            `${UPS}.1.7.3.0 = INTEGER: 3`,
            `${UPS}.1.7.4.0 = STRING: "fine"`,
            `${UPS}.1.7.6.0 = INTEGER: 6000`,
        );
    });

    it('upsTrapAlarmEntryAdded and Removed, with one row', async () => {
        await send(receiver(), only('overload'));
        await send(receiver(), only('overload', false));
        const row = [`${UPS}.1.6.2.1.1.7 = INTEGER: 7`, `${UPS}.1.6.2.1.2.7 = OID: ${UPS}.1.6.3.8`];
        await has(trapOid(3), trapOid(4), ...row, 'STRING: "overload true"', 'STRING: "overload false"');
    });

    it('the end of a power failure as the removal of its alarm, and a trap that knows nothing as a whole one', async () => {
        await send(receiver(), only('power-fail', false));
        await has(trapOid(4), `OID: ${UPS}.1.6.3.2`);
        const [unknown] = notificationsOf(event('power-fail'), { ...CONTEXT, status: undefined });
        await send(receiver(), unknown!);
        await has(`${UPS}.1.2.3.0 = INTEGER: 65535`, `${UPS}.1.2.2.0 = INTEGER: 12`, `${UPS}.1.9.7.0 = INTEGER: 2`);
    });

    it('alarms beyond RFC 1628 under the root of the dialog', async () => {
        await send(receiver(), only('generator-on'));
        await has(`OID: .${DEFAULT_ALARM_ROOT}.8`);
    });

    it('v3 traps are taken with the engine time and the boots that we tell', async () => {
        await send(receiver({ version: '3', user: USER }), only('power-fail'), engine(5, 0));
        await send(receiver({ version: '3', user: USER }), only('overload'), engine(5, 900));
        await has(trapOid(3));
        output = '';
        await send(receiver({ version: '3', user: USER }), only('overload', false), engine(6, 1));
        await has(trapOid(4));
    });

    it('an inform that nobody acknowledges fails', async () => {
        const silent = receiver({ inform: true, port: await freePort(), timeoutMs: 150 });
        await assert.rejects(send(silent, only('power-fail')), (error: UpsError) => error.code === 'device-silent');
    });

    it('an inform under a wrong key fails', async () => {
        const user = { ...USER, auth: { protocol: 'sha', key: 'some-other-key' } } as const;
        await assert.rejects(
            send(receiver({ version: '3', inform: true, user, timeoutMs: 300 }), only('power-fail')),
            (error: UpsError) => ['access-denied', 'device-silent'].includes(error.code),
        );
    });
});

describe('v3 traps over restarts and a clock that is wrong, received by the real snmptrapd', function () {
    this.timeout(60_000);
    let program: string;
    let faketime: string;
    let folder: string;
    let port: number;
    let daemon: ChildProcess | undefined;
    let taken: string;

    before(function () {
        program = requirePeer(this, 'snmptrapd');
        faketime = requirePeer(this, 'faketime');
    });
    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-boots-'));
        port = await freePort();
        await receive('first');
    });
    afterEach(async () => {
        await endReceiver();
        rmSync(folder, { recursive: true, force: true });
    });

    /** A receiver that knows nothing of earlier ones. */
    async function receive(name: string): Promise<void> {
        taken = '';
        const config = join(folder, `${name}.conf`);
        writeFileSync(
            config,
            `disableAuthorization yes\ncreateUser -e 0x${ENGINE_ID} trapper SHA "${KEY}" AES "${KEY}"\n`,
        );
        daemon = spawn(program, ['-f', '-Lo', '-On', '-C', '-c', config, `127.0.0.1:${port}`], {
            env: { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: join(folder, name) },
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        for (const stream of [daemon.stdout, daemon.stderr]) stream?.on('data', (text) => (taken += String(text)));
        await eventually(() => /NET-SNMP version/.test(taken), 10_000);
    }

    async function endReceiver(): Promise<void> {
        if (!daemon) return;
        const ended = new Promise((done) => daemon!.once('close', done));
        daemon.kill();
        await ended;
        daemon = undefined;
    }

    /** Starts a process, has it send one trap, and kills it. @returns the count of starts that it told */
    async function start(...clock: string[]): Promise<number> {
        const script = [process.execPath, '--require', 'tsx/cjs', join(__dirname, 'trap-process.ts')];
        const line = [
            ...(clock.length ? [faketime, ...clock] : []),
            ...script,
            join(folder, 'store'),
            port,
            ENGINE_ID,
            KEY,
        ];
        const [command, ...args] = line.map(String) as [string, ...string[]];
        const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
        try {
            let said = '';
            child.stdout.on('data', (text) => (said += String(text)));
            const words = await eventually(() => /boots (\d+)/.exec(said) ?? undefined, 20_000);
            return Number(words[1]);
        } finally {
            const ended = new Promise((done) => child.once('close', done));
            process.kill(-child.pid!, 'SIGKILL');
            await ended;
        }
    }

    const count = () => taken.split(`.1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.2.1.33.2.1`).length - 1;
    const takes = (expected: number) =>
        eventually(() => count() === expected, 5000).catch(() => assert.equal(count(), expected, taken));

    it('are taken from every start: two days behind, in 1970, at once again; and by a receiver that has just started', async () => {
        const starts = [await start()];
        await takes(1);
        starts.push(await start('-f', '-2d'));
        await takes(2);
        starts.push(await start('1970-01-01 00:01:00'));
        await takes(3);
        starts.push(await start());
        await takes(4);
        await endReceiver();
        await receive('second');
        starts.push(await start('1970-01-01 00:01:00'));
        await takes(1);
        assert.deepEqual(starts, [1, 2, 3, 4, 5], 'one more at each start, though each was killed');
    });
});
