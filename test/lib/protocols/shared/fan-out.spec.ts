import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { deferred } from '../../../../lib/protocols/shared/deferred';
import { ENDED, FanOut, type AttemptResult } from '../../../../lib/protocols/shared/fan-out';
import { FakeClock } from '../../../support/fake-clock';

/** Hosts that are told something, each of which answers when told to. */
class Hosts {
    readonly clock = new FakeClock();
    readonly signal = new AbortController();
    readonly tried: string[] = [];
    readonly cut: string[] = [];
    readonly settled: string[] = [];
    private readonly answers = new Map<string, (result: AttemptResult<string>) => void>();
    private readonly begun = new Set<string>();

    run(names: string[], retries = 0) {
        const fanOut = new FanOut<string, string>(
            this.clock,
            names,
            (name) => {
                this.tried.push(name);
                const { promise, resolve } = deferred<AttemptResult<string>>();
                this.answers.set(name, resolve);
                const abort = () => void this.cut.push(name);
                return { result: promise, abort, begun: () => this.begun.has(name) };
            },
            (name, { ok, error }) => error !== ENDED && this.settled.push(`${name} ${ok}`),
            { parallel: 8, promptMs: 50, maxOpen: 8, retries, retryDelayMs: 1000, maxRetryDelayMs: 1000 },
        );
        return fanOut.runUntil(this.signal.signal);
    }

    /** Its first byte has left. */
    tell(...names: string[]): void {
        for (const name of names) this.begun.add(name);
    }

    async answer(name: string, result: AttemptResult<string>): Promise<void> {
        this.answers.get(name)!(result);
        await this.clock.advance(0);
    }

    close(): void {
        this.signal.abort(new UpsError('interrupted'));
    }
}

const taken = { ok: true, value: 'taken' } as const;
const isInterrupted = (error: UpsError) => error.code === 'interrupted';

describe('a fan-out whose node closes', () => {
    let hosts: Hosts;

    beforeEach(() => (hosts = new Hosts()));
    afterEach(() => assert.equal(hosts.clock.pending, 0));

    it('waits for those that have their first byte, and is done when there is nobody else', async () => {
        const run = hosts.run(['a', 'b']);
        hosts.tell('a', 'b');
        await hosts.answer('a', taken);
        hosts.close();
        await hosts.clock.advance(5000);
        await hosts.answer('b', { ok: false, error: 'exit code 1', final: true });
        assert.deepEqual(
            (await run).map(({ ok, attempts }) => [ok, attempts]),
            [
                [true, 1],
                [false, 1],
            ],
        );
        assert.deepEqual(hosts.cut, []);
    });

    it('tells nobody else, and says that it was interrupted when those that were told have answered', async () => {
        const run = hosts.run(['told', 'untold'], Infinity);
        const outcome = assert.rejects(run, isInterrupted);
        hosts.tell('told');
        hosts.close();
        assert.deepEqual(hosts.cut, ['untold']);
        await hosts.answer('told', taken);
        await outcome;
        assert.deepEqual(hosts.settled, ['told true']);
        assert.deepEqual(hosts.tried, ['told', 'untold']);
    });

    it('does not try again what failed meanwhile: its successor does', async () => {
        const run = hosts.run(['a'], Infinity);
        const outcome = assert.rejects(run, isInterrupted);
        hosts.tell('a');
        hosts.close();
        await hosts.answer('a', { ok: false, error: 'ECONNRESET' });
        await outcome;
        assert.deepEqual([hosts.tried, hosts.settled], [['a'], []]);
    });

    it('cuts off after 8 s who has not answered', async () => {
        const run = hosts.run(['a']);
        const outcome = assert.rejects(run, isInterrupted);
        hosts.tell('a');
        hosts.close();
        await hosts.clock.advance(7999);
        assert.deepEqual(hosts.cut, []);
        await hosts.clock.advance(1);
        assert.deepEqual(hosts.cut, ['a']);
        await outcome;
    });
});
