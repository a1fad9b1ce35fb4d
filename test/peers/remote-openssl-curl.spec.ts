import { deepEqual, equal } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import type { Listener } from '../../lib/protocols/shared/listener';
import { AllowedSenders } from '../../lib/protocols/shared/senders';
import { RequestVerifier, type AdmittedCall } from '../../lib/protocols/remote/request-verifier';
import { NonceStore } from '../../lib/protocols/remote/nonce-store';
import { RateLimit } from '../../lib/protocols/shared/rate-limit';
import { listen } from '../../lib/protocols/remote/server';
import { requirePeer } from '../support/peers';
import { inEnglish } from '../support/in-english';

const run = promisify(execFile);
const CERTS = join(__dirname, '..', 'support', 'certs');
const SECRET = 'a secret with spaces & signs';

describe('remote calls signed by openssl and sent by curl', function () {
    this.timeout(20_000);
    let listener: Listener;
    let accepted: AdmittedCall[];

    before(function () {
        for (const program of ['openssl', 'curl', 'sh']) requirePeer(this, program);
    });

    beforeEach(async () => {
        const clock = new SystemClock();
        accepted = [];
        const verifier = new RequestVerifier({
            secret: SECRET,
            windowSeconds: 60,
            nonces: new NonceStore(60, []),
            callable: new Set(['siren']),
            now: () => clock.now(),
            wasAccepted: (id) => accepted.some(({ call }) => call.id === id),
            accept: (admitted, duplicate) => {
                if (!duplicate) accepted.push(admitted);
                return false;
            },
            english: inEnglish,
            refused: () => undefined,
        });
        const tls = {
            key: readFileSync(join(CERTS, 'localhost-key.pem')),
            cert: readFileSync(join(CERTS, 'localhost-cert.pem')),
        };
        const at = { address: '127.0.0.1', port: 0 };
        const rate = new RateLimit(clock, 60);
        listener = await listen({ at, tls, senders: new AllowedSenders('127.0.0.1'), rate, verifier }, () => undefined);
    });
    afterEach(() => listener.close());

    /** The script of docs/remote.md itself, with its placeholders filled, so that the page cannot go wrong unnoticed. */
    async function callByHand(secret = SECRET): Promise<{ outcome: string; reason?: string }> {
        const page = readFileSync(join(__dirname, '..', '..', 'docs', 'remote.md'), 'utf8');
        const script = /```sh\n([\s\S]*?)```/
            .exec(page)![1]!
            .replace(/^secret=.*$/m, '')
            .replace(
                'curl --cacert ca.pem',
                `curl --silent --show-error --noproxy '*' --cacert ${join(CERTS, 'localhost-cert.pem')}`,
            )
            .replace('https://hall.example:8443', `https://localhost:${listener.at.port}`);
        const { stdout } = await run('sh', ['-ec', script], { env: { ...process.env, secret } });
        return JSON.parse(stdout) as { outcome: string; reason?: string };
    }

    it('accepts the call of the documentation, once', async () => {
        equal((await callByHand()).outcome, 'accepted');
        equal((await callByHand()).outcome, 'duplicate', 'a new nonce, but the same id');
        deepEqual(
            accepted.map(({ call }) => [call.command, call.active, call.from]),
            [['siren', true, 'gate']],
        );
    });

    it('refuses it with another secret', async () => {
        equal((await callByHand('another secret')).reason, 'unsigned');
        equal(accepted.length, 0);
    });
});
