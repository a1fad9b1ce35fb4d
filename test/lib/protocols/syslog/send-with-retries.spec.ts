import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { sendWithRetries } from '../../../../lib/protocols/syslog/send-with-retries';
import { FakeClock } from '../../../support/fake-clock';

const TARGET = { host: 'logs', port: 6514, transport: 'tls', framing: 'octets', timeoutMs: 1000 } as const;

describe('trying to send to a syslog server', () => {
    /** Fails with these codes, one after the other, and then succeeds. */
    async function outcomeOf(codes: string[], retries: number, ms: number, skipClockWait = false) {
        const left = [...codes];
        const send = async () => {
            const code = left.shift();
            if (code) throw new UpsError(code as never, { host: 'logs' });
        };
        const clock = new FakeClock();
        const { signal } = new AbortController();
        let outcome: { attempts: number; error?: UpsError } | undefined;
        const sending = sendWithRetries(TARGET, Buffer.from('x'), { retries, skipClockWait, clock, signal, send });
        void sending.then((all) => (outcome = all));
        await clock.advance(ms);
        return outcome && [outcome.attempts, outcome.error?.code];
    }

    it('goes on for minutes where our clock may be what is wrong, and sends once it is set', async () => {
        assert.deepEqual(await outcomeOf(Array(12).fill('certificate-time'), 0, 600_000), [13, undefined]);
    });

    it('ends when the clock is not set', async () => {
        const outcome = await outcomeOf(Array(1000).fill('certificate-time'), 0, 700_000);
        assert.equal(outcome?.[1], 'certificate-time');
    });

    it('does not let the Test button wait for a clock', async () => {
        assert.deepEqual(await outcomeOf(['certificate-time', ''], 0, 0, true), [1, 'certificate-time']);
    });

    it('does not repeat what no time mends, and repeats the rest as often as told', async () => {
        assert.deepEqual(await outcomeOf(['certificate-refused', ''], 5, 60_000), [1, 'certificate-refused']);
        assert.deepEqual(await outcomeOf(Array(9).fill('host-unreachable'), 2, 60_000), [3, 'host-unreachable']);
    });
});
