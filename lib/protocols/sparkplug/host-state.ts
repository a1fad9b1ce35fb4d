import { jsonObject } from '../mqtt/json-object';

/** What STATE messages tell of a primary host application (Eclipse Sparkplug 3.0.0, "Primary Host Application STATE"). */
export class HostState {
    isOnline = false;
    private latest = -Infinity;

    /** On a new connection the broker tells anew how the host stands. */
    reset(): void {
        this.isOnline = false;
    }

    /** A message that is older than one before counts nothing. @returns whether it counts */
    receive(payload: Uint8Array): boolean {
        const { online, timestamp } = (jsonObject(payload) ?? {}) as { online?: unknown; timestamp?: unknown };
        if (typeof online !== 'boolean' || typeof timestamp !== 'number' || timestamp < this.latest) return false;
        this.latest = timestamp;
        this.isOnline = online;
        return true;
    }
}
