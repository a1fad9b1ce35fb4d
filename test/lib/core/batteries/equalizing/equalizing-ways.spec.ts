import assert from 'node:assert/strict';
import type { EqualizingControl } from '../../../../../lib/core/batteries/equalizing/control';
import { EqualizingWays } from '../../../../../lib/core/batteries/equalizing/equalizing-ways';
import type { UpsError } from '../../../../../lib/core/errors';
import { BatteryBench } from '../../../../support/battery-bench';

const HOUR = 3_600_000;

describe('EqualizingWays', () => {
    let bench: BatteryBench;
    let told: string[];
    let failures: string[];
    let owner: string | undefined;

    const ways = () => new EqualizingWays({ battery: bench.source, kept: () => owner, keep: (id) => (owner = id) });
    const way = (name: string) => {
        const control: EqualizingControl = {
            pause: (hours) => Promise.resolve(void told.push(`${name} pauses ${hours}`)),
            resume: () => Promise.resolve(void told.push(`${name} resumes`)),
        };
        return { control, failed: ({ code }: UpsError) => failures.push(`${name} ${code}`) };
    };

    beforeEach(() => {
        bench = new BatteryBench();
        told = [];
        failures = [];
        owner = undefined;
    });
    afterEach(() => bench.source.destroy());

    it('lets the job that asked last do the end of its hours', async () => {
        const shared = ways();
        shared.add('a', way('a'));
        shared.add('b', way('b'));
        shared.pause('a', 2, 'a').catch(() => undefined);
        await bench.clock.advance(0);
        shared.pause('b', 4, 'b').catch(() => undefined);
        await bench.clock.advance(5 * HOUR);
        assert.deepEqual(told, ['a pauses 2', 'b pauses 4', 'b resumes']);
        assert.equal(owner, 'b');
    });

    it('lets another job end what a deleted one began, also over a restart', async () => {
        const before = ways();
        const gone = before.add('a', way('a'));
        before.add('b', way('b'));
        before.pause('a', 2, 'a').catch(() => undefined);
        await bench.clock.advance(HOUR);
        gone();
        bench.source.destroy();
        bench = new BatteryBench({}, bench.clock, bench.journal);
        const after = ways();
        after.add('b', way('b'));
        assert.equal(after.open()?.view().phase, 'counting');
        await bench.clock.advance(1.1 * HOUR);
        assert.deepEqual(told, ['a pauses 2', 'b resumes']);
    });

    it('says that nobody is left to ask, once, and asks the next job that comes', async () => {
        const shared = ways();
        const gone = shared.add('a', way('a'));
        shared.pause('a', 1, 'a').catch(() => undefined);
        await bench.clock.advance(0.5 * HOUR);
        gone();
        await bench.clock.advance(HOUR);
        assert.deepEqual(told, ['a pauses 1']);
        shared.add('c', way('c'));
        await bench.clock.advance(120_000);
        assert.deepEqual(told, ['a pauses 1', 'c resumes']);
        assert.deepEqual(failures, []);
    });
});
