import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** upsmon writes it wherever it is told to write, and refuses to start beside another one: one at a time. */
const PID_FILE = '/run/nut/upsmon.pid';
const TOLD_OF = ['ONLINE', 'ONBATT', 'LOWBATT', 'FSD', 'COMMOK', 'COMMBAD', 'SHUTDOWN', 'NOCOMM'];

/** Debian's upsmon in the path is a wrapper that refuses to run outside its service: the real one is beside NUT's drivers. */
export function upsmonBeside(driver: string): string {
    return join(dirname(driver), 'upsmon');
}

/** A real upsmon that shuts down nothing: it leaves a file in place of it. */
export class Upsmon {
    private readonly folder = mkdtempSync(join(tmpdir(), 'ridethrough-upsmon-'));
    private readonly child: ChildProcess;

    private constructor(program: string, monitor: string) {
        const notify = this.file('notify.sh');
        writeFileSync(notify, `#!/bin/sh\necho "$NOTIFYTYPE" >> ${this.file('told')}\n`);
        chmodSync(notify, 0o755);
        const lines = [
            `MONITOR ${monitor}`,
            'MINSUPPLIES 1',
            `SHUTDOWNCMD "touch ${this.file('down')}"`,
            `NOTIFYCMD ${notify}`,
            'POLLFREQ 1',
            'POLLFREQALERT 1',
            'HOSTSYNC 2',
            'DEADTIME 5',
            'NOCOMMWARNTIME 2',
            'FINALDELAY 0',
            'RUN_AS_USER root',
            `POWERDOWNFLAG ${this.file('killpower')}`,
            ...TOLD_OF.map((each) => `NOTIFYFLAG ${each} EXEC`),
        ];
        writeFileSync(this.file('upsmon.conf'), `${lines.join('\n')}\n`, { mode: 0o640 });
        rmSync(PID_FILE, { force: true });
        const { folder } = this;
        const env = { ...process.env, NUT_CONFPATH: folder, NUT_STATEPATH: folder, NUT_ALTPIDPATH: folder };
        this.child = spawn(program, ['-F', '-u', 'root'], { env, stdio: 'ignore', detached: true });
    }

    /** @param options.monitor what stands behind MONITOR in upsmon.conf */
    static start(program: string, { monitor }: { monitor: string }): Upsmon {
        return new Upsmon(program, monitor);
    }

    /** What it was told, in order: ONLINE, ONBATT, … */
    told(): string[] {
        const file = this.file('told');
        return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    }

    /** Whether it has shut its machine down. */
    get isDown(): boolean {
        return existsSync(this.file('down'));
    }

    async stop(): Promise<void> {
        const exited = this.child.exitCode === null ? once(this.child, 'exit') : undefined;
        try {
            // With the part of it that keeps the rights of root.
            process.kill(-this.child.pid!, 'SIGKILL');
        } catch {
            // It has ended by itself.
        }
        await exited;
        rmSync(PID_FILE, { force: true });
        rmSync(this.folder, { recursive: true, force: true });
    }

    private file(name: string): string {
        return join(this.folder, name);
    }
}
