import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import upsAuxModule from '../../nodes/config/ups-aux-module';
import upsMailAccount from '../../nodes/config/ups-mail-account';
import upsModem from '../../nodes/config/ups-modem';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsNut from '../../nodes/devices/ups-nut';
import upsSnmp from '../../nodes/devices/ups-snmp';
import upsTrap from '../../nodes/jobs/ups-trap';
import { FRAME_MAPS, MODBUS_MAPS, SNMP_MAPS } from '../../lib/protocols/device-map/maps';
import { freePort } from '../support/free-port';
import { whileItGoes } from '../support/eventually';
import { fakeTime } from '../support/fake-time';
import { helper, speakInWords } from '../support/node-red';

interface Answer {
    ok: boolean;
    text?: string;
    rows?: { key?: string; label?: string; value: unknown }[];
}

/** upsd with one UPS, as far as a reading needs it; remembers what it was told. */
class Upsd {
    readonly told: string[] = [];
    private server?: Server;
    port = 0;

    async listen(): Promise<void> {
        this.server = createServer((socket) => {
            socket.on('error', () => {});
            socket.on('data', (bytes) => {
                for (const line of String(bytes).trim().split('\n')) socket.write(this.answer(line));
            });
        });
        await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
        this.port = (this.server.address() as { port: number }).port;
    }

    close(): Promise<void> {
        return new Promise((resolve) => this.server!.close(() => resolve()));
    }

    private answer(line: string): string {
        this.told.push(line);
        const list = (what: string, rows: string[]) => [`BEGIN LIST ${what}`, ...rows, `END LIST ${what}\n`].join('\n');
        if (line === 'LIST VAR rack') {
            const values = { 'ups.status': 'OL', 'battery.charge': '88', 'ups.model': 'Smart 1500', 'ups.load': '41' };
            return list(
                'VAR rack',
                Object.entries(values).map(([name, value]) => `VAR rack ${name} "${value}"`),
            );
        }
        if (line === 'LIST UPS') return list('UPS', ['UPS rack ""']);
        if (/^LIST (RW|CMD) rack$/.test(line)) return list(line.slice(5), []);
        if (line.startsWith('LIST VAR')) return 'ERR UNKNOWN-UPS\n';
        return 'OK\n';
    }
}

/** Objects within each other, so many. */
function nested(depth: number): object {
    return depth === 1 ? {} : { inner: nested(depth - 1) };
}

describe('what a dialog holds is tried without a deploy', () => {
    const time = fakeTime();
    let directory: string;
    const upsd = new Upsd();
    const nodes = [upsSite, upsUnit, upsNut, upsSnmp, upsAuxModule, upsMailAccount, upsModem, upsTrap];

    before(async () => {
        await new Promise<void>((done) => helper.startServer(done));
        await upsd.listen();
    });
    after(async () => {
        await upsd.close();
        await new Promise<void>((done) => helper.stopServer(done));
    });
    beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'ridethrough-try-'))));
    afterEach(async () => {
        await time.unload();
        rmSync(directory, { recursive: true, force: true });
    });

    /** A receiver of traps. */
    async function receiver(): Promise<{ socket: Socket; port: number }> {
        const socket = createSocket('udp4');
        await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
        return { socket, port: socket.address().port };
    }

    const load = (flow: object[] = [], credentials = {}) => helper.load(nodes as never, flow as never, credentials);

    async function attempt(type: string, body: object): Promise<Answer> {
        const asked = helper.request().post(`/ridethrough/try/${type}`).send(body).expect(200);
        const { body: answer } = await whileItGoes(time.clock, Promise.resolve(asked));
        return answer as Answer;
    }

    const nut = (config: object = {}) => ({
        id: 'n1',
        config: { host: '127.0.0.1', port: String(upsd.port), upsName: 'rack', interval: '1', ...config },
        credentials: {},
    });

    it('a UPS is read, and shown as a person looks for it', async () => {
        await load();
        const { ok, rows } = await attempt('ups-nut', nut());
        assert.equal(ok, true);
        const value = (key: string) => rows?.find((row) => row.key === key)?.value;
        assert.deepEqual(['model', 'source', 'charge', 'runtime', 'load'].map(value), [
            'Smart 1500',
            'normal',
            88,
            null,
            41,
        ]);
    });

    it('a wrong name is told with those that there are', async () => {
        await load();
        const { ok, text } = await attempt('ups-nut', nut({ upsName: 'cellar' }));
        assert.equal(ok, false);
        assert.match(text!, /rack/);
    });

    it('a deployed node that gets no answer is tried anew, and tells why', async () => {
        upsd.told.length = 0;
        const config = { ...nut({ upsName: 'cellar' }).config, id: 'n1', type: 'ups-nut', ups: 'u', wires: [[]] };
        await load([{ id: 'u', type: 'ups-unit', name: 'U' }, config]);
        await time.eventually(() => upsd.told.includes('LIST VAR cellar'));
        const { ok, text } = await attempt('ups-nut', nut({ upsName: 'cellar' }));
        assert.equal(ok, false);
        assert.match(text!, /rack/);
    });

    for (const [what, config, expected] of [
        ['a URL in the host field', { host: 'http://127.0.0.1' }, /hostUrl/],
        ['a port on which nothing listens', { port: 1 }, /refused|ECONNREFUSED/],
    ] as const) {
        it(`${what} is told as such`, async () => {
            await load();
            const { ok, text } = await attempt('ups-nut', nut(config));
            assert.equal(ok, false);
            assert.match(text!, expected);
        });
    }

    it('the stored password is used while the dialog shows its placeholder, a typed one else', async () => {
        const flow = [{ id: 'n1', type: 'ups-nut', host: '', z: 'f' }];
        await load(flow, { n1: { user: 'monitor', password: 'kept' } });
        upsd.told.length = 0;
        await attempt('ups-nut', { ...nut(), credentials: { user: 'monitor', password: '__PWRD__' } });
        assert.ok(upsd.told.includes('PASSWORD "kept"') || upsd.told.includes('PASSWORD kept'), upsd.told.join());
        await attempt('ups-nut', { ...nut(), credentials: { user: 'monitor', password: 'new' } });
        assert.ok(upsd.told.some((line) => /^PASSWORD "?new"?$/.test(line)));
        upsd.told.length = 0;
        await attempt('ups-nut', { ...nut(), id: 'another', credentials: { user: 'x', password: '__PWRD__' } });
        assert.ok(!upsd.told.some((line) => line.includes('kept')), 'of another node nothing is told');
    });

    it('nothing is left behind: the connection is closed', async () => {
        await load();
        await attempt('ups-nut', nut());
        const before = upsd.told.length;
        await time.clock.advance(60_000);
        assert.equal(
            upsd.told.filter((line) => line !== 'LOGOUT').length,
            upsd.told.slice(0, before).filter((line) => line !== 'LOGOUT').length,
        );
    });

    it('a relay module tells its ports', async () => {
        const ports = [{ name: 'Pump', output: true }];
        await load([{ id: 'm', type: 'ups-aux-module', name: 'M', backend: 'simulated', ports, interval: 1 }]);
        const { ok, rows } = await attempt('ups-aux-module', {
            id: 'm',
            config: { name: 'M', backend: 'simulated', ports, interval: 1 },
        });
        assert.deepEqual([ok, rows], [true, [{ label: 'Pump', value: false }]]);
    });

    it('a relay module that is deployed, and used by nobody, is asked all the same', async () => {
        const port = await freePort();
        const config = {
            name: 'M',
            backend: 'modbus',
            host: '127.0.0.1',
            port: String(port),
            ports: [{ name: 'Pump' }],
        };
        await load([{ id: 'm', type: 'ups-aux-module', ...config }]);
        const { ok, text } = await attempt('ups-aux-module', { id: 'm', config });
        assert.equal(ok, false);
        assert.match(text!, /127\.0\.0\.1/);
    });

    it('what would already switch something is not tried', async () => {
        await load();
        const config = { backend: 'gpio', ports: [{ name: 'Pump', output: true }] };
        assert.equal((await attempt('ups-aux-module', { id: 'm', config })).ok, false);
    });

    it('a mail to no address is refused before anything is sent', async () => {
        await load();
        const config = { host: '127.0.0.1', port: upsd.port, security: 'none', from: 'a@example.org' };
        const { ok } = await attempt('ups-mail-account', { id: 'a', config, ask: { to: 'nobody' } });
        assert.equal(ok, false);
    });

    it('a mail that finds no server is not promised to be sent later', async () => {
        await load();
        const config = { host: '127.0.0.1', port: await freePort(), security: 'none', from: 'a@example.org' };
        const { ok, text } = await attempt('ups-mail-account', { id: 'a', config, ask: { to: 'a@example.org' } });
        assert.equal(ok, false);
        // Not mail-unreachable: its sentence promises that the queue tries again.
        assert.match(text ?? '', /^host-unreachable .*127\.0\.0\.1/);
    });

    it('a trap is sent as its event appears and as it clears', async () => {
        const { socket, port } = await receiver();
        let packets = 0;
        socket.on('message', () => packets++);
        await load();
        const config = { hosts: '127.0.0.1', port, version: '2c', kind: 'trap' };
        const { ok, rows } = await attempt('ups-trap', { id: 't', config, ask: { event: 'battery-bad' } });
        socket.close();
        assert.deepEqual([ok, rows?.length, packets], [true, 1, 2]);
    });

    for (const map of [...SNMP_MAPS, ...MODBUS_MAPS, ...FRAME_MAPS]) {
        it(`a copy of the shipped map "${map.id}" is taken`, async () => {
            await load();
            const config = { map: 'own', dialect: 'own', ownMap: map };
            const { ok, text } = await attempt('ups-snmp', { id: 'x', config });
            // It has no host yet: that is all that is said.
            assert.equal(ok, false);
            assert.match(text ?? '', /host/i);
        });
    }
    it('what fails is told in the language of the editor', async () => {
        await load();
        speakInWords(true);
        const told = async (language: string) => {
            const asked = helper.request().post('/ridethrough/try/ups-snmp').set('Accept-Language', language);
            const { body } = await whileItGoes(time.clock, Promise.resolve(asked.send({ id: 'x', config: {} })));
            return (body as Answer).text;
        };
        try {
            assert.equal(await told('de'), 'Im Dialog des Nodes „Rechner“ ausfüllen.');
            assert.equal(await told('de-AT,de;q=0.9,en;q=0.5'), 'Im Dialog des Nodes „Rechner“ ausfüllen.');
            assert.equal(await told('en-US'), 'Fill in "Host" in the node\'s dialog.');
        } finally {
            speakInWords(false);
        }
    });

    for (const [what, type, body, status] of [
        ['a type that nothing is tried of', 'ups-log', { id: 'x', config: {} }, 404],
        ['a body without settings', 'ups-nut', { id: 'x' }, 400],
        ['settings of bottomless depth', 'ups-nut', { id: 'x', config: nested(10) }, 400],
        ['a list without end', 'ups-nut', { id: 'x', config: { host: Array.from({ length: 601 }, () => 0) } }, 400],
        ['credentials that are no texts', 'ups-nut', { id: 'x', config: {}, credentials: { password: {} } }, 400],
    ] as const) {
        it(`${what}: ${status}`, async () => {
            await load();
            await helper.request().post(`/ridethrough/try/${type}`).send(body).expect(status);
        });
    }
});
