import assert from 'node:assert/strict';
import ModbusRTU from 'modbus-serial';
import { RelayModule, type RelayModuleOptions } from '../../simulators/relay-module/relay-module';
import { handleControl } from '../../simulators/relay-module/control';
import { FakeClock } from '../support/fake-clock';

describe('the simulated relay module', () => {
    let module: RelayModule;
    let master: ModbusRTU;
    const clients: ModbusRTU[] = [];
    const changes: string[] = [];

    async function start(options: Partial<RelayModuleOptions> = {}): Promise<void> {
        changes.length = 0;
        module = new RelayModule({ clock: new FakeClock(), tcp: {}, ...options });
        module.on('change', ({ kind, port, on }) => changes.push(`${kind} ${port} ${on ? 'on' : 'off'}`));
        await module.start();
        master = await connect();
    }

    async function connect(): Promise<ModbusRTU> {
        const client = new ModbusRTU();
        await client.connectTCP('127.0.0.1', { port: module.endpoint.tcpPort });
        clients.push(client);
        client.setID(1);
        client.setTimeout(1000);
        return client;
    }

    afterEach(async () => {
        for (const client of clients.splice(0)) client.destroy(() => undefined);
        await module.stop();
    });

    it('switches relays one by one and several at once, and tells where their contacts are', async () => {
        await start({ outputs: 4 });
        await master.writeCoil(1, true);
        await master.writeCoils(2, [true, false]);
        assert.deepEqual((await master.readCoils(0, 4)).data.slice(0, 4), [false, true, true, false]);
        assert.deepEqual(module.outputs, [false, true, true, false]);
        assert.deepEqual(changes, ['output 2 on', 'output 3 on']);
        assert.equal(module.switched(2), 1);
    });

    it('tells its inputs', async () => {
        await start({ inputs: 3, firstInput: 100 });
        module.setInput(2, true);
        module.setInput(2, true);
        assert.deepEqual((await master.readDiscreteInputs(100, 3)).data.slice(0, 3), [false, true, false]);
        assert.deepEqual(changes, ['input 2 on']);
    });

    it('has the ports it has, and no other function', async () => {
        await start({ outputs: 2, inputs: 0, manyCoils: false });
        await assert.rejects(master.readCoils(0, 3), { modbusCode: 2 });
        await assert.rejects(master.writeCoil(2, true), { modbusCode: 2 });
        await assert.rejects(master.readDiscreteInputs(0, 1), { modbusCode: 2 });
        await assert.rejects(master.writeCoils(0, [true, true]), { modbusCode: 1 });
        await assert.rejects(master.readHoldingRegisters(0, 1), { modbusCode: 1 });
        assert.deepEqual(module.outputs, [false, false]);
    });

    it('shows a stuck relay where its contact is, until it is well again', async () => {
        await start({ outputs: 2 });
        module.setStuck(1, false);
        await master.writeCoil(0, true);
        assert.equal((await master.readCoils(0, 1)).data[0], false);
        assert.deepEqual(changes, []);
        module.setStuck(1, undefined);
        assert.equal((await master.readCoils(0, 1)).data[0], true);
        assert.deepEqual(changes, ['output 1 on']);
    });

    it('of the kind that reads back what it was told hides a stuck relay, but for its contacts', async () => {
        await start({ outputs: 2, readBack: 'command', firstContact: 50 });
        module.setStuck(2, true);
        await master.writeCoils(0, [true, false]);
        assert.deepEqual((await master.readCoils(0, 2)).data.slice(0, 2), [true, false]);
        assert.deepEqual((await master.readDiscreteInputs(50, 2)).data.slice(0, 2), [true, true]);
    });

    it('drops its relays without power, says nothing, and comes up as it is set', async () => {
        await start({ outputs: 4, powerUp: ['on', 'off', 'last', 'last'] });
        assert.deepEqual(module.outputs, [true, false, false, false]);
        await master.writeCoils(0, [false, true, true, true]);
        module.setStuck(4, true);
        module.setPower(false);
        assert.deepEqual(module.outputs, [false, false, false, true]);
        const deaf = await connect();
        deaf.setTimeout(50);
        await assert.rejects(deaf.readCoils(0, 1), { name: 'TransactionTimedOutError' });
        module.setPower(true);
        assert.deepEqual(module.outputs, [true, false, true, true]);
        master = await connect();
        assert.deepEqual((await master.readCoils(0, 4)).data.slice(0, 4), [true, false, true, true]);
    });

    it('takes no impossible number of ports', () => {
        for (const ports of [{ outputs: 0 }, { outputs: 257 }, { inputs: -1 }, { inputs: 1.5 }])
            assert.throws(() => new RelayModule({ clock: new FakeClock(), ...ports }), { code: 'out-of-range' });
    });

    it('obeys its control lines', async () => {
        await start({ outputs: 2, inputs: 1 });
        for (const line of ['input 1 on', 'stuck 1 on', 'output 2 on', 'busy 1']) handleControl(module, line);
        await assert.rejects(master.readCoils(0, 1), { modbusCode: 6 });
        assert.deepEqual(handleControl(module, 'status'), {
            outputs: [true, true],
            inputs: [true],
            switched: [1, 1],
            requests: 1,
            clients: 1,
        });
        for (const line of ['input 2 on', 'output 0 on', 'stuck 9 no'])
            assert.throws(() => handleControl(module, line), { code: 'out-of-range' });
        for (const line of ['stuck 1', 'input 1 maybe', 'dance', 'stall soon'])
            assert.throws(() => handleControl(module, line), { code: 'config-invalid' });
        handleControl(module, 'power off');
        assert.deepEqual(module.outputs, [true, false]);
    });
});
