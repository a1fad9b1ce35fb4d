import assert from 'node:assert/strict';
import { SystemClock } from '../../lib/core/clock';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { Cs141Card } from '../../simulators/cs141-card/card';
import { mbpoll, type Polled } from '../support/mbpoll';
import { requirePeer } from '../support/peers';
import { ptyPair, type PtyPair } from '../support/pty-pair';

describe('the simulated CS141, read by mbpoll', function () {
    this.timeout(30_000);
    const clock = new SystemClock();
    let program: string;
    let socat: string;
    let ups: SimulatedUps;
    let card: Cs141Card | undefined;
    let line: PtyPair | undefined;

    before(function () {
        program = requirePeer(this, 'mbpoll');
        socat = requirePeer(this, 'socat');
    });
    beforeEach(() => {
        ups = new SimulatedUps(clock, { phases: 3, ratedVA: 3000, loadVA: 1500, holdMinutes: 60 });
    });
    afterEach(async () => {
        await card?.stop();
        await line?.close();
        ups.destroy();
        card = line = undefined;
    });

    const tcp =
        (id: number) =>
        (...args: string[]): Promise<Polled> =>
            mbpoll(program, '-m', 'tcp', '-p', String(card!.endpoint.tcpPort), '-a', String(id), ...args, '127.0.0.1');
    const numbers = ({ values }: Polled) => [...values.values()].map((value) => parseInt(value, 10));

    /** mbpoll counts references from 1, the CS141 manual addresses from 0: 110 is STATUS at 109 ("How to configure Modbus"). */
    async function exercise(poll: (...args: string[]) => Promise<Polled>): Promise<void> {
        const mains = await poll('-r', '98', '-c', '17', '-t', '4');
        assert.deepEqual(numbers(mains), [230, 230, 230, 50, 50, 50, 100, 230, 230, 230, 25, 60, 4, 54, 50, 50, 50], mains.output); // prettier-ignore
        ups.setMains(false);
        const status = await poll('-r', '110', '-c', '1', '-t', '4');
        assert.equal(status.values.get(110), '12', status.output);
        const asInput = await poll('-r', '116', '-c', '6', '-t', '3');
        assert.deepEqual(numbers(asInput), [0, 1, 0, 0, 0, 1], asInput.output);
        card!.site.digitalOutputs[0] = true;
        assert.deepEqual(numbers(await poll('-r', '50064', '-c', '3', '-t', '4')), [0, 1, 0]);

        const refused = await poll('-r', '97', '-c', '1', '-t', '4');
        assert.match(refused.output, /Illegal data address/i);
        assert.match((await poll('-r', '1', '-c', '1', '-t', '1')).output, /Illegal data address/i);
        card!.faults.busy = 1;
        assert.match((await poll('-r', '110', '-t', '4')).output, /busy/i);
        card!.faults.stallAfter = 5;
        assert.match((await poll('-r', '110', '-t', '4', '-o', '0.3')).output, /timed out/i);
        card!.faults.stallAfter = undefined;
        assert.equal((await poll('-r', '110', '-t', '4')).values.get(110), '12');
    }

    it('over TCP', async () => {
        card = new Cs141Card({ ups, clock, unitId: 3, tcp: {} });
        await card.start();
        await exercise(tcp(3));
        assert.match((await tcp(4)('-r', '110', '-o', '0.3')).output, /timed out/i, 'another id is not answered');
    });

    for (const [parity, stopBits] of [
        ['none', 1],
        ['even', 1],
        ['odd', 2],
    ] as const) {
        it(`over RTU, parity ${parity}, ${stopBits} stop bits`, async () => {
            line = await ptyPair(socat);
            card = new Cs141Card({ ups, clock, unitId: 3, rtu: { path: line.a, baudRate: 38_400, parity, stopBits } });
            await card.start();
            const { b } = line;
            const serial = ['-m', 'rtu', '-b', '38400', '-P', parity, '-s', String(stopBits), '-a', '3'];
            await exercise((...args) => mbpoll(program, ...serial, ...args, b));
            assert.equal(card.endpoint.tcpPort, 0);
        });
    }

    it('over both at once, with several clients', async () => {
        line = await ptyPair(socat);
        const rtu = { path: line.a, baudRate: 9600, parity: 'none', stopBits: 1 } as const;
        card = new Cs141Card({ ups, clock, tcp: {}, rtu });
        await card.start();
        const serial = mbpoll(program, '-m', 'rtu', '-b', '9600', '-P', 'none', '-r', '104', line.b);
        const answers = await Promise.all([serial, ...[1, 2, 3, 4].map(() => tcp(1)('-r', '104'))]);
        assert.deepEqual(
            answers.map(({ values }) => values.get(104)),
            Array(5).fill('100'),
        );
    });

    it('by other maps: scaled, discrete, coils', async () => {
        card = new Cs141Card({ ups, clock, map: 'rittal-pmc', tcp: {} });
        await card.start();
        assert.deepEqual(numbers(await tcp(1)('-0', '-r', '0', '-c', '3', '-t', '3')), [2300, 2300, 2300]);
        assert.deepEqual(numbers(await tcp(1)('-0', '-r', '0', '-c', '2', '-t', '1')), [0, 0]);
        const off = await mbpoll(program, '-m', 'tcp', '-p', String(card.endpoint.tcpPort), '-0', '-r', '1', '-t', '0', '127.0.0.1', '1'); // prettier-ignore
        assert.equal(off.code, 0, off.output);
        assert.equal(ups.reading().output?.source, 'none');
    });
});
