'use strict';
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { relative } = require('node:path');
const { reporters, Runner } = require('mocha');

/** Seconds of CPU since the process began: its own, and those of its children that have ended. */
function cpuSeconds() {
    const { user, system } = process.cpuUsage();
    return { own: (user + system) / 1e6, children: childSeconds() };
}

/** proc_pid_stat(5), fields 16 and 17, in ticks of 10 ms; 0 where there is no /proc. */
function childSeconds() {
    try {
        const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ');
        return (Number(fields[13]) + Number(fields[14])) / 100;
    } catch {
        return 0;
    }
}

/**
 * Mocha's spec reporter, which also leaves its counts and what failed (JSON) in the file that MOCHA_COUNTS names, and adds to the one that
 * MOCHA_TIMES names a line (JSON) for each spec file: seconds of the wall clock, of its CPU and of its children's.
 */
module.exports = class extends reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_FAIL, EVENT_TEST_PASS } =
            Runner.constants;
        const failed = [];
        runner.on(EVENT_TEST_PASS, (test) => {
            // On a machine that is twice as busy it would fail.
            const isNear = test.timeout() > 0 && test.duration > test.timeout() / 2;
            if (isNear) console.log(`      near its limit of ${test.timeout()} ms: ${test.duration} ms`);
        });
        runner.on(EVENT_TEST_FAIL, (test, error) => {
            failed.push({ title: test.fullTitle(), message: String(error?.message ?? error) });
        });
        runner.once(EVENT_RUN_END, () => {
            const { passes, failures, pending } = runner.stats;
            if (process.env.MOCHA_COUNTS) {
                writeFileSync(process.env.MOCHA_COUNTS, JSON.stringify({ passes, failures, pending, failed }));
            }
        });
        if (process.env.MOCHA_TIMES) {
            const note = (file, wall, before) => {
                const after = cpuSeconds();
                const line = { file, wall, own: after.own - before.own, children: after.children - before.children };
                appendFileSync(process.env.MOCHA_TIMES, `${JSON.stringify(line)}\n`);
            };
            note('(loading)', process.uptime(), { own: 0, children: 0 });
            let begun;
            runner.on(EVENT_SUITE_BEGIN, (suite) => {
                if (suite.parent?.root) begun = { at: process.uptime(), cpu: cpuSeconds() };
            });
            runner.on(EVENT_SUITE_END, (suite) => {
                if (!suite.parent?.root) return;
                note(relative(process.cwd(), suite.file ?? ''), process.uptime() - begun.at, begun.cpu);
            });
        }
    }
};
