import assert from 'node:assert/strict';
import { decode } from '../../../../lib/protocols/nut/decode';
import { TestFlag, testMemory, type TestMemory } from '../../../../lib/protocols/nut/test-flag';

/** Plays one reading after the other, each `[flags, result]`. @returns whether a test runs, by each */
function play(readings: [flags: string, result?: string][], memory?: TestMemory): { runs: boolean[]; flag: TestFlag } {
    const flag = new TestFlag(memory);
    const runs = readings.map(([flags, result]) => {
        const variables = new Map(
            Object.entries({ 'ups.status': flags, ...(result === undefined ? {} : { 'ups.test.result': result }) }),
        );
        const { test, alarms } = decode(variables, new Set(), 7, { oldTestResult: flag.look(variables) });
        assert.equal(test!.result === 'in-progress', alarms?.includes('test-in-progress') ?? false, flags);
        return test!.result === 'in-progress';
    });
    return { runs, flag };
}

const DONE = 'Done and passed';

describe('the flag TEST', () => {
    it('runs where no result is told, or none that is done', () => {
        for (const result of [undefined, 'No test initiated', 'In progress', 'Scheduled', '0']) {
            assert.deepEqual(play([['OL TEST', result]]).runs, [true], result);
        }
    });

    it('covers nothing beside a result that is told, whatever it is', () => {
        for (const result of [DONE, 'Done and warning', 'Done and error', 'Aborted']) {
            const told = play([
                ['OL TEST', result],
                ['OB TEST DISCHRG', result],
            ]);
            assert.deepEqual(told.runs, [false, false], result);
        }
        const { test } = decode(
            new Map([
                ['ups.status', 'OB TEST'],
                ['ups.test.result', DONE],
            ]),
            new Set(),
            7,
        );
        assert.deepEqual(test, { result: 'passed', detail: DONE });
    });

    it('counts when it comes beside the result of the last test, until it goes', () => {
        const { runs } = play([
            ['OL', DONE],
            ['OB TEST DISCHRG', DONE],
            ['OL TEST', DONE],
            ['OL', DONE],
        ]);
        assert.deepEqual(runs, [false, true, true, false]);
    });

    it('counts when it comes beside the result of the last test, until there is another', () => {
        const { runs } = play([
            ['OL', DONE],
            ['OB TEST', DONE],
            ['OB TEST', 'In progress'],
            ['OL TEST', 'Done and warning'],
            ['OB TEST', 'Done and warning'],
        ]);
        assert.deepEqual(runs, [false, true, true, false, false]);
    });

    it('says nothing where the driver tells "in progress" itself', () => {
        const { runs } = play([
            ['OL', 'No test initiated'],
            ['OL TEST', 'In progress'],
            ['OL TEST', DONE],
            ['OL', DONE],
            ['OB TEST', DONE],
        ]);
        assert.deepEqual(runs, [false, true, false, false, false]);
    });

    it('is judged as before after a restart in mid-test', () => {
        const { flag } = play([
            ['OL', DONE],
            ['OB TEST', DONE],
        ]);
        const kept = testMemory(JSON.parse(JSON.stringify({ test: flag.memory })));
        assert.deepEqual(play([['OB TEST', DONE]], kept).runs, [true]);
        assert.deepEqual(play([['OB TEST', 'Aborted']], kept).runs, [false]);
        for (const rubbish of [undefined, null, 3, { test: 'x' }, { test: { oldResult: 5 } }]) {
            assert.deepEqual(testMemory(rubbish), {});
        }
    });

    it('of a driver that starts is no flag', () => {
        assert.deepEqual(play([['WAIT TEST'], ['OL TEST', DONE]]).runs, [false, false]);
    });
});
