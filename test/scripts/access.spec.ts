import { match, ok, strictEqual } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

type Settings = { adminAuth?: object; httpNodeAuth?: object };
const { accessProblem } = require('../../scripts/lib/access.mjs') as {
    accessProblem(host: string, settings: Settings, file: string, env?: NodeJS.ProcessEnv): string | undefined;
};

describe('an editor that others can reach', () => {
    const problem = (host: string, settings: Settings = {}, env: NodeJS.ProcessEnv = {}) =>
        accessProblem(host, settings, '/somewhere/access.cjs', env);
    const both = { adminAuth: {}, httpNodeAuth: {} };

    it('starts on this machine without a log-in', () => {
        for (const host of ['127.0.0.1', '127.0.0.2', 'localhost', '::1']) strictEqual(problem(host), undefined, host);
    });

    it('is refused without a log-in, and the person is told how to protect it', () => {
        for (const host of ['0.0.0.0', '::', '192.0.2.7', 'ups.example.org']) {
            const sentence = problem(host)!;
            match(sentence, /the editor and the dashboard/);
            match(sentence, /\/somewhere\/access\.cjs/);
        }
        match(problem('0.0.0.0', { adminAuth: {} })!, /open the dashboard to/);
        match(problem('0.0.0.0', { httpNodeAuth: {} })!, /open the editor to/);
    });

    it('starts with a log-in for both, or where it is told explicitly', () => {
        strictEqual(problem('0.0.0.0', both), undefined);
        strictEqual(problem('0.0.0.0', {}, { RIDETHROUGH_OPEN_WITHOUT_LOGIN: 'yes' }), undefined);
        ok(problem('0.0.0.0', {}, { RIDETHROUGH_OPEN_WITHOUT_LOGIN: 'no' }));
    });

    it('takes the log-in from the file that it names', () => {
        const folder = mkdtempSync(join(tmpdir(), 'ridethrough-access-'));
        const file = join(folder, 'access.cjs');
        writeFileSync(file, `module.exports = { adminAuth: { type: 'credentials', users: [] } };`);
        const settings = resolve(__dirname, '../../scripts/settings.cjs');
        const print = `console.log(JSON.stringify(require(${JSON.stringify(settings)}).adminAuth))`;
        const env = { ...process.env, RIDETHROUGH_ACCESS_FILE: file };
        match(execFileSync(process.execPath, ['-e', print], { env }).toString(), /credentials/);
        rmSync(folder, { recursive: true });
    });
});
