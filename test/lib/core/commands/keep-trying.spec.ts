import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { keepTrying, type KeepTryingOptions } from '../../../../lib/core/commands/keep-trying';
import { FakeClock } from '../../../support/fake-clock';

describe('an order that is tried until it is taken', () => {
    let clock: FakeClock;
    let controller: AbortController;
    let tries: number[];
    let fails: UpsError | undefined;
    const silent = new UpsError('device-silent', { host: 'h' });

    function give(more: Partial<KeepTryingOptions> = {}) {
        const attempt = async () => {
            tries.push(clock.monotonic());
            if (fails) throw fails;
            return 'taken';
        };
        const settled = { value: undefined as unknown, error: undefined as unknown };
        keepTrying(attempt, { clock, signal: controller.signal, ...more }).then(
            (value) => (settled.value = value),
            (error: unknown) => (settled.error = error),
        );
        return settled;
    }

    beforeEach(() => {
        clock = new FakeClock();
        controller = new AbortController();
        tries = [];
        fails = silent;
    });

    it('is tried at 1, 2, 4, 8 and then every 15 s, and taken as soon as the device takes it', async () => {
        const settled = give();
        await clock.advance(50_000);
        assert.deepEqual(tries, [0, 1000, 3000, 7000, 15_000, 30_000, 45_000]);
        fails = undefined;
        await clock.advance(15_000);
        assert.deepEqual(settled.value, { value: 'taken', attempts: 8 });
        assert.equal(clock.pending, 0);
    });

    for (const code of ['not-supported', 'out-of-range', 'config-missing', 'config-invalid'] as const) {
        it(`ends at once on ${code}`, async () => {
            fails = new UpsError(code);
            const settled = give();
            await clock.advance(0);
            assert.deepEqual([tries, settled.error], [[0], fails]);
        });
    }

    for (const code of ['device-refused', 'no-device', 'interrupted', 'command-failed'] as const) {
        it(`goes on after ${code}`, async () => {
            fails = new UpsError(code);
            const settled = give();
            await clock.advance(1000);
            assert.deepEqual([tries, settled.error], [[0, 1000], undefined]);
        });
    }

    it('ends in the middle of a pause when its event ends, with that reason', async () => {
        const settled = give();
        await clock.advance(4000);
        controller.abort(new UpsError('event-over', { done: 0, total: 1 }));
        await clock.advance(60_000);
        assert.deepEqual(tries, [0, 1000, 3000]);
        assert.equal((settled.error as UpsError).code, 'event-over');
        assert.equal(clock.pending, 0);
    });

    it('begins nothing when it is over already, and is interrupted by a close', async () => {
        controller.abort();
        const settled = give();
        await clock.advance(0);
        assert.deepEqual([tries, (settled.error as UpsError).code], [[], 'interrupted']);
    });

    it('has an end where nobody would tell of one', async () => {
        const settled = give({ patienceMs: 20_000 });
        const twice = give({ tries: 2 });
        await clock.advance(60_000);
        assert.equal(Math.max(...tries), 15_000);
        assert.deepEqual([settled.error, twice.error], [silent, silent]);
    });

    it('tells each failure that another try follows', async () => {
        const told: unknown[] = [];
        give({ failed: (error, attempts, pauseMs) => told.push([error.code, attempts, pauseMs]) });
        await clock.advance(3000);
        assert.deepEqual(told, [
            ['device-silent', 1, 1000],
            ['device-silent', 2, 2000],
            ['device-silent', 3, 4000],
        ]);
    });
});
