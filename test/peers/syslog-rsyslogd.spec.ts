import { strict as assert } from 'node:assert';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import type { UpsError } from '../../lib/core/errors';
import type { SyslogFormat } from '../../lib/core/syslog/parameters';
import { encodeSyslog, type SyslogEntry } from '../../lib/protocols/syslog/message';
import { sendSyslog, type SyslogTarget } from '../../lib/protocols/syslog/sender';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';

const ENTRY: SyslogEntry = {
    facility: 'local3',
    severity: 'crit',
    at: Date.UTC(2026, 10, 21, 3, 0, 0, 125),
    hostname: 'cellar.example.org',
    appName: 'ridethrough',
    processId: 4711,
    messageId: 'power-fail',
    data: { id: 'ridethrough@32473', params: { source: 'UPS "1" [cellar] \\', active: true } },
    text: 'Mains failed → 0 V, "running" on battery',
};

/** What rsyslogd understood, one JSON object per line. */
interface Understood {
    tag: string;
    text: string;
    pri: string;
    host: string;
    app: string;
    pid: string;
    msgid: string;
    data: string;
    time: string;
}

const PARTS = {
    text: 'msg',
    pri: 'pri-text',
    host: 'hostname',
    app: 'app-name',
    pid: 'procid',
    msgid: 'msgid',
    data: 'structured-data',
    time: 'timereported:::date-rfc3339',
};

describe('syslog received by the real rsyslogd', function () {
    this.timeout(30_000);
    const clock = new SystemClock();
    let folder: string;
    let rsyslogd: ChildProcess;
    let errors = '';
    const ports = { udp: 0, tcp: 0, good: 0, expired: 0 };
    const file = (name: string) => join(folder, name);

    /** A certificate of our own authority for 127.0.0.1, valid from and to these days. */
    function certificate(openssl: string, name: string, from: string, to: string): void {
        execFileSync(
            openssl,
            [
                'req',
                '-newkey',
                'rsa:2048',
                '-nodes',
                '-subj',
                `/CN=${name}`,
                '-keyout',
                file(`${name}-key.pem`),
                '-out',
                file(`${name}.csr`),
            ],
            { stdio: 'pipe' },
        );
        writeFileSync(file(`${name}.ext`), 'subjectAltName=IP:127.0.0.1\n');
        const dates = ['-startdate', from, '-enddate', to];
        execFileSync(
            openssl,
            [
                'ca',
                '-batch',
                '-notext',
                '-config',
                file('ca.cnf'),
                '-in',
                file(`${name}.csr`),
                '-out',
                file(`${name}.pem`),
                '-extfile',
                file(`${name}.ext`),
                ...dates,
            ],
            { stdio: 'pipe' },
        );
    }

    before(async function () {
        const program = requirePeer(this, 'rsyslogd');
        const openssl = requirePeer(this, 'openssl');
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-rsyslog-'));
        execFileSync(
            openssl,
            [
                'req',
                '-x509',
                '-newkey',
                'rsa:2048',
                '-nodes',
                '-subj',
                '/CN=Test authority',
                '-days',
                '3650',
                '-keyout',
                file('ca-key.pem'),
                '-out',
                file('ca.pem'),
            ],
            { stdio: 'pipe' },
        );
        writeFileSync(file('index.txt'), '');
        writeFileSync(file('serial'), '1000\n');
        writeFileSync(
            file('ca.cnf'),
            `[ca]\ndefault_ca=own\n[own]\ndatabase=${file('index.txt')}\nserial=${file('serial')}\nnew_certs_dir=${folder}\n` +
                `certificate=${file('ca.pem')}\nprivate_key=${file('ca-key.pem')}\ndefault_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n`,
        );
        certificate(openssl, 'good', '20200101000000Z', '20990101000000Z');
        certificate(openssl, 'expired', '20200101000000Z', '20210101000000Z');
        ports.udp = await freePort();
        ports.tcp = await freePort();
        ports.good = await freePort();
        ports.expired = await freePort();
        const tls = (name: 'good' | 'expired') =>
            `input(type="imtcp" port="${ports[name]}" address="127.0.0.1" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon" ` +
            `streamDriver.CAFile="${file('ca.pem')}" streamDriver.CertFile="${file(`${name}.pem`)}" streamDriver.KeyFile="${file(`${name}-key.pem`)}")`;
        const parts = Object.entries(PARTS).map(([name, property]) => {
            const [base, ...rest] = property.split(':::');
            return `property(outname="${name}" name="${base}" format="jsonf"${rest.length ? ' dateFormat="rfc3339"' : ''})`;
        });
        writeFileSync(
            file('rsyslog.conf'),
            [
                `global(workDirectory="${folder}" maxMessageSize="64k")`,
                'module(load="imudp")',
                'module(load="imtcp")',
                `template(name="json" type="list") { constant(value="{") ${parts.join(' constant(value=", ") ')} constant(value="}\\n") }`,
                `input(type="imudp" port="${ports.udp}" address="127.0.0.1")`,
                `input(type="imtcp" port="${ports.tcp}" address="127.0.0.1")`,
                tls('good'),
                tls('expired'),
                `action(type="omfile" file="${file('out.json')}" template="json" fileCreateMode="0644")`,
            ].join('\n'),
        );
        rsyslogd = spawn(program, ['-n', '-f', file('rsyslog.conf'), '-i', file('pid')], {
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        for (const stream of [rsyslogd.stdout, rsyslogd.stderr]) stream?.on('data', (text) => (errors += String(text)));
        // Its first message to itself tells that it runs; its ports are open by then.
        await eventually(() => existsSync(file('pid')), 10_000);
        await new Promise((done) => setTimeout(done, 500));
    });
    after(async () => {
        if (rsyslogd) {
            const ended = new Promise((done) => rsyslogd.once('close', done));
            rsyslogd.kill();
            await ended;
        }
        if (folder) rmSync(folder, { recursive: true, force: true });
    });

    function send(target: Partial<SyslogTarget>, format: SyslogFormat, text: string): Promise<void> {
        const { transport = 'tcp' } = target;
        const port = transport === 'udp' ? ports.udp : transport === 'tls' ? ports.good : ports.tcp;
        const whole: SyslogTarget = {
            host: '127.0.0.1',
            port,
            transport,
            framing: 'octets',
            timeoutMs: 5000,
            ...target,
        };
        return sendSyslog(whole, encodeSyslog(format, { ...ENTRY, text }), clock, new AbortController().signal);
    }

    async function understood(text: string): Promise<Understood> {
        try {
            return await eventually(() => {
                const lines = existsSync(file('out.json')) ? readFileSync(file('out.json'), 'utf8').split('\n') : [];
                const whole = lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Understood);
                return whole.find((each) => each.text.includes(text));
            }, 8000);
        } catch (error) {
            throw new Error(`${String(error)}\n${errors}`, { cause: error });
        }
    }

    const tls = () => ({ ca: readFileSync(file('ca.pem')) });
    const WAYS: [string, () => Partial<SyslogTarget>][] = [
        ['UDP', () => ({ transport: 'udp' })],
        ['TCP, octets counted', () => ({ transport: 'tcp', framing: 'octets' })],
        ['TCP, by lines', () => ({ transport: 'tcp', framing: 'lines' })],
        ['TLS', () => ({ transport: 'tls', tls: tls() })],
    ];
    for (const [way, target] of WAYS) {
        it(`RFC 5424 over ${way}`, async () => {
            const text = `${ENTRY.text} by ${way}`;
            await send(target(), 'rfc5424', text);
            const got = await understood(`by ${way}`);
            assert.equal(got.text.replace(/^\s*\uFEFF?/, ''), text);
            assert.equal(got.pri, 'local3.crit');
            assert.equal(got.host, 'cellar.example.org');
            assert.equal(got.app, 'ridethrough');
            assert.equal(got.pid, '4711');
            assert.equal(got.msgid, 'power-fail');
            assert.equal(got.data, '[ridethrough@32473 source="UPS \\"1\\" [cellar\\] \\\\" active="true"]');
            assert.equal(new Date(got.time).getTime(), ENTRY.at);
        });
    }

    it('RFC 3164 over UDP', async () => {
        await send({ transport: 'udp' }, 'rfc3164', 'the old way');
        const got = await understood('the old way');
        assert.equal(got.pri, 'local3.crit');
        assert.equal(got.host, 'cellar');
        assert.equal(got.app, 'ridethrough');
        assert.equal(got.pid, '4711');
    });

    it('refuses an expired certificate, and sends nothing', async () => {
        await assert.rejects(
            send({ transport: 'tls', port: ports.expired, tls: tls() }, 'rfc5424', 'to the expired'),
            (error: UpsError) => {
                assert.equal(error.code, 'certificate-refused');
                assert.match(String(error.data.reason), /expired/);
                return true;
            },
        );
        await send({ transport: 'tcp' }, 'rfc5424', 'after the expired');
        await understood('after the expired');
        assert.doesNotMatch(readFileSync(file('out.json'), 'utf8'), /to the expired/);
    });

    it('refuses a certificate of an authority that it was not told', async () => {
        await assert.rejects(
            send({ transport: 'tls' }, 'rfc5424', 'to a stranger'),
            (error: UpsError) => error.code === 'certificate-refused',
        );
    });

    it('says so when nobody listens', async () => {
        await assert.rejects(
            send({ port: await freePort() }, 'rfc5424', 'to nobody'),
            (error: UpsError) => error.code === 'host-unreachable',
        );
    });
});
