import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import snmp from 'net-snmp';
import { handleControl } from '../../simulators/rmcu/control';
import { Rmcu, type RmcuOptions } from '../../simulators/rmcu/rmcu';
import { eventually } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';

const ROOT = '1.3.6.1.4.1.8072.9999.9999.34';
const TABLE = '1.3.6.1.4.1.8072.9999.9999.35';
const BASIC = (user: string, password = user) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

describe('the simulated RMCU on the network', () => {
    const cleanUps: (() => unknown)[] = [];
    afterEach(async () => {
        for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start(options: Partial<RmcuOptions> = {}) {
        const clock = new FakeClock();
        const rmcu = new Rmcu({ clock, ...options });
        await rmcu.start();
        cleanUps.push(async () => {
            await rmcu.stop();
            await rmcu.stop();
            assert.equal(clock.pending, 0);
        });
        const open = (community: string, version: snmp.SessionOptions['version'] = snmp.Version2c) => {
            const session = snmp.createSession('127.0.0.1', community, {
                port: rmcu.port,
                version,
                retries: 0,
                timeout: 400,
            });
            cleanUps.push(() => session.close());
            return session;
        };
        const fetchPage = (path: string, init: RequestInit = {}) =>
            fetch(`http://127.0.0.1:${rmcu.httpPort}${path}`, { redirect: 'manual', ...init });
        return { rmcu, clock, device: rmcu.device, reader: open('public'), writer: open('private'), open, fetchPage };
    }

    const get = (session: snmp.Session, ...oids: string[]) =>
        new Promise<unknown[]>((resolve, reject) =>
            session.get(oids, (error, varbinds = []) =>
                error
                    ? reject(error)
                    : resolve(varbinds.map(({ value }) => (Buffer.isBuffer(value) ? value.toString() : value))),
            ),
        );
    const set = (session: snmp.Session, oid: string, value: number | string) =>
        new Promise<void>((resolve, reject) => {
            const type = typeof value === 'number' ? snmp.ObjectType.Integer : snmp.ObjectType.OctetString;
            session.set([{ oid, type, value }], (error) => (error ? reject(error) : resolve()));
        });
    const status = (name: keyof typeof snmp.ErrorStatus) => (error: unknown) =>
        (error as { status?: number }).status === snmp.ErrorStatus[name];

    describe('by SNMP', () => {
        it('tells sixteen channels in whole numbers and states', async () => {
            const { reader, device, clock } = await start();
            const values = [1, 2].map((channel) => `${ROOT}.2.${channel}.2.0`);
            const analog = [1, 2, 3, 4, 5, 6].map((channel) => `${ROOT}.2.3.${channel}.2.0`);
            const inputs = [1, 2, 3, 4].map((channel) => `${ROOT}.2.4.${channel}.2.0`);
            const outputs = [1, 2, 3, 4].map((channel) => `${ROOT}.2.5.${channel}.2.0`);
            const all = () => get(reader, ...values, ...analog, ...inputs, ...outputs);
            assert.deepEqual(await all(), [1167, 905, 1020, 0, 1380, 1380, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
            device.plant.setAc(0);
            clock.advanceSync(1000);
            // Alarm Out is active.
            assert.deepEqual(await all(), [0, 905, 0, 1020, 0, 1280, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
            const alarms = [`${ROOT}.2.1.3.0`, `${ROOT}.2.3.3.3.0`, `${ROOT}.2.4.2.3.0`, `${ROOT}.2.2.3.0`];
            assert.deepEqual(await get(reader, ...alarms), [1, 1, 1, 0]);
        });

        it('switches outputs, with and without a pulse, and refuses what is wrong', async () => {
            const { reader, writer, device, clock, open } = await start();
            const supply = `${ROOT}.2.5.2`;
            await set(writer, `${supply}.2.0`, 1);
            assert.equal(device.plant.reading().supplyOn, false, 'active is OFF');
            assert.deepEqual(await get(reader, `${supply}.2.0`, `${supply}.3.0`), [1, 'OFF']);
            await set(writer, `${supply}.2.0`, 0);
            assert.equal(device.plant.reading().supplyOn, true);
            await set(writer, `${supply}.5.0`, 20);
            await set(writer, `${supply}.4.0`, 1);
            await set(writer, `${supply}.2.0`, 1);
            clock.advanceSync(1999);
            assert.equal(device.plant.reading().supplyOn, false);
            clock.advanceSync(1);
            assert.equal(device.plant.reading().supplyOn, true);
            await assert.rejects(set(writer, `${supply}.5.0`, 4), status('WrongValue'), 'shorter than 0.5 s');
            await assert.rejects(set(writer, `${supply}.2.0`, 2), status('WrongValue'));
            await assert.rejects(set(writer, `${supply}.2.0`, 'active'), status('WrongType'));
            await assert.rejects(set(writer, `${ROOT}.2.3.4.2.0`, 1), status('NotWritable'));
            await assert.rejects(set(reader, `${supply}.2.0`, 1), status('NoAccess'));
            await assert.rejects(get(open('wrong'), `${supply}.2.0`), { name: 'RequestTimedOutError' });
        });

        it('clears latched alarms, and takes a name', async () => {
            const { reader, writer, device, clock } = await start();
            device.settings.analog.ac.over!.autoRecovery = false;
            device.measurements.force('ac', 150);
            clock.advanceSync(250);
            device.measurements.force('ac', 120);
            clock.advanceSync(250);
            assert.deepEqual(await get(reader, `${ROOT}.2.1.3.0`), [2]);
            await set(writer, `${ROOT}.1.5.0`, 1);
            assert.deepEqual(await get(reader, `${ROOT}.2.1.3.0`), [0]);
            await set(writer, `${ROOT}.1.1.0`, 'hill top');
            assert.equal(device.settings.siteName, 'hill top');
        });

        it('speaks v3 with MD5 and AES-128 to the users that have it, and writes nothing where access is read-only', async () => {
            const keys = { authKey: 'auth-key-1', privKey: 'priv-key-1' };
            const { rmcu } = await start({
                users: [
                    { name: 'admin', password: 'admin', access: 'Admin', snmp: keys },
                    { name: 'control', password: 'control', access: 'Control' },
                ],
                agentAccess: 'read-only',
            });
            const open = (name: string, authKey = keys.authKey) => {
                const user = {
                    name,
                    level: snmp.SecurityLevel.authPriv,
                    authProtocol: snmp.AuthProtocols.md5,
                    authKey,
                    privProtocol: snmp.PrivProtocols.aes,
                    privKey: keys.privKey,
                };
                const session = snmp.createV3Session('127.0.0.1', user, { port: rmcu.port, retries: 0, timeout: 400 });
                cleanUps.push(() => session.close());
                return session;
            };
            assert.deepEqual(await get(open('admin'), `${ROOT}.2.3.4.2.0`), [1380]);
            await assert.rejects(set(open('admin'), `${ROOT}.2.5.1.2.0`, 1), status('NoAccess'));
            await assert.rejects(get(open('control'), `${ROOT}.2.3.4.2.0`));
            await assert.rejects(get(open('admin', 'another-key'), `${ROOT}.2.3.4.2.0`));
            const users = Array.from({ length: 9 }, (_, index) => ({
                name: `user-${index}`,
                password: '',
                access: 'Control' as const,
            }));
            assert.throws(() => new Rmcu({ clock: new FakeClock(), users }), { code: 'out-of-range' });
        });

        it('has a second shape: tables, texts and states that count from 1', async () => {
            const { reader, writer, device } = await start({ shape: 'table' });
            assert.deepEqual(
                await get(reader, `${TABLE}.1.1.2.6`, `${TABLE}.1.1.3.6`, `${TABLE}.2.1.3.1`, `${TABLE}.3.1.3.2`),
                ['Volts Battery', '13.8 Volts', 2, 1],
            );
            await set(writer, `${TABLE}.3.1.3.2`, 2);
            assert.equal(device.plant.reading().supplyOn, false);
            await assert.rejects(set(writer, `${TABLE}.3.1.3.2`, 0), status('WrongValue'));
        });

        it('sends traps of boot, temperature, analog and digital alarms, and of a test', async () => {
            const receiver = createSocket('udp4');
            receiver.bind(0, '127.0.0.1');
            await once(receiver, 'listening');
            cleanUps.push(() => receiver.close());
            const trap = { host: '127.0.0.1', port: receiver.address().port, version: '2c' as const };
            const sent: number[] = [];
            const clock = new FakeClock();
            const rmcu = new Rmcu({ clock, trap });
            rmcu.on('trap', ({ trap: number }) => sent.push(number));
            cleanUps.push(() => rmcu.stop());
            await rmcu.start();
            const told = async (count: number) => {
                await eventually(() => sent.length >= count);
                return sent.splice(0);
            };
            assert.deepEqual(await told(1), [1]);
            rmcu.device.measurements.force('temperature', 151);
            rmcu.device.measurements.force('analog-4', 11);
            rmcu.device.measurements.wire(1, 'open');
            clock.advanceSync(1000);
            assert.deepEqual((await told(3)).sort(), [2, 3, 4]);
            rmcu.device.measurements.force('temperature', 145);
            clock.advanceSync(1000);
            assert.deepEqual(await told(1), [2]);
            rmcu.device.sendTestTrap();
            assert.deepEqual(await told(1), [5]);
            rmcu.faults.silent = true;
            rmcu.device.sendTestTrap();
            rmcu.device.reboot();
            rmcu.faults.silent = false;
            rmcu.device.reboot();
            assert.ok((await told(1)).every((number) => number !== 5));
        });
    });

    describe('on its pages', () => {
        it('shows status and phone page to everybody, without what has no name', async () => {
            const { fetchPage, device } = await start();
            device.settings.siteName = 'A & <b>';
            const page = await (await fetchPage('/')).text();
            for (const line of [
                'AC Line: 116.7 Volts',
                'Volts Battery: 13.8 Volts',
                'Alarm In: CLOSED',
                'Alarm Out: OFF/HIGH',
            ])
                assert.ok(page.includes(`<td>${line}</td>`), line);
            assert.match(page, /<h1>A &amp; &lt;b&gt; Status<\/h1>/);
            const phone = await (await fetchPage('/m')).text();
            assert.match(phone, /Line Voltage: 116\.7 Volts/);
            assert.match(phone, /<td>Battery ON\/OFF<br>ON/);
            assert.equal(phone.match(/<td>---<\/td>/g)?.length, 5, 'two analog, two digital inputs, one output');
        });

        it('asks for a log-in before it switches, and keeps User Setup for admins', async () => {
            const { fetchPage, device } = await start();
            const post = (body: string, authorization = '', path = '/') =>
                fetchPage(path, {
                    method: 'POST',
                    body,
                    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
                });
            const refused = await post('output=2&state=active');
            assert.equal(refused.status, 401);
            assert.equal(refused.headers.get('www-authenticate'), 'Basic realm="Protected"');
            assert.equal((await post('output=2&state=active', BASIC('admin', 'wrong'))).status, 401);
            assert.equal(device.outputs.isActive(2), false);
            const switched = await post('output=2&state=active', BASIC('control'), '/m');
            assert.deepEqual([switched.status, switched.headers.get('location')], [303, '/m']);
            assert.equal(device.outputs.isActive(2), true);
            assert.equal((await post('output=9&state=active', BASIC('control'))).status, 400);
            const seen = async (path: string, user?: string) =>
                (await fetchPage(path, { headers: user ? { authorization: BASIC(user) } : {} })).status;
            for (const path of ['/device', '/sensors', '/alarms', '/network', '/email'])
                assert.deepEqual([await seen(path), await seen(path, 'control')], [401, 200], path);
            assert.deepEqual([await seen('/users', 'control'), await seen('/users', 'admin')], [403, 200]);
            assert.equal(await seen('/nowhere', 'admin'), 404);
            assert.equal((await fetchPage('/', { method: 'DELETE' })).status, 405);
        });

        it('shows the factory settings on the setup screens', async () => {
            const { fetchPage } = await start();
            const text = async (path: string) =>
                (await fetchPage(path, { headers: { authorization: BASIC('admin') } })).text();
            assert.match(
                await text('/alarms'),
                /<td>Volts Battery<\/td><td>12<\/td><td>13<\/td>.*<td>15<\/td><td>14\.8<\/td>/,
            );
            const sensors = await text('/sensors');
            assert.equal(sensors.match(/Disabled 00:00 to 00:00/g)?.length, 17);
            assert.match(sensors, /<td>analog-1<\/td><td>Amps Power Supply<\/td><td>3 samples<\/td>/);
            assert.match(await text('/device'), /<a href="\/RMCU-SIM-MIB\.mib">SNMP MIB File<\/a>/);
        });

        it('gives out its log, the renamed files too, and buttons clear and append', async () => {
            const { fetchPage, clock } = await start({ rollBytes: 500 });
            clock.advanceSync(4 * 60_000);
            const renamed = await fetchPage('/RMCU001.CSV');
            assert.equal(renamed.headers.get('content-type'), 'text/csv; charset=utf-8');
            assert.match(await renamed.text(), /^Time,Site,[^]*01\/15\/26 03:01:00,/);
            const rows = async () => (await (await fetchPage('/RMCU.CSV')).text()).trimEnd().split('\r\n').length - 1;
            const before = await rows();
            const press = (what: string) =>
                fetchPage('/device', {
                    method: 'POST',
                    body: `do=${what}`,
                    headers: { authorization: BASIC('control') },
                });
            await press('append-now');
            assert.equal(await rows(), before + 1);
            await press('clear-log');
            assert.equal(await rows(), 0);
            assert.equal((await fetchPage('/RMCU001.CSV', { headers: { authorization: BASIC('admin') } })).status, 404);
        });
    });

    it('serves a MIB file that the SNMP library reads, with the objects, types and access that it has', async () => {
        for (const shape of ['scalars', 'table'] as const) {
            const { rmcu, fetchPage } = await start({ shape });
            const answer = await fetchPage(`/${rmcu.mib.module}.mib`);
            const folder = mkdtempSync(join(tmpdir(), 'ridethrough-mib-'));
            cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
            const file = join(folder, `${rmcu.mib.module}.mib`);
            writeFileSync(file, await answer.text());
            const store = snmp.createModuleStore();
            store.loadFromFile(file);
            const entries = Object.values(store.getModule(rmcu.mib.module) as Record<string, Record<string, unknown>>);
            const access = (entry: Record<string, unknown>) => entry['MAX-ACCESS'] ?? entry.ACCESS;
            const readable = entries.filter((entry) => /^read/.test(String(access(entry))));
            assert.deepEqual(
                readable.map((entry) => [entry.ObjectName, entry.OID, access(entry)]).sort(),
                rmcu.mib.objects.map(({ name, oid, write }) => [name, oid, write ? 'read-write' : 'read-only']).sort(),
            );
            for (const { name, syntax } of rmcu.mib.objects) {
                const read = JSON.stringify(entries.find((entry) => entry.ObjectName === name)?.SYNTAX);
                if (syntax.kind === 'state') assert.equal(read, JSON.stringify({ INTEGER: syntax.states }), name);
                if (syntax.kind === 'text') assert.match(read, /DisplayString/, name);
            }
        }
    });

    describe('with faults', () => {
        it('answers and sends nothing while it is silent', async () => {
            const { rmcu, reader, fetchPage } = await start();
            rmcu.faults.silent = true;
            await assert.rejects(get(reader, `${ROOT}.1.2.0`), { name: 'RequestTimedOutError' });
            await assert.rejects(fetchPage('/', { signal: AbortSignal.timeout(200) }));
        });

        it('is slow by its clock', async () => {
            const { rmcu, clock, reader, fetchPage } = await start();
            rmcu.faults.slowMs = 3000;
            const answers = Promise.all([get(reader, `${ROOT}.2.1.2.0`), fetchPage('/m')]);
            let settled = false;
            answers.then(
                () => (settled = true),
                () => (settled = true),
            );
            // The sample timer, and one for each answer.
            await eventually(() => clock.pending === 3);
            clock.advanceSync(2999);
            assert.equal(settled, false);
            clock.advanceSync(1);
            const [values, page] = await answers;
            assert.deepEqual([values, page.status], [[1167], 200]);
        });

        it('cuts its pages in good order, or with the connection', async () => {
            const { rmcu, fetchPage } = await start();
            const whole = await (await fetchPage('/')).text();
            rmcu.faults.cutPage = { bytes: 400, broken: false };
            assert.equal(await (await fetchPage('/')).text(), whole.slice(0, 400));
            rmcu.faults.cutPage = { bytes: 400, broken: true };
            await assert.rejects(async () => (await fetchPage('/')).text());
        });

        it('tells states that its MIB does not list, and texts for numbers', async () => {
            const { rmcu, reader } = await start();
            rmcu.faults.wrongEnum = true;
            assert.deepEqual(
                await get(reader, `${ROOT}.2.5.2.2.0`, `${ROOT}.2.4.1.2.0`, `${ROOT}.2.1.2.0`),
                [7, 7, 1167],
            );
            rmcu.faults.wrongEnum = false;
            rmcu.faults.textValues = true;
            assert.deepEqual(await get(reader, `${ROOT}.2.3.4.2.0`, `${ROOT}.2.2.2.0`, `${ROOT}.2.5.2.2.0`), [
                '13.8 Volts',
                '90.5 F',
                0,
            ]);
        });
    });

    it('obeys the lines of its control channel', async () => {
        const { rmcu, device, clock } = await start();
        const lines = [
            'alarm analog-4 under threshold 11.5',
            'alarm analog-4 under contacts 1,3',
            'alarm analog-4 under auto-recovery off',
            'alarm analog-4 duration 2',
            'input-alarm 3 closed 1',
            'input 3 closed',
            'pulse 2 1.5',
            'schedule 16 4 active 03:00 05:00 4',
            'logging-schedule 03:00 23:00 1,2,3,4,5',
            'log-rate 10',
            'name output-4 Pump house',
            'name analog-5 Tank',
            'digits 2',
            'mail-interval 7',
            'force analog-4 11.4',
            'output 1 active',
            'cut 100 broken',
        ];
        for (const line of lines) handleControl(rmcu, line);
        clock.advanceSync(3000);
        const { settings, outputs, alarms } = device;
        assert.deepEqual([outputs.isActive(1), outputs.isActive(3), outputs.isActive(4)], [true, true, true]);
        assert.equal(alarms.isActive('input-3'), true);
        assert.equal(settings.analog['analog-4'].under?.autoRecovery, false);
        assert.deepEqual([settings.outputs[2].pulse, settings.outputs[2].pulseSeconds], [true, 1.5]);
        assert.deepEqual(settings.loggingSchedule, {
            enabled: true,
            from: '03:00',
            to: '23:00',
            days: [1, 2, 3, 4, 5],
        });
        assert.equal(settings.outputs[4].name, 'Pump house');
        assert.deepEqual([settings.log.rateMinutes, settings.digits, settings.mail.minimumMinutes], [10, 2, 7]);
        assert.deepEqual(rmcu.faults.cutPage, { bytes: 100, broken: true });
        handleControl(rmcu, 'schedule 16 off');
        clock.advanceSync(250);
        assert.equal(outputs.isActive(4), false);
        const { lines: shown } = handleControl(rmcu, 'status') as { lines: string[] };
        assert.ok(shown.includes('Volts Battery: 11.40 Volts'));
        for (const line of [
            '',
            'dance',
            'ac',
            'force analog-9 1',
            'output 5 active',
            'schedule 1 1 active 3:00 05:00 4',
            'alarm ac under loud on',
        ])
            assert.throws(() => handleControl(rmcu, line), { code: 'config-invalid' }, line);
        for (const line of [
            'pulse 2 0.4',
            'schedule 17 off',
            'log-rate 61',
            'schedule 1 1 active 03:00 05:00 7',
            'charge 101',
        ])
            assert.throws(() => handleControl(rmcu, line), { code: 'out-of-range' }, line);
    });

    it('tells when a port is taken, and leaves nothing open', async () => {
        const { rmcu } = await start();
        const other = new Rmcu({ clock: new FakeClock(), httpPort: rmcu.httpPort });
        await assert.rejects(other.start(), { code: 'port-in-use' });
        const third = new Rmcu({ clock: new FakeClock(), port: rmcu.port });
        await assert.rejects(third.start(), { code: 'port-in-use' });
    });
});
