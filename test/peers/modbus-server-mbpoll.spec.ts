import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { servedUps } from '../../lib/core/served/served-ups';
import { registerMap } from '../../lib/protocols/cs141/maps';
import { ServedCard } from '../../lib/protocols/cs141/served/served-card';
import { listenRtu, listenTcp, type ModbusListener } from '../../lib/protocols/modbus-server/listeners';
import { onBattery, onMains, UnitBench } from '../support/fake-ups';
import { mbpoll, type Polled } from '../support/mbpoll';
import { requirePeer } from '../support/peers';
import { ptyPair, type PtyPair } from '../support/pty-pair';

/** Debian's own: another Python in the path would not have Debian's packages. */
const PYTHON = '/usr/bin/python3';
const CLIENT = `
import sys
from pymodbus.client.sync import ModbusTcpClient
client = ModbusTcpClient('127.0.0.1', port=int(sys.argv[1]))
client.connect()
print(client.read_holding_registers(97, 18, unit=1).registers)
print(client.read_input_registers(97, 18, unit=1).registers)
print(client.read_holding_registers(0, 1, unit=1).exception_code)
print(client.write_coil(0, True, unit=1).exception_code)
client.close()
`;
const NEWER = CLIENT.replace('pymodbus.client.sync', 'pymodbus.client').replaceAll('unit=1', 'slave=1');

describe('a served UPS, read by other programs', function () {
    this.timeout(60_000);
    const clock = new SystemClock();
    let program: string;
    let bench: UnitBench;
    let tcp: ModbusListener;
    let rtu: ModbusListener;
    let line: PtyPair;

    before(async function () {
        program = requirePeer(this, 'mbpoll');
        line = await ptyPair(requirePeer(this, 'socat'));
        bench = new UnitBench();
        const map = registerMap('default')!;
        const units = [1, 200].map((unitId) => ({ unitId, map, served: () => servedUps(bench.unit) }));
        const card = new ServedCard({ units, unknownAs: -1, answerAnyUnit: false });
        const told = {
            failed: () => {},
            refused: () => {},
            clients: () => {},
            problem: (error: unknown) => assert.fail(String(error)),
        };
        tcp = await listenTcp({ clock, units: card.unit }, told);
        const port = { path: line.a, baudRate: 9600, parity: 'none', stopBits: 1 } as const;
        rtu = await listenRtu(port, { clock, units: card.unit }, told);
    });
    after(async () => {
        await tcp?.close();
        await rtu?.close();
        await line?.close();
        bench?.unit.destroy();
    });

    const overTcp = (...args: string[]): Promise<Polled> =>
        mbpoll(program, '-m', 'tcp', '-p', String(tcp.at.port), '-0', ...args, '127.0.0.1');
    const overRtu = (...args: string[]): Promise<Polled> =>
        mbpoll(program, '-m', 'rtu', '-b', '9600', '-P', 'none', '-0', ...args, line.b);
    const values = ({ values: read, output }: Polled) => {
        assert.ok(read.size > 0, output);
        return [...read].map(([at, value]) => [at, parseInt(value, 10)]);
    };

    it('over TCP and the serial line at the same time, with equal values', async () => {
        bench.readFor(3, onMains);
        const args = ['-a', '1', '-r', '97', '-c', '14', '-t', '4'];
        for (let n = 0; n < 5; n++) {
            const [one, other] = await Promise.all([overTcp(...args), overRtu(...args)]);
            assert.deepEqual(values(one), values(other));
            assert.deepEqual(
                values(one).filter(([at]) => [97, 103, 104, 108, 109].includes(at!)),
                [
                    [97, 230],
                    [103, 100],
                    [104, 230],
                    [108, 60],
                    [109, 4],
                ],
            );
        }
        bench.readFor(3, onBattery);
        const [one, other] = await Promise.all([overTcp('-r', '109', '-t', '3'), overRtu('-r', '109', '-t', '3')]);
        assert.deepEqual([values(one), values(other)], [[[109, 12]], [[109, 12]]]);
    });

    it('refusals as they are printed, and silence for another unit id', async () => {
        bench.readFor(1, onMains);
        assert.match((await overTcp('-r', '96', '-t', '4')).output, /Illegal data address/i);
        assert.match((await overRtu('-r', '96', '-t', '4')).output, /Illegal data address/i);
        assert.match((await overTcp('-a', '2', '-r', '109', '-o', '0.3')).output, /timed out/i);
        assert.equal((await overTcp('-a', '200', '-r', '109', '-t', '4')).values.get(109), '4');
    });

    it('by nmap, which finds out that it is Modbus, at which unit id, and no more', async function () {
        const nmap = requirePeer(this, 'nmap');
        bench.readFor(1, onMains);
        const asked = ['-Pn', '-n', '-sT', '-p', String(tcp.at.port), '--script', '+modbus-discover'];
        const { stdout } = await promisify(execFile)(nmap, [...asked, '127.0.0.1']);
        assert.match(stdout, /open +modbus/);
        assert.match(stdout, /sid 0x1:[^]*error: ILLEGAL FUNCTION/);
        assert.doesNotMatch(stdout, /Slave ID data|Device identification/);
    });

    it('by pymodbus', async function () {
        requirePeer(this, 'python3');
        bench.readFor(1, onMains);
        const run = promisify(execFile);
        const old = await run(PYTHON, ['-c', 'import pymodbus.client.sync']).then(
            () => true,
            () => false,
        );
        const { stdout } = await run(PYTHON, ['-c', old ? CLIENT : NEWER, String(tcp.at.port)]);
        const [holding, input, refused, written] = stdout
            .trim()
            .split('\n')
            .map((text) => JSON.parse(text) as unknown);
        assert.deepEqual(holding, input);
        assert.deepEqual((holding as number[]).slice(0, 1), [230]);
        assert.equal((holding as number[])[12], 4);
        assert.deepEqual([refused, written], [2, 1]);
    });
});
