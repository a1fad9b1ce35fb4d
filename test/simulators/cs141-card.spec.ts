import assert from 'node:assert/strict';
import ModbusRTU from 'modbus-serial';
import { WELL_KNOWN_ALARMS } from '../../lib/core/status/alarms';
import { allRegisters, REGISTER_MAPS } from '../../lib/protocols/cs141/maps';
import { SimulatedUps, type SimulatedUpsOptions } from '../../lib/simulation/simulated-ups';
import { Cs141Card, type Cs141CardOptions } from '../../simulators/cs141-card/card';
import { handleControl } from '../../simulators/cs141-card/control';
import { FakeClock } from '../support/fake-clock';

describe('the simulated CS141', () => {
    let clock: FakeClock;
    let ups: SimulatedUps;
    let card: Cs141Card;
    const clients: ModbusRTU[] = [];
    beforeEach(() => (clock = new FakeClock()));
    afterEach(async () => {
        for (const client of clients.splice(0)) client.destroy(() => undefined);
        await card.stop();
        ups.destroy();
        assert.equal(clock.pending, 0);
    });

    async function start(options: Partial<Cs141CardOptions> = {}, plate: SimulatedUpsOptions = {}): Promise<void> {
        ups = new SimulatedUps(clock, { phases: 3, ratedVA: 3000, loadVA: 1500, holdMinutes: 30, ...plate });
        card = new Cs141Card({ ups, clock, tcp: {}, ...options });
        await card.start();
    }

    async function connect(): Promise<ModbusRTU> {
        const client = new ModbusRTU();
        await client.connectTCP('127.0.0.1', { port: card.endpoint.tcpPort });
        client.setID(1);
        client.setTimeout(1000);
        clients.push(client);
        return client;
    }

    const words = async (address: number, count: number) =>
        (await (clients[0] ?? (await connect())).readHoldingRegisters(address, count)).data;

    it('has the default map of the CS141 manual, live', async () => {
        await start();
        // OUTPUT_VOLT 97-99, OUTPOWER 100-102, BATTCAP, INVOLT 104-106, TEMPDEG, AUTONOMTIME, STATUS, BATTVOLT, INFREQ 111-113, CNT_PF.
        const mains = [230, 230, 230, 50, 50, 50, 100, 230, 230, 230, 25, 30, 4, 54, 50, 50, 50, 0];
        assert.deepEqual(await words(97, 18), mains);
        ups.setMains(false);
        await clock.advance(10 * 60_000);
        const [capacity, inVoltage, minutes, status, count] = await Promise.all(
            [103, 104, 108, 109, 114].map(async (address) => (await words(address, 1))[0]),
        );
        assert.deepEqual([capacity, inVoltage, minutes, status, count], [67, 0, 20, 12, 1]);
        // Alarms: 116 on battery, 120 input bad, and none of the other.
        const alarms = await words(115, 24);
        assert.deepEqual(
            alarms.flatMap((on, i) => (on ? [115 + i] : [])),
            [116, 120],
        );
        await clock.advance(19 * 60_000);
        assert.deepEqual([(await words(117, 1))[0], (await words(109, 1))[0]], [1, 28]);
    });

    it('says 68 in a battery test, 5 on bypass, and 16 bits of the rest', async () => {
        await start();
        ups.execute({ type: 'test', test: 'quick' });
        assert.deepEqual(await words(109, 1), [68]);
        ups.execute({ type: 'test', test: 'abort' });
        ups.setBypass(true);
        assert.deepEqual(await words(109, 1), [5]);
        ups.setFault('general-fault', true);
        ups.setFault('output-overload', true);
        assert.deepEqual(await words(109, 1), [5 + 0x2000 + 0x100]);
    });

    it('has AUX ports, sensors, digital inputs and outputs (139-150, 50000-50079)', async () => {
        await start();
        for (const line of ['aux 2 on', 'sensor 1 23', 'sensor 8 -5', 'digital-input 64 on', 'digital-output 1 on'])
            handleControl(card, line);
        assert.deepEqual(await words(139, 4), [0, 1, 0, 0]);
        assert.deepEqual(await words(143, 8), [23, 65535, 65535, 65535, 65535, 65535, 65535, 65531]);
        assert.deepEqual(await words(50062, 4), [0, 1, 1, 0]);
        assert.deepEqual(await words(50072, 1), [23]);
        for (const line of ['aux 5 on', 'sensor 0 1', 'sensor 1', 'digital-input 1 perhaps', 'sessions begin'])
            assert.throws(() => handleControl(card, line), { code: 'config-invalid' });
    });

    it('answers functions 3 and 4 alike, and refuses what does not exist as the CS141 manual says', async () => {
        await start({ missing: [150] });
        const client = await connect();
        assert.deepEqual((await client.readInputRegisters(97, 3)).data, await words(97, 3));
        for (const [address, count] of [
            [96, 1],
            [96, 3],
            [149, 2],
            [151, 1],
            [50079, 2],
        ] as const)
            await assert.rejects(words(address, count), { modbusCode: 2 }, `${address}`);
        await assert.rejects(client.readCoils(0, 1), { modbusCode: 2 });
        await assert.rejects(client.readDiscreteInputs(0, 1), { modbusCode: 2 });
        await assert.rejects(client.writeCoil(0, true), { modbusCode: 2 });
        await assert.rejects(client.writeRegister(97, 1), { modbusCode: 1 });
        await assert.rejects(client.writeCoils(0, [true]), { modbusCode: 1 });
    });

    for (const [unknownAs, answer] of [
        [-1, 0xffff],
        [-9999, 0x10000 - 9999],
    ] as const) {
        it(`a UPS of one phase knows nothing of the others: ${unknownAs}`, async () => {
            await start({ unknownAs }, { phases: 1 });
            assert.deepEqual(await words(97, 3), [230, answer, answer]);
        });
    }

    it('a UPS of one phase refuses the others, if so asked', async () => {
        await start({ unknownAs: 'exception' }, { phases: 1 });
        await assert.rejects(words(97, 3), { modbusCode: 2 });
        assert.deepEqual(await words(97, 1), [230]);
    });

    it('serves several clients at once, and is busy for those who ask then', async () => {
        await start();
        const [a, b, c] = [await connect(), await connect(), await connect()];
        const answers = await Promise.all(
            [a, b, c].map(async (client) => (await client.readHoldingRegisters(103, 1)).data[0]),
        );
        assert.deepEqual(answers, [100, 100, 100]);
        handleControl(card, 'busy 1');
        await assert.rejects(b.readHoldingRegisters(103, 1), { modbusCode: 6 });
        assert.deepEqual((await b.readHoldingRegisters(103, 1)).data, [100]);
    });

    it('with RITTAL’s map has four tables; its coils command the UPS', async () => {
        await start({ map: 'rittal-pmc' });
        const client = await connect();
        assert.deepEqual((await client.readInputRegisters(0, 8)).data, [2300, 2300, 2300, 23, 23, 23, 500, 2300]);
        assert.deepEqual((await client.readDiscreteInputs(0, 10)).data.slice(0, 10), Array(10).fill(false));
        const coils: string[] = [];
        card.on('coil', ({ means, on }) => coils.push(`${means} ${on}`));
        await client.writeCoil(1, true);
        assert.deepEqual(coils, ['control.shut down true']);
        assert.equal(ups.reading().output?.source, 'none');
        await client.writeCoil(0, true);
        assert.equal(ups.reading().output?.source, 'normal');
        ups.setMains(false);
        assert.equal((await client.readDiscreteInputs(9, 1)).data[0], true);
    });

    it('with the map of M600 scales by ten and a hundred, and signs the battery current', async () => {
        await start({ map: 'm600' });
        const [frequency, powerFactor, charge] = [await words(7, 1), await words(34, 1), await words(56, 1)];
        assert.deepEqual([frequency, powerFactor, charge], [[5000], [90], [1000]]);
        ups.setMains(false);
        const [current] = await words(52, 1);
        assert.ok(current! > 0x8000, `discharging is below zero: ${current}`);
    });

    it('with the map of CENTIEL tells its name in two characters a word', async () => {
        await start({ map: 'centiel' }, { identity: { model: 'Cubes' } });
        assert.deepEqual(await words(162, 4), [0x4375, 0x6265, 0x7300, 0]);
    });

    describe('serves every map:', () => {
        for (const map of REGISTER_MAPS) {
            it(map.id, async () => {
                await start({ map: map.id });
                const client = await connect();
                for (const register of allRegisters(map)) {
                    const { address, length, table } = register;
                    const read = {
                        holding: () => client.readHoldingRegisters(address, length),
                        input: () => client.readInputRegisters(address, length),
                        discrete: () => client.readDiscreteInputs(address, length),
                        coil: () => client.readCoils(address, length),
                    }[table];
                    assert.ok((await read()).data.length >= length, `${table} ${address}`);
                }
            });
        }
    });

    it('the alarm that a register means is that of the mask which the CS141 manual prints, in every map', async () => {
        await start();
        let checked = 0;
        for (const map of REGISTER_MAPS) {
            for (const { name, means, note } of map.registers) {
                const printed = /SNMPALARMS&0x([0-9a-f]+)\)?>>(\d+)$/i.exec(name);
                if (!printed || note) continue;
                const bit = Math.log2(parseInt(printed[1]!, 16));
                assert.equal(means, `alarm.${WELL_KNOWN_ALARMS[bit]}`, `${map.id} ${name}`);
                assert.equal(Number(printed[2]), bit, `${map.id} ${name}`);
                checked++;
            }
        }
        assert.ok(checked > 100, `${checked}`);
    });

    it('says which maps there are when asked for another', async () => {
        await start();
        assert.throws(() => new Cs141Card({ ups, clock, map: 'piller' }), { code: 'config-invalid' });
    });

    describe('over HTTP', () => {
        const url = (path: string) => `http://127.0.0.1:${card.web!.port}/api/${path}`;
        const logIn = (body: unknown = { userName: 'admin', password: 'cs141-snmp' }) =>
            fetch(url('login'), { method: 'POST', body: JSON.stringify(body) });
        const cookieOf = (response: Response) => response.headers.get('set-cookie')!.split(';')[0]!;
        const report = (cookie = '') => fetch(url('devices/ups/report'), { headers: { cookie } });

        it('gives its report to who is logged in, until it logs out', async () => {
            await start({ web: {} });
            assert.equal((await report()).status, 401);
            const login = await logIn();
            const cookie = cookieOf(login);
            assert.equal(`accessToken=${((await login.json()) as { accessToken: string }).accessToken}`, cookie);
            handleControl(card, 'sensor 2 41');
            ups.setMains(false);
            const { ups: told } = (await (await report(cookie)).json()) as {
                ups: { valtable: Record<string, unknown> };
            };
            const { TEMPDEG, INVOLT0, OUTPUT_VOLT2, BATTCAP, STATUS, SNMPALARMS, TEMP2, TEMP3 } = told.valtable;
            assert.deepEqual([TEMPDEG, INVOLT0, OUTPUT_VOLT2, BATTCAP, STATUS], [25, 0, 230, 100, 12]);
            assert.deepEqual([SNMPALARMS, TEMP2, TEMP3], [0x22, 41, undefined]);
            assert.equal((await fetch(url('logout'), { method: 'POST', headers: { cookie } })).status, 200);
            assert.equal((await report(cookie)).status, 401);
            assert.equal(card.web!.reports, 1);
        });

        it('takes a form as well, and no wrong password', async () => {
            await start({ web: { user: 'me', password: 'mine' } });
            const form = await fetch(url('login'), {
                method: 'POST',
                body: new URLSearchParams({ userName: 'me', password: 'mine' }),
            });
            assert.equal((await report(cookieOf(form))).status, 200);
            assert.equal((await logIn()).status, 401);
            assert.equal((await fetch(url('login'), { method: 'POST', body: '{' })).status, 401);
            assert.equal((await fetch(url('elsewhere'))).status, 404);
        });

        it('lets one in at a time, if so asked, until the session has gone stale', async () => {
            await start({ web: { oneLogin: true } });
            const first = await logIn();
            assert.equal((await logIn()).status, 403);
            assert.equal((await report(cookieOf(first))).status, 200);
            await clock.advance(10 * 60_000 + 1);
            assert.equal((await report(cookieOf(first))).status, 401);
            assert.equal((await logIn()).status, 200);
            handleControl(card, 'sessions end');
            assert.equal(card.web!.sessions, 0);
        });

        it('stalls in the middle of its report', async () => {
            await start({ web: {} });
            const cookie = cookieOf(await logIn());
            card.faults.stallAfter = 20;
            const response = await report(cookie);
            const reader = response.body!.getReader();
            assert.equal((await reader.read()).value!.length, 20);
            const more = reader.read().then(
                () => 'more',
                () => 'cut off',
            );
            await card.stop();
            assert.equal(await more, 'cut off');
        });
    });
});
