import type { Clock } from './clock';

/**
 * A moment that may be asked for by a later process: the wall clock may be set meanwhile, the time since the boot may not. JSON.
 * `boot` and `up` are missing where the system has no name for its boot; then the wall clock counts alone.
 */
export interface Moment {
    /** Epoch ms */
    at: number;
    /** Which boot of the machine. */
    boot?: string;
    /** ms since that boot. */
    up?: number;
}

/** As it is kept: earlier versions kept the epoch ms alone. */
export type Stamp = Moment | number;

/** What went before a restart is not taken to lie further back than this, however wrong the wall clock is. */
const LONGEST_AWAY_MS = 7 * 86_400_000;
/** A stamp further ahead of the time since the boot than this is of another name space of time (a container's). */
const TOLERANCE_MS = 1000;

/** @param agoMs how long ago it was, real ms; negative: it is still to come, see `msUntil` */
export function momentNow(clock: Clock, agoMs = 0): Moment {
    const at = clock.now() - agoMs;
    const boot = clock.bootTime?.();
    return boot ? { at, boot: boot.id, up: boot.ms - agoMs } : { at };
}

/**
 * Real ms since a moment, never negative. In the same boot of the machine by the time since the boot, which nobody sets; after another
 * boot by the wall clock, but at least for as long as the machine is up, and never more than a week.
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

/** Real ms until a moment that is still to come, never negative; after another boot by the wall clock. */
export function msUntil(clock: Clock, { at, boot, up }: Moment): number {
    const now = clock.bootTime?.();
    const left = now && boot === now.id && up !== undefined ? up - now.ms : at - clock.now();
    return Number.isFinite(left) ? Math.max(0, left) : 0;
}
