import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SystemClock } from '../../../../lib/core/clock';
import type { UpsError } from '../../../../lib/core/errors';
import { HttpClient } from '../../../../lib/protocols/cs141/http-client';
import { CardReport, KeyedQueue } from '../../../../lib/protocols/cs141/http-report';
import { supplement } from '../../../../lib/protocols/cs141/supplement';
import { eventually } from '../../../support/eventually';

const REPORT = {
    report: {},
    ups: { model: 'SLC CUBE', valtable: { TEMPDEG: '27', BATTCAP: 88, INVOLT: [230, 231], NAME: 'x', BAD: null } },
};

describe("A CS141's web report", () => {
    let server: Server;
    let base: URL;
    let asked: string[];
    let sessions: number;
    let most: number;
    let respond: (request: IncomingMessage, body: string, response: ServerResponse) => void;
    const reports: CardReport[] = [];
    const clock = new SystemClock();

    beforeEach(async () => {
        asked = [];
        sessions = 0;
        most = 0;
        respond = (request, body, response) => {
            if (request.url === '/api/login') {
                most = Math.max(most, ++sessions);
                response.setHeader('set-cookie', 'session=abc; Path=/');
                const ok = (JSON.parse(body) as { password: string }).password === 'secret';
                if (!ok) sessions--;
                response.statusCode = ok ? 200 : 401;
                response.end('{"accessToken":"tok.en"}');
            } else if (request.url === '/api/logout') {
                sessions--;
                response.end('{}');
            } else {
                const { cookie, authorization } = request.headers;
                const known = cookie === 'session=abc' && authorization === 'Bearer tok.en';
                response.statusCode = known ? 200 : 401;
                response.end(JSON.stringify(REPORT));
            }
        };
        server = createServer((request, response) => {
            let body = '';
            request.on('data', (bytes) => (body += String(bytes)));
            request.on('end', () => {
                asked.push(`${request.method} ${request.url}`);
                respond(request, body, response);
            });
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        base = new URL(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
    });

    afterEach(async () => {
        await Promise.all(reports.splice(0).map((report) => report.stop()));
        server.closeAllConnections();
        server.close();
    });

    function open(over: { password?: string; queue?: KeyedQueue; timeoutMs?: number } = {}) {
        const report = new CardReport({
            clock,
            client: new HttpClient(clock, base, over.timeoutMs ?? 2000),
            user: 'admin',
            password: over.password ?? 'secret',
            intervalMs: 100,
            queue: over.queue ?? new KeyedQueue(),
        });
        reports.push(report);
        const warnings: UpsError[] = [];
        report.start((error) => warnings.push(error as UpsError));
        return { report, warnings };
    }

    it('logs in, reads and logs out', async () => {
        const { report, warnings } = open();
        await eventually(() => report.latest !== undefined);
        assert.deepEqual(asked.slice(0, 3), ['POST /api/login', 'GET /api/devices/ups/report', 'POST /api/logout']);
        assert.equal(report.latest?.model, 'SLC CUBE');
        assert.deepEqual(Object.fromEntries(report.latest!.values), {
            TEMPDEG: 27,
            BATTCAP: 88,
            INVOLT0: 230,
            INVOLT1: 231,
            NAME: 'x',
        });
        assert.deepEqual(warnings, []);
    });

    it('never has two sessions at one card', async () => {
        const queue = new KeyedQueue();
        const [one, two] = [open({ queue }), open({ queue })];
        await eventually(() => one.report.latest !== undefined && two.report.latest !== undefined);
        assert.equal(most, 1);
    });

    it('tells a wrong password once, without it', async () => {
        const { report, warnings } = open({ password: 'wr0ng' });
        await eventually(() => asked.length >= 3);
        assert.equal(report.latest, undefined);
        assert.equal(warnings.length, 1);
        assert.equal(warnings[0]!.code, 'access-denied');
        assert.ok(!JSON.stringify(warnings[0]!.data).includes('wr0ng'));
        assert.ok(!asked.includes('GET /api/devices/ups/report'));
    });

    it('logs out even when the report fails, and comes back', async () => {
        const good = respond;
        respond = (request, body, response) => {
            if (request.method !== 'GET') return good(request, body, response);
            response.end('<html>');
        };
        const { report, warnings } = open();
        await eventually(() => asked.filter((each) => each === 'POST /api/logout').length >= 2);
        assert.equal(sessions, 0);
        assert.deepEqual(
            warnings.map(({ code }) => code),
            ['protocol'],
        );
        respond = good;
        await eventually(() => report.latest !== undefined);
    });

    it('gives up a card that stops in the middle of its answer', async () => {
        respond = (_request, _body, response) => {
            response.writeHead(200, { 'content-length': 100 });
            response.write('{"acc');
        };
        const { warnings } = open({ timeoutMs: 150 });
        await eventually(() => warnings.length > 0);
        assert.equal(warnings[0]!.code, 'device-silent');
    });

    it('refuses an answer without end', async () => {
        const good = respond;
        respond = (request, body, response) => {
            if (request.method !== 'GET') return good(request, body, response);
            response.end('x'.repeat(1_100_000));
        };
        const { warnings } = open();
        await eventually(() => warnings.length > 0);
        assert.equal(warnings[0]!.code, 'protocol');
    });

    it('ends soon, with its session, when it is stopped in the middle', async () => {
        const good = respond;
        respond = (request, body, response) => {
            if (request.method !== 'GET') good(request, body, response);
        };
        const { report } = open();
        await eventually(() => asked.includes('GET /api/devices/ups/report'));
        const began = performance.now();
        await report.stop();
        assert.ok(performance.now() - began < 1500);
        assert.equal(sessions, 0);
    });

    it('fills what Modbus leaves open, and nothing else', () => {
        const values = new Map<string, number>([
            ['TEMPDEG', 27],
            ['BATTCAP', 88],
            ['OUTPUT_VOLT0', 229],
            ['AUTONOMTIME', -1],
        ]);
        const status = supplement(
            { battery: { chargePercent: 91 }, output: { lines: [{ load: 5 }] }, identity: {} },
            { model: 'SLC', values },
        );
        assert.deepEqual(status.battery, { temperature: 27, chargePercent: 91 });
        assert.deepEqual(status.output?.lines, [{ voltage: 229, load: 5 }]);
        assert.equal(status.identity?.model, 'SLC');
        assert.equal(status.settings?.['http.TEMPDEG'], 27);
    });
});
