import { chargeAtVolts, chargePercent, hoursTo, type BatteryUse } from './battery';
import { BATTERIES, type DcSettings } from './settings';

/** The rotary switch: `fixed` stands for all its other positions. */
export const MODES = ['user', 'pc', 'fixed'] as const;
export type Mode = (typeof MODES)[number];

/** Where PC-Mode is in its countdown (DURAmax manual, "PC Settings"). */
export const PHASES = ['none', 'delay', 'shutdown', 'off', 'idle'] as const;
export type Phase = (typeof PHASES)[number];

/** What feeds the output. */
export const SOURCES = ['off', 'input', 'battery'] as const;
export type Source = (typeof SOURCES)[number];

/** Above it the protection acts: the one limit that the DURAmax manual names ("Configuration Settings", Input OVP). V DC. */
export const OVERVOLTAGE = 32;
/** °C; made up, as the hysteresis is. */
export const OVERTEMPERATURE = 70;
const COOLED = 65;

export interface DcState {
    mode: Mode;
    settings: DcSettings;
    /** V */
    inputVoltage: number;
    /** °C */
    temperature: number;
    /** A */
    load: number;
    /** 0..1 */
    charge: number;
    source: Source;
    phase: Phase;
    /** When the phase ends, ms; absent: it waits for the input. */
    phaseEnds?: number;
    /** Since when the battery feeds the load, ms. */
    bufferSince?: number;
    /** Switched off until the latch is reset. */
    latched: boolean;
    tooHot: boolean;
    /** The battery was disconnected in this outage: by its threshold, or by the longest time. */
    exhausted: boolean;
    /** It was discharged to its end without protection, and can no longer be used. */
    replace: boolean;
}

export function inputIsGood({ inputVoltage, settings }: DcState): boolean {
    return inputVoltage >= settings.bufferThreshold && inputVoltage <= OVERVOLTAGE;
}

/** What the battery does. */
export function batteryUse(state: DcState): BatteryUse {
    const { source, load, settings, charge, replace } = state;
    const { capacity } = BATTERIES[settings.battery]!;
    if (source === 'battery') return { kind: 'discharging', current: load, capacity };
    if (inputIsGood(state) && !replace && chargePercent(charge) < 100)
        return { kind: 'charging', current: settings.chargeCurrent, capacity };
    return { kind: 'resting', current: 0, capacity };
}

/** The charge in % at which the battery is disconnected. */
export function cutPercent({ settings }: Pick<DcState, 'settings'>): number {
    const { dodProtection, dodUnit, deepDischargeThreshold } = settings;
    if (!dodProtection) return 0;
    return dodUnit === '%' ? deepDischargeThreshold : chargePercent(chargeAtVolts(deepDischargeThreshold));
}

/** When the next thing happens by itself, ms. @param at when the charge was as it is */
export function nextDue(state: DcState, at: number): number {
    const target = state.source === 'battery' ? cutPercent(state) / 100 : 1;
    const charged = at + hoursTo(state.charge, target, batteryUse(state)) * 3_600_000;
    return Math.min(state.phaseEnds ?? Infinity, bufferEnds(state), charged);
}

/** Carries out all that is due at `at`. */
export function takeEffect(state: DcState, at: number): void {
    protect(state);
    countDown(state, at);
    feed(state, at);
}

/** The end of the longest buffer time, which User-Mode has. */
function bufferEnds({ mode, source, bufferSince, settings }: DcState): number {
    const counts = mode === 'user' && source === 'battery' && bufferSince !== undefined;
    return counts ? bufferSince + settings.maxBufferSeconds * 1000 : Infinity;
}

/** Overvoltage latches if it is set so, overtemperature always does. */
function protect(state: DcState): void {
    state.tooHot = state.temperature > (state.tooHot ? COOLED : OVERTEMPERATURE);
    const overvoltage = state.inputVoltage > OVERVOLTAGE;
    if (state.tooHot || (overvoltage && state.settings.inputOvp === 'latch')) state.latched = true;
}

function isBlocked({ latched, tooHot, inputVoltage }: DcState): boolean {
    return latched || tooHot || inputVoltage > OVERVOLTAGE;
}

/** The countdown of PC-Mode. It begins with the buffer mode; the return of the input cancels it in the delay only. */
function countDown(state: DcState, at: number): void {
    const { delaySeconds, shutdownSeconds, idleSeconds } = state.settings;
    const enter = (phase: Phase, ends?: number) => {
        state.phase = phase;
        state.phaseEnds = ends;
    };
    const after = (seconds: number, from = at) => from + seconds * 1000;
    if (state.mode !== 'pc' || isBlocked(state)) return enter('none');
    const good = inputIsGood(state);
    const isOver = () => state.phaseEnds !== undefined && state.phaseEnds <= at;
    if (state.phase === 'none' && !good && !state.exhausted) enter('delay', after(delaySeconds));
    if (state.phase === 'delay' && good) enter('none');
    if (state.phase === 'delay' && isOver()) enter('shutdown', after(shutdownSeconds, state.phaseEnds));
    if (state.phase === 'shutdown' && isOver()) enter('off');
    if (state.phase === 'off' && good) enter('idle', after(idleSeconds));
    if (state.phase === 'idle' && !good) enter('off');
    if (state.phase === 'idle' && isOver()) enter('none');
}

/** What feeds the output. */
function feed(state: DcState, at: number): void {
    const good = inputIsGood(state);
    if (good) {
        state.bufferSince = undefined;
        state.exhausted = false;
    }
    const isHeld = state.phase === 'off' || state.phase === 'idle';
    if (isBlocked(state) || isHeld) {
        state.source = 'off';
        state.bufferSince = undefined;
        return;
    }
    if (good) {
        state.source = 'input';
        return;
    }
    if (!state.exhausted) discharge(state, at);
    state.source = state.exhausted ? 'off' : 'battery';
    // A battery that is empty ends the countdown of PC-Mode: the output is off, and comes back as after it.
    if (!state.exhausted || state.mode !== 'pc') return;
    state.phase = 'off';
    state.phaseEnds = undefined;
}

/** The battery takes over, or is at its end. */
function discharge(state: DcState, at: number): void {
    state.bufferSince ??= at;
    const percent = chargePercent(state.charge);
    const { mode, settings, replace } = state;
    const tooLong = mode === 'user' && at >= state.bufferSince + settings.maxBufferSeconds * 1000;
    if (percent <= cutPercent(state) || tooLong || replace) state.exhausted = true;
    if (percent <= 0 && !settings.dodProtection) state.replace = true;
}
