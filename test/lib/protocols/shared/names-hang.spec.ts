import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import sinon from 'sinon';
import { SystemClock } from '../../../../lib/core/clock';
import { NetNetwork } from '../../../../lib/protocols/shared/net-network';
import { RccmdSender } from '../../../../lib/protocols/rccmd/sender';
import { SshCommander } from '../../../../lib/protocols/ssh/commander';
import { TcpModemTransport } from '../../../../lib/protocols/gsm/transport';
import { TcpNutTransport } from '../../../../lib/protocols/nut/tcp-transport';
import { TcpTransport } from '../../../../lib/protocols/shared/tcp-transport';
import { HostAddress } from '../../../../lib/protocols/snmp/host-address';
import { sendSyslog } from '../../../../lib/protocols/syslog/sender';
import { eventually } from '../../../support/eventually';
import { sshRequest } from '../../../support/ssh-request';
import { TestSshServer } from '../../../support/ssh-server';

/** Names in `.local`: no name server is asked for them. */
describe('hosts whose names hang', function () {
    this.timeout(20_000);
    const clock = new SystemClock();
    const heard: string[] = [];
    let server: Server;
    let port: number;

    beforeEach(async () => {
        const lookup = sinon.stub(dns, 'lookup') as sinon.SinonStub;
        lookup.callsFake((host: string) =>
            host.startsWith('hang') ? new Promise(() => {}) : Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
        );
        heard.length = 0;
        server = createServer((socket) =>
            socket.on('data', (bytes) => heard.push(String(bytes))).on('end', () => socket.end()),
        );
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        ({ port } = server.address() as AddressInfo);
    });
    afterEach(async () => {
        sinon.restore();
        await new Promise((resolve) => server.close(resolve));
    });

    it('hold up no other host of RCCMD', async () => {
        const order: string[] = [];
        const hosts = ['hang-1.local', 'hang-2.local', 'server.local', '127.0.0.1'].map((host) => ({ host, port }));
        const outcomes = await new RccmdSender(new NetNetwork(), clock).send({
            hosts,
            payload: Buffer.from('shutdown'),
            transport: 'tcp',
            parallel: 1,
            retries: 0,
            timeoutMs: 2000,
            onServed: (key) => order.push(key),
        });
        assert.deepEqual(
            outcomes.map(({ ok, error }) => [ok, error]),
            [
                [false, 'timeout'],
                [false, 'timeout'],
                [true, undefined],
                [true, undefined],
            ],
        );
        assert.ok(outcomes[3]!.ms < 1500, `${outcomes[3]!.ms} ms`);
    });

    it('hold up no other host of SSH', async () => {
        const sshd = new TestSshServer();
        const sshPort = await sshd.start();
        try {
            const order: string[] = [];
            const hosts = ['hang-1.local', 'hang-2.local', 'server.local', '127.0.0.1'];
            const more = {
                targets: hosts.map((host) => ({ user: 'ops', host, port: sshPort })),
                onSettled: ({ host, ok }: { host: string; ok: boolean }) => void order.push(`${host} ${ok}`),
                timeoutMs: 4000,
            };
            await new SshCommander(clock).run(sshRequest([], { save: () => undefined }, more));
            assert.deepEqual(order.slice(0, 2).sort(), [
                `ops@127.0.0.1:${sshPort} true`,
                `ops@server.local:${sshPort} true`,
            ]);
            assert.ok(
                order.slice(2).every((one) => one.endsWith('false')),
                order.join(),
            );
        } finally {
            await sshd.stop();
        }
    });

    it('hold up no other host of syslog', async () => {
        const send = (host: string, timeoutMs: number) =>
            sendSyslog(
                { host, port, transport: 'tcp', framing: 'lines', timeoutMs },
                Buffer.from(host),
                clock,
                new AbortController().signal,
            );
        const hanging = [send('hang-1.local', 1000), send('hang-2.local', 1000)].map((sent) =>
            assert.rejects(sent, { code: 'host-unreachable' }),
        );
        await send('server.local', 5000);
        await eventually(() => heard.join().includes('server.local'));
        await Promise.all(hanging);
    });

    it('hold up no UPS, relay module, modem or trap receiver', async () => {
        const host = 'server.local';
        const silent = { data: () => {}, closed: () => {} };
        for (const open of [
            () => new TcpTransport(host, port).open(silent),
            () => new TcpModemTransport(host, port).open(silent),
            () => new TcpNutTransport({ host, port }).open(silent),
        ]) {
            const connection = open();
            await connection.opened;
            await connection.close();
        }
        assert.deepEqual(await new HostAddress(host, 2000).resolve(), { address: '127.0.0.1', family: 4 });
    });
});
