import assert from 'node:assert/strict';
import { createContext, Script } from 'node:vm';
import { transformSync } from 'esbuild';
import { withStateAnew } from './module-state';

/** Runs the module, lets `use` leave something behind, begins a new process, and asks `use` again. */
function askedTwice(text: string, use: string): unknown[] {
    const begins: (() => void)[] = [];
    const { code } = transformSync(withStateAnew(text), { loader: 'ts', format: 'cjs' });
    const context = createContext({
        atEachProcess: (begin: () => void) => begins.push(begin),
        module: {},
        exports: {},
    });
    new Script(code).runInContext(context);
    const ask = () => new Script(`JSON.stringify(${use})`).runInContext(context) as string;
    const answers = [ask(), ask()];
    for (const begin of begins) begin();
    return [...answers, ask()].map((answer) => JSON.parse(answer) as unknown);
}

describe('the state of a module in the simulation', () => {
    it('begins anew with each process: variables', () => {
        assert.deepEqual(askedTwice('let calls = 0;', '++calls'), [1, 2, 1]);
        assert.deepEqual(askedTwice('export let calls: number | undefined;', '(calls = (calls ?? 4) + 1)'), [5, 6, 5]);
    });

    it('begins anew with each process: collections, and objects of a class', () => {
        assert.deepEqual(askedTwice('const seen = new Set<number>();', 'seen.add(seen.size) && seen.size'), [1, 2, 1]);
        assert.deepEqual(askedTwice('const list: string[] = [];', 'list.push("a")'), [1, 2, 1]);
        const counter = 'class Counter { value = 0; }\nexport const counter: Counter = new Counter();';
        assert.deepEqual(askedTwice(counter, '++counter.value'), [1, 2, 1]);
    });

    it('tables and functions are kept as they are', () => {
        const text =
            "export const TABLE = new Map([['a', 1]]);\nconst WORD = new RegExp('a');\nexport const twice = (n: number) => 2 * n;\n";
        assert.equal(withStateAnew(text), text);
    });
});
