import { AUX_DEVICES, AUX_PORTS, auxEventId, BATTERY_EVENTS, batteryEvent } from '../../lib/core/batteries/events';
import type { EventLevel } from '../../lib/core/events/ids';

/** The catalogue of events has those of a battery behind this. */
export const BATTERY_PREFIX = 'blocks-';

/** The first that fits has the event. */
const GROUPS: readonly (readonly [group: string, ids: RegExp])[] = [
    [
        'blocksGeneral',
        /^(general|system)-alarm$|^communication-lost$|^block-failing$|^capacity-low$|^module-(lost|fuse)/,
    ],
    ['blocksRunaway', /^thermal-runaway/],
    ['blocksStrings', /^string-|^current-deviation-|^breaker-open$|^ground-fault$|^rcm-/],
    ['blocksVoltage', /^voltage-/],
    ['blocksTemperature', /^temperature-/],
    ['blocksImpedance', /impedance|^baseline-/],
    ['blocksDischarge', /^discharg|^charging$|^float-charging$|-charge-/],
    ['blocksMonitor', /./],
];

/** Every event of a battery with its level, in the groups in which people look for them. */
export const batteryEventGroups: Readonly<Record<string, Readonly<Record<string, EventLevel>>>> = {
    ...Object.fromEntries(
        GROUPS.map(([group]) => [
            group,
            Object.fromEntries(
                Object.entries(BATTERY_EVENTS)
                    .filter(([id]) => GROUPS.find(([, ids]) => ids.test(id))![0] === group)
                    .map(([id, { level }]) => [id, level]),
            ),
        ]),
    ),
    blocksInputs: Object.fromEntries(
        Array.from({ length: AUX_DEVICES * AUX_PORTS }, (_, i) => {
            const id = auxEventId(Math.floor(i / AUX_PORTS) + 1, (i % AUX_PORTS) + 1);
            return [id, batteryEvent(id)!.level];
        }),
    ),
};

/** Every event of a battery in the order of the groups. */
export const batteryEventIds: readonly string[] = Object.values(batteryEventGroups).flatMap((ids) => Object.keys(ids));
