/** What a running program stores so that its next start knows how long nothing ran. */
export interface LastSeen {
    /** Epoch ms */
    at: number;
    /** The program ended regularly. Otherwise it was killed, or its machine went down, at some time after `at`. */
    ended: boolean;
}

/** A duration as people say it: `2 d 4 h`, `1 h 45 min`, `12 min`, `40 s`. @param ms below 0 counts as 0 */
export function spanText(ms: number): string {
    const seconds = Math.max(0, Math.round(ms / 1000));
    const parts = [
        [Math.floor(seconds / 86_400), 'd'],
        [Math.floor(seconds / 3600) % 24, 'h'],
        [Math.floor(seconds / 60) % 60, 'min'],
        [seconds % 60, 's'],
    ] as const;
    const first = parts.findIndex(([count]) => count > 0);
    if (first < 0) return '0 s';
    // Seconds are left out beside hours, and minutes beside days.
    const shown = parts.slice(first, first === 2 ? first + 1 : first + 2);
    return shown
        .filter(([count]) => count > 0)
        .map(([count, unit]) => `${count} ${unit}`)
        .join(' ');
}

export function asLastSeen(value: unknown): LastSeen | undefined {
    const { at, ended } = (value ?? {}) as Partial<LastSeen>;
    return typeof at === 'number' && Number.isFinite(at) ? { at, ended: ended === true } : undefined;
}
