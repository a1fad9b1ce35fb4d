import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPortLines } from '../../lib/protocols/contacts/serial-port-lines';
import { eventually } from '../support/eventually';
import { requirePeer } from '../support/peers';

describe('contacts at a pseudo-terminal of socat', function () {
    this.timeout(20_000);
    let socat: string;
    let directory: string;
    let path: string;
    let child: ChildProcess | undefined;

    before(function () {
        socat = requirePeer(this, 'socat');
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-pty-'));
        path = join(directory, 'tty');
    });
    afterEach(() => child?.kill('SIGKILL'));
    after(() => {
        if (directory) rmSync(directory, { recursive: true, force: true });
    });

    for (const setting of ['unchanged', 'on'] as const) {
        it(`says that it has no modem signals (DTR and RTS ${setting}), and lets go of it`, async () => {
            rmSync(path, { force: true });
            child = spawn(socat, [`PTY,link=${path},raw,echo=0`, 'PIPE'], { stdio: 'ignore' });
            await eventually(() => existsSync(path));
            const lines = new SerialPortLines({ path, dtr: setting, rts: setting });
            for (let round = 0; round < 2; round++) {
                // The second round finds the port free again, not locked by the first.
                await assert.rejects(lines.get(), (error: { code: string; data: { host: string; reason: string } }) => {
                    assert.equal(error.code, 'device-refused');
                    assert.equal(error.data.host, path);
                    return true;
                });
            }
            await lines.close();
        });
    }

    it('a port that is not there is silent', async () => {
        const lines = new SerialPortLines({ path: join(directory, 'none'), dtr: 'unchanged', rts: 'unchanged' });
        await assert.rejects(lines.get(), { code: 'device-silent' });
        await lines.close();
    });
});
