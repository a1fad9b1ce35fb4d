import { fork, type ChildProcess } from 'node:child_process';

interface Answer {
    id: number;
    value?: unknown;
    error?: string;
}

/**
 * A TypeScript file of the bench in a process of its own, so that what it does blurs neither memory nor time of what is measured.
 * It answers requests; see `serve`.
 */
export class Program {
    private readonly child: ChildProcess;
    private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
    private nextId = 1;

    /** @param options of Node.js */
    constructor(file: string, options: readonly string[] = []) {
        this.child = fork(file, {
            execArgv: ['--require', 'tsx/cjs', ...options],
            stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        });
        this.child.on('message', ({ id, value, error }: Answer) => {
            const call = this.waiting.get(id);
            this.waiting.delete(id);
            if (error === undefined) call?.resolve(value);
            else call?.reject(new Error(error));
        });
        this.child.on('exit', () => {
            for (const { reject } of this.waiting.values()) reject(new Error(`${file} has ended`));
            this.waiting.clear();
        });
    }

    get pid(): number {
        return this.child.pid ?? 0;
    }

    ask<T>(request: string, data?: unknown): Promise<T> {
        const id = this.nextId++;
        return new Promise<T>((resolve, reject) => {
            this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
            this.child.send({ id, request, data });
        });
    }

    async stop(): Promise<void> {
        if (this.child.exitCode !== null || this.child.signalCode !== null) return;
        const ended = new Promise((resolve) => this.child.once('exit', resolve));
        this.child.kill('SIGKILL');
        await ended;
    }
}

type Handlers = Record<string, (data: never) => unknown>;

/** The other side of `Program`: answers each request by the handler of its name; ends with the process that started it. */
export function serve(handlers: Handlers): void {
    process.on('message', ({ id, request, data }: { id: number; request: string; data: unknown }) => {
        const answer = async () => {
            const handler = handlers[request];
            if (!handler) throw new Error(`unknown request ${request}`);
            return handler(data as never);
        };
        answer().then(
            (value) => process.send?.({ id, value }),
            (error: unknown) => process.send?.({ id, error: String(error) }),
        );
    });
    process.on('disconnect', () => process.exit());
}
