import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import type { Node, NodeAPI } from 'node-red';
import { AllowedSenders } from '../../lib/protocols/shared/senders';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsEvent from '../../nodes/events/ups-event';
import upsLog from '../../nodes/jobs/ups-log';
import upsSensor from '../../nodes/sensors/ups-sensor';
import upsMetrics from '../../nodes/servers/ups-metrics';
import upsModbusServer from '../../nodes/servers/ups-modbus-server';
import { metricsEndpoints } from '../../nodes/shared/server/metrics-endpoints';
import { fakeTime } from '../support/fake-time';
import { freePort } from '../support/free-port';
import { helper, theFlow } from '../support/node-red';

interface Answer {
    status: number;
    headers: IncomingHttpHeaders;
    text: string;
}

interface Asked {
    method?: string;
    headers?: Record<string, string>;
    /** The address that asks. */
    from?: string;
}

describe('ups-metrics', () => {
    const time = fakeTime();
    let directory: string;
    let server: Server;
    let RED: NodeAPI;
    let credentials: Record<string, { token: string }>;

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        credentials = {};
    });
    afterEach(async () => {
        server.closeAllConnections();
        server.close();
        await time.unload();
        helper.settings({});
        rmSync(directory, { recursive: true });
    });

    /** @param metrics nodes of the type, instead of one with its defaults */
    const load = async (metrics: object[] = [{}], settings: object = {}, more: object[] = []) => {
        helper.settings({ httpNodeRoot: '/', ...settings } as never);
        const keep = (made: NodeAPI) => void (RED = made);
        await helper.load(
            [keep, upsSite, upsUnit, upsSimulator, upsEvent, upsLog, upsSensor, upsMetrics, upsModbusServer] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Hall', location: 'Cellar', directory },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
                { id: 'sim1', type: 'ups-simulator', ups: 'unit1', interval: 1, wires: [[]] },
                { id: 'event1', type: 'ups-event', ups: 'unit1', events: ['power-fail'], wires: [['note']] },
                { id: 'note', type: 'ups-log', name: 'Note', site: 'site1', wires: [[]] },
                { id: 'room', type: 'ups-sensor', name: 'Room', site: 'site1', wires: [[], []] },
                ...metrics.map((each, index) => ({ id: `metrics${index + 1}`, type: 'ups-metrics', ...each })),
                ...more,
            ] as never,
            credentials as never,
        );
        server = createServer(RED.httpNode as never);
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
        await time.eventually(() => theFlow().registry.source('unit1')?.status());
    };
    const ask = (path = '/ridethrough/metrics', { method = 'GET', headers = {}, from }: Asked = {}) =>
        new Promise<Answer>((done, failed) => {
            const { port } = server.address() as { port: number };
            const sent = request({ port, host: '127.0.0.1', method, path, headers, localAddress: from }, (response) => {
                let text = '';
                response.setEncoding('utf8');
                response.on('data', (part: string) => (text += part));
                response.on('end', () => done({ status: response.statusCode!, headers: response.headers, text }));
            });
            sent.on('error', failed);
            sent.end();
        });
    const sim = (topic: string, payload: unknown) =>
        (helper.getNode('sim1') as Node).receive({ topic, payload } as never);
    const valueOf = (page: string, series: string) => {
        const line = page.split('\n').find((each) => each.startsWith(`${series} `));
        return line === undefined ? undefined : Number(line.slice(series.length + 1));
    };
    const value = async (series: string) => valueOf((await ask()).text, series);
    const UPS = '{ups="UPS 1",site="Hall"}';
    const warnings = () =>
        (helper.log().args as unknown as [{ level: number; type?: string; msg: string }][])
            .map(([entry]) => entry)
            .filter(({ level, type }) => type === 'ups-metrics' && level <= 30)
            .map(({ msg }) => String(msg));

    it('tells all of a UPS, of a sensor and of jobs, in either format', async () => {
        await load();
        (helper.getNode('room') as Node).receive({ payload: 21.5 } as never);
        const { status, headers, text } = await ask();
        assert.equal(status, 200);
        assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
        assert.equal(valueOf(text, `ridethrough_ups_up${UPS}`), 1);
        assert.equal(valueOf(text, `ridethrough_ups_on_battery${UPS}`), 0);
        assert.equal(valueOf(text, 'ridethrough_sensor_value{sensor="Room",site="Hall",unit="°C"}'), 21.5);
        assert.equal(
            valueOf(text, 'ridethrough_job_runs_total{job="Note",type="ups-log",site="Hall",result="done"}'),
            0,
        );
        const other = await ask('/ridethrough/metrics/', { headers: { Accept: 'application/openmetrics-text' } });
        assert.equal(other.headers['content-type'], 'application/openmetrics-text; version=1.0.0; charset=utf-8');
        assert.ok(other.text.endsWith('\n# EOF\n'));
    });

    it('shows an outage, counts it once, and the job that ran', async () => {
        await load();
        sim('mains', false);
        await time.eventually(() => theFlow().registry.source('unit1')?.stateOf('power-fail').active);
        await time.clock.advance(5000);
        assert.equal(await value(`ridethrough_ups_on_battery${UPS}`), 1);
        assert.equal(await value(`ridethrough_ups_outages_total${UPS}`), 1);
        assert.ok((await value(`ridethrough_ups_outage_seconds_total${UPS}`))! >= 4);
        const job = '{job="Note",type="ups-log",site="Hall"';
        assert.equal(await value(`ridethrough_job_runs_total${job},result="done"}`), 1);
        assert.equal(await value(`ridethrough_job_last_run_success${job}}`), 1);
    });

    it('says that a UPS is silent, and no value of it', async () => {
        await load();
        sim('silent', true);
        await time.eventually(() => theFlow().registry.units()[0]?.isSilent, 120_000);
        const { text } = await ask();
        assert.equal(valueOf(text, `ridethrough_ups_up${UPS}`), 0);
        assert.ok(!text.includes('ridethrough_ups_battery_charge_ratio'));
        assert.equal((await ask('/ups_metrics')).status, 503);
    });

    it('serves the page of nut_exporter beside it', async () => {
        await load([{}], {}, [{ id: 'unit2', type: 'ups-unit', name: 'UPS 2' }]);
        const { status, text } = await ask('/ups_metrics?ups=UPS%201');
        assert.equal(status, 200);
        assert.equal(valueOf(text, 'network_ups_tools_ups_status{ups="UPS 1",flag="OL"}'), 1);
        assert.equal((await ask('/ups_metrics?ups=unit1')).status, 200);
        assert.equal((await ask('/ups_metrics?ups=UPS%202')).status, 503);
        assert.equal((await ask('/ups_metrics?ups=nope')).status, 404);
        assert.equal((await ask('http://a:99999999/ups_metrics?ups=unit1')).status, 200, 'whatever host it names');
        assert.equal((await ask('/ups_metrics')).status, 400);
    });

    it('tells who scraped in the last five minutes, to the editor and to Prometheus', async () => {
        const modbus = { type: 'ups-modbus-server', name: 'Modbus', units: [{ unitId: 1, ups: 'UPS 1' }] };
        const more = [{ id: 'modbus1', ...modbus, address: '127.0.0.1', port: await freePort() }];
        await load([{}, { name: 'of Hall', path: '/hall', site: 'site1' }], {}, more);
        await ask('/ups_metrics?ups=unit1', { from: '127.0.0.3' });
        await ask('/hall?token=geheim', { from: '127.0.0.2' });
        const list = async () => {
            const { body } = await helper.request().get('/ridethrough/servers').expect(200);
            return (body as { name: string; path?: string; clients: { address: string; lastRequest: string }[] }[]).map(
                ({ name, path, clients }) => [
                    ...[name, path],
                    ...clients.map(({ address, lastRequest }) => `${address} ${lastRequest}`),
                ],
            );
        };
        const known = await list();
        assert.deepEqual(
            known.filter(([, path]) => path !== undefined),
            [
                ['/ridethrough/metrics', '/ridethrough/metrics', '127.0.0.3 GET /ups_metrics?ups=unit1'],
                ['of Hall', '/hall', '127.0.0.2 GET /hall'],
            ],
        );
        const clientsOf = (name: string, type: string) => `ridethrough_server_clients{server="${name}",type="${type}"}`;
        const { text } = await ask();
        assert.equal(valueOf(text, clientsOf('/ridethrough/metrics', 'ups-metrics')), 2);
        assert.equal(valueOf(text, clientsOf('of Hall', 'ups-metrics')), 1);
        assert.equal(valueOf(text, clientsOf('Modbus', 'ups-modbus-server')), 0);
        await time.clock.advance(301_000);
        assert.equal(await value(clientsOf('of Hall', 'ups-metrics')), 0);
        assert.equal(await value(clientsOf('/ridethrough/metrics', 'ups-metrics')), 1);
    });

    it('answers GET and HEAD only, and leaves other paths alone', async () => {
        await load();
        const head = await ask(undefined, { method: 'HEAD' });
        assert.deepEqual([head.status, head.text], [200, '']);
        assert.ok(Number(head.headers['content-length']) > 1000);
        for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
            assert.equal((await ask(undefined, { method })).status, 405, method);
        assert.equal((await ask('/ridethrough/metrics/more')).status, 404);
        assert.equal((await ask('/other')).status, 404);
    });

    it('asks for its token, and shows it nowhere', async () => {
        credentials = { metrics1: { token: 'geheim-123' } };
        await load();
        for (const authorization of [undefined, 'Bearer wrong', 'Bearer geheim-12', 'Basic geheim-123', 'geheim-123']) {
            const headers: Record<string, string> = authorization ? { Authorization: authorization } : {};
            const { status, headers: told } = await ask(undefined, { headers });
            assert.equal(status, 401, authorization);
            assert.match(String(told['www-authenticate']), /^Bearer/);
        }
        assert.equal((await ask('/ups_metrics')).status, 401);
        assert.equal((await ask(undefined, { headers: { Authorization: 'Bearer geheim-123' } })).status, 200);
        assert.equal(warnings().length, 1);
        assert.ok(!JSON.stringify(helper.log().args).includes('geheim'));
    });

    it('refuses a stranger, and says so once a burst', async () => {
        await load([{ clients: '127.0.0.1, 10.0.0.0/8', site: 'site1' }]);
        for (let n = 0; n < 20; n++) assert.equal((await ask(undefined, { from: '127.0.0.2' })).status, 403);
        assert.equal((await ask('/ups_metrics', { from: '127.0.0.2' })).status, 403);
        assert.equal((await ask()).status, 200);
        assert.equal(warnings().length, 1);
        const entries = theFlow()
            .registry.site('site1')!
            .store.logEntries({ kinds: ['system'] });
        const told = entries.filter(({ nodeId }) => nodeId === 'metrics1');
        assert.equal(told.length, 1);
        assert.match(told[0]!.text, /127\.0\.0\.2/);
        // What a proxy on this machine passes on is the stranger's all the same.
        for (const headers of [
            { 'X-Forwarded-For': '10.1.1.1, 192.0.2.7' },
            { 'X-Real-IP': '192.0.2.7' },
            { Forwarded: 'for=10.1.1.1, for="[2001:db8::1]:4711";proto=http' },
            { Forwarded: 'proto=http' },
        ] as Record<string, string>[])
            assert.equal((await ask(undefined, { headers })).status, 403, JSON.stringify(headers));
        assert.equal((await ask(undefined, { headers: { 'X-Forwarded-For': '10.1.1.1:99' } })).status, 200);
    });

    it('refuses everybody when its list is emptied, and takes private networks when it is missing', async () => {
        await load([{ clients: '' }]);
        assert.equal((await ask()).status, 403);
    });

    it('answers for its site alone', async () => {
        await load([{ site: 'nothing' }]);
        assert.ok(!(await ask()).text.includes('UPS 1'));
        assert.equal((await ask('/ups_metrics?ups=UPS%201')).status, 404);
    });

    it('stands at its new path after a deploy, and no more at the old one', async () => {
        await load();
        assert.equal((await ask()).status, 200);
        server.closeAllConnections();
        server.close();
        await time.unload();
        await load([{ path: '/ups/numbers' }]);
        assert.equal((await ask()).status, 404);
        assert.equal((await ask('/ups/numbers')).status, 200);
    });

    it('says that its path is taken, and serves it when the other one has gone', async () => {
        await load([{}, { token: '' }]);
        assert.equal(warnings().length, 1);
        await (helper.getNode('metrics1') as unknown as { close(removed: boolean): Promise<void> }).close(true);
        assert.equal((await ask()).status, 200);
        await (helper.getNode('metrics2') as unknown as { close(removed: boolean): Promise<void> }).close(true);
        assert.equal((await ask()).status, 404);
    });

    it('stands behind what guards the http nodes', () => {
        const used: RequestHandler[] = [];
        const guard: RequestHandler = (asked, response, next) =>
            asked.headers.cookie === 'in' ? next() : void response.end('guarded');
        const own = { httpNode: { use: (handler: RequestHandler) => used.push(handler) }, log: {} };
        const endpoints = metricsEndpoints({ ...own, settings: { httpNodeMiddleware: [guard] } } as never);
        endpoints.add({
            path: '/m',
            clients: new AllowedSenders('*'),
            token: '',
            page: () => 'page',
            asked: () => {},
            serves: () => {},
        } as never);
        const answerOf = (path: string, cookie?: string) => {
            const told: string[] = [];
            const response = { setHeader: () => {}, end: (text: Buffer | string) => told.push(String(text)) };
            const asked = { path, method: 'GET', headers: { cookie }, socket: { remoteAddress: '::1' } };
            used[0]!(asked as never, response as never, () => told.push('next'));
            return told.join();
        };
        assert.deepEqual([answerOf('/m'), answerOf('/m', 'in'), answerOf('/n')], ['guarded', 'page', 'next']);
    });

    it('does nothing with a wrong setting', async () => {
        await load([{ path: 'metrics' }, { path: '/ups_metrics' }, { clients: 'example.org' }]);
        for (const path of [undefined, '/metrics', '/ups_metrics']) assert.equal((await ask(path)).status, 404);
        const told = await helper.request().get('/ridethrough/servers');
        assert.deepEqual(told.status === 200 ? told.body : [], []);
    });
});
