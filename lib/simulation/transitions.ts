import type { BatteryCondition, TestResult } from '../core/status/status';
import type { Nameplate } from './options';
import { bootAt, isBelow, isBelowTestVoltage, lowLevel, mainsUsable, onBattery } from './physics';
import type { UpsState } from './state';

/** The condition of the battery, from its faults. */
export function batteryCondition(state: UpsState): BatteryCondition {
    if (state.faults.includes('battery-replace') || state.faults.includes('battery-bad')) return 'replace';
    return state.faults.includes('battery-weak') ? 'weak' : 'good';
}

/** Carries out everything that is due at `state.time`, and its consequences. Call it after each change of the state. */
export function takeEffect(state: UpsState, plate: Nameplate): void {
    switchLoads(state);
    watchInput(state, plate);
    runShutdown(state);
    runStartup(state);
    emptyBattery(state, plate);
    restart(state, plate);
    runTest(state, plate);
    if (!onBattery(state, plate)) state.onBatterySince = undefined;
    else state.onBatterySince ??= state.time;
}

export function endTest(state: UpsState, result: TestResult, detail: string): void {
    state.test = undefined;
    state.testResult = result;
    state.testDetail = detail;
}

function switchLoads(state: UpsState): void {
    for (const load of state.loads) {
        if (load.offAt !== undefined && load.offAt <= state.time) {
            load.on = false;
            load.offAt = undefined;
        }
        if (load.onAt !== undefined && load.onAt <= state.time) {
            load.on = true;
            load.onAt = undefined;
        }
    }
}

function watchInput(state: UpsState, plate: Nameplate): void {
    const bad = !mainsUsable(state, plate);
    if (bad && !state.inputBad) state.lineBads++;
    state.inputBad = bad;
    if (bad) state.usableSince = undefined;
    else state.usableSince ??= state.time;
    if (bad && state.shutdown && !state.traits?.returnDecidedAtOrder) state.shutdown.inOutage = true;
}

function runShutdown(state: UpsState): void {
    if (!state.shutdown || state.shutdown.at > state.time) return;
    const { scope, inOutage } = state.shutdown;
    state.shutdown = undefined;
    if (state.off) return;
    // A pending startup sets the time of the return: the automatic restart must not come earlier.
    const comesBack = inOutage && state.autoRestart && state.startupAt === undefined;
    switchOff(state, { reason: 'requested', scope, comesBack });
}

function runStartup(state: UpsState): void {
    if (state.startupAt === undefined || state.startupAt > state.time) return;
    state.startupAt = undefined;
    state.rebooting = false;
    if (state.off) state.off.comesBack = true;
}

function emptyBattery(state: UpsState, plate: Nameplate): void {
    if (onBattery(state, plate) && state.charge <= 0)
        switchOff(state, { reason: 'depleted', scope: 'output', comesBack: state.autoRestart });
}

function restart(state: UpsState, plate: Nameplate): void {
    if ((bootAt(state) ?? 0) > state.time) return;
    if (state.off?.comesBack && mainsUsable(state, plate) && state.charge >= plate.restartPercent / 100)
        state.off = undefined;
}

function switchOff(state: UpsState, off: NonNullable<UpsState['off']>): void {
    state.off = off;
    // A host that loses power while it shuts down is off; one that was running boots when power returns.
    for (const load of state.loads) {
        if (load.offAt === undefined) continue;
        load.on = false;
        load.offAt = undefined;
    }
}

function runTest(state: UpsState, plate: Nameplate): void {
    if (!state.test) return;
    const { kind, endsAt } = state.test;
    if (state.off) return endTest(state, 'aborted', 'output off');
    if (!mainsUsable(state, plate)) return endTest(state, 'aborted', 'mains failed');
    const low = kind !== 'self' && isBelow(state, plate, state.charge, lowLevel(state, plate));
    if (kind === 'custom' && isBelowTestVoltage(state, plate))
        return endTest(state, 'failed', 'battery voltage below the voltage of the test');
    const over = endsAt !== undefined && endsAt <= state.time;
    if (low && kind !== 'full' && !over) return endTest(state, 'failed', 'battery low before the end of the test');
    if (!low && !over) return;
    const condition = batteryCondition(state);
    if (kind === 'self' || condition === 'good') endTest(state, 'passed', '');
    else endTest(state, 'failed', condition === 'weak' ? 'battery weak' : 'battery must be replaced');
}
