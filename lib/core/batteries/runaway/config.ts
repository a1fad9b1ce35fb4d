/**
 * When a string is taken for a thermal runaway (CS141 manual, "Thermal Runaway"). It has three figures: the difference of a module, the
 * current of a string, and how long both are true; it compares with the statistics of all modules. Everything else is [ours].
 */
export interface RunawayConfig {
    /** K above the median of all blocks ("Max. Module Temperature Difference"). Absent: not judged. */
    aboveOthers?: number;
    /** K above the ambient temperature, where that is known: all blocks may run away at once [ours]. Absent: not judged. */
    aboveAmbient?: number;
    /** °C: a block above it counts without rising [ours]. Absent: not judged. */
    highest?: number;
    /** K per hour: how fast a block must rise, by itself and against what it is compared with [ours]. */
    risePerHour: number;
    /** Minutes over which the rise is measured [ours]. */
    riseMinutes: number;
    /** A of charge for each string with a sensor of its own ("Max Current per String"). Absent: not judged. */
    mostCurrent?: number;
    /** What the current does: it counts by itself, or only together with a hot block. */
    current: 'alone' | 'with-heat';
    /** "Above Conditions Are True Since": minutes until the warning. */
    minutes: number;
    /** From the warning to the runaway: minutes in which a person can stop the countdown [ours]. */
    countdownMinutes: number;
    /** In a discharge: `warn` holds the countdown, because an open breaker would take the battery from the load. `count`: it runs [ours]. */
    inDischarge: 'warn' | 'count';
    /** Hours after a discharge in which a block counts as hot earlier: "up to 16 hours" ("BACS alarm thresholds"). */
    sensitiveHours: number;
    /** Factor for `aboveOthers` and `risePerHour` in that time [ours]; not for ambient, because charging warms all blocks. */
    sensitiveFactor: number;
    /** K: how far a block has to fall below its limit before it is no longer hot [ours]. */
    recovery: number;
    /** A runaway stays until a person resets it, so that no breaker closes by itself [ours]. */
    latch: boolean;
    /** K per minute: no battery heats or cools faster; a value that does is a fault of the sensor [ours]. */
    fastest: number;
}

/** All figures are [ours]. */
export const RUNAWAY_DEFAULTS: RunawayConfig = {
    aboveOthers: 8,
    aboveAmbient: 12,
    risePerHour: 1.5,
    riseMinutes: 30,
    current: 'alone',
    minutes: 5,
    countdownMinutes: 15,
    inDischarge: 'warn',
    sensitiveHours: 16,
    sensitiveFactor: 0.7,
    recovery: 2,
    latch: true,
    fastest: 5,
};
