import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDirectory } from '../../../lib/store/make-directory';

describe('a directory of a store', () => {
    it('is made with its parents, also if it is there already', () => {
        const folder = mkdtempSync(join(tmpdir(), 'ridethrough-directory-'));
        try {
            makeDirectory(join(folder, 'a', 'b'));
            makeDirectory(join(folder, 'a', 'b'));
            assert.ok(existsSync(join(folder, 'a', 'b')));
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it('below /proc fails at once', function () {
        if (!existsSync('/proc/self')) this.skip();
        assert.throws(() => makeDirectory('/proc/nope/store'), { code: /ENOENT|EACCES|EPERM/ });
    });
});
