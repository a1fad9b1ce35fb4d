import assert from 'node:assert/strict';
import { registerMap } from '../../../lib/protocols/cs141/maps';
import { ServedCard } from '../../../lib/protocols/cs141/served/served-card';
import { mbapFrame } from '../../../lib/protocols/modbus-server/framing';
import { ModbusTcpServer } from '../../../lib/protocols/modbus-server/tcp-server';
import { NutServer } from '../../../lib/protocols/nut-server/server';
import { eventually } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { flood, longestTurn } from '../../support/flood';
import { FakeServing } from '../../support/nut-serving';
import { servedSample } from '../../support/served-sample';

/** What a power failure may be held up, ms. */
const MOST_MS = 100;
const CONNECTIONS = 500;
const EACH = 20;

/** 10,000 requests at once: each turn of the event loop goes on to what the UPSs have to tell. */
describe('a flood of a stranger', function () {
    this.timeout(30_000);

    describe('at the NUT server', () => {
        let server: NutServer;
        let serving: FakeServing;
        beforeEach(async () => {
            serving = new FakeServing();
            serving.model.known = new Map(Array.from({ length: 60 }, (_, n) => [`outlet.${n}.name`, 'x'.repeat(20)]));
            server = new NutServer({
                ...{ clock: new FakeClock(), at: { address: '127.0.0.1', port: 0 }, serving, changed: () => {} },
                failed: (error) => assert.fail(String(error)),
            });
            server.start();
            await eventually(() => server.at);
        });
        afterEach(() => server.stop());

        it('holds up nothing by requests', async () => {
            const bytes = Buffer.from(`${'LIST VAR model\n'.repeat(EACH)}LOGOUT\n`);
            const done = flood({ port: server.at!.port, connections: CONNECTIONS, bytes });
            const longest = await longestTurn(done);
            assert.ok((await done) > CONNECTIONS * EACH * 1000);
            assert.ok(longest < MOST_MS, `${longest} ms`);
        });

        it('holds up nothing by connections that are refused', async () => {
            serving.allowed = (address) => address !== '127.0.0.2';
            const done = flood({
                port: server.at!.port,
                connections: 2 * CONNECTIONS,
                bytes: Buffer.of(10),
                from: '127.0.0.2',
            });
            const longest = await longestTurn(done);
            assert.equal(await done, 0);
            assert.ok(longest < MOST_MS, `${longest} ms`);
        });
    });

    it('at the Modbus server holds up nothing', async () => {
        const unit = { unitId: 1, map: registerMap('default')!, served: () => servedSample() };
        const card = new ServedCard({ units: [unit], unknownAs: -1, answerAnyUnit: false });
        const server = new ModbusTcpServer({ clock: new FakeClock(), units: card.unit, mostClients: CONNECTIONS });
        await server.start();
        try {
            const request = mbapFrame({ unitId: 1, pdu: Buffer.from('0300610012', 'hex'), transaction: 1 }, Buffer.from('0300610012', 'hex')); // prettier-ignore
            const bytes = Buffer.concat(Array<Buffer>(EACH).fill(request));
            const answer = CONNECTIONS * EACH * (9 + 36);
            const done = flood({ port: server.port, connections: CONNECTIONS, bytes, answer });
            const longest = await longestTurn(done);
            assert.equal(await done, answer);
            assert.ok(longest < MOST_MS, `${longest} ms`);
        } finally {
            await server.stop();
        }
    });
});
