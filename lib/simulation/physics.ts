import type { Nameplate } from './options';
import type { UpsState } from './state';

const MINUTE_MS = 60_000;
/** RFC 1628, upsAlarmShutdownImminent: the output goes off in less than this. */
const IMMINENT_MS = 5_000;
/** Rounding of a calculated time must not make the same crossing come twice. */
const ROUNDING_MS = 0.5;
/** Parts of the nominal voltage for a discharging battery: when it is empty, and the difference to a full one. */
const SAGGING = 0.9;
const SAG = 0.12;
/** Allowed deviation of the input frequency, as part of the nominal frequency. */
const FREQUENCY_TOLERANCE = 0.05;

/** Whether the input can carry the load: present, and inside the transfer points. */
export function mainsUsable(state: UpsState, plate: Nameplate): boolean {
    return (
        state.mains &&
        state.inputVoltage >= state.lowTransferVoltage &&
        state.inputVoltage <= state.highTransferVoltage &&
        Math.abs(state.inputFrequency - plate.nominalFrequency) <= plate.nominalFrequency * FREQUENCY_TOLERANCE
    );
}

/** Power of the loads, VA; 0 while the output is off. */
export function loadVA(state: UpsState): number {
    if (state.off) return 0;
    return state.loads.reduce((sum, load) => sum + (load.on ? load.va : 0), state.otherVA);
}

export function onBattery(state: UpsState, plate: Nameplate): boolean {
    if (state.off) return false;
    return !mainsUsable(state, plate) || (state.test !== undefined && state.test.kind !== 'self');
}

/** Change of the charge (0..1) per millisecond: below 0 while discharging. */
export function chargeRate(state: UpsState, plate: Nameplate): number {
    if (onBattery(state, plate)) return -loadVA(state) / (plate.loadVA * plate.holdMinutes * MINUTE_MS);
    const charges = mainsUsable(state, plate) && !state.faults.includes('charger-failed');
    return charges && state.charge < 1 ? 1 / (plate.rechargeMinutes * MINUTE_MS) : 0;
}

/** Charge (0..1) at `time` (ms of the UPS's own time), if no transition comes before. */
export function chargeAt(state: UpsState, plate: Nameplate, time: number): number {
    const charge = state.charge + chargeRate(state, plate) * (time - state.time);
    return Math.min(1, Math.max(0, charge));
}

export function energyAt(state: UpsState, plate: Nameplate, time: number): number {
    const kilowatts = (loadVA(state) * plate.powerFactor) / 1000;
    return state.energy + (kilowatts * (time - state.time)) / (60 * MINUTE_MS);
}

/**
 * Minutes that `charge` lasts at the present load: linear in both, as in the case study of the CS141 manual, "Tutorial: Case study about
 * using the event handling". Undefined without a load.
 */
export function minutesRemaining(state: UpsState, plate: Nameplate, charge: number): number | undefined {
    const load = loadVA(state);
    return load > 0 ? (charge * plate.holdMinutes * plate.loadVA) / load : undefined;
}

/** Charge (0..1) at which the battery becomes low: by runtime at the present load, or by charge. */
export function lowLevel(state: UpsState, plate: Nameplate): number {
    const byRuntime = (state.lowMinutes * loadVA(state)) / (plate.holdMinutes * plate.loadVA);
    return Math.max(plate.lowPercent / 100, byRuntime);
}

/** Voltage of the battery, V. Like a lead-acid block: lower while it discharges, higher while it is charged. */
export function batteryVoltage(plate: Nameplate, charge: number, rate: number): number {
    if (rate < 0) return plate.batteryVoltage * (SAGGING + SAG * charge);
    return plate.batteryVoltage * (1.0 + 0.135 * charge);
}

/** Charge (0..1) at which a test of its own length fails because of the voltage; undefined: it never does. */
function testLevel(state: UpsState, plate: Nameplate): number | undefined {
    const { testFailsBelow } = state.traits ?? {};
    if (testFailsBelow === undefined || state.test?.kind !== 'custom') return undefined;
    return Math.min(1, (testFailsBelow / plate.batteryVoltage - SAGGING) / SAG);
}

export function isBelowTestVoltage(state: UpsState, plate: Nameplate): boolean {
    const level = testLevel(state, plate);
    return level !== undefined && level > 0 && state.charge <= level;
}

/** When a UPS that was off may start, after its boot delay; undefined: at once. */
export function bootAt(state: UpsState): number | undefined {
    const { bootDelaySeconds = 0 } = state.traits ?? {};
    if (!state.off || bootDelaySeconds === 0 || state.usableSince === undefined) return undefined;
    return state.usableSince + bootDelaySeconds * 1000;
}

/** Whether the charge is below a level. Exactly at the level, the direction decides: below while discharging, not below while charging. */
export function isBelow(state: UpsState, plate: Nameplate, charge: number, level: number): boolean {
    return chargeRate(state, plate) > 0 ? charge < level : charge <= level;
}

/** When the output goes off if nothing changes; undefined: never. */
export function outputOffAt(state: UpsState, plate: Nameplate): number | undefined {
    const rate = chargeRate(state, plate);
    const empty = rate < 0 ? state.time - state.charge / rate : undefined;
    const times = [empty, state.shutdown?.at].filter((time) => time !== undefined);
    return times.length && !state.off ? Math.min(...times) : undefined;
}

export function isImminent(state: UpsState, plate: Nameplate, time: number): boolean {
    const off = outputOffAt(state, plate);
    return off !== undefined && off - IMMINENT_MS <= time + ROUNDING_MS;
}

/** A time at which the course of charge and energy changes its slope; `charge` is the exact charge, if the crossing is that of a charge level. */
export interface Crossing {
    at: number;
    charge?: number;
}

/** The next crossing after `state.time` (or at it, if something is due), found analytically. */
export function nextCrossing(state: UpsState, plate: Nameplate): Crossing | undefined {
    const crossings: Crossing[] = [];
    const due = (at: number | undefined) => {
        if (at !== undefined) crossings.push({ at: Math.max(at, state.time) });
    };
    for (const load of state.loads) {
        due(load.offAt);
        due(load.onAt);
    }
    due(state.shutdown?.at);
    due(state.startupAt);
    due(state.test?.endsAt);
    const boot = bootAt(state);
    if (boot !== undefined && boot > state.time) due(boot);
    const off = outputOffAt(state, plate);
    if (off !== undefined && !isImminent(state, plate, state.time)) due(off - IMMINENT_MS);

    const rate = chargeRate(state, plate);
    for (const level of [
        0,
        plate.depletedPercent / 100,
        lowLevel(state, plate),
        plate.restartPercent / 100,
        1,
        testLevel(state, plate) ?? 0,
    ]) {
        const ahead = rate < 0 ? state.charge > level : rate > 0 && state.charge < level && level <= 1;
        if (ahead) crossings.push({ at: roundTime(state.time + (level - state.charge) / rate, state), charge: level });
    }
    return crossings.reduce<Crossing | undefined>(
        (first, crossing) => (first === undefined || crossing.at < first.at ? crossing : first),
        undefined,
    );
}

/** Rounds to a microsecond: three minutes are 180000 ms, not 180000.00000000003, for which a timer would wait another millisecond. */
function roundTime(time: number, state: UpsState): number {
    return Math.max(Math.round(time * 1000) / 1000, state.time);
}

/** Calculates charge and energy at `time`, which becomes the start of the next linear section. */
export function settle(state: UpsState, plate: Nameplate, time: number, charge?: number): void {
    const reached = charge ?? chargeAt(state, plate, time);
    state.energy = energyAt(state, plate, time);
    state.charge = reached;
    state.time = time;
}
