import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { UpsError } from '../../lib/core/errors';
import { HostAddress } from '../../lib/protocols/snmp/host-address';
import { SystemClock } from '../../lib/core/clock';
import { TrapReceivers, type TrapListener, type TrapSubscription } from '../../lib/protocols/snmp/traps';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';

const run = promisify(execFile);
const ON_BATTERY = '1.3.6.1.2.1.33.2.1';
const MINUTES = ['1.3.6.1.2.1.33.1.2.3.0', 'i', '12'];
const KEY = 'a-key-of-tests';
const USER = {
    name: 'trapper',
    auth: { protocol: 'sha', key: KEY },
    priv: { protocol: 'aes', key: KEY },
} as const satisfies TrapListener['user'];
const V3 = ['-v3', '-u', 'trapper', '-l', 'authPriv', '-a', 'SHA', '-A', KEY, '-x', 'AES', '-X', KEY];

describe('traps and informs of net-snmp', function () {
    this.timeout(15_000);
    let snmptrap: string;
    let snmpinform: string;
    let port: number;
    let folder: string;
    let receivers: TrapReceivers;
    const subscriptions: TrapSubscription[] = [];

    before(function () {
        snmptrap = requirePeer(this, 'snmptrap');
        snmpinform = requirePeer(this, 'snmpinform');
    });

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-traps-'));
        port = await freePort();
        receivers = new TrapReceivers(new SystemClock());
    });

    afterEach(() => {
        for (const subscription of subscriptions.splice(0)) subscription.cancel();
        assert.equal(receivers.open, 0);
        rmSync(folder, { recursive: true, force: true });
    });

    function listen(
        host = '127.0.0.1',
        at = port,
    ): { hints: number; warnings: UpsError[]; subscription: TrapSubscription } {
        const heard = { hints: 0, warnings: [] as UpsError[] };
        const subscription = receivers.register({
            port: at,
            address: '127.0.0.1',
            from: new HostAddress(host, 1000),
            user: USER,
            hint: () => heard.hints++,
            warning: (error) => heard.warnings.push(error),
        });
        subscriptions.push(subscription);
        return Object.assign(heard, { subscription });
    }

    /** The same, when the next trap counts. */
    async function listening(host?: string): Promise<ReturnType<typeof listen>> {
        const heard = listen(host);
        await heard.subscription.listening;
        return heard;
    }

    const env = () => ({ ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder });
    const target = () => `127.0.0.1:${port}`;
    const trap = (...args: string[]) => run(snmptrap, args, { env: env() });
    /** Fails unless the inform is acknowledged. */
    const inform = (...args: string[]) => run(snmpinform, ['-r', '1', '-t', '2', ...args], { env: env() });

    it('a v1 trap is a hint', async () => {
        const heard = await listening();
        await trap('-v1', '-c', 'any', target(), '1.3.6.1.2.1.33.2', '127.0.0.1', '6', '1', '0', ...MINUTES);
        await eventually(() => heard.hints === 1);
    });

    it('a v2c trap is a hint, of whatever community', async () => {
        const heard = await listening();
        await trap('-v2c', '-c', 'any', target(), '', ON_BATTERY, ...MINUTES);
        await eventually(() => heard.hints === 1);
    });

    it('a v3 trap is a hint', async () => {
        const heard = await listening();
        await trap(...V3, '-e', '0x80001f8804616161', target(), '', ON_BATTERY, ...MINUTES);
        await eventually(() => heard.hints === 1);
    });

    it('a v3 trap of an unknown user is a hint all the same', async () => {
        const heard = await listening();
        const other = V3.map((each) => (each === 'trapper' ? 'stranger' : each));
        await trap(...other, '-e', '0x80001f8804616161', target(), '', ON_BATTERY, ...MINUTES);
        await eventually(() => heard.hints === 1);
    });

    it('a v2c inform is acknowledged, and a hint', async () => {
        const heard = await listening();
        await inform('-v2c', '-c', 'any', target(), '', ON_BATTERY, ...MINUTES);
        await eventually(() => heard.hints === 1);
    });

    it('a v3 inform is acknowledged, and a hint', async () => {
        const heard = await listening();
        await inform(...V3, target(), '', ON_BATTERY, ...MINUTES);
        await eventually(() => heard.hints >= 1);
    });

    it('other devices on the same port do not hear it, and senders that nobody knows are not answered', async () => {
        const heard = await listening('127.0.0.1');
        const other = await listening('127.0.0.2');
        await trap('-v2c', '-c', 'any', target(), '', ON_BATTERY, ...MINUTES);
        await eventually(() => heard.hints === 1);
        assert.equal(other.hints, 0);
        heard.subscription.cancel();
        await assert.rejects(inform('-v2c', '-c', 'any', '-r', '0', '-t', '0.3', target(), '', ON_BATTERY, ...MINUTES));
        assert.equal(heard.hints + other.hints, 1);
    });

    it('a device known by its name is recognised', async () => {
        const heard = await listening('localhost');
        await trap('-v2c', '-c', 'any', target(), '', ON_BATTERY, ...MINUTES);
        await eventually(() => heard.hints === 1);
    });

    it('the port is shared, and given back after the last has gone', async () => {
        const first = await listening();
        const second = await listening();
        assert.equal(receivers.open, 1);
        first.subscription.cancel();
        first.subscription.cancel();
        await trap('-v2c', '-c', 'any', target(), '', ON_BATTERY, ...MINUTES);
        await eventually(() => second.hints === 1);
        second.subscription.cancel();
        const socket = createSocket('udp4');
        await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(port, '127.0.0.1', resolve));
        socket.close();
    });

    it('a port in use is told to every device, now and later', async () => {
        const holder = createSocket('udp4');
        await new Promise<void>((resolve) => holder.bind(port, '127.0.0.1', resolve));
        try {
            const first = listen();
            await eventually(() => first.warnings.length === 1);
            assert.equal(first.warnings[0]?.code, 'port-in-use');
            assert.deepEqual(first.warnings[0]?.data, { port, address: '127.0.0.1' });
            const second = listen();
            assert.equal(second.warnings[0]?.code, 'port-in-use');
        } finally {
            holder.close();
        }
    });

    it('garbage on the port harms nobody', async () => {
        const heard = await listening();
        const socket = createSocket('udp4');
        const packets = [
            Buffer.alloc(0),
            Buffer.from('30', 'hex'),
            Buffer.from('3084ffffffff', 'hex'),
            Buffer.from('302902010104067075626c6963a7', 'hex'),
            Buffer.from('30060201030400', 'hex'),
            Buffer.alloc(1400, 0x30),
            Buffer.alloc(1400, 0xff),
        ];
        for (const packet of packets) {
            await new Promise<void>((resolve) => socket.send(packet, port, '127.0.0.1', () => resolve()));
        }
        socket.close();
        await inform('-v2c', '-c', 'any', target(), '', ON_BATTERY, ...MINUTES);
        await eventually(() => heard.hints > 0);
    });
});
