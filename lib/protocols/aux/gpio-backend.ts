import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { AuxBackend } from './backend';
import type { AuxPort } from './ports';

/** Linux GPIO in the file system (Documentation/ABI/testing/sysfs-gpio). */
export const GPIO_ROOT = '/sys/class/gpio';
const ATTEMPTS = 20;
const PAUSE_MS = 50;

/**
 * Lines of a Linux GPIO chip through sysfs. Line numbers are those of the kernel (`cat /sys/kernel/debug/gpio`); newer kernels
 * start at an offset, e.g. 512 on a Raspberry Pi. High means closed. The process needs write access below `root` (group `gpio`).
 */
export class GpioBackend implements AuxBackend {
    readonly readsBack = true;
    private readonly lines: number[];
    private readonly exported = new Set<number>();

    /** @throws UpsError config-invalid */
    constructor(
        private readonly ports: readonly AuxPort[],
        private readonly pause: (ms: number) => Promise<void>,
        private readonly root = GPIO_ROOT,
    ) {
        this.lines = ports.map(({ address }, index) => {
            const line = address === undefined || address === '' ? index : Number(address);
            if (Number.isInteger(line) && line >= 0) return line;
            throw new UpsError('config-invalid', {
                property: 'ports',
                value: String(address),
                expected: said('expected.gpio'),
            });
        });
    }

    async read(): Promise<boolean[]> {
        const states: boolean[] = [];
        for (let port = 0; port < this.ports.length; port++) {
            await this.export(port);
            states.push((await this.attempt(() => readFile(this.path(port, 'value'), 'utf8'))).trim() === '1');
        }
        return states;
    }

    async write(port: number, closed: boolean): Promise<void> {
        await this.export(port);
        await this.attempt(() => writeFile(this.path(port, 'value'), closed ? '1' : '0'));
    }

    /** Lines stay exported: a relay must keep its state when this process ends. */
    close(): Promise<void> {
        return Promise.resolve();
    }

    private async export(port: number): Promise<void> {
        if (this.exported.has(port)) return;
        const direction = this.path(port, 'direction');
        const there = await exists(direction);
        if (!there) await this.attempt(() => writeFile(join(this.root, 'export'), String(this.lines[port])));
        const wanted = this.ports[port]!.output ? 'out' : 'in';
        // After the export, udev takes a moment to set the file permissions.
        for (let attempt = 1; ; attempt++) {
            try {
                const now = (await readFile(direction, 'utf8')).trim();
                // Writing `out` again would switch an active relay off.
                if (now !== wanted) await writeFile(direction, wanted);
                break;
            } catch (error) {
                if (attempt >= ATTEMPTS) throw this.failed(error);
                await this.pause(PAUSE_MS);
            }
        }
        this.exported.add(port);
    }

    private path(port: number, file: string): string {
        return join(this.root, `gpio${this.lines[port]}`, file);
    }

    private async attempt<T>(work: () => Promise<T>): Promise<T> {
        try {
            return await work();
        } catch (error) {
            throw this.failed(error);
        }
    }

    private failed(error: unknown): UpsError {
        const { code, message } = error as NodeJS.ErrnoException;
        const denied = code === 'EACCES' || code === 'EPERM';
        return new UpsError(
            denied ? 'access-denied' : 'device-refused',
            { host: this.root, reason: message },
            { cause: error },
        );
    }
}

function exists(path: string): Promise<boolean> {
    return access(path).then(
        () => true,
        () => false,
    );
}
