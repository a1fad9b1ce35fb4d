'use strict';
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

/** Mocha's spec reporter, which also leaves its counts (JSON) in the file that MOCHA_COUNTS names. */
module.exports = class extends reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        runner.once(Runner.constants.EVENT_RUN_END, () => {
            const { passes, failures, pending } = runner.stats;
            if (process.env.MOCHA_COUNTS) {
                writeFileSync(process.env.MOCHA_COUNTS, JSON.stringify({ passes, failures, pending }));
            }
        });
    }
};
