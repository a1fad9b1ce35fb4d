import type { AlarmId } from '../../lib/core/status/alarms';
import type { Line, PartialStatus } from '../../lib/core/status/status';
import type { PollName } from '../../lib/protocols/delta/polls';
import { availableBits, type SetName } from '../../lib/protocols/delta/sets';
import type { SimulatedUps } from '../../lib/simulation/simulated-ups';
import type { DeltaMemory } from './memory';

export interface AnswerSource {
    ups: SimulatedUps;
    memory: DeltaMemory;
    id: number;
    offered: readonly SetName[];
}

const SOURCES = { normal: 0, battery: 1, bypass: 2, reducer: 3, booster: 4, other: 6, none: 7 } as const;
const CONDITIONS = { good: 0, weak: 1, replace: 2 } as const;
const STATES = { normal: 0, low: 1, depleted: 2, unknown: 0 } as const;
const CHARGING = { floating: 0, charging: 1, resting: 2, discharging: 3 } as const;
const TESTS = { none: 0, passed: 1, 'in-progress': 2, warning: 3, failed: 4, aborted: 6 } as const;
/** In the order of STA; undefined: the field is not an alarm. */
const STA: readonly (AlarmId | undefined)[] = [
    ...(['temp-bad', 'input-bad', 'output-bad', 'output-overload', 'bypass-bad', 'ups-output-off'] as const),
    ...(['ups-off-as-requested', 'charger-failed', 'ups-system-off', 'fan-failure', 'fuse-failure'] as const),
    ...(['general-fault', 'awaiting-power', 'shutdown-pending', 'shutdown-imminent', undefined, 'eco-mode'] as const),
    ...(['inverter-failure', 'emergency-power-off', undefined] as const),
];
/** Length to which strings are padded. */
const STRING_LENGTH = 16;

/** A number with at least this many digits, limited to them; empty if unknown. */
function digits(value: number | undefined, count: number, scale = 1): string {
    if (value === undefined || !Number.isFinite(value)) return '';
    const whole = Math.min(10 ** count - 2, Math.max(0, Math.round(value * scale)));
    return String(whole).padStart(count, '0');
}

const text = (value: string | undefined) => (value ?? '').slice(0, STRING_LENGTH).padEnd(STRING_LENGTH);
const fields = (...values: string[]) => values.join(';');

/**
 * The data of the answer to a polling command, or undefined if the UPS lacks the command: UPS serial protocol 1.44, "Regular
 * Format Messages: Polling Commands".
 */
export function answerOf(poll: PollName, index: number, source: AnswerSource): string | undefined {
    const { ups, memory, id, offered } = source;
    const { nameplate: plate } = ups;
    const reading = ups.reading();
    const settings = reading.settings ?? {};
    switch (poll) {
        case 'AVL':
            return availableBits(offered);
        case 'MNU':
            return text(reading.identity?.manufacturer);
        case 'MOD':
            return text(reading.identity?.model);
        case 'VER':
            return text(reading.identity?.firmware);
        case 'RAT':
            return ratings(source);
        case 'SDT':
            return String(memory.shutdownType);
        case 'STB':
            return battery(reading);
        case 'STI':
            return fields(String(plate.phases), ...(reading.input?.lines ?? []).map((line) => inputLine(line)));
        case 'STO':
            return fields(
                String(SOURCES[reading.output?.source ?? 'none']),
                digits(reading.output?.frequency, 3, 10),
                String(plate.phases),
                ...(reading.output?.lines ?? []).map((line) => `${powerLine(line, 6)};${digits(line.load, 3)}`),
            );
        case 'STP':
            return fields(
                digits(reading.bypass?.frequency, 3, 10),
                String(plate.phases),
                ...(reading.bypass?.lines ?? []).map((line) => powerLine(line, 6)),
            );
        case 'STA':
            return alarms(reading, memory);
        case 'TSR':
            return String(TESTS[reading.test?.result ?? 'none']);
        case 'UBR':
            return String(memory.baudRate);
        case 'UID':
            return digits(id, 2);
        case 'TXV':
            return fields(
                digits(Number(settings.upsConfigLowVoltageTransferPoint), 3),
                digits(Number(settings.upsConfigHighVoltageTransferPoint), 3),
            );
        case 'VSN':
            return String(memory.sensitivity);
        case 'LET':
            return String(reading.outlets?.length ?? 0);
        case 'SOL': {
            const outlet = reading.outlets?.[index - 1];
            return outlet && (outlet.on ? '0' : '1');
        }
        case 'TEL':
            return memory.phone;
        case 'BRD':
            return fields(...memory.batteryDates);
        case 'ENV':
            return fields(digits(reading.environment?.temperature, 3), '', '0', '0', '0', '0');
        case 'ATT':
            return String(memory.autoTest);
        case 'ATX':
            return String(memory.atxReboot);
        case 'ARB':
            return settings.upsAutoRestart === true ? '1' : '2';
        case 'TXF':
            return fields(...memory.transferFrequencies.map((value) => digits(value, 3)));
        case 'UBD':
            return digits(memory.bootDelay, 3);
        case 'SOV':
            return fields(...[memory.outputVoltage, ...outputVoltages(source)].map((value) => digits(value, 3)));
        case 'BTV':
            return fields(digits(memory.batteryTest[0], 2), digits(memory.batteryTest[1], 3));
    }
}

/** The voltages that SOV accepts. */
export function outputVoltages({ ups }: AnswerSource): number[] {
    return ups.nameplate.nominalVoltage < 180 ? [100, 110, 120] : [220, 230, 240];
}

/** The limits that RAT reports for TXV (V) and TXF (0.1 Hz), min and max. */
export function transferBounds({ nominalVoltage: volts, nominalFrequency: hertz }: SimulatedUps['nameplate']) {
    const range = (from: number, to: number) => [Math.round(from), Math.round(to)] as const;
    return {
        low: range(volts * 0.7, volts * 0.95),
        high: range(volts * 1.05, volts * 1.25),
        lowFrequency: range(hertz * 9, hertz * 9.9),
        highFrequency: range(hertz * 10.1, hertz * 11),
    };
}

function ratings({ ups, memory }: AnswerSource): string {
    const { nameplate: plate } = ups;
    const volts = plate.nominalVoltage;
    const settings = ups.reading().settings ?? {};
    const hertz = plate.nominalFrequency;
    const bounds = transferBounds(plate);
    return fields(
        digits(volts, 3),
        digits(hertz, 3, 10),
        digits(volts, 3),
        digits(hertz, 3, 10),
        digits(plate.ratedVA, 6),
        digits(plate.ratedVA * plate.powerFactor, 6),
        digits(Number(settings.upsConfigLowBattTime), 2),
        digits(Number(settings.upsConfigLowVoltageTransferPoint), 3),
        digits(Number(settings.upsConfigHighVoltageTransferPoint), 3),
        ...[bounds.low, bounds.high].flatMap(([min, max]) => [digits(max, 3), digits(min, 3)]),
        '0',
        digits(plate.batteryVoltage, 3),
        ...memory.transferFrequencies.map((value) => digits(value, 3)),
        ...[bounds.lowFrequency, bounds.highFrequency].flatMap(([min, max]) => [digits(max, 3), digits(min, 3)]),
    );
}

function battery({ battery: told }: PartialStatus): string {
    return fields(
        String(CONDITIONS[told?.condition ?? 'good']),
        String(STATES[told?.state ?? 'normal']),
        String(CHARGING[told?.charging ?? 'floating']),
        digits(told?.secondsOnBattery, 5),
        digits(told?.minutesRemaining, 4),
        digits(told?.chargePercent, 3),
        digits(told?.voltage, 4, 10),
        digits(Math.abs(told?.current ?? 0), 4, 10),
        digits(told?.temperature, 3),
        digits(told?.chargePercent, 3),
    );
}

function inputLine(line: Line): string {
    return fields(digits(line.frequency, 3, 10), powerLine(line, 5));
}

function powerLine({ voltage, current, power }: Line, powerDigits: number): string {
    return fields(digits(voltage, 4, 10), digits(current, 4, 10), digits(power, powerDigits));
}

function alarms({ alarms: present, settings }: PartialStatus, memory: DeltaMemory): string {
    const buzzer = settings?.upsConfigAudibleStatus;
    const isOn = STA.some((alarm) => alarm !== undefined && present?.includes(alarm));
    return STA.map((alarm, index) => {
        if (index === 15) return buzzer === 'enabled' && (isOn || memory.buzzerOn) ? '1' : '0';
        if (index === 16) return memory.economic === 1 ? '1' : '0';
        if (index === 19) return buzzer === 'disabled' ? '0' : '1';
        return alarm && present?.includes(alarm) ? '1' : '0';
    }).join(';');
}
