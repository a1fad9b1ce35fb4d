import type { IndicatorColour, IndicatorState } from '../core/status/indicator';
import type { ActiveEventView } from './unit-view';

export type SourceKind =
    | 'sensor'
    | 'input'
    | 'output'
    | 'marker'
    | 'threshold'
    | 'schedule'
    | 'modem'
    | 'buzzer'
    /** A battery of many blocks; see BatteryStateView for the rest. */
    | 'battery';

/** One thing that is no UPS: a sensor, a contact, an output, a marker, ... See StateView for units and unknown values. */
export interface SourceView {
    /** Its node id; of an output or an input of a relay module: `<module node id>/<port>`. */
    id: string;
    name: string;
    kind: SourceKind;
    siteId?: string;
    /** The UPS that it belongs to. */
    upsName?: string;
    /** One of its words in the table of colours. */
    state: IndicatorState;
    colour: IndicatorColour;
    /** Sensor: its value. Threshold: the watched value. Modem: the signal in percent. */
    value?: number;
    /** Threshold that watches several phases: the value of each. */
    values?: number[];
    /** Unit of `value` and of `limits`, e.g. `°C`. */
    unit?: string;
    limits?: LimitView[];
    /** Input, output, marker, schedule, buzzer: whether it is on. Of an output: as the module reports it back. */
    on?: boolean;
    /** Input, output: a contact that is closed, or a relay without current, counts as off (normally closed). */
    inverted?: true;
    /** Input, output of a relay module: where it is in the module, as set. */
    address?: string;
    /** Output: the state that was ordered last in this process. */
    asked?: boolean;
    /** Output: the module reports what was asked. Absent: nobody has asked, or the module does not report. */
    confirmed?: boolean;
    /** Output: names of the jobs that hold it on. */
    heldBy?: string[];
    /** Marker: what makes it, and how. */
    marker?: MarkerTable;
    /** Schedule: end of the present run, and begin of the next one. */
    until?: number;
    next?: number;
    /** Buzzer: what it does (`silent`: there is nothing to sound for), and for what. `altogether`: muted until somebody unmutes it. */
    buzzer?: { state: 'sounding' | 'muted' | 'over' | 'silent'; causes: string[]; altogether?: true };
    /** Battery: how many blocks it has; absent before the first reading. */
    blocks?: number;
    /** A level stays on until somebody resets it. */
    latched?: true;
    /** Why it gives no value, as a sentence in the language of the site. */
    trouble?: string;
    ageSeconds?: number;
    events: ActiveEventView[];
}

export interface LimitView {
    /** E.g. `alarm-high`, `pre-alarm-low`; of a threshold `warning`, `alarm`. */
    level: string;
    /** It counts below this, or above this. */
    low?: number;
    high?: number;
    active: boolean;
}

/** A marker as a table: its inputs, how they are joined, and the result. */
export interface MarkerTable {
    logic: 'and' | 'or' | 'n-of-m';
    /** How many inputs must be active. */
    needed: number;
    /** How many are. */
    active: number;
    inverted: boolean;
    inputs: { name: string; active?: boolean }[];
}
