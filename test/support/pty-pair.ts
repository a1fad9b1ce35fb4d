import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually';

/** Two pseudo-terminals that are one serial line, made by socat. */
export interface PtyPair {
    a: string;
    b: string;
    close(): Promise<void>;
}

export async function ptyPair(socat: string): Promise<PtyPair> {
    const directory = mkdtempSync(join(tmpdir(), 'ridethrough-pty-'));
    const [a, b] = [join(directory, 'a'), join(directory, 'b')];
    const child = spawn(socat, [`pty,raw,echo=0,link=${a}`, `pty,raw,echo=0,link=${b}`], { stdio: 'ignore' });
    await eventually(() => existsSync(a) && existsSync(b));
    return {
        a,
        b,
        async close() {
            if (child.exitCode === null && child.signalCode === null) {
                child.kill('SIGKILL');
                await once(child, 'exit');
            }
            rmSync(directory, { recursive: true, force: true });
        },
    };
}
