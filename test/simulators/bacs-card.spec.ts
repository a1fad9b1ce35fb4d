import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import ModbusRTU from 'modbus-serial';
import snmp from 'net-snmp';
import { BATTERY_EVENTS } from '../../lib/core/batteries/events';
import { SimulatedBattery, type SimulatedBatteryOptions } from '../../lib/simulation/battery/simulated-battery';
import { BacsCard, type BacsCardOptions } from '../../simulators/bacs/card';
import { PAUSE_HOURS } from '../../simulators/bacs/objects';
import { CONTROL_HELP, handleControl } from '../../simulators/bacs/control';
import { FakeClock } from '../support/fake-clock';

const BACS = '1.3.6.1.2.1.33.5';
/** -9999 as a word. */
const NOT_SUPPORTED = 55_537;

describe('the simulated BACS WEBMANAGER', () => {
    let clock: FakeClock;
    let battery: SimulatedBattery;
    let card: BacsCard;
    const cleanUps: (() => unknown)[] = [];
    afterEach(async () => {
        for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
        await card.stop();
        battery.stop();
        assert.equal(clock.pending, 0);
    });

    function make({ bank, monitor, warm }: SimulatedBatteryOptions = {}, options: Partial<BacsCardOptions> = {}): void {
        clock = new FakeClock();
        battery = new SimulatedBattery(clock, { bank: { modules: 8, strings: 2, ...bank }, monitor, warm });
        card = new BacsCard({ battery, clock, ...options });
    }

    const words = (address: number, count = 1) => card.registers.readHoldingRegisters(address, count);
    const say = (...lines: string[]) => lines.map((line) => handleControl(card, line)).at(-1);

    /** What the card has measured, by hand: no time passes, so that it measures nothing new. */
    function measure(): void {
        const { measured } = battery.monitor;
        measured.temperature[1] = 25.5;
        measured.voltage[1] = 12.825;
        measured.impedance[1] = 43.72;
        measured.equalizing[1] = 17;
        measured.charge[1] = 93;
        measured.current.set([-12.34, 1.5]);
        measured.stringVoltage.set([54.1, 53.9]);
        measured.average.set([13.525, 13.475]);
        measured.ripple.set([0.42, 0.4]);
    }

    it('has the registers of the tables', () => {
        make({ monitor: { serial: 4711, firmware: 218, auxDevices: 2 } });
        measure();
        // running 1, connected 2, float 0x40, equalizing 0x80, polling 0x8000; 1003 strings, 1004 modules.
        assert.deepEqual(words(1000, 6), [0x80c3, 0, 0, 2, 8, 0]);
        // -12.34 A, 54.1 V, 13.525 V, 0.42 A, reserved; 1.5 A, …
        assert.deepEqual(words(1010, 10), [
            65_536 - 1234,
            541,
            13_525,
            42,
            NOT_SUPPORTED,
            150,
            539,
            13_475,
            40,
            NOT_SUPPORTED,
        ]);
        // Module 2: 0x81 is 25.5 °C; mV; 0.01 mΩ; no flag; %.
        assert.deepEqual(words(1065, 5), [0x81, 12_825, 4372, 0, 17]);
        assert.deepEqual(words(4001), [4711]);
        assert.deepEqual(words(4003, 3), [218, 100, 93]);
        say('input 1 3 on', 'output 2 4 on');
        assert.deepEqual(words(3650, 9), [0, 0, 1, 0, 0, 0, 0, 0, NOT_SUPPORTED]);
        assert.equal(words(3673)[0], 1);
        assert.deepEqual(card.registers.readInputRegisters(1065, 2), words(1065, 2), 'functions 3 and 4 are alike');
    });

    it('tells of modules and strings that are not there that they are not supported, and refuses gaps', () => {
        make();
        assert.deepEqual(words(1100, 5), Array(5).fill(NOT_SUPPORTED), 'module 9');
        assert.deepEqual(words(1020, 5), Array(5).fill(NOT_SUPPORTED), 'string 3');
        for (const [address, count] of [
            [999, 1],
            [1005, 2],
            [1009, 1],
            [3681, 2],
            [4002, 1],
            [4515, 2],
        ] as const)
            assert.throws(() => words(address, count), { code: 2 }, String(address));
        card = new BacsCard({ battery, clock, gaps: 'unsupported' });
        assert.deepEqual(words(1005, 3), [0, NOT_SUPPORTED, NOT_SUPPORTED]);
    });

    it('has 512 modules in 16 strings, the last ones with currents only', () => {
        make({ bank: { modules: 512, strings: 16 } });
        assert.deepEqual(words(1003, 2), [16, 512]);
        const { measured } = battery.monitor;
        measured.voltage.fill(13.333);
        measured.current[15] = 3;
        measured.ripple[15] = 0.1;
        measured.charge[511] = 77;
        assert.equal(words(2706)[0], 13_333, 'module 330');
        assert.equal(words(2741)[0], 13_333, 'module 331');
        assert.equal(words(3646)[0], 13_333, 'module 512');
        assert.deepEqual(words(2735, 5), [300, NOT_SUPPORTED, NOT_SUPPORTED, 10, NOT_SUPPORTED]);
        assert.deepEqual(words(4515), [77]);
    });

    it('says nothing of a module that is lost, and 0 where no impedance was measured yet', () => {
        make({ warm: false });
        clock.advanceSync(180_000);
        say('fault module-lost 3 on');
        // Module lost 4, system failure 0x100, and what a started card says.
        assert.equal(words(1000)[0]! & 0x104, 0x104);
        assert.equal(words(1001)[0]! & 1, 1, 'general alarm');
        assert.equal(words(1002)[0]! & 3, 3, 'general alarm, communication lost');
        const lost = words(1070, 5);
        assert.deepEqual(
            [lost[0], lost[1], lost[2], lost[4]],
            [NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED],
        );
        assert.equal(lost[3], 3, 'general alarm and communication lost');
        assert.equal(words(1062)[0], 0, 'impedance of module 1');
    });

    /** Register and mask of each flag (CS141 manual, "BACS MODBUS Parameter"), by the words of the tables. */
    const FLAGS: [state: string, register: number, mask: number][] = [
        ['discharging', 1000, 8],
        ['charging', 1000, 0x10],
        ['discharging-stopped', 1000, 0x20],
        ['system-alarm', 1000, 0x100],
        ['addressing', 1000, 0x1000],
        ['general-alarm', 1001, 1],
        ['voltage-difference-warning', 1001, 2],
        ['breaker-open', 1001, 4],
        ['thermal-runaway', 1001, 8],
        ['sensor-lost', 1001, 0x10],
        ['string-voltage-low-warning', 1001, 0x100],
        ['string-current-high-alarm', 1001, 0x200],
        ['current-out-of-range', 1001, 0x2000],
        ['ground-fault', 1001, 0x4000],
        ['current-sensor-lost', 1001, 0x8000],
        ['voltage-high-alarm', 1002, 4],
        ['temperature-low-alarm', 1002, 0x20],
        ['equalizing-error', 1002, 0x100],
        ['impedance-low-warning', 1002, 0x4000],
        ['module-revision', 1002, 0x8000],
        ['string-current-low-warning', 1005, 8],
        ['equalizing-deactivated', 1005, 0x10],
        ['current-deviation-discharge-alarm', 1005, 0x20],
        ['current-deviation-charge-warning', 1005, 0x100],
        ['rcm-difference', 1005, 0x200],
        ['gx-r-aux-lost', 1005, 0x800],
        ['string-charge-low-alarm', 1005, 0x1000],
        ['string-charge-low-warning', 1005, 0x2000],
    ];

    it('sets any flag by command, and takes it away', () => {
        make();
        for (const [state, register, mask] of FLAGS) {
            say(`state ${state} on m3 s2`);
            assert.equal(words(register)[0]! & mask, mask, `${state} on`);
            say(`state ${state} off`);
            assert.equal(words(register)[0]! & mask, 0, `${state} off`);
            say(`state ${state} auto`);
        }
        say('state voltage-low-alarm on m3');
        assert.deepEqual([words(1073)[0], words(1063)[0]], [1 + 8, 0], 'only module 3');
        say('state auto');
        assert.deepEqual(words(1000, 3), [0x80c3, 0, 0]);
    });

    it('can be told every state that a card tells of a battery', () => {
        make();
        const own = ['card', 'both'];
        for (const [state, { by }] of Object.entries(BATTERY_EVENTS))
            if (own.includes(by) && !state.startsWith('thermal-runaway-string')) say(`state ${state} on`);
        assert.ok(words(1000)[0] !== 0);
    });

    describe('over the network', () => {
        async function start(options: SimulatedBatteryOptions = {}, of: BacsCardOptions['snmp'] = {}): Promise<void> {
            make(options, { tcp: {}, snmp: of });
            await card.start();
        }

        function open(version: snmp.SessionOptions['version'] = snmp.Version2c): snmp.Session {
            const session = snmp.createSession('127.0.0.1', 'public', {
                port: card.agent!.port,
                version,
                retries: 0,
                timeout: 500,
            });
            cleanUps.push(() => session.close());
            return session;
        }

        const get = (session: snmp.Session, ...objects: string[]) =>
            new Promise<unknown[]>((resolve, reject) =>
                session.get(
                    objects.map((object) => `${BACS}.${object}`),
                    (error, varbinds = []) =>
                        error
                            ? reject(error)
                            : resolve(varbinds.map(({ value }) => (Buffer.isBuffer(value) ? value.toString() : value))),
                ),
            );

        async function modbus(): Promise<ModbusRTU> {
            const client = new ModbusRTU();
            await client.connectTCP('127.0.0.1', { port: card.endpoint.tcpPort });
            client.setID(1);
            client.setTimeout(500);
            cleanUps.push(() => client.destroy(() => undefined));
            return client;
        }

        it('answers by SNMP, with the units that are inferred', async () => {
            await start({ monitor: { auxDevices: 1 } });
            measure();
            const session = open();
            // Type, strings, batteries, Ah; limits: 36 °C, 10.5 V.
            assert.deepEqual(await get(session, '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.11.0', '1.12.0'), [
                'C20',
                2,
                8,
                100,
                360,
                1050,
            ]);
            // Voltage, temperature, equalizing, impedance, state of module 2.
            const module = ['2', '3', '4', '5', '6'].map((column) => `2.5.1.${column}.2`);
            // 12.825 V are 1282.5 hundredths.
            assert.deepEqual(await get(session, ...module), [1283, 255, 17, 4372, 0]);
            const string = ['1', '2', '3', '4', '5', '6', '7'].map((column) => `2.7.1.${column}.1`);
            assert.deepEqual(await get(session, ...string), [1, -1234, 5410, 1353, 42, 0, 0]);
            battery.monitor.measured.impedance[1] = 5;
            say('state string-voltage-low-alarm on s1', 'state string-charge-low-warning on s1', 'input 1 2 on');
            assert.deepEqual(await get(session, '2.7.1.6.1', '2.7.1.7.1', '2.7.1.6.2'), [0x40, 0x2000, 0]);
            assert.deepEqual(await get(session, '5.1.0', '5.2.1.4.1', '5.2.1.5.1', '5.2.1.2.1'), [
                1,
                1,
                'Input 1.2',
                0,
            ]);
            // The low word is that of 1000, the high one that of 1001: general alarm and string voltage low.
            assert.deepEqual(await get(session, '2.1.0'), [0x80c3 + 0x41 * 0x10000]);
        });

        it('has a table of its alarms, and sends traps of alarms but not of warnings', async () => {
            const receiver = createSocket('udp4');
            cleanUps.push(() => new Promise<void>((resolve) => receiver.close(() => resolve())));
            receiver.bind(0, '127.0.0.1');
            await once(receiver, 'listening');
            const target = { host: '127.0.0.1', port: receiver.address().port, version: '2c' as const };
            await start({}, { trapTargets: [target] });
            const session = open();
            assert.deepEqual(await get(session, '3.1.0'), [0]);
            const [[heard]] = (await Promise.all([
                once(receiver, 'message'),
                Promise.resolve().then(() => say('state voltage-low-warning on m2', 'state breaker-open on')),
            ])) as unknown as [[Buffer], unknown];
            // Two rows: warning 14 and alarm 21; the trap tells the second.
            assert.deepEqual(await get(session, '3.1.0', '3.2.1.2.1', '3.2.1.2.2', '3.5.0', '3.4.0'), [
                2,
                `${BACS}.3.3.14`,
                `${BACS}.3.3.21`,
                1,
                0,
            ]);
            const oid = (...arcs: number[]) => Buffer.from([0x2b, 6, 1, 2, 1, 33, 5, ...arcs]);
            assert.ok(heard.includes(oid(4, 1)), 'bacsTrapAlarmEntryAdded');
            assert.ok(heard.includes(oid(3, 3, 21)), 'bacsAlarmBatteryBreakerOpen');
            const gone = once(receiver, 'message') as Promise<[Buffer]>;
            say('state breaker-open off');
            assert.ok((await gone)[0].includes(oid(4, 2)), 'bacsTrapAlarmEntryRemoved');
            assert.deepEqual(await get(session, '3.1.0'), [1]);
        });

        it('is silent, busy, and says rubbish when told so; restarts; is another card', async () => {
            await start();
            const client = await modbus();
            const session = open();
            const read = async (address: number, count = 1) => (await client.readHoldingRegisters(address, count)).data;
            assert.deepEqual(await read(1003, 2), [2, 8]);
            say('busy 1');
            await assert.rejects(read(1003), /busy/i);
            say('counts 600 20');
            assert.deepEqual(await read(1003, 2), [20, 600]);
            assert.deepEqual(await get(session, '2.4.0', '2.6.0'), [600, 20]);
            say('counts true', 'wobble on');
            assert.deepEqual([(await read(1004))[0], (await read(1004))[0]].sort(), [7, 8]);
            say('wobble off', 'serial 99');
            assert.deepEqual(await read(4001), [99]);
            say('garbage on');
            const rubbish = await read(1060, 40);
            assert.notDeepEqual(rubbish, await read(1060, 40));
            const socket = createSocket('udp4');
            socket.send(Buffer.alloc(20), card.agent!.port, '127.0.0.1');
            const [bytes] = (await once(socket, 'message')) as [Buffer];
            assert.deepEqual(bytes, Buffer.alloc(20, 0xff));
            socket.close();
            say('garbage off', 'silent on');
            await assert.rejects(get(open(), '2.4.0'));
            await assert.rejects(read(1003));
            say('silent off', 'restart');
            const again = await modbus();
            // Searching; nothing is known of module 1.
            assert.deepEqual((await again.readHoldingRegisters(1000, 1)).data, [0x2000]);
            assert.deepEqual((await again.readHoldingRegisters(1061, 1)).data, [NOT_SUPPORTED]);
        });

        it('pauses and resumes equalizing by an object of our own', async () => {
            await start();
            const session = open();
            const set = (value: number) =>
                new Promise<unknown>((resolve) =>
                    session.set([{ oid: PAUSE_HOURS, type: snmp.ObjectType.Integer, value }], (error) =>
                        resolve(error),
                    ),
                );
            const [equalizing, paused] = [0x80c3, 0x8043];
            assert.equal(words(1000)[0], equalizing);
            assert.equal(await set(12), null);
            clock.advanceSync(20_000);
            assert.equal(words(1000)[0], paused);
            assert.equal(words(1064)[0], 0, 'equalizing of module 1, %');
            assert.ok((await set(-1)) instanceof Error);
            assert.equal(await set(0), null);
            assert.equal(words(1000)[0], equalizing);
        });

        it('answers v1 and v3 as well', async () => {
            const user = { name: 'reader', auth: { protocol: 'sha' as const, key: 'a-key-of-tests' } };
            await start({}, { users: [user], firstIndex: 0 });
            assert.deepEqual(await get(open(snmp.Version1), '2.4.0', '2.5.1.1.0', '2.7.1.1.1'), [8, 0, 1]);
            const v3 = snmp.createV3Session(
                '127.0.0.1',
                {
                    name: 'reader',
                    level: snmp.SecurityLevel.authNoPriv,
                    authProtocol: snmp.AuthProtocols.sha,
                    authKey: 'a-key-of-tests',
                },
                { port: card.agent!.port, retries: 0, timeout: 500 },
            );
            cleanUps.push(() => v3.close());
            assert.deepEqual(await get(v3, '2.6.0'), [2]);
        });
    });

    it('refuses what it does not understand', () => {
        make();
        for (const line of [
            'what?',
            'fault weak',
            'fault tired 1 on',
            'fault weak 9 on',
            'breaker 3 open',
            'state tired on',
            'load much',
            'input 5 1 on',
        ])
            assert.throws(
                () => say(line),
                (error: { code?: string }) => ['config-invalid', 'out-of-range'].includes(error.code ?? ''),
                line,
            );
        for (const verb of ['equalizing pause', 'duplicate', 'addressing', 'wobble'])
            assert.ok(CONTROL_HELP.includes(verb));
        say(
            'equalizing pause 3',
            'ambient 30',
            'charge 50',
            'charge 40 2',
            'replace 2',
            'sensor 1 lost',
            'aux lost',
            'duplicate 1 2 on',
            'breaker 1 open',
        );
        const { states, faults } = say('status') as { states: string[]; faults: unknown[] };
        assert.ok(
            states.includes('breaker-open') && states.includes('current-sensor-lost') && !states.includes('equalizing'),
        );
        assert.equal(faults.length, 2);
    });
});
