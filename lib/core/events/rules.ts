import type { AlarmId } from '../status/alarms';
import type { UpsStatus } from '../status/status';
import type { UpsEventId } from './ids';

/** How an event stands by one reading. `undefined` instead of a verdict: the reading does not tell; the state stays. */
export interface Verdict {
    active: boolean;
    rule: string;
    values: Record<string, number | string | boolean | undefined>;
}

export type Rule = (status: UpsStatus) => Verdict | undefined;

/** Active when any of these alarms is present; unknown when the device tells no alarms. */
function alarm(...ids: AlarmId[]): Rule {
    return ({ alarms }) => {
        if (!alarms) return undefined;
        const present = ids.filter((id) => alarms.includes(id));
        return { active: present.length > 0, rule: 'alarm', values: { alarm: present.join(' ') || 'none' } };
    };
}

/** Active when `read` gives one of `states`; unknown when it gives undefined. */
function state<T extends string>(name: string, read: (status: UpsStatus) => T | undefined, ...states: T[]): Rule {
    return (status) => {
        const value = read(status);
        return value === undefined
            ? undefined
            : { active: states.includes(value), rule: name, values: { [name]: value } };
    };
}

/** The first active verdict, else the first that knows anything. */
function any(...rules: Rule[]): Rule {
    return (status) => {
        const verdicts = rules.map((rule) => rule(status)).filter((verdict) => verdict !== undefined);
        return verdicts.find((verdict) => verdict.active) ?? verdicts[0];
    };
}

const batteryState = (status: UpsStatus) => (status.battery.state === 'unknown' ? undefined : status.battery.state);

/** Whether a battery test or calibration is running, by alarm or by test result. */
export const testRunning: Rule = any(
    alarm('test-in-progress', 'calibration'),
    state('test.result', (status) => status.test.result, 'in-progress'),
);

/**
 * The events that one reading alone decides, in RFC 1628's terms (upsAlarm group, section 4; upsBatteryStatus). Outage, lost
 * communication, age of the battery, system shutdown and passed tests need more than a reading: see EventEngine.
 */
export const READING_RULES: Partial<Record<UpsEventId, Rule>> = {
    'battery-low': any(state('battery.state', batteryState, 'low', 'depleted'), alarm('low-battery')),
    'battery-depleted': any(state('battery.state', batteryState, 'depleted'), alarm('depleted-battery')),
    'battery-bad': any(
        state('battery.condition', (status) => status.battery.condition, 'replace'),
        alarm('battery-bad', 'battery-replace'),
    ),
    'battery-weak': any(
        state('battery.condition', (status) => status.battery.condition, 'weak'),
        alarm('battery-weak'),
    ),
    'on-bypass': any(
        state('output.source', (status) => status.output.source, 'bypass'),
        alarm('on-bypass'),
    ),
    'bypass-bad': alarm('bypass-bad'),
    overload: alarm('output-overload'),
    'over-temperature': alarm('temp-bad'),
    'input-bad': alarm('input-bad'),
    'output-bad': alarm('output-bad'),
    'output-off': any(
        alarm('ups-output-off', 'output-off-as-requested'),
        state('output.source', (status) => status.output.source, 'none'),
    ),
    'ups-off': alarm('ups-system-off', 'ups-off-as-requested'),
    'charger-failed': alarm('charger-failed'),
    'fan-failure': alarm('fan-failure'),
    'fuse-failure': alarm('fuse-failure'),
    'general-fault': alarm('general-fault'),
    'inverter-failure': alarm('inverter-failure'),
    'eco-mode': alarm('eco-mode'),
    'test-in-progress': testRunning,
    'test-failed': any(
        state('test.result', (status) => status.test.result, 'failed'),
        alarm('diagnostic-test-failed'),
    ),
    'awaiting-power': alarm('awaiting-power'),
    'shutdown-pending': alarm('shutdown-pending'),
    'shutdown-imminent': alarm('shutdown-imminent'),
    'emergency-power-off': alarm('emergency-power-off'),
    'redundancy-lost': alarm('redundancy-lost'),
    'generator-on': alarm('generator-on'),
    'battery-charging': state('battery.charging', (status) => status.battery.charging, 'charging'),
};
