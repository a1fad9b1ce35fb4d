import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { ShutdownWithdrawn } from '../../../../lib/core/commands/shutdown-command';
import type { ShutdownProgress } from '../../../../lib/core/commands/shutdown-command';
import { onMains } from '../../../support/fake-ups';
import { allInEnglish } from '../../../support/in-english';
import { OneCountdown } from '../../../support/one-countdown';

describe("the order to a UPS's own shutdown", () => {
    it('is sent again when it was lost, and not while the countdown runs', async () => {
        const ups = new OneCountdown();
        ups.fate = 'lost';
        const lost = ups.shut({});
        await ups.pass(5);
        assert.deepEqual(ups.got, ['1: output 180 back undefined']);
        assert.equal(lost.value?.result.confirmed, true);

        const other = new OneCountdown();
        other.fate = 'reply lost';
        const replyLost = other.shut({});
        await other.pass(30);
        assert.deepEqual(other.got, ['0: output 180 back undefined']);
        assert.deepEqual(allInEnglish(replyLost.value?.result), { confirmed: true, detail: 'it had arrived before' });
    });

    it('is started once, after whichever of its notes the process is killed', async () => {
        for (let writes = 1; writes <= 5; writes++) {
            const ups = new OneCountdown();
            ups.killAfter(writes);
            ups.shut({});
            await ups.pass(2);
            ups.startAgain();
            const again = ups.shut({}, ups.progress);
            await ups.pass(10);
            assert.equal(again.value?.result.confirmed, true, `${writes}: ${String(again.error)}`);
            assert.equal(ups.got.length, 1, `${writes}`);
        }
    });

    it('stays withdrawn if it was aborted while its process was away', async () => {
        const ups = new OneCountdown();
        ups.shut({});
        await ups.pass(1);
        ups.progress = undefined;
        ups.shut({ scope: 'system', seconds: 600 });
        await ups.pass(10);
        ups.signal.abort(new UpsError('interrupted', { since: 0 }));
        ups.sentShutdowns.clear();
        ups.startAgain();
        const again = ups.shut({ scope: 'system', seconds: 600 }, ups.progress);
        await ups.pass(10);
        assert.ok(again.error instanceof ShutdownWithdrawn);
        assert.equal(ups.got.length, 1);
    });

    it('counts for others from the moment at which the device took it', async () => {
        const ups = new OneCountdown();
        const begun = ups.clock.now();
        ups.fate = 'refused';
        ups.shut({});
        await ups.pass(3);
        assert.deepEqual(
            ups.sentShutdowns.all().map(({ sentAt, taken }) => [sentAt - begun, taken]),
            [[1000, true]],
        );
    });

    it('is sent again as it was when the device refused it for now', async () => {
        const ups = new OneCountdown();
        ups.fate = 'refused';
        ups.shut({});
        await ups.pass(3);
        assert.deepEqual(ups.got, ['1: output 180 back undefined']);
    });

    it('puts nothing off where the device does not tell whether a countdown runs', async () => {
        const ups = new OneCountdown(false);
        ups.fate = 'reply lost';
        ups.shut({});
        await ups.pass(5);
        assert.deepEqual(ups.got, ['0: output 180 back undefined', '1: output 179 back undefined']);
    });

    it('after a kill is looked for, and sent again only when nothing is pending', async () => {
        const ups = new OneCountdown();
        const sentAt = ups.clock.now();
        ups.sentShutdowns.note({ scope: 'output', seconds: 180, episode: 'e1', sentAt });
        const killed = ups.shut({}, { sentAt, maybe: true });
        await ups.pass(3);
        assert.deepEqual(ups.got, ['1: output 180 back undefined']);
        const again = ups.shut({}, { sentAt, maybe: true });
        await ups.pass(3);
        assert.equal(ups.got.length, 1);
        assert.ok(killed.value && again.value);
    });

    it('counts on, however the clock on the wall is set', async () => {
        for (const years of [-20, 20]) {
            const ups = new OneCountdown(false);
            ups.clock.boot = { id: 'b', origin: 1000 };
            ups.fate = 'reply lost';
            ups.shut({});
            ups.clock.jumpWall(years * 31_557_600_000);
            await ups.pass(5);
            assert.deepEqual(ups.got, ['0: output 180 back undefined', '1: output 179 back undefined'], `${years}`);
        }
    });

    it('ends with its event', async () => {
        const ups = new OneCountdown();
        ups.fate = 'lost';
        const lost = ups.shut({});
        await ups.clock.advance(500);
        ups.signal.abort(new UpsError('event-over'));
        await ups.pass(30);
        assert.deepEqual([ups.got, (lost.error as UpsError).code], [[], 'event-over']);
    });
});

describe('two nested shutdowns of a UPS with one countdown (CS141 manual, "UPS Shutdown definition")', () => {
    const OUTPUT = { scope: 'output', seconds: 180, restoreSeconds: 1020 } as const;
    const SYSTEM = { scope: 'system', seconds: 240, restoreSeconds: 120 } as const;

    it('the outputs first: the UPS itself is told when they are off, with what is left', async () => {
        const ups = new OneCountdown();
        const first = ups.shut(OUTPUT);
        await ups.pass(1);
        const second = ups.shut(SYSTEM);
        await ups.pass(178);
        assert.equal('value' in second, false, 'nothing is confirmed that was not sent');
        await ups.pass(10);
        assert.equal(first.value?.result.confirmed, true);
        assert.match(ups.got[1]!, /^18[0-9]: system (5[5-9]|6[01]) back 1020$/);
        assert.equal(second.value?.waitedFor?.scope, 'output');
    });

    it('the UPS itself first: the outputs take its place, and it is told again afterwards', async () => {
        const ups = new OneCountdown();
        ups.shut(SYSTEM);
        await ups.pass(1);
        const outputs = ups.shut(OUTPUT);
        await ups.pass(178);
        assert.deepEqual(ups.got, ['0: system 240 back 120', '1: output 180 back 1020']);
        await ups.pass(10);
        assert.match(ups.got[2]!, /^18[0-9]: system 5[0-9] back 1020$/);
        assert.equal(outputs.value?.then?.result?.confirmed, true);
    });

    it('a kill while the second waits changes nothing', async () => {
        const ups = new OneCountdown();
        ups.shut(OUTPUT);
        await ups.pass(1);
        ups.shut(SYSTEM);
        await ups.pass(100);
        ups.signal.abort(new UpsError('interrupted'));
        ups.signal = new AbortController();
        await ups.pass(5);
        ups.shut(SYSTEM, ups.progress);
        await ups.pass(90);
        assert.match(ups.got[1]!, /^18[0-9]: system (5[0-9]|6[01]) back 1020$/);
        assert.equal(ups.got.length, 2);
    });

    it('the second is not sent when the mains are back first, nor when somebody has aborted', async () => {
        for (const how of ['mains', 'abort']) {
            const ups = new OneCountdown();
            ups.shut(OUTPUT);
            await ups.pass(1);
            const second = ups.shut(SYSTEM);
            await ups.pass(60);
            if (how === 'mains') ups.signal.abort(new UpsError('event-over'));
            else ups.abort();
            await ups.pass(300);
            assert.equal(ups.got.filter((each) => each.includes('system')).length, 0, how);
            assert.ok(second.error ?? how === 'abort');
        }
    });

    it('whatever is done to the clock on the wall between the two', async () => {
        for (const years of [-20, 20]) {
            const ups = new OneCountdown();
            ups.clock.boot = { id: 'b', origin: 1000 };
            ups.shut(OUTPUT);
            await ups.pass(1);
            ups.clock.jumpWall(years * 31_557_600_000);
            const second = ups.shut(SYSTEM);
            await ups.pass(100);
            ups.clock.jumpWall(-2 * years * 31_557_600_000);
            await ups.pass(90);
            assert.equal(second.error, undefined, `${years}`);
            assert.match(ups.got[1] ?? '', /^18[0-9]: system (5[0-9]|6[01]) back 1020$/, `${years}`);
        }
    });

    it('refuses what is not nested, and sends nothing', async () => {
        const ups = new OneCountdown();
        ups.shut(OUTPUT);
        await ups.pass(1);
        const wrong = ups.shut({ ...SYSTEM, seconds: 100 });
        await ups.pass(1);
        assert.equal((wrong.error as UpsError).code, 'config-invalid');
        assert.equal(ups.got.length, 1);
    });
});

describe("a UPS's own shutdown, and a wall clock that was set while the process was dead", () => {
    for (const hours of [-5, 5]) {
        function bench(tells?: boolean): OneCountdown {
            const ups = new OneCountdown(tells);
            ups.clock.boot = { id: 'a', origin: 500_000 };
            return ups;
        }
        function kill(ups: OneCountdown): ShutdownProgress {
            ups.signal.abort(new UpsError('interrupted'));
            ups.signal = new AbortController();
            ups.clock.jumpWall(hours * 3600_000);
            return JSON.parse(JSON.stringify(ups.progress)) as ShutdownProgress;
        }

        it(`sends again what is left where the device tells nothing (${hours} h)`, async () => {
            const ups = bench(false);
            ups.fate = 'reply lost';
            ups.shut({});
            await ups.clock.advance(0);
            const kept = kill(ups);
            await ups.pass(60);
            ups.shut({}, kept);
            await ups.pass(3);
            assert.match(ups.got[1]!, /: output 1(19|20) back undefined$/);
        });

        it(`sends the second of two nested ones in its time (${hours} h)`, async () => {
            const ups = bench();
            ups.shut({ scope: 'output', seconds: 180, restoreSeconds: 1020 });
            await ups.pass(1);
            ups.shut({ scope: 'system', seconds: 240, restoreSeconds: 120 });
            await ups.pass(100);
            const kept = kill(ups);
            await ups.pass(5);
            ups.shut({ scope: 'system', seconds: 240, restoreSeconds: 120 }, kept);
            await ups.pass(70);
            assert.equal(ups.got.length, 1);
            await ups.pass(20);
            assert.match(ups.got[1]!, /^18[0-9]: system (5[0-9]|6[01]) back 1020$/);
            assert.equal(ups.got.length, 2);
        });

        it(`refuses what is not nested by the time that has passed (${hours} h)`, async () => {
            const ups = bench();
            ups.shut({ scope: 'output', seconds: 180 });
            await ups.pass(60);
            kill(ups);
            const wrong = ups.shut({ scope: 'system', seconds: 119 });
            const right = ups.shut({ scope: 'system', seconds: 121, episode: 'e1' });
            await ups.pass(1);
            assert.equal((wrong.error as UpsError | undefined)?.code, 'config-invalid');
            assert.equal(right.error, undefined);
        });

        it(`waits for the cycle of a UPS that cannot abort (${hours} h)`, async () => {
            const ups = bench(false);
            ups.canAbort = false;
            ups.shut({});
            await ups.pass(100);
            kill(ups);
            ups.reading = onMains;
            const aborted = ups.abort();
            await ups.pass(50);
            assert.deepEqual([aborted.value, aborted.error], [undefined, undefined]);
            await ups.pass(40);
            ups.off = false;
            await ups.pass(10);
            assert.deepEqual([aborted.value?.outcome, aborted.value?.confirmed], ['cycled', true]);
        });
    }
});
