import type { UpsCommand } from '../core/driver';
import { UpsError } from '../core/errors';
import { said, type Told } from '../core/language/sentence';
import type { SettingValue } from '../core/status/status';
import { requireRange, type Nameplate } from './options';
import { AUDIBLE_STATUS } from './reading';
import { isBelow, lowLevel, mainsUsable } from './physics';
import type { LoadState, TestKind, UpsState } from './state';
import { endTest } from './transitions';

/** RFC 1628: the delays of the control group are 0..2147483648 s; -1 aborts, which is a separate command here. */
const LONGEST_DELAY_S = 2_147_483_648;
/** RFC 1628, upsRebootWithDuration. */
const LONGEST_REBOOT_S = 300;
const OUTLET_CYCLE_MS = 5_000;

/**
 * Applies `command` at `state.time`. `wallTime` is epoch ms, for the stamp of a test.
 * @throws UpsError out-of-range, not-supported (unknown setting or outlet), device-refused (a test that cannot be done now)
 */
export function applyCommand(state: UpsState, plate: Nameplate, command: UpsCommand, wallTime: number): void {
    const after = (seconds: number) => state.time + seconds * 1000;
    switch (command.type) {
        case 'shutdown': {
            requireRange('seconds', command.seconds, 0, LONGEST_DELAY_S);
            const inOutage = !mainsUsable(state, plate);
            state.shutdown = { at: after(command.seconds), scope: command.scope, inOutage };
            if (command.restoreSeconds !== undefined) {
                requireRange('restoreSeconds', command.restoreSeconds, 0, LONGEST_DELAY_S);
                state.startupAt = after(command.seconds + command.restoreSeconds);
            }
            return;
        }
        case 'abort-shutdown':
            state.shutdown = undefined;
            // While the output is still on, a pending startup has no purpose.
            if (!state.off) abortStartup(state);
            return;
        case 'startup':
            requireRange('seconds', command.seconds, 0, LONGEST_DELAY_S);
            state.startupAt = after(command.seconds);
            state.rebooting = false;
            return;
        case 'reboot':
            requireRange('seconds', command.seconds, 0, LONGEST_REBOOT_S);
            state.shutdown = { at: state.time, scope: state.shutdownType, inOutage: false };
            state.startupAt = after(command.seconds);
            state.rebooting = true;
            return;
        case 'auto-restart':
            state.autoRestart = command.on;
            return;
        case 'test':
            return applyTest(state, plate, command, wallTime);
        case 'buzzer':
            state.buzzer = command.state;
            return;
        case 'latch-reset':
            throw new UpsError('not-supported', { device: 'simulated UPS', command: command.type });
        case 'outlet':
            return switchOutlet(state, command.outlet, command.action);
        case 'set':
            return applySetting(state, plate, command.setting, command.value);
    }
}

export function abortStartup(state: UpsState): void {
    state.startupAt = undefined;
    state.rebooting = false;
}

/** Begins or ends the shutdown of a named load, as its operator (or RCCMD client) would do. */
export function switchLoad(state: UpsState, name: string, on: boolean): void {
    const load = findLoad(state, name);
    if (on) {
        load.on = true;
        load.offAt = undefined;
    } else if (load.on) {
        const seconds = state.off ? 0 : load.shutdownSeconds;
        load.offAt ??= state.time + seconds * 1000;
    }
}

function findLoad(state: UpsState, name: string): LoadState {
    const load = state.loads.find((candidate) => candidate.name === name);
    if (!load) {
        const expected = state.loads.map((known) => known.name).join(', ') || said('expected.loadVA');
        throw new UpsError('config-invalid', { property: 'load', value: name, expected });
    }
    return load;
}

function switchOutlet(state: UpsState, outlet: string, action: 'on' | 'off' | 'cycle'): void {
    const load = state.loads.find((candidate) => candidate.name === outlet);
    if (!load) throw new UpsError('not-supported', { device: 'simulated UPS', command: `outlet ${outlet}` });
    // The outlet cuts the power: the host has no time to shut down.
    load.on = action === 'on';
    load.offAt = undefined;
    load.onAt = action === 'cycle' ? state.time + OUTLET_CYCLE_MS : undefined;
}

function applyTest(
    state: UpsState,
    plate: Nameplate,
    command: Extract<UpsCommand, { type: 'test' }>,
    wallTime: number,
): void {
    if (command.test === 'abort') {
        if (state.test) endTest(state, 'aborted', 'aborted as requested');
        return;
    }
    const refuse = (reason: Told) => new UpsError('device-refused', { host: state.name, reason });
    if (state.test) throw refuse(said('snmp.testRuns'));
    if (state.off) throw refuse(said('sim.outputOff'));
    if (!mainsUsable(state, plate)) throw refuse(said('sim.onBattery'));
    const kind: TestKind = command.test === 'battery' ? 'quick' : command.test;
    if (kind !== 'self' && isBelow(state, plate, state.charge, lowLevel(state, plate)))
        throw refuse(said('sim.batteryLow'));
    if (kind === 'custom') requireRange('minutes', command.minutes ?? NaN, 1 / 60, 24 * 60);
    const seconds = kind === 'custom' ? (command.minutes ?? 0) * 60 : plate.quickTestSeconds;
    state.test = { kind, endsAt: kind === 'full' ? undefined : state.time + seconds * 1000 };
    state.testResult = 'in-progress';
    state.testDetail = '';
    state.testStartedAt = wallTime;
}

function applySetting(state: UpsState, plate: Nameplate, setting: string, value: SettingValue): void {
    const number = (min: number, max: number) => {
        requireRange(setting, Number(value), min, max);
        return Number(value);
    };
    const oneOf = <T extends string>(...values: T[]) => {
        const found = values.find((candidate) => candidate === value);
        if (found === undefined)
            throw new UpsError('config-invalid', { property: setting, value, expected: values.join(', ') });
        return found;
    };
    const setters: Record<string, () => void> = {
        upsIdentName: () => (state.name = String(value)),
        upsIdentAttachedDevices: () => (state.attachedDevices = String(value)),
        upsConfigLowBattTime: () => (state.lowMinutes = number(0, 100_000)),
        upsConfigLowVoltageTransferPoint: () => (state.lowTransferVoltage = number(0, plate.nominalVoltage)),
        upsConfigHighVoltageTransferPoint: () => (state.highTransferVoltage = number(plate.nominalVoltage, 1000)),
        upsConfigAudibleStatus: () => {
            const status = oneOf(...Object.values(AUDIBLE_STATUS));
            for (const buzzer of ['on', 'off', 'mute'] as const)
                if (AUDIBLE_STATUS[buzzer] === status) state.buzzer = buzzer;
        },
        upsShutdownType: () => (state.shutdownType = oneOf('output', 'system')),
        upsAutoRestart: () => (state.autoRestart = value === true),
    };
    const setter = setters[setting];
    if (!setter) throw new UpsError('not-supported', { device: 'simulated UPS', command: `set ${setting}` });
    setter();
}
