/** snmpEngineBoots: larger with every start of the process, without anything to keep: minutes since 2020 fit for four thousand years. */
const BOOTS = Math.floor((Date.now() - Date.UTC(2020, 0, 1)) / 60_000);

/**
 * RFC 3414 section 2.2.2 wants a count of the engine's starts that never goes back. The minute of the start is one, unless the clock is
 * set back or the process starts twice in a minute; then receivers that keep the time window drop traps until its time has caught up.
 */
export function engineBoots(): number {
    return BOOTS;
}
