/** upsTraps (RFC 1628 section 4). In v1: the enterprise, with the number of the trap as the specific one. */
export const UPS_TRAPS = '1.3.6.1.2.1.33.2';

export const TRAP_ON_BATTERY = 1;
export const TRAP_TEST_COMPLETED = 2;
export const TRAP_ALARM_ADDED = 3;
export const TRAP_ALARM_REMOVED = 4;
