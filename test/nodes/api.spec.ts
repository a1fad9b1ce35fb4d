import assert from 'node:assert/strict';
import type { BuzzerSource } from '../../lib/core/buzzer/buzzer-source';
import type { AskingRequest } from '../../lib/door';
import type { Role, StateView, UnitView, SourceView } from '../../lib/views';
import upsBattery from '../../nodes/config/ups-battery';
import type { UpsAuxModuleNode } from '../../nodes/shared/config/config-nodes';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { apiRoutes } from '../../nodes/shared/api/api-route';
import { ApiFlow } from '../support/api-flow';
import { ROUTES } from '../support/api-routes';
import { fakeTime, type FakeTime } from '../support/fake-time';
import { helper, speakInWords, theFlow } from '../support/node-red';

/** Requests that are wrong, with the answer: `field` is what the answer names. */
const WRONG: { method: string; path: string; body?: unknown; status: number; error: string; field?: string }[] = [
    { method: 'GET', path: 'nothing', status: 404, error: 'not-found' },
    { method: 'GET', path: 'units/gone', status: 404, error: 'no-such-unit' },
    { method: 'GET', path: 'units/%E0%A4%A', status: 400, error: 'bad-path' },
    { method: 'POST', path: 'state', body: {}, status: 405, error: 'method-not-allowed' },
    { method: 'PUT', path: 'state', body: {}, status: 405, error: 'method-not-allowed' },
    { method: 'OPTIONS', path: 'state', status: 405, error: 'method-not-allowed' },
    { method: 'GET', path: 'log?rows=0', status: 400, error: 'bad-parameter', field: 'rows' },
    { method: 'GET', path: 'log?rows=1e9', status: 400, error: 'bad-parameter', field: 'rows' },
    { method: 'GET', path: 'log?from=yesterday', status: 400, error: 'bad-parameter', field: 'from' },
    { method: 'GET', path: 'log?levels=loud', status: 400, error: 'bad-parameter', field: 'levels' },
    { method: 'GET', path: 'log?format=xml', status: 400, error: 'bad-parameter', field: 'format' },
    { method: 'POST', path: 'commands', body: '{', status: 400, error: 'bad-body' },
    { method: 'POST', path: 'commands', body: '[]', status: 400, error: 'bad-body' },
    { method: 'POST', path: 'commands', body: 'x'.repeat(70_000), status: 413, error: 'too-long' },
    { method: 'POST', path: 'commands', body: {}, status: 400, error: 'bad-parameter', field: 'unit' },
    { method: 'POST', path: 'commands', body: { unit: 'gone' }, status: 404, error: 'no-such-unit' },
    ...[
        undefined,
        'shutdown',
        { type: 'set', setting: 'x', value: 1 },
        { type: 'shutdown', scope: 'output' },
        { type: 'shutdown', scope: 'output', seconds: '60' },
        { type: 'shutdown', scope: 'output', seconds: -1 },
        { type: 'test', test: 'custom' },
        { type: 'outlet', action: 'on' },
    ].map((command) => ({
        method: 'POST',
        path: 'commands',
        body: { unit: 'unit1', command },
        status: 400,
        error: 'bad-parameter',
    })),
    { method: 'GET', path: 'log/archive/site1/1999-01', status: 404, error: 'no-such-month' },
    { method: 'GET', path: 'log/archive/gone/2026-01', status: 404, error: 'no-such-month' },
    { method: 'GET', path: 'episodes?before=x', status: 400, error: 'bad-parameter', field: 'before' },
    { method: 'GET', path: 'episodes?limit=5000', status: 400, error: 'bad-parameter', field: 'limit' },
    { method: 'GET', path: 'episodes/gone', status: 404, error: 'no-such-episode' },
    { method: 'GET', path: 'series/data?from=0', status: 400, error: 'bad-parameter', field: 'owner' },
    { method: 'GET', path: 'series/data?owner=unit1', status: 400, error: 'bad-parameter', field: 'from' },
    { method: 'GET', path: 'series/data?owner=gone&from=0', status: 404, error: 'no-such-series' },
    {
        method: 'GET',
        path: 'series/data?owner=unit1&from=0&tier=week',
        status: 400,
        error: 'bad-parameter',
        field: 'tier',
    },
    {
        method: 'GET',
        path: 'series/data?owner=unit1&from=0&points=0',
        status: 400,
        error: 'bad-parameter',
        field: 'points',
    },
    { method: 'GET', path: 'episodes/gone/report', status: 404, error: 'no-such-episode' },
    { method: 'GET', path: 'energy?unit=gone&from=1&to=2', status: 404, error: 'no-such-unit' },
    { method: 'GET', path: 'energy?unit=unit1&from=5&to=1', status: 400, error: 'bad-parameter', field: 'from' },
    {
        method: 'GET',
        path: 'energy?unit=unit1&from=1&to=2&zone=Mars',
        status: 400,
        error: 'bad-parameter',
        field: 'zone',
    },
    { method: 'GET', path: 'quality?unit=unit1&from=1&to=2&percent=90', status: 400, error: 'bad-parameter' },
    { method: 'POST', path: 'plan/hold', body: { key: 'gone' }, status: 404, error: 'no-step' },
    { method: 'POST', path: 'acknowledge', body: { episode: 'gone' }, status: 404, error: 'no-alarm' },
    { method: 'POST', path: 'maintenance', body: { site: 'gone', until: 9e12 }, status: 404, error: 'no-site' },
    {
        method: 'POST',
        path: 'maintenance',
        body: { site: 'site1' },
        status: 400,
        error: 'bad-parameter',
        field: 'until',
    },
    { method: 'POST', path: 'maintenance', body: { site: 'site1', until: 1 }, status: 409, error: 'maintenance-past' },
    { method: 'GET', path: 'history/gone', status: 404, error: 'no-such-unit' },
    { method: 'DELETE', path: 'log', status: 400, error: 'bad-parameter', field: 'site' },
    // All is deleted only if the request says so.
    { method: 'DELETE', path: 'log?site=site1', status: 400, error: 'bad-parameter', field: 'before' },
    {
        method: 'DELETE',
        path: 'data?site=site1&before=1&all=true',
        status: 400,
        error: 'bad-parameter',
        field: 'before',
    },
    { method: 'DELETE', path: 'log?site=gone&all=true', status: 404, error: 'no-such-site' },
    { method: 'DELETE', path: 'data?site=site1&before=x', status: 400, error: 'bad-parameter', field: 'before' },
    { method: 'POST', path: 'ports', body: { port: 'module1/Fan', on: 'yes' }, status: 400, error: 'bad-parameter' },
    { method: 'POST', path: 'ports', body: { port: 'module1/Gone', on: true }, status: 404, error: 'no-such-port' },
    { method: 'POST', path: 'ports', body: { port: 'Fan', on: true }, status: 404, error: 'no-such-port' },
    { method: 'POST', path: 'ports', body: { port: 'module1/Door', on: true }, status: 409, error: 'not-an-output' },
    { method: 'POST', path: 'mute', body: { source: 'unit1' }, status: 404, error: 'no-such-buzzer' },
    ...['', '/discharges', '/discharges/none', '/health', '/layout', '/inventory', '/baseline', '/labels'].map(
        (of) => ({
            method: 'GET',
            path: `batteries/unit1${of}`,
            status: 404,
            error: 'no-such-battery',
        }),
    ),
    { method: 'GET', path: 'batteries/room/discharges/none', status: 404, error: 'no-such-discharge' },
    { method: 'POST', path: 'batteries', body: { battery: 'unit1' }, status: 404, error: 'no-such-battery' },
    { method: 'POST', path: 'batteries', body: { battery: 'room' }, status: 400, error: 'bad-parameter' },
    {
        method: 'POST',
        path: 'batteries',
        body: { battery: 'room', command: { type: 'explode' } },
        status: 400,
        error: 'bad-parameter',
        field: 'type',
    },
];

/** A battery of many blocks; nothing feeds it. */
const ROOM = { id: 'room', type: 'ups-battery', name: 'Room', site: 'site1', modules: '4', strings: '2' };

describe('the HTTP API', () => {
    const time = fakeTime();
    let api: ApiFlow;
    /** The role that the settings give; undefined: the built-in rule. */
    let role: Role | undefined;
    const settings = { ridethrough: { roleOf: () => role } };
    const unit = () => theFlow().registry.source('unit1') as UpsUnit;
    const fan = () => (helper.getNode('module1') as unknown as UpsAuxModuleNode).module!.ports[0]!.on;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        role = undefined;
        speakInWords(true);
        api = new ApiFlow(time as FakeTime, [upsBattery]);
    });
    afterEach(async () => {
        await api.close();
        speakInWords(false);
    });

    it('answers each route to who has the right, and 403 or 401 to who has not', async () => {
        await api.load(settings, { more: [ROOM] });
        const below: Record<Role, Role> = {
            none: 'none',
            view: 'none',
            download: 'view',
            operate: 'download',
            admin: 'operate',
        };
        const episode = await api.haveOutage();
        for (const { method, path: named, role: needed, body, status = 200 } of ROUTES) {
            const path = named.replace('EPISODE', encodeURIComponent(episode));
            const name = `${method} ${path}`;
            role = needed;
            const may = await api.ask(method, path, { body });
            assert.equal(may.status, status, `${name}: ${may.text}`);
            role = below[needed];
            const mayNot = await api.ask(method, path, { body });
            assert.equal(mayNot.status, role === 'none' ? 401 : 403, name);
            assert.equal(mayNot.json.needs, needed, name);
            assert.equal(
                (await api.ask(method, path, { body, headers: { Authorization: 'Bearer x' } })).status,
                403,
                `${name} for somebody known`,
            );
        }
    });

    it('has a request in the list for each route, so that none is forgotten', async () => {
        await api.load({}, { more: [ROOM] });
        await api.ask('GET', 'about');
        const routes = [...apiRoutes(api.RED).values()];
        const forgotten = routes.filter(({ method, segments, role: needed }) => {
            const path = segments.map((part) => part.replace(/^:.*/, '[^/?]+')).join('/');
            const pattern = RegExp(`^${method} ${path}(\\?|$)`, 'i');
            return !ROUTES.some((row) => row.role === needed && pattern.test(`${row.method} ${row.path}`));
        });
        assert.deepEqual([routes.length > 25, forgotten], [true, []]);
    });

    it('says what is wrong with a request, and what is expected', async () => {
        await api.load({}, { more: [ROOM] });
        for (const { method, path, body, status, error, field } of WRONG) {
            const name = `${method} ${path} ${JSON.stringify(body)?.slice(0, 80)}`;
            const answer = await api.ask(method, path, { body });
            assert.deepEqual([answer.status, answer.json.error], [status, error], name);
            if (field) assert.equal(answer.json.parameter, field, name);
            if (error === 'bad-parameter') assert.equal(typeof answer.json.expected, 'string', name);
        }
    });

    it('takes no order that another page can give', async () => {
        await api.load({}, { more: [ROOM] });
        for (const { method, path, body } of ROUTES.filter((each) => each.method !== 'GET')) {
            const here = `http://127.0.0.1:${api.port}`;
            const foreign: Record<string, string>[] = [
                {},
                { 'X-Ridethrough': '1', Origin: 'http://elsewhere.example' },
                { 'X-Ridethrough': '1', Origin: 'null' },
                { 'X-Ridethrough': '1', Origin: here, 'Sec-Fetch-Site': 'cross-site' },
                { Origin: here, 'Content-Type': 'application/json' },
                { Origin: here, 'Content-Type': 'text/plain' },
            ];
            for (const headers of foreign) {
                const answer = await api.ask(method, path, { body, headers, bare: true });
                assert.deepEqual([answer.status, answer.json.error], [403, 'foreign-page'], JSON.stringify(headers));
            }
            const program = await api.ask(method, path, { body, headers: { 'X-Ridethrough': '1' }, bare: true });
            assert.notEqual(program.status, 403, `${path} of a program without an origin`);
        }
        assert.match(api.log.join('\n'), /Refused to 127\.0\.0\.1: POST \/plan\/hold \(it did not come from a page/);
    });

    it('never lets another origin read, also where http nodes do', async () => {
        await api.load({ httpNodeCors: { origin: '*', methods: 'GET,PUT,POST,DELETE' } });
        const headers = { Origin: 'http://elsewhere.example', 'Access-Control-Request-Method': 'POST' };
        for (const method of ['GET', 'OPTIONS']) {
            const answer = await api.ask(method, 'state', { headers, bare: true });
            const cors = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'));
            assert.deepEqual(cors, [], method);
            assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin');
        }
    });

    it('lets only this machine act as long as nobody decides it', async () => {
        await api.load();
        const mute = (headers: Record<string, string>) =>
            api.ask('POST', 'mute', { body: { source: 'buzzer1' }, headers });
        assert.equal((await mute({})).status, 200);
        assert.equal((await mute({ Host: 'localhost', Origin: 'http://localhost' })).status, 200);
        const fromElsewhere: Record<string, string>[] = [
            { 'X-Forwarded-For': '10.0.0.7' },
            { Forwarded: 'for=10.0.0.7' },
            { 'X-Real-IP': '10.0.0.7' },
            { Via: '1.1 proxy' },
            // A page of another site that has its name point to this machine.
            { Host: 'rebound.example', Origin: 'http://rebound.example' },
        ];
        for (const headers of fromElsewhere) {
            const answer = await mute(headers);
            assert.deepEqual([answer.status, answer.json.error], [403, 'not-allowed'], JSON.stringify(headers));
        }
        const fromElsewhereGet = async (path: string) =>
            (await api.ask('GET', path, { headers: { 'X-Forwarded-For': '10.0.0.7' } })).status;
        assert.deepEqual([await fromElsewhereGet('log'), await fromElsewhereGet('log?format=csv')], [200, 403]);
        const elsewhere = (remoteAddress: string) =>
            api.door.role({ headers: { host: 'localhost' }, socket: { remoteAddress } } as AskingRequest);
        assert.deepEqual(['10.0.0.7', '::1', '::ffff:127.0.0.1', '127.0.0.1.example'].map(elsewhere), [
            'view',
            'admin',
            'admin',
            'view',
        ]);
        assert.match(api.log.join('\n'), /Refused to 10\.0\.0\.7 \(127\.0\.0\.1\): POST \/mute .*right is missing/);
    });

    it('asks a log-in first, and lets nobody in when that fails', async () => {
        await api.load(settings);
        role = 'view';
        const back = api.door.setRoleOf(({ headers }) => {
            if (headers.authorization === 'fails') throw new Error('broken');
            return headers.authorization === 'Bearer ann' ? 'admin' : undefined;
        });
        const about = async (authorization: string) =>
            (await api.ask('GET', 'about', { headers: { Authorization: authorization } })).json;
        assert.equal((await about('Bearer ann')).role, 'admin');
        assert.equal((await about('Bearer bob')).role, 'view');
        assert.equal((await about('fails')).error, 'not-allowed');
        back();
        back();
        assert.equal((await about('Bearer ann')).role, 'view');
    });

    it('applies the middleware of the dashboard and of the http nodes', async () => {
        const stop = (status: number) => (_request: unknown, response: { statusCode: number; end(): void }) => {
            response.statusCode = status;
            response.end();
        };
        const pass = (_request: unknown, _response: unknown, next: () => void) => next();
        await api.load({ dashboard: { middleware: stop(418) } });
        assert.equal((await api.ask('GET', 'state')).status, 418);
        await api.unload();
        await api.load({ dashboard: { middleware: [pass, stop(419)] } });
        assert.equal((await api.ask('GET', 'state')).status, 419);
        await api.unload();
        await api.load({ httpNodeMiddleware: stop(420), dashboard: { middleware: pass } });
        assert.equal((await api.ask('GET', 'state')).status, 420);
    });

    it('tells the state, a UPS and the sources as the door does', async () => {
        await api.load();
        const state = (await api.ask('GET', 'state')).json as unknown as StateView;
        assert.deepEqual(
            [state.bar.headline.state, state.units[0]!.name, state.sites[0]!.store],
            ['ok', 'UPS 1', 'disk'],
        );
        const view = (await api.ask('GET', 'units/unit1')).json as unknown as UnitView;
        assert.equal(view.status!.output.source, 'normal');
        const { sources } = (await api.ask('GET', 'sources')).json as unknown as { sources: SourceView[] };
        assert.deepEqual(sources.map(({ id, kind }) => [id, kind]).sort(), [
            ['buzzer1', 'buzzer'],
            ['module1/Door', 'input'],
            ['module1/Fan', 'output'],
        ]);
        assert.deepEqual(api.door.state().bar, (await api.ask('GET', 'state')).json.bar);
        assert.equal(api.door.unit('gone'), undefined);
    });

    describe('a command', () => {
        const command = (given: object, headers: Record<string, string> = {}) =>
            api.ask('POST', 'commands', { body: { unit: 'unit1', command: given }, headers });

        it('goes to the device, and the log says who gave it', async () => {
            await api.load();
            const shutdown = { type: 'shutdown', scope: 'output', seconds: 60 };
            const answer = await command(shutdown);
            assert.deepEqual([answer.status, answer.json.ok, answer.json.dryRun], [200, true, false]);
            assert.match(api.log.at(-1)!, /UPS 1: output off in 1 min.* \(by 127\.0\.0\.1\)/);
            await command({ type: 'test', test: 'quick' });
            assert.match(api.log.at(-1)!, /UPS 1: quick test/, 'the name that it has on the page');
            assert.equal((await command({ type: 'abort-shutdown' })).status, 200);
            await time.clock.advance(70_000);
            assert.equal(unit().status()!.output.source, 'normal');
            await command(shutdown);
            await time.clock.advance(70_000);
            assert.equal(unit().status()!.output.source, 'none');
        });

        it('is only told in a dry run', async () => {
            await api.load({}, { dryRun: true });
            const answer = await command({ type: 'shutdown', scope: 'output', seconds: 60 });
            assert.deepEqual([answer.status, answer.json.ok, answer.json.dryRun], [200, true, true]);
            await time.clock.advance(70_000);
            assert.equal(unit().status()!.output.source, 'normal');
            assert.match(api.log.at(-1)!, /^Dry run, nothing was sent: UPS 1: output off/);
        });

        it('that the UPS cannot do is refused in words, and that is written down', async () => {
            await api.load();
            const answer = await command({ type: 'outlet', outlet: '77', action: 'off' });
            assert.deepEqual([answer.status, answer.json.error], [409, 'not-supported']);
            assert.match(answer.json.text as string, /UPS 1/);
            assert.match(api.log.at(-1)!, /^Not done: UPS 1: outlet 77 off: .*\(by 127\.0\.0\.1\)/);
        });

        it('to test is refused in an outage', async () => {
            await api.load();
            const simulated = helper.getNode('sim1');
            simulated.receive({ topic: 'mains', payload: false } as never);
            await time.eventually(() => unit().stateOf('power-fail').active);
            const answer = await command({ type: 'test', test: 'quick' });
            assert.deepEqual([answer.status, answer.json.error], [409, 'test-on-battery']);
        });

        it('names who has logged in', async () => {
            await api.load({ httpNodeAuth: { user: 'ann', pass: 'x' } });
            const Authorization = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
            await command({ type: 'buzzer', state: 'mute' }, { Authorization });
            assert.match(api.log.at(-1)!, /\(by ann\)$/);
            assert.doesNotMatch(api.log.join('\n'), /secret/);
        });
    });

    describe('an output', () => {
        const order = (on: boolean) => api.ask('POST', 'ports', { body: { port: 'module1/Fan', on } });
        const shown = async () =>
            ((await api.ask('GET', 'sources')).json as unknown as { sources: SourceView[] }).sources.find(
                ({ id }) => id === 'module1/Fan',
            )!;

        it('is switched, read back, and held by who has switched it on', async () => {
            await api.load();
            const answer = await order(true);
            assert.deepEqual([answer.status, answer.json.confirmed, fan()], [200, true, true]);
            const { on, asked, confirmed, heldBy } = await shown();
            assert.deepEqual([on, asked, confirmed, heldBy?.length], [true, true, true, 1]);
            assert.match(api.log.at(-1)!, /Relays: Fan on: confirmed \(by 127\.0\.0\.1\)/);
            await order(false);
            assert.equal(fan(), false);
            assert.equal((await shown()).heldBy, undefined);
        });

        it('stays held over a restart', async () => {
            await api.load();
            await order(true);
            await api.unload();
            await api.load();
            assert.equal(theFlow().claims.claims.isHeld('module1', 'Fan', time.clock.now()), true);
        });

        it('is not switched in a dry run', async () => {
            await api.load({}, { dryRun: true });
            assert.equal((await order(true)).json.dryRun, true);
            assert.notEqual(fan(), true);
            assert.equal(theFlow().claims.claims.isHeld('module1', 'Fan', time.clock.now()), false);
        });
    });

    it('mutes a buzzer, and lets it sound again', async () => {
        await api.load();
        const buzzer = theFlow().registry.source('buzzer1') as BuzzerSource;
        helper.getNode('buzzer1').receive({ topic: 'x', payload: true } as never);
        await time.eventually(() => buzzer.state === 'sounding');
        assert.equal((await api.ask('POST', 'mute', { body: { source: 'buzzer1' } })).status, 200);
        assert.equal(buzzer.state, 'muted');
        await api.ask('POST', 'mute', { body: { source: 'buzzer1', what: 'unmute' } });
        assert.equal(buzzer.state, 'sounding');
        assert.match(api.log.join('\n'), /Horn: muted: confirmed \(by 127\.0\.0\.1\)/);
    });

    it('acknowledges a failure, once', async () => {
        await api.load();
        const { store } = theFlow().registry.site('site1')!;
        const at = time.clock.now();
        store.append({
            at,
            kind: 'job',
            level: 'error',
            source: 'Down',
            text: 'no answer',
            nodeId: 'j1',
            eventId: 'e',
        });
        const { failures } = (await api.ask('GET', 'failures')).json as { failures: { key: string; siteId: string }[] };
        const [{ key, siteId }] = failures as [{ key: string; siteId: string }];
        const body = { site: siteId, key };
        assert.equal(api.door.state().bar.failures, 1);
        assert.equal((await api.ask('POST', 'failures/acknowledge', { body })).status, 200);
        assert.equal((await api.ask('POST', 'failures/acknowledge', { body })).status, 404);
        assert.equal(api.door.state().bar.failures, 0);
        assert.match(api.log.join('\n'), /Acknowledged by 127\.0\.0\.1: no answer/);
    });

    it('counts a flood of refusals, and does not list it', async () => {
        await api.load(settings);
        role = 'view';
        for (let tries = 0; tries < 60; tries++) await api.ask('POST', 'mute', { body: { source: 'buzzer1' } });
        const refused = api.log.filter((text) => text.startsWith('Refused'));
        assert.ok(refused.length < 30, `${refused.length} entries`);
    });

    it('tells nothing secret', async () => {
        await api.load({ httpNodeAuth: { user: 'ann', pass: 'hash-of-it' }, credentialSecret: 'hush' });
        for (const { path } of ROUTES.filter(({ method }) => method === 'GET')) {
            assert.doesNotMatch((await api.ask('GET', path)).text, /hash-of-it|hush|password|credential/i, path);
        }
    });

    it('is not there when httpNodeRoot is off, and is told with its whole path', async () => {
        await api.load({ httpNodeRoot: false });
        assert.equal(api.door.apiRoot, undefined);
        assert.equal((await api.ask('GET', 'state')).status, 404);
        assert.equal(api.door.state().units.length, 1);
        await api.unload();
        await api.load({ httpNodeRoot: '/x/' });
        assert.equal(api.door.apiRoot, '/x/ridethrough/api/v1');
    });
});
