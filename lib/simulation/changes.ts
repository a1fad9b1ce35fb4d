import type { AlarmId } from '../core/status/alarms';
import { onBattery } from './physics';
import { alarmsOf, type Moment } from './reading';

export type ChangeKind =
    | 'mains-failed'
    | 'mains-restored'
    | 'on-battery'
    | 'off-battery'
    | 'battery-low'
    | 'battery-not-low'
    | 'battery-depleted'
    | 'output-off'
    | 'output-on'
    | 'load-on'
    | 'load-off'
    | 'test-started'
    | 'test-completed'
    | 'alarm-added'
    | 'alarm-removed';

/** One change of a simulated UPS. */
export interface UpsChange {
    what: ChangeKind;
    /** Epoch ms at which it happened. */
    at: number;
    /** With `alarm-added` and `alarm-removed`. */
    alarm?: AlarmId;
    /** With `load-on` and `load-off`. */
    load?: string;
}

/** The values that are compared before and after a transition. */
export interface View {
    mains: boolean;
    onBattery: boolean;
    output: boolean;
    /** Distinguishes a test from the next one, which may start when it ends. */
    test: string;
    loads: Map<string, boolean>;
    alarms: Set<AlarmId>;
}

export function viewOf(moment: Moment): View {
    const { state, plate } = moment;
    return {
        mains: state.mains,
        onBattery: onBattery(state, plate),
        output: state.off === undefined,
        test: state.test ? `${state.test.kind} ${state.testStartedAt ?? ''}` : '',
        loads: new Map(state.loads.map((load) => [load.name, load.on && !state.off])),
        alarms: new Set(alarmsOf(moment)),
    };
}

export function changesBetween(before: View, after: View): Omit<UpsChange, 'at'>[] {
    const changes: Omit<UpsChange, 'at'>[] = [];
    const edge = (was: boolean, is: boolean, on: ChangeKind, off?: ChangeKind) => {
        if (is && !was) changes.push({ what: on });
        if (was && !is && off) changes.push({ what: off });
    };
    const has = (alarm: AlarmId) => [before.alarms.has(alarm), after.alarms.has(alarm)] as const;
    edge(before.mains, after.mains, 'mains-restored', 'mains-failed');
    if (before.test !== after.test) {
        if (before.test) changes.push({ what: 'test-completed' });
        if (after.test) changes.push({ what: 'test-started' });
    }
    edge(before.onBattery, after.onBattery, 'on-battery', 'off-battery');
    edge(...has('low-battery'), 'battery-low', 'battery-not-low');
    edge(...has('depleted-battery'), 'battery-depleted');
    edge(before.output, after.output, 'output-on', 'output-off');
    for (const [load, on] of after.loads)
        if (before.loads.get(load) !== on) changes.push({ what: on ? 'load-on' : 'load-off', load });
    for (const alarm of after.alarms) if (!before.alarms.has(alarm)) changes.push({ what: 'alarm-added', alarm });
    for (const alarm of before.alarms) if (!after.alarms.has(alarm)) changes.push({ what: 'alarm-removed', alarm });
    return changes;
}
