import assert from 'node:assert/strict';
import { CLOSE_GRACE_MS } from '../../../lib/core/commands/end-code';
import { JOB_CLOSE_MS, SITE_CLOSE_MS } from '../../../lib/flow/close-order';

/** What `docker stop` gives before it kills, less what Node-RED itself takes. */
const STOP_MS = 9_500;

describe('a stop of Node-RED', () => {
    it('has the answers awaited, the jobs noted and the sites closed, in this order, before Docker kills it', () => {
        assert.ok(CLOSE_GRACE_MS + 500 < JOB_CLOSE_MS);
        assert.ok(JOB_CLOSE_MS + 300 < SITE_CLOSE_MS);
        assert.ok(SITE_CLOSE_MS < STOP_MS);
    });
});
