import type { Condition, MapItem } from '../device-map';
import { UNSUPPORTED, UPS } from './apc-powernet-oids';
import { cell, number, perLine, TENTHS, TICKS_AS_MINUTES } from './parts';

/** upsPhaseInputTable and upsPhaseInputPhaseTable: input 1 is the mains; an input 2 of type 3 is the bypass. */
const INPUT = `${UPS}.9.2.2.1`;
const INPUT_PHASE = `${UPS}.9.2.3.1`;
const OUTPUT = `${UPS}.9.3.2.1`;
const OUTPUT_PHASE = `${UPS}.9.3.3.1`;

const NONE = { absent: UNSUPPORTED };
const IN_TENTHS = { ...TENTHS, absent: UNSUPPORTED };
const IS_MAINS: Condition = { at: cell(`${INPUT}.5`, 1), values: [1, 2], orAbsent: true };
const IS_BYPASS: Condition = { at: cell(`${INPUT}.5`, 2), values: [3] };
/** Totals are those of the only line. A UPS without the table has one, and one whose table is never filled in [NUT 1042]. */
const ONE_PHASE: Condition = { at: cell(`${OUTPUT}.2`, 1), values: [1, 0, -1], orAbsent: true };
/** Rows of a table without phases are never filled in. */
const FILLED = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const HAS_OUTPUT: Condition = { at: cell(`${OUTPUT}.2`, 1), values: FILLED, orAbsent: true };

/** The value of each phase. The MIB has the instance `input.phase`, real cards `input.1.phase` [seen by NUT]. */
function phases(id: string, column: string, table: number, to: string, more: Partial<MapItem>): MapItem[] {
    return [
        ...perLine(`${id} ${table}.1`, (line) => cell(column, `${table}.1.${line}`), to, more),
        ...perLine(`${id} ${table}`, (line) => cell(column, `${table}.${line}`), to, more),
    ];
}

const outputs = (id: string, column: number, to: string, more: Partial<MapItem>) =>
    phases(id, `${OUTPUT_PHASE}.${column}`, 1, `output.lines.*.${to}`, { ...more, when: HAS_OUTPUT });

/** Lines of one to three phases: the phase tables first, then the scalars, of which those in tenths are better. */
export const APC_LINES: MapItem[] = [
    number('upsPhaseNumInputPhases 1', cell(`${INPUT}.2`, 1), 'input.lineCount', { when: IS_MAINS }),
    number('upsPhaseInputFrequency 1', cell(`${INPUT}.4`, 1), 'input.lines.1.frequency', {
        ...IN_TENTHS,
        when: IS_MAINS,
    }),
    ...phases('upsPhaseInputVoltage', `${INPUT_PHASE}.3`, 1, 'input.lines.*.voltage', { ...NONE, when: IS_MAINS }),
    ...phases('upsPhaseInputCurrent', `${INPUT_PHASE}.6`, 1, 'input.lines.*.current', { ...IN_TENTHS, when: IS_MAINS }),
    ...phases('upsPhaseInputPower', `${INPUT_PHASE}.9`, 1, 'input.lines.*.power', { ...NONE, when: IS_MAINS }),
    number('upsHighPrecInputLineVoltage', `${UPS}.3.3.1.0`, 'input.lines.1.voltage', IN_TENTHS),
    number('upsAdvInputLineVoltage', `${UPS}.3.2.1.0`, 'input.lines.1.voltage', NONE),
    number('upsHighPrecInputFrequency', `${UPS}.3.3.4.0`, 'input.lines.1.frequency', IN_TENTHS),
    number('upsAdvInputFrequency', `${UPS}.3.2.4.0`, 'input.lines.1.frequency', NONE),
    number('upsAdvInputNominalVoltage', `${UPS}.3.2.7.0`, 'input.nominalVoltage', { absent: [-1, 0] }),

    number('upsPhaseNumInputPhases 2', cell(`${INPUT}.2`, 2), 'bypass.lineCount', { when: IS_BYPASS }),
    number('upsPhaseInputFrequency 2', cell(`${INPUT}.4`, 2), 'bypass.frequency', { ...IN_TENTHS, when: IS_BYPASS }),
    ...phases('upsPhaseInputVoltage', `${INPUT_PHASE}.3`, 2, 'bypass.lines.*.voltage', { ...NONE, when: IS_BYPASS }),
    ...phases('upsPhaseInputCurrent', `${INPUT_PHASE}.6`, 2, 'bypass.lines.*.current', {
        ...IN_TENTHS,
        when: IS_BYPASS,
    }),
    number('upsHighPrecInputBypassVoltage', `${UPS}.3.3.6.0`, 'bypass.lines.1.voltage', IN_TENTHS),
    number('upsHighPrecInputBypassFrequency', `${UPS}.3.3.7.0`, 'bypass.frequency', IN_TENTHS),

    number('upsPhaseNumOutputPhases', cell(`${OUTPUT}.2`, 1), 'output.lineCount'),
    number('upsPhaseOutputFrequency', cell(`${OUTPUT}.4`, 1), 'output.frequency', { ...IN_TENTHS, when: HAS_OUTPUT }),
    ...outputs('upsPhaseOutputVoltage', 3, 'voltage', NONE),
    ...outputs('upsPhaseOutputCurrent', 4, 'current', IN_TENTHS),
    ...outputs('upsPhaseOutputLoad', 7, 'apparentPower', NONE),
    ...outputs('upsPhaseOutputPercentLoad', 10, 'load', NONE),
    ...outputs('upsPhaseOutputPower', 13, 'power', NONE),
    number('upsHighPrecOutputFrequency', `${UPS}.4.3.2.0`, 'output.frequency', IN_TENTHS),
    number('upsAdvOutputFrequency', `${UPS}.4.2.2.0`, 'output.frequency', NONE),
    number('upsHighPrecOutputVoltage', `${UPS}.4.3.1.0`, 'output.lines.1.voltage', IN_TENTHS),
    number('upsAdvOutputVoltage', `${UPS}.4.2.1.0`, 'output.lines.1.voltage', NONE),
    number('upsHighPrecOutputLoad', `${UPS}.4.3.3.0`, 'output.lines.1.load', { ...IN_TENTHS, when: ONE_PHASE }),
    number('upsAdvOutputLoad', `${UPS}.4.2.3.0`, 'output.lines.1.load', { ...NONE, when: ONE_PHASE }),
    number('upsAdvOutputActivePower', `${UPS}.4.2.8.0`, 'output.lines.1.power', { ...NONE, when: ONE_PHASE }),
    number('upsAdvOutputApparentPower', `${UPS}.4.2.9.0`, 'output.lines.1.apparentPower', { ...NONE, when: ONE_PHASE }),
    ...currents('upsHighPrecOutputCurrent', `${UPS}.4.3.4.0`, `${UPS}.4.3.3.0`, IN_TENTHS),
    ...currents('upsAdvOutputCurrent', `${UPS}.4.2.4.0`, `${UPS}.4.2.3.0`, NONE),
];

/**
 * A Smart-UPS that does not measure its output current answers 0, at 17 % of its load [recorded: Smart-UPS 1500 RM]: 0 A counts only without
 * a load.
 */
function currents(id: string, at: string, load: string, more: Partial<MapItem>): MapItem[] {
    const absent = [...UNSUPPORTED, 0];
    return [
        number(id, at, 'output.lines.1.current', { ...more, absent, when: ONE_PHASE }),
        number(`${id}, no load`, at, 'output.lines.1.current', { ...more, when: { at: { oid: load }, values: [0] } }),
    ];
}

/** 0 min counts only with a low battery: a card that has just started does not know it yet [inferred]. */
export function runtime(id: string, oid: string, batteryStatus: string): MapItem[] {
    const low: Condition = { at: { oid: batteryStatus }, values: [3] };
    return [
        number(id, oid, 'battery.minutesRemaining', { ...TICKS_AS_MINUTES, min: 0.1, absent: UNSUPPORTED }),
        number(`${id}, low`, oid, 'battery.minutesRemaining', { ...TICKS_AS_MINUTES, absent: UNSUPPORTED, when: low }),
    ];
}
