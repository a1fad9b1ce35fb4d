import assert from 'node:assert/strict';
import { withinTargets } from '../../bench/support/measurement';
import { RccmdSink } from '../../bench/support/rccmd-sink';
import { SilentHosts } from '../../bench/support/silent-hosts';
import { summarize } from '../../bench/support/statistics';
import { connect } from 'node:net';
import { freePort } from '../support/free-port';

describe('bench', () => {
    it('summarizes by nearest rank', () => {
        const values = Array.from({ length: 200 }, (_, n) => 200 - n);
        assert.deepEqual(summarize(values), { count: 200, min: 1, median: 100, p99: 198, max: 200 });
        assert.deepEqual(summarize([3]), { count: 1, min: 3, median: 3, p99: 3, max: 3 });
        assert.throws(() => summarize([]));
    });

    it('meets a target only if every value does, and never one that was not measured', () => {
        const target = { median: 600, max: 1200 };
        assert.equal(withinTargets({ median: 600, max: 1200 }, target), true);
        assert.equal(withinTargets({ median: 10, max: 1201 }, target), false);
        assert.throws(() => withinTargets({ median: 10 }, target));
    });

    it('notes when the first bytes of a message came, and finds it by its text', async () => {
        const sink = await RccmdSink.start(['127.0.0.1', '127.0.0.2']);
        try {
            const waiting = sink.next(/ups7 true/, 0, 5000);
            connect(sink.port, '127.0.0.2').end('… ups7 true.');
            const arrival = await waiting;
            assert.equal(await sink.next(/ups7/, 0, 5000), arrival);
            await assert.rejects(sink.next(/ups7/, arrival.at + 1, 20), /not within 20 ms/);
        } finally {
            await sink.stop();
        }
    });

    it('finds the edges of many UPSs, those that came before and those that come', async () => {
        const sink = await RccmdSink.start();
        try {
            const send = (text: string) => connect(sink.port, '127.0.0.1').end(text);
            send('ups1 true.');
            await sink.next(/ups1 true/, 0, 5000);
            const all = sink.edges(['ups1 true.', 'ups12 true.'], 0, 5000);
            send('ups12 false.');
            send('ups12 true.');
            assert.deepEqual(
                (await all).map(({ text }) => text),
                ['ups1 true.', 'ups12 true.'],
            );
            await assert.rejects(sink.edges(['ups12 true.', 'ups2 true.'], 0, 20), /1 missing \(ups2 true\.\)/);
        } finally {
            await sink.stop();
        }
    });

    it('has hosts that neither answer nor refuse', async function () {
        this.timeout(20_000);
        const port = await freePort();
        const hosts = await SilentHosts.start(['127.0.0.9'], port);
        const socket = connect(port, '127.0.0.9');
        try {
            const outcome = await new Promise((resolve) => {
                socket.once('connect', () => resolve('connected'));
                socket.once('error', ({ message }) => resolve(message));
                setTimeout(() => resolve('silence'), 500);
            });
            assert.equal(outcome, 'silence');
        } finally {
            socket.destroy();
            await hosts.stop();
        }
    });
});
