import assert from 'node:assert/strict';
import { RecentClients } from '../../../../lib/protocols/metrics/recent-clients';
import { FakeClock } from '../../../support/fake-clock';

describe('who scrapes', () => {
    it('is a client for five minutes after each time, with what it asked last', () => {
        const clock = new FakeClock();
        const clients = new RecentClients(clock);
        const start = clock.now();
        clients.note('10.0.0.1', 'GET /a');
        clients.note('10.0.0.2', 'GET /b');
        clock.advanceSync(299_000);
        clients.note('10.0.0.1', 'GET /c');
        assert.deepEqual(clients.list(), [
            { address: '10.0.0.2', since: start, lastAt: start, lastRequest: 'GET /b' },
            { address: '10.0.0.1', since: start, lastAt: start + 299_000, lastRequest: 'GET /c' },
        ]);
        clock.advanceSync(1000);
        assert.deepEqual(
            clients.list().map(({ address }) => address),
            ['10.0.0.1'],
        );
        clock.advanceSync(300_000);
        assert.deepEqual(clients.list(), []);
        clients.note('10.0.0.1', 'GET /a');
        assert.equal(clients.list()[0]!.since, start + 600_000);
    });

    it('is remembered only so far: two hundred addresses, and no request of any length', () => {
        const clients = new RecentClients(new FakeClock());
        const long = 'x'.repeat(10_000);
        for (let n = 0; n < 10_000; n++) clients.note(`a${n}`, long);
        const list = clients.list();
        assert.deepEqual([list.length, list.at(-1)!.address, list.at(-1)!.lastRequest.length], [200, 'a9999', 200]);
    });
});
