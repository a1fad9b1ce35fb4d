import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import ModbusRTU from 'modbus-serial';
import snmp from 'net-snmp';
import { createTransport } from 'nodemailer';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';

type Line = Record<string, unknown>;

describe('the simulators on the command line', function () {
    this.timeout(30_000);
    const children: ChildProcess[] = [];
    afterEach(async () => {
        for (const child of children.splice(0)) {
            if (child.exitCode !== null || child.signalCode !== null) continue;
            child.kill('SIGKILL');
            await once(child, 'exit');
        }
    });

    function start(simulator: string, ...args: string[]) {
        // As it is shipped: `npm test` has built it.
        const file = join(__dirname, '..', '..', 'dist', 'simulators', simulator, 'cli.js');
        assert.ok(existsSync(file), `${file} is missing: run "npm run build" first`);
        const child = spawn(process.execPath, [file, ...args]);
        children.push(child);
        let output = '';
        let errors = '';
        child.stdout.on('data', (data: Buffer) => (output += data.toString()));
        child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
        const lines = () =>
            output
                .split('\n')
                .slice(0, -1)
                .map((line) => JSON.parse(line) as Line);
        return {
            child,
            output: () => output,
            errors: () => errors,
            say: (line: string) => child.stdin.write(`${line}\n`),
            line: (matches: Line) =>
                eventually(
                    () => lines().find((line) => Object.entries(matches).every(([key, value]) => line[key] === value)),
                    25_000,
                ).catch(() => assert.fail(`no line with ${JSON.stringify(matches)} came: ${output} ${errors}`)),
            ended: async () => (child.exitCode ?? (await once(child, 'exit'))[0]) as number | null,
        };
    }

    it('rfc1628-card: obeys its stdin, for all cards or one, and tells what happens', async () => {
        const cli = start(
            'rfc1628-card',
            '--port',
            '0',
            '--count',
            '2',
            '--hold',
            '60',
            '--speed',
            '600',
            '--loads',
            'a=400:60,b=600',
        );
        await cli.line({ card: 2, event: 'listening' });
        const { port } = await cli.line({ card: 1, event: 'listening' });
        cli.say('@1 mains off');
        await cli.line({ card: 1, event: 'on-battery' });
        cli.say('load a off');
        // A minute at 600 times the speed.
        await cli.line({ card: 1, event: 'load-off', load: 'a' });
        cli.say('@1 charge 20');
        cli.say('@1 what?');
        await cli.line({ card: 1, event: 'error', line: 'what?' });
        const session = snmp.createSession('127.0.0.1', 'public', { port: port as number, version: snmp.Version2c });
        const charge = await new Promise<number>((resolve, reject) =>
            session.get(['1.3.6.1.2.1.33.1.2.4.0'], (error, varbinds) =>
                error ? reject(error) : resolve(Number(varbinds?.[0]?.value)),
            ),
        );
        session.close();
        assert.ok(charge <= 20 && charge > 5, `charge ${charge}`);
        assert.ok(!cli.output().includes('"card":2,"event":"on-battery"'));
        cli.say('quit');
        assert.equal(await cli.ended(), 0, cli.errors());
    });

    it('bacs: serves Modbus and SNMP, obeys its stdin, and tells what changes', async () => {
        const cli = start('bacs', '--port', '0', '--snmp', '0', '--modules', '6', '--strings', '2', '--seed', '3');
        const { port, snmp: agent } = await cli.line({ event: 'listening' });
        cli.say('fault module-lost 4 on');
        await cli.line({ event: 'change', state: 'module-lost', on: true });
        cli.say('fault tired 4 on');
        await cli.line({ event: 'error', line: 'fault tired 4 on' });
        const client = new ModbusRTU();
        await client.connectTCP('127.0.0.1', { port: port as number });
        client.setID(1);
        assert.deepEqual((await client.readHoldingRegisters(1003, 2)).data, [2, 6]);
        assert.equal((await client.readHoldingRegisters(1078, 1)).data[0], 3, 'general alarm and communication lost');
        client.destroy(() => undefined);
        const session = snmp.createSession('127.0.0.1', 'public', { port: agent as number, version: snmp.Version2c });
        const alarms = await new Promise<number>((resolve, reject) =>
            session.get(['1.3.6.1.2.1.33.5.3.4.0'], (error, varbinds) =>
                error ? reject(error) : resolve(Number(varbinds?.[0]?.value)),
            ),
        );
        session.close();
        assert.equal(alarms, 1);
        cli.say('quit');
        assert.equal(await cli.ended(), 0, cli.errors());
    });

    it('delta-ups: several UPSs on one TCP line, told apart by their ids', async () => {
        const cli = start('delta-ups', '--port', '0', '--ids', '2', '--hold', '60');
        const { port } = await cli.line({ ups: 2, event: 'listening' });
        cli.say('@2 mains off');
        await cli.line({ ups: 2, event: 'on-battery' });
        const socket = createConnection(port as number, '127.0.0.1');
        let heard = '';
        socket.on('data', (data: Buffer) => (heard += data.toString()));
        socket.write('~00P003STO');
        await eventually(() => heard.startsWith('~00D') && heard.includes('0;500;1;2300'));
        heard = '';
        socket.write('~01S004BUZ2');
        await eventually(() => heard === '~01A');
        await cli.line({ ups: 2, event: 'set', command: 'BUZ2' });
        heard = '';
        socket.write('~01P003STO');
        await eventually(() => heard.startsWith('~01D') && heard.includes('1;500;1;2300'));
        socket.destroy();
        cli.say('quit');
        assert.equal(await cli.ended(), 0, cli.errors());
    });

    it('duramax: says that its protocol is no maker’s, answers on TCP, and obeys its stdin', async () => {
        const cli = start('duramax', '--port', '0', '--mode', 'pc', '--speed', '60');
        const { port, protocol } = await cli.line({ event: 'listening' });
        assert.equal(protocol, 'simulated, not Weidmüller’s');
        cli.say('mains off');
        // Delay and shutdown time are ten seconds each, at sixty times the speed.
        await cli.line({ event: 'phase', to: 'off' });
        const socket = createConnection(port as number, '127.0.0.1');
        const heard: Buffer[] = [];
        socket.on('data', (data: Buffer) => heard.push(data));
        // The request for the status; the third byte after the head is the phase.
        socket.write(Buffer.from('a502006083', 'hex'));
        await eventually(() => Buffer.concat(heard).length === 30);
        assert.deepEqual([...Buffer.concat(heard).subarray(0, 6)], [0x5a, 0x02, 25, 2, 0, 3]);
        cli.say('unplug on');
        await eventually(() => socket.destroyed);
        cli.say('input 99');
        await cli.line({ event: 'error', line: 'input 99' });
        cli.say('quit');
        assert.equal(await cli.ended(), 0, cli.errors());
    });

    it('rccmd-client: prints what it would do', async () => {
        const port = await freePort();
        const cli = start('rccmd-client', '--port', String(port), '--until-stdin-ends');
        await cli.line({ event: 'listening' });
        createConnection({ host: '127.0.0.1', port }).end('CONNECT TO RCCMD (SEND) MSG_SHUTDOWN MSG_TEXT now\r\n');
        const message = await cli.line({ event: 'message' });
        assert.deepEqual([message.wouldDo, message.text, message.host], ['shutdown', 'now', '127.0.0.1']);
        cli.child.stdin.end();
        assert.equal(await cli.ended(), 0, cli.errors());
    });

    it('mail-sink: prints the mails that it takes', async () => {
        const cli = start('mail-sink', '--port', '0');
        const { port } = await cli.line({ event: 'listening' });
        cli.say('reject data 451 1');
        await cli.line({ event: 'done' });
        const transport = createTransport({ host: '127.0.0.1', port: port as number });
        const mail = { from: 'ups@example.net', to: 'admin@example.net', subject: 'Mains failed', text: 'on battery' };
        await assert.rejects(transport.sendMail(mail), { responseCode: 451 });
        await transport.sendMail(mail);
        assert.equal((await cli.line({ event: 'mail' })).subject, 'Mains failed');
        cli.say('quit');
        assert.equal(await cli.ended(), 0, cli.errors());
    });

    it('cs141-card: several cards with a map of choice, their faults and their reports', async () => {
        const args = ['--port', '0', '--count', '2', '--map', 'socomec', '--missing', '150,155-157', '--web', '0'];
        const cli = start('cs141-card', ...args);
        const { port } = await cli.line({ card: 2, event: 'listening' });
        cli.say('@2 mains off');
        await cli.line({ card: 2, event: 'on-battery' });
        const master = new ModbusRTU();
        await master.connectTCP('127.0.0.1', { port: port as number });
        master.setID(1);
        assert.deepEqual((await master.readHoldingRegisters(109, 1)).data, [12]);
        await assert.rejects(master.readHoldingRegisters(155, 1), { modbusCode: 2 });
        cli.say('busy on');
        await cli.line({ card: 2, event: 'done', line: 'busy on' });
        await assert.rejects(master.readHoldingRegisters(109, 1), { modbusCode: 6 });
        master.destroy(() => undefined);
        assert.ok(!cli.output().includes('"card":1,"event":"on-battery"'));
        cli.say('@1 dance');
        await cli.line({ card: 1, event: 'error', line: 'dance' });
        cli.say('quit');
        assert.equal(await cli.ended(), 0, cli.errors());

        const wrong = start('cs141-card', '--map', 'piller');
        assert.equal(await wrong.ended(), 1);
        assert.match(wrong.errors(), /^--map is "piller"; it takes default, abb-newave/);
        const nowhere = start('cs141-card', '--serial', '/nonexistent/tty');
        assert.equal(await nowhere.ended(), 1);
        assert.match(nowhere.errors(), /^\/nonexistent\/tty cannot be reached: /);
    });

    it('rmcu: tells what happens, serves what it prints, and prints its MIB file', async () => {
        const cli = start('rmcu', '--port', '0', '--http-port', '0', '--speed', '60');
        const { httpPort, mib } = await cli.line({ event: 'listening' });
        cli.say('ac off');
        await cli.line({ event: 'ac-failed' });
        await cli.line({ event: 'alarm', channel: 'ac', kind: 'under', active: true });
        await cli.line({ event: 'output', output: 1, active: true, by: 'alarm' });
        cli.say('dance');
        await cli.line({ event: 'error', line: 'dance' });
        assert.match(await (await fetch(`http://127.0.0.1:${httpPort as number}/`)).text(), /AC Line: 0\.0 Volts/);
        const file = await (await fetch(mib as string)).text();
        cli.say('quit');
        assert.equal(await cli.ended(), 0, cli.errors());

        const printed = start('rmcu', '--print-mib');
        assert.equal(await printed.ended(), 0, printed.errors());
        assert.equal(printed.output(), file);
    });

    it('relay-module: tells what is commanded and what moves', async () => {
        const cli = start('relay-module', '--port', '0', '--outputs', '3', '--power-up', 'on,off,off');
        const { port } = await cli.line({ event: 'listening' });
        cli.say('stuck 2 off');
        await cli.line({ event: 'done', line: 'stuck 2 off' });
        const master = new ModbusRTU();
        await master.connectTCP('127.0.0.1', { port: port as number });
        master.setID(1);
        await master.writeCoils(0, [false, true, true]);
        await cli.line({ event: 'command', port: 2, on: true });
        await cli.line({ event: 'change', port: 1, on: false });
        assert.deepEqual((await master.readCoils(0, 3)).data.slice(0, 3), [false, false, true]);
        master.destroy(() => undefined);
        cli.say('quit');
        assert.equal(await cli.ended(), 0, cli.errors());
        assert.ok(!cli.output().includes('"change","kind":"output","port":2'));
    });

    it('explain themselves, and refuse nonsense in one sentence', async () => {
        for (const simulator of [
            'rfc1628-card',
            'cs141-card',
            'relay-module',
            'rccmd-client',
            'mail-sink',
            'gsm-modem',
            'rmcu',
        ]) {
            const help = start(simulator, '--help');
            assert.equal(await help.ended(), 0);
            assert.match(help.output(), /--port/);
            const wrong = start(simulator, '--port', 'many');
            assert.equal(await wrong.ended(), 1);
            assert.equal(wrong.errors(), '--port is "many"; it takes a number.\n');
        }
    });

    for (const [simulator, ...options] of [
        ['rmcu', '--port', '0', '--http-port', '0'],
        ['rfc1628-card', '--port', '0'],
    ] as const) {
        const boots = (cli: ReturnType<typeof start>) => cli.say(simulator === 'rmcu' ? 'reboot' : 'mains off');

        for (const [written, address] of [
            ['127.0.0.1', '127.0.0.1'],
            ['localhost', '127.0.0.1'],
            ['[::1]', '::1'],
        ] as const)
            it(`${simulator}: sends its traps to ${written}:PORT, which needs no rights`, async () => {
                const manager = createSocket(address === '::1' ? 'udp6' : 'udp4');
                try {
                    let traps = 0;
                    manager.on('message', () => traps++);
                    await new Promise<void>((done) => manager.bind(0, address, done));
                    const { port } = manager.address();
                    const cli = start(simulator, ...options, '--trap', `${written}:${port}`);
                    await cli.line({ event: 'listening' });
                    boots(cli);
                    await cli.line({ event: 'trap', port });
                    await eventually(() => traps > 0, 10_000);
                } finally {
                    manager.close();
                }
            });

        it(`${simulator}: a place of traps without a port is port 162`, async () => {
            const cli = start(simulator, ...options, '--trap', '127.0.0.1');
            await cli.line({ event: 'listening' });
            boots(cli);
            await cli.line({ event: 'trap', host: '127.0.0.1', port: 162 });
        });

        it(`${simulator}: refuses bad options for traps in plain words`, async () => {
            const place = 'it takes an address or host name, optionally with :port.';
            for (const [args, told] of [
                [['--trap', '127.0.0.1:'], `--trap is "127.0.0.1:"; ${place}`],
                [['--trap', '127.0.0.1:70000'], `--trap is "127.0.0.1:70000"; ${place}`],
                [['--trap', '::1:x'], `--trap is "::1:x"; ${place}`],
                [['--trap', ''], '--trap is missing.'],
                [
                    ['--trap', 'http://127.0.0.1:162'],
                    '--trap is "http://127.0.0.1:162"; it takes the host alone, without http:// and without a path.',
                ],
                [['--trap', '127.0.0.1', '--trap-version', '4'], '--trap-version is "4"; it takes 1, 2c, 3.'],
                [['--trap', '127.0.0.1', '--trap-version', '3'], '--user is missing.'],
                [
                    ['--user', 'u', '--auth-protocol', 'md5', '--auth-key', 'short'],
                    '--auth-key takes at least 8 characters.',
                ],
            ] as const) {
                const rest =
                    simulator === 'rmcu' ? args.filter((each) => !['--auth-protocol', 'md5'].includes(each)) : args;
                const wrong = start(simulator, ...options, ...rest);
                assert.equal(await wrong.ended(), 1, told);
                assert.equal(wrong.errors(), `${told}\n`);
            }
        });
    }
});
