import type { AlarmId } from '../../../core/status/alarms';
import type { Line, OutputLine, UpsStatus } from '../../../core/status/status';
import type { ServedUps } from '../../../core/served/served-ups';
import type { Register } from '../maps';
import { alarmOn, servedStatusWord } from './served-alarms';
import type { CardValue } from './words';

/** Sensors and ports of a card itself. Ports count from 1 in the CS141 manual, and from 0 here. */
export interface CardPorts {
    /** AUX ports 1 to 4: high or low. */
    aux: boolean[];
    /** Analog sensors 1 to 8 as whole numbers in the unit of the sensor; undefined: no sensor. */
    sensors: (number | undefined)[];
    /** Digital inputs 1 to 64 of a SITEMANAGER/SITEMONITOR. */
    digitalInputs: boolean[];
    /** Digital outputs 1 to 8 of a SENSORMANAGER/SITEMANAGER. */
    digitalOutputs: boolean[];
}

/** What the registers of a card are made of, at the time of a request. */
export interface CardData {
    ups: ServedUps;
    /** Absent: nothing is known of any. */
    ports?: CardPorts;
    /** W per VA of the load; absent: by what the UPS tells of its output. */
    powerFactor?: number;
}

type Reader = (data: CardData) => CardValue;

const LINE = /^(input|output|bypass)\.(\d)\.(\w+)$/;
const NUMBERED = /^(aux|sensor|digital-input|digital-output)\.(\d+)$/;

/** How the value for the meaning of a register is found; it gives undefined for what is not known. */
export function cardValueOf({ means, unit, reserved }: Register): Reader {
    if (means === undefined || reserved) return () => 0;
    const line = LINE.exec(means);
    if (line) return lineValue(line[1] as 'input', Number(line[2]) - 1, line[3]!);
    const numbered = NUMBERED.exec(means);
    if (numbered) return portValue(numbered[1]!, Number(numbered[2]) - 1);
    if (means.startsWith('alarm.')) {
        const alarm = means.slice('alarm.'.length) as AlarmId;
        return ({ ups }) => alarmOn(ups, alarm);
    }
    if (Object.hasOwn(OTHERS, means)) return OTHERS[means]!;
    // Fault codes and masks of makers are 0 without a fault. A measured value that the UPS does not tell is not known.
    return unit === undefined ? () => 0 : () => undefined;
}

function lineValue(group: 'input' | 'output' | 'bypass', phase: number, what: string): Reader {
    if (what === 'frequency' && group !== 'input')
        return ({ ups: { status } }) => (status?.[group].lines[phase] ? status[group].frequency : undefined);
    return ({ ups: { status } }) => {
        const line: (Line & Partial<OutputLine>) | undefined = status?.[group].lines[phase];
        return line?.[what as keyof OutputLine];
    };
}

function portValue(kind: string, index: number): Reader {
    const of = { aux: 'aux', sensor: 'sensors', 'digital-input': 'digitalInputs', 'digital-output': 'digitalOutputs' }[
        kind
    ] as keyof CardPorts;
    return ({ ports }) => ports?.[of][index];
}

/** Of a value of the status: not known while nothing of the UPS is. */
const told =
    (of: (status: UpsStatus) => CardValue): Reader =>
    ({ ups: { status } }) =>
        status && of(status);

const sum = (of: 'power' | 'apparentPower') =>
    told(({ output: { lines } }) => {
        if (lines.every((line) => line[of] === undefined)) return undefined;
        return lines.reduce((total, line) => total + (line[of] ?? 0), 0);
    });

const loadAbove = (percent: number) => told(({ output }) => output.lines.some(({ load = 0 }) => load > percent));
const hasMains: Reader = ({ ups }) => ups.status && !(alarmOn(ups, 'input-bad') || ups.onBattery === true);
const hasNoMains: Reader = (data) => {
    const mains = hasMains(data);
    return mains === undefined ? undefined : !mains;
};
const source: Reader = ({ ups }) => (ups.onBattery ? 'battery' : ups.status?.output.source);

/** @param phase of all phases, if absent */
const powerFactor =
    (phase?: number): Reader =>
    ({ ups: { status }, powerFactor: given }) => {
        const all = status?.output.lines ?? [];
        const lines = phase === undefined ? all : all.slice(phase, phase + 1);
        if (lines.length === 0) return undefined;
        if (given !== undefined) return given;
        const of = (what: 'power' | 'apparentPower') =>
            lines.every((line) => line[what] !== undefined)
                ? lines.reduce((total, line) => total + line[what]!, 0)
                : undefined;
        const [power, apparent] = [of('power'), of('apparentPower')];
        return power !== undefined && apparent ? power / apparent : undefined;
    };

/** All meanings except those of lines, ports and alarms. */
const OTHERS: Readonly<Record<string, Reader>> = {
    status: ({ ups }) => servedStatusWord(ups),
    'battery.charge': ({ ups }) => ups.chargePercent,
    'battery.voltage': told(({ battery }) => battery.voltage),
    'battery.positiveVoltage': told(({ battery }) => battery.positiveVoltage),
    'battery.negativeVoltage': told(({ battery }) => battery.negativeVoltage),
    'battery.current': told(({ battery }) => battery.current),
    'battery.temperature': told(({ battery }) => battery.temperature),
    'temperature.ups': told(({ temperature, battery }) => temperature ?? battery.temperature),
    'temperature.environment': told(({ environment }) => environment?.temperature),
    'battery.minutes': ({ ups }) =>
        ups.remainingSeconds === undefined ? undefined : wholeMinutes(ups.remainingSeconds),
    'battery.seconds': ({ ups }) => (ups.secondsOnBattery === undefined ? undefined : Math.floor(ups.secondsOnBattery)),
    'battery.condition': told(({ battery }) => battery.condition),
    'battery.charging': told(({ battery }) => battery.charging),
    'test.result': told(({ test }) => test.result),
    'output.source': source,
    'output.energy': told(({ output }) => output.energy),
    'input.lineBads': told(({ input }) => input.lineBads),
    'identity.manufacturer': ({ ups }) => ups.identity.manufacturer,
    'identity.model': ({ ups }) => ups.identity.model,
    'identity.firmware': ({ ups }) => ups.identity.firmware,
    'identity.name': ({ ups }) => ups.identity.name,
    'value.output power': sum('power'),
    'value.apparent output power': sum('apparentPower'),
    'value.output power factor': powerFactor(),
    'value.output power factor, phase 1': powerFactor(0),
    'value.output power factor, phase 2': powerFactor(1),
    'value.output power factor, phase 3': powerFactor(2),
    'value.input phases': told(({ input }) => input.lines.length),
    'value.output phases': told(({ output }) => output.lines.length),
    'flag.normal operation': told(({ output }) => output.source === 'normal'),
    'flag.output active': told(({ output }) => output.source !== 'none'),
    'flag.UPSMAN started': () => true,
    'flag.load over 80 %': loadAbove(80),
    // For transfer switches: source 1 or A is the mains of the UPS; of the other source nothing is known, and it is told as present.
    'flag.source 1 preferred': () => true,
    'flag.load on the preferred source': hasMains,
    'flag.on static switch A': hasMains,
    'flag.on static switch B': hasNoMains,
};

/** Rounded down, but for the error of a fraction that was minutes before. */
function wholeMinutes(seconds: number): number {
    return Math.floor(seconds / 60 + 1e-9);
}
