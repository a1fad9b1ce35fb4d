import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import manifest from '../../package.json';

const ROOT = join(__dirname, '../..');

/** What a fresh process has loaded after these modules, relative to the package. */
function loadedAfter(...files: string[]): string[] {
    const script = `
        for (const file of ${JSON.stringify(files)}) require(file);
        console.log(JSON.stringify(Object.keys(require.cache)));
    `;
    const args = ['--require', 'tsx/cjs', '--eval', script];
    return JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })) as string[];
}

const SOURCES = Object.values(manifest['node-red'].nodes).map((file) =>
    join(ROOT, file.replace(/^dist/, '').replace(/js$/, 'ts')),
);

describe('the start of Node-RED', function () {
    this.timeout(60_000);

    it('loads no protocol of a device, and no package that only some installations need', () => {
        const loaded = loadedAfter(...SOURCES);
        assert.ok(loaded.some((file) => file.endsWith('nodes/devices/ups-snmp.ts')));
        const costly =
            /node_modules\/(net-snmp|ssh2|nodemailer|serialport|modbus-serial|mqtt|temporal-polyfill)\/|protocols\/(snmp|cs141|nut|delta)\/driver\.ts$/;
        assert.deepEqual(
            loaded.filter((file) => costly.test(file)),
            [],
        );
    });
});
