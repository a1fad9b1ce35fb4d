import assert from 'node:assert/strict';
import { commandOf, everyWrite, playAll, portions } from './crew';
import { inOwnTurn } from './kernel/virtual-time';
import { bundleEngine } from './machine/bundle';
import { KEPT_SEEDS } from './kept-seeds';
import { Engine } from './machine/engine';
import { play } from './run';
import { scenarioOf, type Act } from './scenario/scenario';
import type { Report } from './worker';

/** Few here, many in continuous integration: there the seeds begin anew where these end. */
const SEEDS = Number(process.env.SIMULATION_SEEDS ?? 60);
/** One second for each on a busy machine. */
const LIMIT_MS = 60_000 + SEEDS * 1000;
/** A scenario with few writes, each of which is killed at: a timed shutdown, and its waking. */
const KILLED_SEED = 8;
/** Of its writes every so many, unless there is time. */
const STEP = SEEDS >= 1000 ? 1 : 12;

function because({ failures }: Report): string {
    return failures
        .slice(0, 10)
        .map((failure) => {
            const { rule, text } = failure.faults[0]!;
            return `${commandOf(failure)}: ${rule}: ${text}${failure.replays ? '' : ', and not when played again'}`;
        })
        .join('\n');
}

describe('outages in virtual time', function () {
    this.timeout(LIMIT_MS);
    let engine: Engine;
    before(async () => {
        engine = new Engine(await bundleEngine());
    });

    it(`the auditor finds nothing wrong in ${SEEDS} scenarios`, async () => {
        const report = await playAll({ tasks: portions(1, SEEDS) });
        assert.equal(because(report), '');
        assert.equal(report.played, SEEDS);
    });

    it('nor in those that once showed a fault', async () => {
        const report = await playAll({ tasks: KEPT_SEEDS.map(([seed]) => ({ seeds: [seed] })) });
        assert.equal(because(report), '');
        assert.equal(report.played, KEPT_SEEDS.length);
    });

    it('at least five faults befall each: outages and the ends of faults are none', () => {
        const ends = (act: Act) =>
            act.act === 'mains' ||
            (act.act === 'weather' && act.weather === 'fine') ||
            ((act.act === 'silence' || act.act === 'test') && !act.on) ||
            (act.act === 'disk' && !act.fails);
        for (let seed = 1; seed <= 300; seed++) {
            const { plan, lies } = scenarioOf(seed);
            const faults = lies.length + plan.filter((act) => !ends(act)).length;
            assert.ok(faults >= 5, `${faults} in seed ${seed}`);
        }
    });

    it('a seed comes to the same story each time, whatever was played before it', async () => {
        const hashOf = (seed: number) => inOwnTurn(() => play(engine, scenarioOf(seed)).hash);
        const first = [await hashOf(7), await hashOf(12)];
        assert.deepEqual([await hashOf(7), await hashOf(12)], first);
        assert.notEqual(first[0], first[1]);
    });

    it('killed at each write of the journal, before it is durable and after', async () => {
        const { writes } = await inOwnTurn(() => play(engine, scenarioOf(KILLED_SEED)));
        assert.ok(writes > 50, `${writes} writes`);
        const tasks = [...everyWrite(KILLED_SEED, writes, 1)].filter((_, index) => index % STEP === 0);
        const report = await playAll({ tasks });
        assert.equal(because(report), '');
        assert.equal(report.played, 2 * tasks.length);
    });
});
