import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** Another process that writes to the series of a directory; see writer.ts. */
export class SeriesWriter {
    readonly lines: string[] = [];
    private readonly child: ChildProcess;
    private readonly ended: Promise<void>;
    private wake = () => {};
    private rest = '';

    constructor(directory: string, first: number, mode = '') {
        const args = ['--require', 'tsx/cjs', join(__dirname, 'writer.ts'), directory, String(first), mode];
        this.child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        this.child.stdout?.on('data', (chunk: Buffer) => {
            const lines = (this.rest + chunk.toString()).split('\n');
            this.rest = lines.pop() ?? '';
            this.lines.push(...lines);
            this.wake();
        });
        this.ended = new Promise((resolve) => this.child.on('close', () => resolve()));
    }

    /** Resolves with the first line that it prints. */
    async firstLine(): Promise<string> {
        while (!this.lines.length) await new Promise<void>((resolve) => (this.wake = resolve));
        return this.lines[0];
    }

    async kill(): Promise<void> {
        this.child.kill('SIGKILL');
        await this.ended;
    }
}
