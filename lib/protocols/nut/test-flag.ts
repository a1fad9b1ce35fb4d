import type { TestResult, TestState } from '../../core/status/status';
import { definedOnly } from '../../core/defined-only';
import { NAME } from './names';
import { flagsOf, isWaiting, type Flags } from './status-flags';
import { textOf, type Variables } from './values';

/** `ups.test.result` has no vocabulary: words of NUT's drivers, inferred. */
const TEST_RESULTS: readonly [RegExp, TestResult][] = [
    [/no test|not (yet )?(initiated|performed)/i, 'none'],
    [/in progress/i, 'in-progress'],
    [/abort/i, 'aborted'],
    [/warning/i, 'warning'],
    [/fail|error|bad|replace/i, 'failed'],
    [/pass|^ok\b|success/i, 'passed'],
];
const DONE: readonly (TestResult | undefined)[] = ['passed', 'warning', 'failed', 'aborted'];

const resultOf = (words: string | undefined) => TEST_RESULTS.find(([pattern]) => pattern.test(words ?? ''))?.[1];

/**
 * How the test stands. The flag TEST beside a result that is told as done is stale (snmp-ups sets it for the last test that was, NUT 2416):
 * it covers nothing. `oldResult`: the words that were there before the flag came, see TestFlag; beside them the flag counts, and they are
 * not the result of the test that runs.
 */
export function readTest(
    variables: Variables,
    flags: Flags,
    oldResult?: string,
): { test: TestState; running: boolean } {
    const detail = textOf(variables, NAME.test);
    const result = resultOf(detail);
    const old = detail !== undefined && detail === oldResult;
    const running = !isWaiting(flags) && flags.has('TEST') && (old || !DONE.includes(result));
    if (running) return { test: definedOnly({ result: 'in-progress', detail: old ? undefined : detail }), running };
    return { test: definedOnly({ result, detail }), running };
}

/** JSON. */
export interface TestMemory {
    /** The words of the last test's result, while a new test runs beside them. */
    oldResult?: string;
    /** NUT's driver has once reported "in progress" together with its flag. */
    tellsProgress?: boolean;
}

/**
 * Tells a fresh TEST flag from a stale one. Rule: a flag that comes while we look (the reading before had none), beside a result that was there
 * before, belongs to a new test, and the result to the last one: until the flag goes, or the words change, which is the result of the new test.
 * A flag that is there at the first reading is judged by the result alone; and where a driver has once told "in progress" beside its
 * flag, it tells how its tests go, and the result alone counts from then on. A new test with the same result as the last one, whose flag then stays
 * for ever, is not told from a test that runs: the limit in time of the unit ends that.
 */
export class TestFlag {
    private before?: { flag: boolean; words?: string };

    constructor(private learned: TestMemory = {}) {}

    /** What must survive a restart in the middle of a test. */
    get memory(): TestMemory {
        return this.learned;
    }

    /** Each reading, in order. @returns the words of the last test's result while a new one runs beside them */
    look(variables: Variables): string | undefined {
        const flags = flagsOf(variables);
        const { oldResult, tellsProgress } = this.learned;
        // A driver that has just started knows nothing of the past, and its flags are old.
        if (isWaiting(flags)) return oldResult;
        const flag = flags.has('TEST');
        const words = textOf(variables, NAME.test);
        const fresh = flag && this.before?.flag === false && this.before.words === words && !tellsProgress;
        const goesOn = flag && words === oldResult;
        this.learned = definedOnly({
            oldResult: fresh || goesOn ? words : undefined,
            tellsProgress: tellsProgress || (flag && resultOf(words) === 'in-progress') || undefined,
        });
        this.before = { flag, words };
        return this.learned.oldResult;
    }
}

/** What a driver kept as `{test: …}`, whoever may have changed it since. */
export function testMemory(kept: unknown): TestMemory {
    const { test } = (kept ?? {}) as { test?: Record<string, unknown> };
    return definedOnly({
        oldResult: typeof test?.oldResult === 'string' ? test.oldResult : undefined,
        tellsProgress: test?.tellsProgress === true || undefined,
    });
}
