import type { AlarmId } from '../../lib/core/status/alarms';
import type { Line, OutputLine, PartialStatus } from '../../lib/core/status/status';
import type { Register } from '../../lib/protocols/cs141/maps';
import type { Site } from './site';
import { statusWord } from './status-word';

/** The data of a card at the time of a request. */
export interface CardData {
    reading: PartialStatus;
    site: Site;
    /** W per VA of the load. */
    powerFactor: number;
}

/** A number in SI units, a text, or a state from the register's list of values; undefined: unknown. */
export type CardValue = number | string | boolean | undefined;

const LINE = /^(input|output|bypass)\.(\d)\.(\w+)$/;
const NUMBERED = /^(aux|sensor|digital-input|digital-output)\.(\d+)$/;

/** The value of the simulated UPS and its site for the meaning of a register; undefined: unknown. */
export function cardValueOf({ means, unit, reserved }: Register, knowledge: CardData): CardValue {
    const { reading } = knowledge;
    if (means === undefined || reserved) return 0;
    const line = LINE.exec(means);
    if (line) return lineValue(reading, line[1] as 'input', Number(line[2]) - 1, line[3]!);
    const numbered = NUMBERED.exec(means);
    if (numbered) return siteValue(knowledge.site, numbered[1]!, Number(numbered[2]) - 1);
    if (means.startsWith('alarm.')) return reading.alarms?.includes(means.slice('alarm.'.length) as AlarmId) ?? false;
    const other = OTHERS[means];
    if (other) return other(knowledge);
    // Fault codes and masks of makers are 0 without a fault. A measured value that the simulated UPS lacks is unknown.
    return unit === undefined ? 0 : undefined;
}

function lineValue(
    reading: PartialStatus,
    group: 'input' | 'output' | 'bypass',
    phase: number,
    what: string,
): CardValue {
    const line: (Line & Partial<OutputLine>) | undefined = reading[group]?.lines[phase];
    if (what === 'frequency' && line && group !== 'input') return reading[group]?.frequency;
    return line?.[what as keyof OutputLine];
}

function siteValue(site: Site, kind: string, index: number): CardValue {
    if (kind === 'aux') return site.aux[index];
    if (kind === 'sensor') return site.sensors[index];
    return kind === 'digital-input' ? site.digitalInputs[index] : site.digitalOutputs[index];
}

const sum = (lines: readonly OutputLine[] | undefined, of: 'power' | 'apparentPower') =>
    lines?.reduce((total, line) => total + (line[of] ?? 0), 0);
const loadAbove = (percent: number) => (known: CardData) =>
    known.reading.output?.lines.some(({ load = 0 }) => load > percent);
const onMains = ({ reading }: CardData) => !reading.alarms?.includes('input-bad');

/** All meanings except those of lines, ports and alarms. */
const OTHERS: Readonly<Record<string, (known: CardData) => CardValue>> = {
    status: ({ reading }) => statusWord(reading),
    'battery.charge': ({ reading }) => reading.battery?.chargePercent,
    'battery.voltage': ({ reading }) => reading.battery?.voltage,
    // A battery with a centre tap and equal halves.
    'battery.positiveVoltage': ({ reading }) => half(reading.battery?.voltage),
    'battery.negativeVoltage': ({ reading }) => half(reading.battery?.voltage),
    'battery.current': ({ reading }) => reading.battery?.current,
    'battery.temperature': ({ reading }) => reading.battery?.temperature,
    'temperature.ups': ({ reading }) => reading.battery?.temperature,
    'temperature.environment': ({ reading }) => reading.environment?.temperature,
    'battery.minutes': ({ reading }) => wholeMinutes(reading.battery?.minutesRemaining),
    'battery.seconds': ({ reading }) => Math.floor(reading.battery?.secondsOnBattery ?? 0),
    'battery.condition': ({ reading }) => reading.battery?.condition,
    'battery.charging': ({ reading }) => reading.battery?.charging,
    'test.result': ({ reading }) => reading.test?.result,
    'output.source': ({ reading }) => reading.output?.source,
    'output.energy': ({ reading }) => reading.output?.energy,
    'input.lineBads': ({ reading }) => reading.input?.lineBads,
    'identity.manufacturer': ({ reading }) => reading.identity?.manufacturer,
    'identity.model': ({ reading }) => reading.identity?.model,
    'identity.firmware': ({ reading }) => reading.identity?.firmware,
    'identity.name': ({ reading }) => reading.identity?.name,
    'value.output power': ({ reading }) => sum(reading.output?.lines, 'power'),
    'value.apparent output power': ({ reading }) => sum(reading.output?.lines, 'apparentPower'),
    'value.output power factor': ({ powerFactor }) => powerFactor,
    'value.output power factor, phase 1': ({ powerFactor }) => powerFactor,
    'value.output power factor, phase 2': ({ powerFactor, reading }) => reading.output?.lines[1] && powerFactor,
    'value.output power factor, phase 3': ({ powerFactor, reading }) => reading.output?.lines[2] && powerFactor,
    'value.input phases': ({ reading }) => reading.input?.lines.length,
    'value.output phases': ({ reading }) => reading.output?.lines.length,
    'flag.normal operation': ({ reading }) => reading.output?.source === 'normal',
    'flag.output active': ({ reading }) => reading.output?.source !== 'none',
    'flag.UPSMAN started': () => true,
    'flag.load over 80 %': loadAbove(80),
    'alarm.vendor:load over 90 %': loadAbove(90),
    // For transfer switches: source 1 or A is the mains of the simulated UPS; the other source never fails.
    'alarm.vendor:source 1 failed': (known) => !onMains(known),
    'flag.source 1 preferred': () => true,
    'flag.load on the preferred source': onMains,
    'alarm.vendor:transfer not possible': (known) => !onMains(known),
    'flag.on static switch A': onMains,
    'flag.on static switch B': (known) => !onMains(known),
    'alarm.vendor:source A failure': (known) => !onMains(known),
};

function half(voltage: number | undefined): number | undefined {
    return voltage === undefined ? undefined : voltage / 2;
}

/** Rounded down. */
function wholeMinutes(minutes: number | undefined): number | undefined {
    return minutes === undefined ? undefined : Math.floor(minutes);
}

const WORD = 0x10000;
const THOUSANDS: Readonly<Record<string, number>> = { kW: 1000, kVA: 1000, kvar: 1000 };

/** The words or bits of a register, in its length. @param unknown value for an unknown reading */
export function wordsOf(register: Register, known: CardValue, unknown: number): number[] {
    const { length, text } = register;
    if (text) return textWords(typeof known === 'string' ? known : '', length);
    const value = numberOf(register, known) ?? unknown;
    const limited = Math.max(-0x8000, Math.min(WORD - 1, Math.round(value)));
    const word = (limited + WORD) % WORD;
    return Array.from({ length }, (_, i) => (i === length - 1 ? word : 0));
}

function numberOf(register: Register, known: CardValue): number | undefined {
    const { values, scale = 1, unit = '', inverted, signed, means } = register;
    if (typeof known === 'string') return stateNumber(values, known);
    if (typeof known === 'boolean') return known !== Boolean(inverted) ? activeValue(register) : 0;
    if (known === undefined) return undefined;
    // Most registers of battery currents are unsigned: they contain the absolute value [inferred].
    const amount = means === 'battery.current' && !signed ? Math.abs(known) : known;
    return amount / scale / (THOUSANDS[unit] ?? 1);
}

/** 0 if the list lacks the state: every list has 0 for "nothing particular", or omits it. */
function stateNumber(values: Register['values'], state: string): number {
    // In some maps, "UPS supply" means output from the inverter, on mains or on battery.
    const names = state === 'normal' || state === 'battery' ? [state, 'inverter'] : [state];
    const found = Object.entries(values ?? {}).find(([, name]) => names.includes(name));
    return Number(found?.[0] ?? 0);
}

/** 1, or the mask if the printed expression does not shift it down (CS141 manual, "Section OEM TRIMOD"). */
function activeValue({ name }: Register): number {
    const unshifted = /STATUS\)&0x([0-9a-f]+)\)?$/i.exec(name);
    return unshifted ? parseInt(unshifted[1]!, 16) : 1;
}

/** Two characters per word, the first in the high byte. */
function textWords(text: string, length: number): number[] {
    const bytes = Buffer.alloc(length * 2);
    bytes.write(text, 'latin1');
    return Array.from({ length }, (_, i) => bytes.readUInt16BE(i * 2));
}
