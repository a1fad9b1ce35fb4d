import { servedBatteryState, servedOutputSource } from '../../core/served/served-state';
import type { ServedUps } from '../../core/served/served-ups';
import type { BatteryState, OutputSource, TestResult } from '../../core/status/status';

/** A state of a UPS that is served as a Multi-state Value; its states are counted from 1. */
export interface StateOf {
    offset: number;
    name: string;
    states: readonly string[];
    /** In an outage it is known without readings. */
    counted?: true;
    /** Undefined: nobody knows. */
    value(ups: ServedUps): number | undefined;
    /** The state that stands for "nobody knows". */
    unknown: number;
}

/** RFC 1628: upsBatteryStatus. */
const BATTERY: readonly BatteryState[] = ['unknown', 'normal', 'low', 'depleted'];
/** RFC 1628: upsOutputSource. */
const SOURCES: readonly OutputSource[] = ['other', 'none', 'normal', 'bypass', 'battery', 'booster', 'reducer'];
/** RFC 1628: upsTestResultsSummary. */
const RESULTS: readonly TestResult[] = ['passed', 'warning', 'failed', 'aborted', 'in-progress', 'none'];

const place = <T>(all: readonly T[], one: T | undefined) => (one === undefined ? undefined : all.indexOf(one) + 1);

/** States in the order of RFC 1628, so that gateways for both agree. */
export const STATES: readonly StateOf[] = [
    {
        ...{ offset: 1, name: 'Battery state', counted: true, unknown: 1 },
        states: ['Unknown', 'Normal', 'Low', 'Depleted'],
        value: (ups) => place(BATTERY, servedBatteryState(ups)),
    },
    {
        ...{ offset: 2, name: 'Output source', counted: true, unknown: 1 },
        states: ['Other', 'None', 'Normal', 'Bypass', 'Battery', 'Booster', 'Reducer'],
        value: (ups) => place(SOURCES, servedOutputSource(ups)),
    },
    {
        ...{ offset: 3, name: 'Test result', unknown: 6 },
        states: ['Passed', 'Warning', 'Failed', 'Aborted', 'In progress', 'No test'],
        value: ({ status }) => status && place(RESULTS, status.test.result),
    },
];
