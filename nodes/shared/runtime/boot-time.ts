import { readFileSync } from 'node:fs';
import type { BootTime } from '../../../lib/core/clock';

/** Linux has an id for each boot (random(4)); on other systems nothing is independent of a change of the wall clock. */
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
        // This is not Linux: the wall clock is used, see docs/store.md.
        return '';
    }
}

/** sysUpTime: uptime of this process, hundredths of a second. */
export function upTime(): number {
    return Math.floor(process.uptime() * 100) % 2 ** 32;
}
