import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import type { UpsError } from '../../lib/core/errors';
import { NetNetwork } from '../../lib/protocols/shared/net-network';
import { NetProber } from '../../lib/protocols/shared/probe';
import { parseMac, parseSecureOn } from '../../lib/core/addresses/mac';
import { UdpPackets, magicPacket, parseAddresses } from '../../lib/protocols/wol/magic-packet';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { findPeer, requirePeer } from '../support/peers';

const MAC = '00:1b:21:3c:4d:5e';

describe('Wake-on-LAN judged by other programs', function () {
    this.timeout(20_000);
    let socat: string;
    const started: ChildProcess[] = [];
    before(function () {
        socat = requirePeer(this, 'socat');
    });
    afterEach(() => {
        for (const child of started.splice(0)) child.kill('SIGKILL');
    });

    /** What socat takes from UDP, as bytes; `-dd` makes it say on stderr when it listens. */
    async function receive(port: number) {
        const child = spawn(socat, ['-dd', '-u', `UDP4-RECV:${port}`, 'STDOUT'], { stdio: ['ignore', 'pipe', 'pipe'] });
        started.push(child);
        const seen = { bytes: Buffer.alloc(0), said: '' };
        child.stdout.on('data', (bytes: Buffer) => (seen.bytes = Buffer.concat([seen.bytes, bytes])));
        child.stderr.on('data', (bytes: Buffer) => (seen.said += String(bytes)));
        await eventually(() => /starting data transfer/.test(seen.said), 5000);
        return seen;
    }

    for (const [way, address, password, length] of [
        ['a broadcast', '127.255.255.255', '', 102],
        ['unicast with SecureOn', '127.0.0.1', 'a1:b2:c3:d4:e5:f6', 108],
    ] as const) {
        it(`${length} bytes arrive by ${way}`, async () => {
            const port = await freePort();
            const seen = await receive(port);
            const packet = magicPacket(parseMac(MAC), parseSecureOn(password));
            await new UdpPackets(new NetNetwork(), parseAddresses(address, port), 1).send(packet);
            await eventually(() => seen.bytes.length > 0, 5000);
            assert.equal(seen.bytes.length, length);
            const expected = 'ff'.repeat(6) + '001b213c4d5e'.repeat(16) + password.replaceAll(':', '');
            assert.equal(seen.bytes.toString('hex'), expected);
        });
    }

    describe('asking whether a host is up', () => {
        const clock = new SystemClock();
        const never = new AbortController().signal;
        let folder: string;
        beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ridethrough-ping-'))));
        afterEach(() => rmSync(folder, { recursive: true, force: true }));

        /** A program in the place of `ping`. */
        function program(script: string): string {
            const path = join(folder, 'ping');
            writeFileSync(path, `#!/bin/sh\n${script}\n`);
            chmodSync(path, 0o755);
            return path;
        }

        it('believes the exit code of the ping program, and gives it one host and one request', async () => {
            const path = program('[ "$*" = "-c 1 -W 2 192.0.2.9" ]');
            const prober = new NetProber(clock, path, 'linux');
            assert.equal(await prober.ask({ kind: 'ping', host: '192.0.2.9' }, 2000, never), true);
            assert.equal(await prober.ask({ kind: 'ping', host: '192.0.2.8' }, 2000, never), false);
        });

        it('wants a TTL of a Windows ping, which calls an unreachable host a success', async () => {
            const unreachable = new NetProber(clock, program('echo Destination host unreachable.'), 'win32');
            assert.equal(await unreachable.ask({ kind: 'ping', host: 'a' }, 1000, never), false);
            const answered = new NetProber(
                clock,
                program('echo Reply from 192.0.2.9: bytes=32 time=1ms TTL=64'),
                'win32',
            );
            assert.equal(await answered.ask({ kind: 'ping', host: 'a' }, 1000, never), true);
        });

        it('ends a ping that does not end by itself when told to', async () => {
            const prober = new NetProber(clock, program('exec sleep 60'), 'linux');
            const stop = new AbortController();
            const asking = prober.ask({ kind: 'ping', host: 'a' }, 30_000, stop.signal);
            stop.abort();
            assert.equal(await asking, false);
        });

        it('says that there is no ping program', async () => {
            await assert.rejects(
                new NetProber(clock, join(folder, 'nothing')).ask({ kind: 'ping', host: 'a' }, 1000, never),
                (error: UpsError) => error.code === 'command-failed' && error.data.reason === 'ENOENT',
            );
        });

        // Rare in containers, where raw sockets are not to be had either.
        const itHere = findPeer('ping') ? it : () => undefined;
        itHere('pings this machine with the ping program of the system', async () => {
            assert.equal(await new NetProber(clock).ask({ kind: 'ping', host: '127.0.0.1' }, 2000, never), true);
        });
    });
});
