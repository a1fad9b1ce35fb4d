import type { UpsStatus } from '../status/status';

/** The shutdown countdown of the device itself. `acted`: the output is off. `unknown`: the device does not report it. */
export type Countdown = 'running' | 'none' | 'acted' | 'unknown';

/** Seconds left under the names of RFC 1628 and of NUT (RFC 9271 section 5.1). */
const COUNTERS = ['upsShutdownAfterDelay', 'ups.timer.shutdown'];

/** Reads the countdown from a status. It is as old as the status, and some drivers read the counters only once a minute. */
export function countdownOf(status: UpsStatus | undefined, secondsLeft?: number): Countdown {
    const { alarms = [], settings = {} } = status ?? {};
    const counted = secondsLeft ?? COUNTERS.map((name) => settings[name]).find((value) => typeof value === 'number');
    if (typeof counted === 'number' && counted > 0) return 'running';
    if (status?.output.source === 'none') return 'acted';
    if (alarms.includes('shutdown-pending') || alarms.includes('shutdown-imminent')) return 'running';
    if (alarms.some((alarm) => OFF.has(alarm))) return 'acted';
    // RFC 1628: -1 if nothing counts; some cards report 0.
    return counted === undefined ? 'unknown' : 'none';
}

const OFF: ReadonlySet<string> = new Set(['output-off-as-requested', 'ups-off-as-requested', 'ups-output-off']);
