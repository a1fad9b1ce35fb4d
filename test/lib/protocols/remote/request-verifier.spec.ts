import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { MOST_BODY_BYTES, parseCall, type RemoteReply } from '../../../../lib/protocols/remote/call';
import { RequestVerifier, type AdmittedCall } from '../../../../lib/protocols/remote/request-verifier';
import { NonceStore } from '../../../../lib/protocols/remote/nonce-store';
import { RateLimit } from '../../../../lib/protocols/shared/rate-limit';
import { CALLS_PATH, signReply, signRequest } from '../../../../lib/protocols/remote/signature';
import { FakeClock } from '../../../support/fake-clock';
import { inEnglish } from '../../../support/in-english';

const SECRET = 'a secret of some length';
const NONCE = 'nonce-0123456789abcdef';

describe('remote calls: doorkeeper', () => {
    let clock: FakeClock;
    let nonces: NonceStore;
    let accepted: AdmittedCall[];
    let duplicates: string[];
    let refused: string[];
    let broken: Error | undefined;
    let door: RequestVerifier;

    const openDoor = (kept: unknown = []) => {
        nonces = new NonceStore(300, kept);
        door = new RequestVerifier({
            secret: SECRET,
            windowSeconds: 300,
            nonces,
            callable: new Set(['siren', 'sms']),
            now: () => clock.now(),
            wasAccepted: (id) => accepted.some(({ call }) => call.id === id),
            accept: (admitted, duplicate) => {
                if (broken) throw broken;
                if (duplicate) duplicates.push(admitted.call.id);
                else accepted.push(admitted);
                return false;
            },
            english: inEnglish,
            refused: (reason) => void refused.push(reason),
        });
    };

    beforeEach(() => {
        clock = new FakeClock();
        accepted = [];
        duplicates = [];
        refused = [];
        broken = undefined;
        openDoor();
    });

    const CALL = { version: 1, id: 'call-0001', command: 'siren', active: true };
    const seconds = () => Math.floor(clock.now() / 1000);

    function request(
        call: unknown = CALL,
        {
            nonce = NONCE,
            timestamp = String(seconds()),
            secret = SECRET,
            path = CALLS_PATH,
            method = 'POST',
            sent = undefined as Buffer | undefined,
        } = {},
    ) {
        const body = Buffer.from(typeof call === 'string' ? call : JSON.stringify(call));
        const headers = {
            'x-ridethrough-timestamp': timestamp,
            'x-ridethrough-nonce': nonce,
            'x-ridethrough-signature': signRequest(secret, { timestamp, nonce }, body),
        };
        return { method, path, headers, body: sent ?? body, address: '192.0.2.7' };
    }

    function ask(...parameters: Parameters<typeof request>) {
        const { status, headers, body } = door.judge(request(...parameters));
        return { status, headers, body, reply: JSON.parse(Buffer.from(body).toString()) as RemoteReply };
    }

    it('accepts a signed call, and signs the answer', () => {
        const { status, headers, body, reply } = ask();
        equal(status, 200);
        deepEqual(reply, { version: 1, id: 'call-0001', outcome: 'accepted', time: seconds() });
        equal(headers['x-ridethrough-signature'], signReply(SECRET, 200, NONCE, body));
        deepEqual(
            accepted.map(({ call, address }) => [call.command, call.active, address]),
            [['siren', true, '192.0.2.7']],
        );
    });

    it('accepts a nonce once, also after a restart, and tells so', () => {
        ask();
        equal(ask().reply.reason, 'replayed');
        const kept: unknown = JSON.parse(JSON.stringify(nonces.entries()));
        openDoor(kept);
        const again = ask();
        deepEqual([again.status, again.reply.outcome, again.reply.reason], [409, 'refused', 'replayed']);
        equal(accepted.length, 1);
    });

    it('runs a call that is sent again with a fresh nonce once', () => {
        ask();
        const again = ask(CALL, { nonce: 'another-nonce-000001' });
        deepEqual([again.status, again.reply.outcome], [200, 'duplicate']);
        deepEqual([accepted.length, duplicates], [1, ['call-0001']]);
    });

    it('refuses clocks too far apart on either side, and says by how much; a stranger is not told', () => {
        for (const apart of [-301, 301]) {
            const { status, reply } = ask(CALL, {
                timestamp: String(seconds() + apart),
                nonce: `apart-nonce-000${apart}`,
            });
            deepEqual([status, reply.reason], [401, 'clock-skew']);
            match(reply.message!, /5 min 1 s apart/);
            equal(reply.time, seconds());
        }
        const stranger = ask(CALL, { timestamp: String(seconds() - 5000), secret: 'some other secret' });
        equal(stranger.reply.reason, 'unsigned');
        equal(ask(CALL, { timestamp: String(seconds() - 299) }).reply.outcome, 'accepted');
    });

    it('does not take an old request for a fresh one when the clock is set back', () => {
        const old = request();
        door.judge(old);
        clock.jumpWall(3_600_000);
        ask({ ...CALL, id: 'call-0002' }, { nonce: 'a-later-nonce-000001' });
        clock.jumpWall(-3_600_000);
        equal((JSON.parse(Buffer.from(door.judge(old).body).toString()) as RemoteReply).reason, 'replayed');
    });

    for (const [what, change] of [
        ['another secret', { secret: 'another secret' }],
        ['a nonce too short', { nonce: 'short' }],
        ['a nonce with a line end', { nonce: `${NONCE}\nx` }],
        ['a body changed on the way', { sent: Buffer.from(JSON.stringify({ ...CALL, command: 'sms' })) }],
    ] as const) {
        it(`refuses ${what} without a signature of its own or a write`, () => {
            const { status, headers, reply } = ask(CALL, change);
            deepEqual([status, reply.reason], [401, 'unsigned']);
            equal(headers['x-ridethrough-signature'], undefined);
            deepEqual([accepted, nonces.entries()], [[], []]);
        });
    }

    it('refuses a signature that was made for an answer', () => {
        const wanted = request();
        const headers = { ...wanted.headers, 'x-ridethrough-signature': signReply(SECRET, 200, NONCE, wanted.body) };
        equal(door.judge({ ...wanted, headers }).status, 401);
    });

    it('refuses names that are not listed, other paths and methods, and bodies that are no call', () => {
        equal(ask({ ...CALL, command: 'format-disk' }).status, 403);
        equal(ask(CALL, { path: '/' }).status, 404);
        equal(ask(CALL, { method: 'GET' }).status, 405);
        for (const wrong of [
            'no json',
            '[]',
            'null',
            { ...CALL, version: 2 },
            { ...CALL, id: '../../etc' },
            { ...CALL, active: 'yes' },
            { ...CALL, level: 'panic' },
            { ...CALL, text: 5 },
            { ...CALL, command: 'a/b' },
        ]) {
            const { status, reply } = ask(wrong);
            deepEqual([status, reply.reason], [400, 'malformed'], JSON.stringify(wrong));
        }
        equal(accepted.length, 0);
    });

    it('says not ready when the call cannot be noted, and accepts the same request later', () => {
        broken = new Error('disk full');
        deepEqual([ask().status, refused], [503, ['not-ready']]);
        broken = undefined;
        equal(ask().reply.outcome, 'accepted');
    });

    it('bounds texts, and makes names one line', () => {
        const call = parseCall(Buffer.from(JSON.stringify({ ...CALL, text: 'x'.repeat(5000), from: 'a\r\nb' })));
        ok('text' in call);
        deepEqual([call.text?.length, call.from], [2000, 'a b']);
        ok(MOST_BODY_BYTES >= 5000);
    });

    it('forgets old nonces when there are many, and never one that is still good', () => {
        for (let i = 0; i < 5000; i++) nonces.note(`nonce-${i}`, seconds());
        equal(nonces.check('one-more', seconds()), 'full');
        equal(nonces.check('nonce-0', seconds()), 'used');
        equal(nonces.check('one-more', seconds() + 301), 'new');
        ok(nonces.entries().length <= 500);
    });
});

describe('remote calls: rate limit', () => {
    it('grants so many at once and per minute to each address, and says when to come again', () => {
        const clock = new FakeClock();
        const limit = new RateLimit(clock, 3);
        deepEqual(
            [1, 2, 3, 4].map(() => limit.take('192.0.2.1')),
            [0, 0, 0, 20],
        );
        equal(limit.take('192.0.2.2'), 0);
        clock.advanceSync(19_000);
        equal(limit.take('192.0.2.1'), 1);
        clock.advanceSync(1000);
        equal(limit.take('192.0.2.1'), 0);
    });
});
