import { readFileSync } from 'node:fs';
import type { BootTime } from '../../../lib/core/clock';

/** Linux names each boot (random(4)); other systems tell nothing that a step of the wall clock leaves alone. */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

let id: string | undefined;

/** The boot of this machine. `process.hrtime` counts from it, the same in every process (CLOCK_MONOTONIC). */
export function bootTime(): BootTime | undefined {
    id ??= readId();
    return id ? { id, ms: Number(process.hrtime.bigint() / 1000n) / 1000 } : undefined;
}

function readId(): string {
    try {
        return readFileSync(BOOT_ID, 'utf8').trim();
    } catch {
        // No Linux: the wall clock has to do, see docs/store.md.
        return '';
    }
}

/** sysUpTime: of this process, hundredths of a second. */
export function upTime(): number {
    return Math.floor(process.uptime() * 100) % 2 ** 32;
}
