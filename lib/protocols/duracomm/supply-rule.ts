import type { AlarmId } from '../../core/status/alarms';
import type { PartialStatus } from '../../core/status/status';
import type { DeviceMap } from '../device-map/device-map';
import { Hysteresis, type Limits } from './hysteresis';

export interface SupplyLimits {
    /** V AC: the mains have failed below the one, and are back at or above the other. */
    mains: Limits;
    /**
     * V DC: where the device takes the battery off, and takes it on again (low voltage disconnect). The limit itself counts: a battery that is
     * taken off recovers at once, so that no reading below it may ever be seen, least of all with the one decimal that the device shows.
     */
    disconnect: Limits;
}

/** On which side of their limits the values of a supply were at last. Absent: never beyond one. */
export interface SupplySides {
    /** The mains have failed. */
    mains?: boolean;
    /** The battery is taken off. */
    empty?: boolean;
}

/** Factory settings of the RMCU: "Factory Default Analog Alarm Settings"; "Low Voltage Disconnect with Relay". */
export const FACTORY_LIMITS: SupplyLimits = {
    mains: { below: 100, back: 107 },
    disconnect: { below: 10.4, atToo: true, back: 12.5 },
};

/**
 * What a supply does not say itself: that the mains have failed, by its AC line, and that its battery is empty, by the voltage at which it is taken off.
 * Both rules are ours [inferred]. Where the map of the user tells the source, or the alarm on-battery, the device has the word.
 */
export class SupplyRule {
    private readonly mains: Hysteresis;
    private readonly empty: Hysteresis;

    constructor({ mains, disconnect }: SupplyLimits) {
        this.mains = new Hysteresis(mains);
        this.empty = new Hysteresis(disconnect);
    }

    get sides(): SupplySides {
        return { mains: this.mains.on, empty: this.empty.on };
    }

    /** Goes on from a former process: between two limits, the state is the former one. */
    begin({ mains, empty }: SupplySides): void {
        this.mains.on = mains;
        this.empty.on = empty;
    }

    /** A reading with what follows from it. An AC line that is not known, or never was beyond a limit, says nothing. */
    judge(reading: PartialStatus): PartialStatus {
        const { input, output, battery, alarms, alarmsTold } = reading;
        const failed = this.mains.judge(input?.lines?.[0]?.voltage);
        if (failed === undefined || tellsSource(reading)) return reading;
        const isEmpty = this.empty.judge(battery?.voltage);
        const state = failed && isEmpty ? 'depleted' : isEmpty === false ? 'normal' : undefined;
        const judged = battery?.state === undefined ? state : undefined;
        const ours: AlarmId[] = [...(failed ? [ON_BATTERY] : []), ...(judged === 'depleted' ? [DEPLETED] : [])];
        // Without a list of its own, the device tells no other alarm, but what its values say instead of one.
        const told = [ON_BATTERY, ...(judged ? BATTERY_LEVELS : []), ...(alarms ? [] : toldByValues(reading))];
        return {
            ...reading,
            output: { lines: [], ...output, source: failed ? 'battery' : 'normal' },
            ...(judged ? { battery: { ...battery, state: judged } } : {}),
            alarms: sorted(alarms ?? [], ours),
            ...(alarms && !alarmsTold ? {} : { alarmsTold: sorted(alarmsTold ?? [], told) }),
        };
    }
}

const ON_BATTERY: AlarmId = 'on-battery';
const DEPLETED: AlarmId = 'depleted-battery';
const BATTERY_LEVELS: readonly AlarmId[] = [DEPLETED, 'low-battery'];
const CONDITIONS: readonly AlarmId[] = ['battery-bad', 'battery-replace', 'battery-weak'];

function sorted(some: readonly AlarmId[], more: readonly AlarmId[]): AlarmId[] {
    return [...new Set([...some, ...more])].sort();
}

/** The alarms that a value of the reading says or denies: nobody else would end them. */
function toldByValues({ battery, test }: PartialStatus): AlarmId[] {
    return [
        ...(battery?.state === undefined ? [] : BATTERY_LEVELS),
        ...(battery?.condition === undefined ? [] : CONDITIONS),
        ...(test?.result === undefined ? [] : (['diagnostic-test-failed'] as const)),
    ];
}

function tellsSource({ output, alarms, alarmsTold }: PartialStatus): boolean {
    if (output?.source !== undefined) return true;
    return alarms !== undefined && (alarmsTold ?? [ON_BATTERY]).includes(ON_BATTERY);
}

/** Whether anything in this map would show an outage: the AC line, the source, the alarm on-battery. */
export function seesOutages({ items }: DeviceMap): boolean {
    return items.some(({ to, states = {} }) => {
        if (AC_LINE.test(to) || to === 'output.source' || to === `alarm:${ON_BATTERY}`) return true;
        return to === 'alarm' && Object.values(states).includes(ON_BATTERY);
    });
}

const AC_LINE = /^input\.lines\.[1*]\.voltage$/;
