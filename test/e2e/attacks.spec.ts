import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { NodeRedProcess } from './support/node-red-process';
import { listeningSockets } from './support/sockets';

const PROJECT = resolve(__dirname, '../..');
const PASSWORD = 'pw';
const bcrypt = require('bcryptjs') as { hashSync(text: string, rounds: number): string };

interface Route {
    method: string;
    path: string;
    /** Who may look at flows may ask for it. */
    reads: boolean;
}

/** Each route of ours, found in what is shipped: a new one is probed without anybody thinking of it. */
function routes(): Route[] {
    const folder = join(PROJECT, 'dist', 'nodes');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
    return files.flatMap((file) => {
        const source = readFileSync(join(folder, file), 'utf8');
        // The page of metrics has guards of its own, which are probed below.
        if (!/(admin-route|api[/\\]mount|server[/\\]metrics-endpoints)\.js$/.test(file))
            doesNotMatch(source, /http(Admin|Node)\b/, `${file} adds routes by itself`);
        return [...source.matchAll(/\badminRoute\)?\(RED, '(\w+)', '([^']+)', '([^']+)'/g)].map(
            ([, method, path, permission]) => ({
                method: method.toUpperCase(),
                reads: permission === 'flows.read',
                path: `ridethrough/${path.replace(/:\w+/g, 'job')}`,
            }),
        );
    });
}

/** Each route of the HTTP API for pages, found likewise. */
function apiRoutes(): { method: string; path: string }[] {
    const folder = join(PROJECT, 'dist', 'nodes', 'shared', 'api');
    const files = readdirSync(folder, { encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
    return files.flatMap((file) =>
        [
            ...readFileSync(join(folder, file), 'utf8').matchAll(/\bapiRoute\)?\(RED, '(\w+)', '([^']+)', '([^']+)'/g),
        ].map(([, method, path]) => ({
            method: method!.toUpperCase(),
            path: `ridethrough/api/v1/${path!.replace(/:\w+/g, 'site')}`,
        })),
    );
}

const FLOWS = [
    { id: 'tab', type: 'tab', label: 'Attacks' },
    { id: 'site', type: 'ups-site', name: 'Site', directory: '', dryRun: false },
    // Its routes come with the first battery.
    { id: 'room', type: 'ups-battery', name: 'Battery room', site: 'site', nominalVoltage: '12' },
    // The files of its MIB come with the first agent, whether its port is free or not.
    {
        ...{ id: 'agent', type: 'ups-snmp-agent', z: 'tab', serves: [{ name: 'ups', ups: 'none' }], versions: '2c' },
        ...{ address: '127.0.0.1', port: 21161 },
    },
    { id: 'metrics', type: 'ups-metrics', z: 'tab', clients: '127.0.0.0/8' },
    { id: 'job', type: 'ups-log', z: 'tab', text: 'x', level: 'info', edge: 'on', log: 'always', site: 'site' },
];

describe('what this package opens in Node-RED', function () {
    this.timeout(400_000);
    afterEach(() => NodeRedProcess.killAll());

    it('is refused to who has not logged in, and what acts to who may only look', async () => {
        const nodeRed = await NodeRedProcess.start({
            flows: FLOWS,
            settings: join(__dirname, 'support', 'locked-settings.cjs'),
            env: { RIDETHROUGH_TEST_HASH: bcrypt.hashSync(PASSWORD, 4) },
        });
        const token = async (username: string) => {
            const answer = (await nodeRed.post('auth/token', {
                client_id: 'node-red-admin',
                grant_type: 'password',
                scope: '',
                username,
                password: PASSWORD,
            })) as { access_token: string };
            return { Authorization: `Bearer ${answer.access_token}` };
        };
        const status = async ({ method, path }: Route, headers: Record<string, string>) =>
            (
                await fetch(nodeRed.url(path), {
                    method,
                    headers: { 'Content-Type': 'application/json', ...headers },
                    ...(method === 'GET' ? {} : { body: '{}' }),
                })
            ).status;
        const reader = await token('reader');
        const found = routes();
        ok(found.length >= 5, `${found.length} routes found`);
        for (const route of found) {
            const name = `${route.method} ${route.path}`;
            equal(await status(route, {}), 401, `${name} without a log-in`);
            equal(await status(route, { Authorization: 'Bearer made-up' }), 401, `${name} with a made-up token`);
            const allowed = await status(route, reader);
            if (route.reads) ok(allowed !== 401 && allowed < 500, `${name} to a reader: ${allowed}`);
            else equal(allowed, 401, `${name} to a reader`);
        }
        equal(
            await status({ method: 'POST', path: 'ridethrough/jobs/job/test', reads: false }, await token('admin')),
            200,
        );
        await nodeRed.stop();
    });

    it('takes no order that the page of another site can give', async () => {
        const nodeRed = await NodeRedProcess.start({ flows: FLOWS });
        for (const { method, path } of routes().filter((route) => route.method !== 'GET')) {
            // What a form of any page sends without asking first.
            for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
                const answer = await fetch(nodeRed.url(path), {
                    method,
                    headers: { 'Content-Type': type, Origin: 'http://elsewhere.example' },
                    body: '{}',
                });
                equal(answer.status, 403, `${method} ${path} as ${type}`);
            }
        }
        await nodeRed.stop();
    });

    it('gives its metrics to nobody by a proxy from elsewhere, and takes nothing there', async () => {
        const nodeRed = await NodeRedProcess.start({ flows: FLOWS });
        const status = async (method: string, path: string, headers: Record<string, string> = {}) =>
            (await fetch(nodeRed.url(path), { method, headers })).status;
        for (const path of ['ridethrough/metrics', 'ups_metrics']) {
            equal(await status('GET', path, { 'X-Forwarded-For': '203.0.113.7' }), 403, path);
            equal(await status('POST', path), 405, path);
        }
        equal(await status('GET', 'ridethrough/metrics'), 200);
        await nodeRed.stop();
    });

    it("takes no order by the pages' API but from this machine and its own pages", async () => {
        const nodeRed = await NodeRedProcess.start({ flows: FLOWS });
        const found = apiRoutes();
        ok(found.length >= 10, `${found.length} routes found`);
        const own = { 'X-Ridethrough': '1', Origin: nodeRed.url().slice(0, -1) };
        const foreign: Record<string, string>[] = [
            { 'Content-Type': 'text/plain', Origin: 'http://elsewhere.example' },
            { 'Content-Type': 'application/json' },
            { ...own, Origin: 'http://elsewhere.example' },
            // By a proxy, from anywhere.
            { ...own, 'X-Forwarded-For': '203.0.113.7' },
        ];
        for (const { method, path } of found) {
            const ask = (headers: Record<string, string>) =>
                fetch(nodeRed.url(path), { method, headers, ...(method === 'GET' ? {} : { body: '{}' }) });
            if (method === 'GET') {
                const { status, headers } = await ask({ Origin: 'http://elsewhere.example' });
                ok(status !== 401 && status < 500, `${path}: ${status}`);
                equal(headers.get('access-control-allow-origin'), null, path);
                continue;
            }
            for (const headers of foreign) {
                equal((await ask(headers)).status, 403, `${method} ${path} ${JSON.stringify(headers)}`);
            }
            const allowed = (await ask(own)).status;
            ok([400, 404].includes(allowed), `${method} ${path} from this machine: ${allowed}`);
        }
        await nodeRed.stop();
    });

    it('answers on loopback only to the names of this machine', async () => {
        const nodeRed = await NodeRedProcess.start({ flows: [], env: { RIDETHROUGH_NAMES: 'ups.intranet' } });
        const ask = (host: string, path: string) =>
            new Promise<number | undefined>((done, failed) => {
                request({ host: '127.0.0.1', port: nodeRed.port, path, headers: { Host: host } }, (response) => {
                    response.resume();
                    done(response.statusCode);
                })
                    .on('error', failed)
                    .end();
            });
        for (const path of ['/', '/flows', '/ridethrough/units']) {
            equal(await ask(`elsewhere.example:${nodeRed.port}`, path), 403, path);
            for (const own of [`127.0.0.1:${nodeRed.port}`, 'localhost', `[::1]:${nodeRed.port}`, 'UPS.intranet:80']) {
                equal(await ask(own, path), 200, `${path} of ${own}`);
            }
        }
        await nodeRed.stop();
    });

    it('listens on loopback alone while the shipped flows run', async function () {
        if (process.platform !== 'linux') this.skip();
        const shipped = readdirSync(join(PROJECT, 'flows')).filter((file) => file.endsWith('.json'));
        for (const file of shipped) {
            const flows = JSON.parse(readFileSync(join(PROJECT, 'flows', file), 'utf8')) as object[];
            const nodeRed = await NodeRedProcess.start({ flows });
            const open = listeningSockets(nodeRed.pid).filter(({ loopback }) => !loopback);
            deepEqual(open, [], file);
            match(nodeRed.output(), /Started flows/);
            await nodeRed.stop();
        }
    });
});
