import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What `mbpoll` printed: `[reference]: value` lines as a map, and all of it. References count from 1. */
export interface Polled {
    values: Map<number, string>;
    output: string;
    /** 0 if the device answered with data, or did what it was told. */
    code: number | null;
}

/** Runs mbpoll once. */
export async function mbpoll(program: string, ...args: string[]): Promise<Polled> {
    const child = spawn(program, ['-1', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (output += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    const values = new Map<number, string>();
    for (const [, reference, value] of output.matchAll(/^\[(\d+)\]:\s*(.+?)\s*$/gm))
        values.set(Number(reference), value!);
    return { values, output, code };
}
