import type { UpsCommand } from '../../core/driver';

type Test = (UpsCommand & { type: 'test' })['test'];
type Buzzer = (UpsCommand & { type: 'buzzer' })['state'];

/** Instant commands for the buzzer, the one that drivers have most often first (RFC 9271 section 5.2). */
export const BUZZER_COMMANDS = {
    on: ['beeper.enable', 'beeper.on'],
    off: ['beeper.disable', 'beeper.off'],
    mute: ['beeper.mute'],
} as const satisfies Record<Buzzer, readonly string[]>;

/** Instant commands for tests; NUT has no test of a given length. */
export const TEST_COMMANDS: Record<Test, readonly string[]> = {
    quick: ['test.battery.start.quick', 'test.battery.start'],
    battery: ['test.battery.start', 'test.battery.start.quick'],
    full: ['test.battery.start.deep', 'calibrate.start'],
    custom: [],
    self: ['test.system.start'],
    abort: ['test.battery.stop', 'calibrate.stop'],
};

/** Delays where neither the client nor the UPS names one, s: the usual defaults of NUT's drivers (offdelay, ondelay). */
const OFF_DELAY = 20;
const ON_DELAY = 30;

/** What a UPS has set for its delays, s. */
export interface Delays {
    shutdown?: number;
    start?: number;
}

type Make = (seconds: number | undefined, delays: Delays) => UpsCommand;

const off = (seconds: number, restoreSeconds?: number): UpsCommand => ({
    type: 'shutdown',
    scope: 'output',
    seconds,
    ...(restoreSeconds === undefined ? {} : { restoreSeconds }),
});

/** Of a whole UPS, by the name of the instant command, sorted. A number behind the name is the delay, s. */
const COMMANDS: Readonly<Record<string, Make>> = {
    'beeper.disable': () => ({ type: 'buzzer', state: 'off' }),
    'beeper.enable': () => ({ type: 'buzzer', state: 'on' }),
    'beeper.mute': () => ({ type: 'buzzer', state: 'mute' }),
    'load.off': () => off(0),
    'load.off.delay': (seconds, { shutdown }) => off(seconds ?? shutdown ?? OFF_DELAY),
    'load.on': () => ({ type: 'startup', seconds: 0 }),
    'load.on.delay': (seconds, { start }) => ({ type: 'startup', seconds: seconds ?? start ?? ON_DELAY }),
    'shutdown.reboot': () => ({ type: 'reboot', seconds: 0 }),
    'shutdown.return': (seconds, { shutdown, start }) => off(seconds ?? shutdown ?? OFF_DELAY, start ?? ON_DELAY),
    'shutdown.stayoff': (seconds, { shutdown }) => off(seconds ?? shutdown ?? OFF_DELAY),
    'shutdown.stop': () => ({ type: 'abort-shutdown' }),
    'test.battery.start': () => ({ type: 'test', test: 'battery' }),
    'test.battery.start.deep': () => ({ type: 'test', test: 'full' }),
    'test.battery.start.quick': () => ({ type: 'test', test: 'quick' }),
    'test.battery.stop': () => ({ type: 'test', test: 'abort' }),
    'test.system.start': () => ({ type: 'test', test: 'self' }),
};

/** The names of the instant commands that a server may offer for a UPS with these outlets, before the UPS is asked. */
export function instantNames(outlets: readonly string[]): string[] {
    const each = outlets.flatMap((id) => ['cycle', 'off', 'on'].map((action) => `outlet.${id}.load.${action}`));
    return [...Object.keys(COMMANDS), ...each];
}

/**
 * The command that an instant command means; undefined: there is none of this name.
 * @param seconds the number behind it, if the client gave one
 */
export function commandOf(name: string, seconds: number | undefined, delays: Delays = {}): UpsCommand | undefined {
    const whole = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (whole) return whole(seconds, delays);
    const [, outlet, action] = /^outlet\.([1-9]\d{0,4})\.load\.(on|off|cycle)$/.exec(name) ?? [];
    return outlet && action ? { type: 'outlet', outlet, action: action as 'on' | 'off' | 'cycle' } : undefined;
}
