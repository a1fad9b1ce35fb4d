import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { onBattery } from '../support/fake-ups';
import { NutPeerBench } from './nut-peer-bench';
import { requirePeer } from '../support/peers';
import { severalUpsmons, Upsmon, upsmonBeside, type UpsmonOptions } from '../support/upsmon';

const CERTS = join(__dirname, '../support/certs');
const CERTIFICATE = join(CERTS, 'localhost-cert.pem');
const low = () => onBattery({ battery: { state: 'low', chargePercent: 5, minutesRemaining: 1 } });

describe('real upsmon beside each other', function () {
    this.timeout(60_000);
    this.retries(1);
    let program: string;
    let bench: NutPeerBench;
    const upsmons: Upsmon[] = [];

    before(function () {
        program = upsmonBeside(requirePeer(this, 'dummy-ups'));
    });
    afterEach(async () => {
        await Promise.all(upsmons.splice(0).map((each) => each.stop()));
        await bench?.stop();
    });
    const start = (options: UpsmonOptions) => {
        const made = Upsmon.start(program, options);
        upsmons.push(made);
        return made;
    };
    const loggedIn = (count: number) => eventually(() => bench.server.loggedIn('ups').length === count, 20_000);

    describe('a primary and its secondary', () => {
        before(function () {
            // They take mount namespaces, which some containers forbid.
            if (!severalUpsmons()) this.skip();
        });
        beforeEach(async () => (bench = await NutPeerBench.start()));
        const primary = (hostSync: number) => start({ monitor: `${bench.ups()} 1 boss pw primary`, hostSync });

        it('go down by a low battery: the secondary first, then the primary, which waits no longer than for it', async () => {
            const secondary = start({ monitor: `${bench.ups()} 1 mon pw secondary` });
            const boss = primary(30);
            await loggedIn(2);
            bench.reading = low;
            await eventually(() => boss.isDown, 20_000);
            assert.ok(secondary.isDown, secondary.told().join(' '));
            assert.ok(boss.downAt! >= secondary.downAt!, 'the primary before its secondary');
            assert.ok(boss.downAt! - secondary.downAt! < 10_000, `${boss.downAt! - secondary.downAt!} ms`);
            assert.ok(secondary.told().includes('FSD'), secondary.told().join(' '));
            assert.deepEqual(bench.forced.names, ['ups']);
        });

        it('that does not leave: the primary goes down after HOSTSYNC', async () => {
            // In the name of a secondary that hangs: it only asks.
            const hung = start({ monitor: `${bench.ups()} 1 mon pw secondary`, lines: ['FINALDELAY 30'] });
            const boss = primary(3);
            await loggedIn(2);
            bench.reading = low;
            await eventually(() => boss.isDown, 20_000);
            assert.equal(hung.isDown, false);
            assert.equal(bench.server.loggedIn('ups').length >= 1, true);
        });
    });

    describe('by STARTTLS', () => {
        let folder: string;
        /** A folder of certificates, as NSS keeps them, with which Debian builds NUT. */
        const certificates = (name: string, trusted: boolean) => {
            const path = join(folder, name);
            mkdirSync(path);
            execFileSync('certutil', ['-N', '-d', `sql:${path}`, '--empty-password']);
            if (trusted)
                execFileSync('certutil', ['-A', '-d', `sql:${path}`, '-n', 'ours', '-t', 'C,,', '-i', CERTIFICATE]);
            return path;
        };
        before(function () {
            requirePeer(this, 'certutil');
            folder = mkdtempSync(join(tmpdir(), 'ridethrough-nss-'));
        });
        after(() => {
            if (folder) rmSync(folder, { recursive: true, force: true });
        });
        beforeEach(async () => {
            bench = await NutPeerBench.start({
                key: readFileSync(join(CERTS, 'localhost-key.pem')),
                cert: readFileSync(CERTIFICATE),
            });
            bench.serving.requireTls = true;
        });
        const secure = (path: string) =>
            start({
                monitor: `${bench.ups('ups', 'localhost')} 1 mon pw secondary`,
                lines: [`CERTPATH ${path}`, 'CERTVERIFY 1', 'FORCESSL 1'],
            });

        it('one that trusts our certificate logs in, is told the outage, and goes down by FSD', async () => {
            const trusting = secure(certificates('trusting', true));
            await loggedIn(1);
            assert.deepEqual(
                bench.server.clients.map(({ encrypted, login }) => [encrypted, login]),
                [[true, 'ups']],
            );
            bench.reading = onBattery;
            await eventually(() => trusting.told().includes('ONBATT'), 10_000);
            bench.forced.order('ups', 'unit1', undefined, 'test');
            await eventually(() => trusting.isDown, 15_000);
        });

        it('one that does not trust it never logs in', async () => {
            const doubting = secure(certificates('doubting', false));
            await eventually(() => doubting.told().includes('COMMBAD'), 15_000);
            assert.match(doubting.output, /SSL|certificate/i);
            assert.deepEqual(bench.server.loggedIn('ups'), []);
        });
    });
});
