import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const TEST = resolve(__dirname, '..');

/** Whose subject is never real time: they live by `test/support/fake-clock.ts`. */
const FOLDERS = ['nodes', 'lib', 'support'];

/** Files that may set a real timer, and why. */
const ALLOWED: Record<string, string> = {
    'support/eventually.ts': 'looks again and again while real sockets, processes and threads answer',
    'lib/core/clock.spec.ts': 'is about the timers of the machine, and puts its own in their place',
    'lib/protocols/mail/queue-process.ts': 'is a process of its own, which its spec kills in the middle',
    'lib/store/series/writer.ts': 'is a process of its own, which lives until its spec kills it',
    'lib/store/writer.ts': 'is a process of its own, which lives until its spec kills it',
};

/** A timer of the machine: of no object, or of `globalThis`; and what waits by one. */
const TIMER =
    /(?<![.\w'"])(?:globalThis\.)?set(?:Timeout|Interval)\s*\(|\bsetTimeout\b[^;]*from 'node:timers\/promises'|\bglobalThis\.setTimeout\b/;

/** Comments may speak of timers, and a class may have a method of that name. */
function setsTimer(source: string): boolean {
    const code = source.replace(/\/\*[^]*?\*\/|(?<!:)\/\/.*$/gm, '').replace(/^\s*setTimeout\(.*\).*\{$/gm, '');
    return TIMER.test(code);
}

describe('specs of nodes and of lib', () => {
    it('sleep nowhere for real, but where the list says why', () => {
        const found = FOLDERS.flatMap((folder) =>
            readdirSync(join(TEST, folder), { recursive: true, encoding: 'utf8' })
                .filter((file) => file.endsWith('.ts'))
                .map((file) => join(folder, file)),
        ).filter((file) => setsTimer(readFileSync(join(TEST, file), 'utf8')));
        assert.deepEqual(found.sort(), Object.keys(ALLOWED).sort());
    });

    it('are seen when they would', () => {
        for (const sleep of [
            'await new Promise((resolve) => setTimeout(resolve, 50));',
            'setInterval(look, 5);',
            "import { setTimeout as delay } from 'node:timers/promises';",
            'globalThis.setTimeout(done, 5);',
        ])
            assert.ok(setsTimer(sleep), sleep);
        for (const none of [
            'await wait(clock, 50); clock.setTimeout(done, 5);',
            '// setTimeout(done, 5)',
            "import { setImmediate } from 'node:timers/promises';",
            '    setTimeout(callback: () => void, ms: number): TimerHandle {',
        ])
            assert.ok(!setsTimer(none), none);
    });
});
