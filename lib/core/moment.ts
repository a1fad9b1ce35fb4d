import type { Clock } from './clock';

/**
 * A moment that a later process can read. Somebody may set the wall clock meanwhile; nobody sets the time since the boot. JSON. `boot` and
 * `up` are missing if the system does not identify its boot; then only the wall clock counts.
 */
export interface Moment {
    /** Epoch ms */
    at: number;
    /** Which boot of the machine. */
    boot?: string;
    /** ms since that boot. */
    up?: number;
}

/** The stored form: earlier versions stored only the epoch ms. */
export type Stamp = Moment | number;

/** Limit for the time since a moment before a restart: it protects against a wrong wall clock. */
const LONGEST_AWAY_MS = 7 * 86_400_000;
/** A stamp that is further ahead of the time since the boot comes from another time name space (that of a container). */
const TOLERANCE_MS = 1000;

/** The moment `agoMs` real ms ago. @param agoMs negative: in the future, see `msUntil` */
export function momentNow(clock: Clock, agoMs = 0): Moment {
    const at = clock.now() - agoMs;
    const boot = clock.bootTime?.();
    return boot ? { at, boot: boot.id, up: boot.ms - agoMs } : { at };
}

/**
 * Real ms since a moment, at least 0. Within the same boot of the machine the time since the boot decides. After another boot the wall
 * clock decides; the result is then at least the uptime of the machine, and at most a week.
 */
export function msSince(clock: Clock, stamp: Stamp): number {
    const { at, boot, up }: Moment = typeof stamp === 'number' ? { at: stamp } : stamp;
    const now = clock.bootTime?.();
    if (now && boot === now.id && up !== undefined && Number.isFinite(up) && up <= now.ms + TOLERANCE_MS) {
        return Math.max(0, now.ms - up);
    }
    const told = clock.now() - at;
    const byWall = Number.isFinite(told) ? Math.min(Math.max(0, told), LONGEST_AWAY_MS) : 0;
    return now && boot !== undefined && boot !== now.id ? Math.max(byWall, now.ms) : byWall;
}

/** Real ms until a moment in the future, at least 0. After another boot the wall clock decides. */
export function msUntil(clock: Clock, { at, boot, up }: Moment): number {
    const now = clock.bootTime?.();
    const left = now && boot === now.id && up !== undefined ? up - now.ms : at - clock.now();
    return Number.isFinite(left) ? Math.max(0, left) : 0;
}
