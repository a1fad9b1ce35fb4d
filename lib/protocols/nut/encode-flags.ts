import { isRemembered, type ServedUps } from '../../core/served/served-ups';
import type { AlarmId } from '../../core/status/alarms';

/** What a server adds to what is known of a UPS. */
export interface FlagOptions {
    /** A shutdown of the clients is ordered (FSD). */
    forced?: boolean;
    /** On battery with this runtime or less the battery counts as low, s; 0: only when the UPS says so. */
    lowSeconds?: number;
    /** `ups.alarm` is not empty. */
    alarm?: boolean;
}

/** V; an output that has more is not off, whatever its source is said to be. */
const LIVE_OUTPUT = 20;

/**
 * The flags of `ups.status` (RFC 9271 section 5.1.4), in the order of upsd. A battery test is `OL DISCHRG`, never CAL and never OB: NUT 2.8.1 does
 * not forget CAL, and clients shut down on OB. FSD comes with OB and never with OL: Synology's client ignores `FSD OL`. OFF is said only of an
 * output that the device itself says to be off, now: QNAP's client shuts down on it at once.
 */
export function encodeFlags(
    served: ServedUps,
    { forced = false, lowSeconds = 0, alarm = false }: FlagOptions,
): string[] {
    const { status, knowledge, testsBattery, remainingSeconds } = served;
    const onBattery = forced || served.onBattery === true;
    const isNow = knowledge === 'live';
    const has = (id: AlarmId) => status?.alarms?.includes(id) === true;
    const isOn = (id: string) => served.events.some((event) => event.id === id);
    const source = status?.output.source;
    const charging = status?.battery.charging;
    const isLow = lowSeconds > 0 && remainingSeconds !== undefined && remainingSeconds <= lowSeconds;
    const runsOut = served.onBattery === true && !isRemembered(served.outage) && isLow;
    const discharges = served.onBattery === true || testsBattery || charging === 'discharging';
    const flags: Record<string, boolean> = {
        FSD: forced,
        ALARM: alarm,
        OL: !onBattery && served.onBattery === false,
        OB: onBattery,
        LB: served.batteryLow || runsOut,
        RB: status?.battery.condition === 'replace' || has('battery-replace'),
        CHRG: !onBattery && !testsBattery && charging === 'charging',
        DISCHRG: discharges,
        BYPASS: source === 'bypass' || has('on-bypass') || isOn('on-bypass'),
        OVER: has('output-overload') || isOn('overload'),
        TRIM: !onBattery && source === 'reducer',
        BOOST: !onBattery && source === 'booster',
        OFF: isNow && isOff(served),
    };
    return Object.keys(flags).filter((flag) => flags[flag]);
}

/** A card that has just started answers zero everywhere, and some devices contradict themselves: neither says that the output is off. */
function isOff({ status }: ServedUps): boolean {
    if (!status) return false;
    const { input, output, alarms } = status;
    const volts = input.lines.flatMap(({ voltage }) => voltage ?? []);
    const hasDeadInput = volts.length > 0 && volts.every((each) => each <= LIVE_OUTPUT);
    const isUsed = output.lines.some(({ voltage = 0, load = 0, current = 0, power = 0 }) => {
        return voltage > LIVE_OUTPUT || load > 0 || current > 0 || power > 0;
    });
    if (hasDeadInput || isUsed) return false;
    if (output.source === 'none') return true;
    const feeds = output.source !== undefined && output.source !== 'other';
    return !feeds && alarms?.includes('ups-output-off') === true;
}
