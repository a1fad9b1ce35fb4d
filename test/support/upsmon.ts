import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** upsmon writes its number here wherever it is told to write, and refuses to start beside another one. */
const PID_FOLDER = '/run/nut';
const TOLD_OF = ['ONLINE', 'ONBATT', 'LOWBATT', 'FSD', 'COMMOK', 'COMMBAD', 'SHUTDOWN', 'NOCOMM'];

/** Debian's upsmon in the path is a wrapper that refuses to run outside its service: the real one is beside NUT's drivers. */
export function upsmonBeside(driver: string): string {
    return join(dirname(driver), 'upsmon');
}

/** Whether each upsmon can have a folder of its own for its number, and several can run at once: that needs a mount namespace, and so root. */
export function severalUpsmons(): boolean {
    return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', PID_FOLDER]).status === 0;
}

export interface UpsmonOptions {
    /** What stands behind MONITOR in upsmon.conf. */
    monitor: string;
    /** How long a primary waits for its secondaries, s. */
    hostSync?: number;
    /** Further lines of upsmon.conf. */
    lines?: readonly string[];
}

/** A real upsmon that shuts down nothing: it leaves a file in place of it. */
export class Upsmon {
    /** What it has printed. */
    output = '';
    private readonly folder = mkdtempSync(join(tmpdir(), 'ridethrough-upsmon-'));
    private readonly child: ChildProcess;
    private readonly pidFile = join(PID_FOLDER, 'upsmon.pid');

    private constructor(
        program: string,
        { monitor, hostSync = 2, lines: further = [] }: UpsmonOptions,
        private readonly ownsFolder = severalUpsmons(),
    ) {
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
            `HOSTSYNC ${hostSync}`,
            'DEADTIME 5',
            'NOCOMMWARNTIME 2',
            'FINALDELAY 0',
            'RUN_AS_USER root',
            `POWERDOWNFLAG ${this.file('killpower')}`,
            ...TOLD_OF.map((each) => `NOTIFYFLAG ${each} EXEC`),
            ...further,
        ];
        writeFileSync(this.file('upsmon.conf'), `${lines.join('\n')}\n`, { mode: 0o640 });
        const { folder } = this;
        const env = { ...process.env, NUT_CONFPATH: folder, NUT_STATEPATH: folder, NUT_ALTPIDPATH: folder };
        const own = ['-m', 'sh', '-c', `mount -t tmpfs tmpfs ${PID_FOLDER} && exec "$@"`, 'sh', program];
        const [command, before] = this.ownsFolder ? ['unshare', own] : [program, []];
        if (!this.ownsFolder) rmSync(this.pidFile, { force: true });
        this.child = spawn(command, [...before, '-F', '-u', 'root'], { env, stdio: 'pipe', detached: true });
        for (const stream of [this.child.stdout!, this.child.stderr!])
            stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }

    static start(program: string, options: UpsmonOptions): Upsmon {
        return new Upsmon(program, options);
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

    /** When it has, epoch ms. */
    get downAt(): number | undefined {
        return this.isDown ? statSync(this.file('down')).mtimeMs : undefined;
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
        if (!this.ownsFolder) rmSync(this.pidFile, { force: true });
        rmSync(this.folder, { recursive: true, force: true });
    }

    private file(name: string): string {
        return join(this.folder, name);
    }
}
