import assert from 'node:assert/strict';
import { request, type IncomingMessage } from 'node:http';
import type { LogMonth } from '../../lib/store/log-query';
import { API, ApiFlow } from '../support/api-flow';
import { fakeTime, type FakeTime } from '../support/fake-time';
import { helper, speakInWords, theFlow } from '../support/node-red';
import { connectionOf } from '../lib/store/support';

const ENTRIES = 100_500;

describe('the HTTP API: archives with more than a hundred thousand entries', function () {
    this.timeout(60_000);
    const time = fakeTime();
    let api: ApiFlow;
    let month: LogMonth;
    const unread: IncomingMessage[] = [];

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        speakInWords(true);
        api = new ApiFlow(time as FakeTime, []);
        await api.load();
        // One each ten seconds, in the month before last.
        const { store } = theFlow().registry.sites()[0]!;
        const begin = new Date(time.clock.now());
        begin.setMonth(begin.getMonth() - 2, 2);
        connectionOf(store).get(
            `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${ENTRIES - 1})
             INSERT INTO log (at, kind, level, source, text)
             SELECT ${begin.getTime()} + i * 10000, 'log', 'info', 'UPS 1', 'entry ' || i || ${`'${'.'.repeat(100)}'`} FROM n`,
        );
        const { months } = (await api.ask('GET', 'log/months')).json as unknown as { months: LogMonth[] };
        month = months.find(({ entries }) => entries >= ENTRIES)!;
    });
    afterEach(async () => {
        for (const each of unread.splice(0)) each.destroy();
        await api.close();
        speakInWords(false);
    });

    const path = (format: string) => `log/archive/site1/${month.month}?format=${format}`;

    it('have them all, oldest first', async () => {
        assert.equal(month.entries, ENTRIES);
        const csv = await api.ask('GET', path('csv'));
        assert.equal(csv.status, 200);
        assert.match(
            String(csv.headers['content-disposition']),
            /attachment; filename="ridethrough-event-log-.*\.csv"/,
        );
        const lines = csv.text.split('\r\n');
        assert.equal(lines.length, ENTRIES + 2);
        assert.match(lines[1]!, /entry 0\./);
        assert.match(lines[ENTRIES]!, new RegExp(`entry ${ENTRIES - 1}\\.`));
        const json = await api.ask('GET', path('json'));
        assert.equal((JSON.parse(json.text) as unknown[]).length, ENTRIES);
        assert.equal((await api.ask('HEAD', path('csv'))).bytes.length, 0);
    });

    it('of readers that take nothing keep nobody else waiting; more than six at once are asked to come again', async () => {
        const open = () =>
            new Promise<IncomingMessage>((done, failed) => {
                const sent = request(
                    { port: api.port, host: '127.0.0.1', path: `${API}/${path('csv')}` },
                    (response) => {
                        response.pause();
                        unread.push(response);
                        done(response);
                    },
                );
                sent.on('error', failed);
                sent.end();
            });
        for (let n = 0; n < 6; n++) assert.equal((await open()).statusCode, 200);
        const { status, headers } = await api.ask('GET', path('csv'));
        assert.deepEqual([status, headers['retry-after']], [429, '5']);
        assert.equal((await api.ask('GET', 'log?format=csv&text=entry%2017.')).status, 200);
        for (const each of unread.splice(0)) each.destroy();
        await time.eventually(async () => (await api.ask('HEAD', 'log/months')).status === 200);
        let again = 429;
        for (let n = 0; n < 200 && again === 429; n++) again = (await api.ask('GET', path('csv'))).status;
        assert.equal(again, 200, 'who goes away makes room');
    });
});
