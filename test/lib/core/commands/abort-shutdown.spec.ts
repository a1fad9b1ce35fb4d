import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import type { ShutdownPlan } from '../../../../lib/core/commands/shutdown-command';
import { onMains } from '../../../support/fake-ups';
import { OneCountdown } from '../../../support/one-countdown';

describe("the abort of a UPS's own shutdown", () => {
    it('is tried until the device has taken it', async () => {
        const ups = new OneCountdown();
        ups.shut({});
        await ups.pass(1);
        ups.reading = onMains;
        ups.fate = 'lost';
        const aborted = ups.abort();
        await ups.pass(3);
        assert.deepEqual(ups.got.slice(1), ['2: abort']);
        assert.equal(aborted.value?.outcome, 'aborted');
        assert.deepEqual(ups.sentShutdowns.all(), []);
    });

    it('is done when a device that does not confirm it counts nothing down any more', async () => {
        const ups = new OneCountdown();
        ups.shut({});
        await ups.pass(1);
        ups.reading = onMains;
        ups.fate = 'unconfirmed';
        const aborted = ups.abort();
        await ups.pass(2);
        assert.deepEqual([aborted.value?.outcome, aborted.value?.attempts], ['aborted', 1]);
        await ups.pass(30);
        assert.deepEqual(ups.got.slice(1), ['1: abort']);
    });

    it('is sent again when the device answers it, and counts down all the same', async () => {
        const ups = new OneCountdown();
        ups.shut({});
        await ups.pass(1);
        ups.reading = onMains;
        ups.fate = 'ignored';
        const aborted = ups.abort();
        await ups.pass(10);
        assert.deepEqual([aborted.value?.outcome, aborted.value?.attempts], ['aborted', 2]);
        assert.equal(ups.offAt, undefined);
    });

    it('is done when the device refuses it because nothing is pending', async () => {
        const ups = new OneCountdown();
        ups.fate = 'refused';
        const aborted = ups.abort();
        await ups.pass(2);
        assert.equal(aborted.value?.outcome, 'nothing-pending');
    });

    it('waits for the cycle of a UPS that cannot abort, so that nobody is woken under it', async () => {
        const ups = new OneCountdown();
        ups.canAbort = false;
        ups.shut({ seconds: 60, restoreSeconds: 20 });
        await ups.pass(10);
        ups.reading = onMains;
        const aborted = ups.abort();
        await ups.pass(60);
        assert.equal(ups.off, true);
        assert.equal('value' in aborted, false, 'it is off now');
        ups.off = false;
        await ups.pass(5);
        assert.deepEqual([aborted.value?.outcome, aborted.value?.confirmed], ['cycled', true]);
    });

    it('does so, and no longer, when the clock on the wall is set meanwhile', async () => {
        for (const years of [-20, 20]) {
            const ups = new OneCountdown();
            ups.clock.boot = { id: 'b', origin: 1000 };
            ups.canAbort = false;
            ups.shut({ seconds: 60, restoreSeconds: 20 });
            await ups.pass(10);
            ups.clock.jumpWall(years * 31_557_600_000);
            ups.reading = onMains;
            const aborted = ups.abort();
            await ups.pass(40);
            assert.deepEqual(aborted, {}, `${years}`);
            // It was told to go off, and has not: nothing is pending any more.
            ups.offAt = undefined;
            await ups.pass(60);
            assert.equal(aborted.value?.outcome, 'cycled', `${years}`);
        }
    });

    it('does not take back the return of a UPS that is off already', async () => {
        const ups = new OneCountdown();
        ups.shut({ seconds: 5 });
        await ups.pass(10);
        ups.reading = onMains;
        const aborted = ups.abort();
        await ups.pass(10);
        assert.ok(!ups.got.some((each) => each.includes('abort')));
        ups.off = false;
        await ups.pass(5);
        assert.equal(aborted.value?.outcome, 'cycled');
    });

    describe('that comes just after the UPS has gone off, and cancels its return', () => {
        /** Sent at 0 s, for 20 s; the mains are back at 19 s, and the abort is sent then. */
        async function crossed(plan: Partial<ShutdownPlan> = {}) {
            const ups = new OneCountdown();
            ups.shut({ seconds: 20, restoreSeconds: 5, ...plan });
            await ups.pass(19);
            ups.reading = onMains;
            await ups.pass(0);
            ups.abortComesLate = true;
            return ups;
        }

        it('switches the output on after its restore time', async () => {
            const ups = await crossed();
            const aborted = ups.abort();
            await ups.pass(14);
            assert.deepEqual([ups.got.slice(1), 'value' in aborted], [['19: abort'], false]);
            await ups.pass(10);
            assert.equal(ups.got.length, 3);
            assert.match(ups.got[2]!, /^3[4-9]: startup in 0$/);
            assert.deepEqual([aborted.value?.outcome, aborted.value?.confirmed], ['cycled', true]);
            assert.deepEqual(ups.sentShutdowns.all(), []);
        });

        it('does so if the reply to the abort was lost', async () => {
            const ups = await crossed();
            ups.fate = 'reply lost';
            const aborted = ups.abort();
            await ups.pass(30);
            assert.match(ups.got.at(-1)!, /startup/);
            assert.equal(aborted.value?.outcome, 'cycled');
        });

        it('does so if the process is killed while it looks', async () => {
            const ups = await crossed();
            ups.abort();
            await ups.pass(1);
            ups.signal.abort(new UpsError('interrupted', { since: 0 }));
            await ups.pass(1);
            ups.startAgain();
            const aborted = ups.abort();
            await ups.pass(30);
            assert.match(ups.got.at(-1)!, /startup/);
            assert.equal(aborted.value?.outcome, 'cycled');
        });

        it('does so if a device that was slow to tell it showed the output on at first', async () => {
            const ups = await crossed();
            const off = () => (ups.off ? onMains({ output: { source: 'none', lines: [] } }) : onMains());
            const since = ups.clock.monotonic();
            ups.driver.read = (
                (read) => () =>
                    read.call(ups.driver, ups.clock.monotonic() > since + 6000 ? off() : onMains())
            )(ups.driver.read);
            const aborted = ups.abort();
            await ups.pass(30);
            assert.match(ups.got.at(-1)!, /startup/);
            assert.equal(aborted.value?.outcome, 'cycled');
        });

        it('leaves it to a UPS that comes back by itself', async () => {
            const ups = await crossed();
            const aborted = ups.abort();
            await ups.pass(8);
            ups.off = false;
            await ups.pass(20);
            assert.deepEqual(ups.got.slice(1), ['19: abort']);
            assert.equal(aborted.value?.outcome, 'cycled');
        });

        it('leaves an output off that was to stay off, and fails if nobody switches it on', async () => {
            const ups = await crossed({ restoreSeconds: undefined });
            const aborted = ups.abort();
            await ups.pass(640);
            assert.deepEqual(ups.got.slice(1), ['19: abort']);
            assert.equal((aborted.error as UpsError).code, 'command-failed');
        });

        it('does not switch on upon the battery: it waits for the mains', async () => {
            const ups = await crossed();
            const aborted = ups.abort();
            await ups.pass(2);
            // The output is off: nothing is taken from the battery.
            ups.reading = () => onMains({ input: { lines: [{ voltage: 0, frequency: 0 }] }, alarms: ['on-battery'] });
            await ups.pass(60);
            assert.deepEqual(ups.got.slice(1), ['19: abort']);
            ups.reading = onMains;
            await ups.pass(100);
            assert.match(ups.got.at(-1)!, /startup/);
            assert.equal(aborted.value?.outcome, 'cycled');
        });
    });

    it('is done, when it was taken just before the end of the countdown, as soon as the end has passed with the output on', async () => {
        const ups = new OneCountdown();
        ups.shut({ seconds: 20, restoreSeconds: 5 });
        await ups.pass(18);
        ups.reading = onMains;
        const aborted = ups.abort();
        await ups.pass(10);
        assert.deepEqual(aborted, {});
        await ups.pass(5);
        assert.equal(aborted.value?.outcome, 'aborted');
        assert.deepEqual(ups.got.slice(1), ['18: abort']);
    });

    it('does not wait for a UPS that was off a moment ago and is back at the first look', async () => {
        const ups = new OneCountdown();
        ups.shut({ seconds: 5 });
        await ups.pass(10);
        ups.reading = onMains;
        const aborted = ups.abort();
        ups.off = false;
        await ups.pass(3);
        assert.deepEqual([aborted.value?.outcome, aborted.value?.confirmed], ['cycled', true]);
    });

    it('fails at once where it can neither be aborted nor is anything pending', async () => {
        const ups = new OneCountdown();
        ups.canAbort = false;
        const aborted = ups.abort();
        await ups.pass(1);
        assert.equal((aborted.error as UpsError).code, 'not-supported');
    });
});
