import assert from 'node:assert/strict';
import { SystemClock } from '../../lib/core/clock';
import { RelayModule } from '../../simulators/relay-module/relay-module';
import { mbpoll, type Polled } from '../support/mbpoll';
import { requirePeer } from '../support/peers';
import { ptyPair, type PtyPair } from '../support/pty-pair';

describe('the simulated relay module, switched by mbpoll', function () {
    this.timeout(30_000);
    let program: string;
    let socat: string;
    let line: PtyPair | undefined;
    let module: RelayModule | undefined;

    before(function () {
        program = requirePeer(this, 'mbpoll');
        socat = requirePeer(this, 'socat');
    });
    afterEach(async () => {
        await module?.stop();
        await line?.close();
        module = line = undefined;
    });

    /** All that is to be seen of it is the same over either transport. */
    async function exercise(relays: RelayModule, poll: (...args: string[]) => Promise<Polled>): Promise<void> {
        relays.setInput(3, true);
        const inputs = await poll('-t', '1', '-r', '1', '-c', '4');
        assert.deepEqual([...inputs.values.values()], ['0', '0', '1', '0'], inputs.output);

        const written = await poll('-t', '0', '-r', '1', '@', '1', '0', '1');
        assert.equal(written.code, 0, written.output);
        assert.deepEqual(relays.outputs, [true, false, true, false]);
        const one = await poll('-t', '0', '-r', '4', '@', '1');
        assert.equal(one.code, 0, one.output);
        const coils = await poll('-t', '0', '-r', '1', '-c', '4');
        assert.deepEqual([...coils.values.entries()], [[1, '1'], [2, '0'], [3, '1'], [4, '1']], coils.output); // prettier-ignore

        relays.setStuck(1, true);
        await poll('-t', '0', '-r', '1', '@', '0');
        assert.equal((await poll('-t', '0', '-r', '1')).values.get(1), '1');

        assert.match((await poll('-t', '0', '-r', '5')).output, /Illegal data address/i);
        relays.endpoint.faults.busy = 1;
        assert.match((await poll('-t', '0', '-r', '1')).output, /busy/i);
        relays.endpoint.faults.stallAfter = 4;
        assert.match((await poll('-t', '0', '-r', '1', '-o', '0.3')).output, /timed out/i);
        relays.endpoint.faults.stallAfter = undefined;
        assert.equal((await poll('-t', '0', '-r', '3')).values.get(3), '1');
    }

    it('over TCP', async () => {
        module = new RelayModule({ clock: new SystemClock(), outputs: 4, inputs: 4, unitId: 7, tcp: {} });
        await module.start();
        const port = String(module.endpoint.tcpPort);
        await exercise(module, (...args) => {
            const at = args.indexOf('@');
            const [options, values] = at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)];
            return mbpoll(program, '-m', 'tcp', '-p', port, '-a', '7', ...options, '127.0.0.1', ...values);
        });
    });

    it('over RTU', async () => {
        line = await ptyPair(socat);
        const rtu = { path: line.a, baudRate: 19_200, parity: 'none', stopBits: 1 } as const;
        module = new RelayModule({ clock: new SystemClock(), outputs: 4, inputs: 4, unitId: 7, rtu });
        await module.start();
        const serial = ['-m', 'rtu', '-b', '19200', '-P', 'none', '-a', '7'];
        const { b } = line;
        await exercise(module, (...args) => {
            const at = args.indexOf('@');
            const [options, values] = at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)];
            return mbpoll(program, ...serial, ...options, b, ...values);
        });
    });
});
