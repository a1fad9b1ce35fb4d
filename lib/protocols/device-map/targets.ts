import type { PlausibleKind } from '../../core/status/plausible';

/**
 * The paths of `UpsStatus` that a map may fill, with their kind: numbers by what is plausible for them (units: `PLAUSIBLE`), states by their names,
 * texts. `*` stands for the number of a line, 1 to 12, in the map.
 */
export const NUMBER_TARGETS = {
    agentUptime: 'seconds',
    'battery.secondsOnBattery': 'seconds',
    'battery.minutesRemaining': 'minutes',
    'battery.chargePercent': 'percent',
    'battery.lowPercent': 'percent',
    'battery.lowMinutes': 'minutes',
    'battery.voltage': 'dcVoltage',
    'battery.positiveVoltage': 'dcVoltage',
    'battery.negativeVoltage': 'dcVoltage',
    'battery.current': 'batteryCurrent',
    'battery.temperature': 'temperature',
    'input.lineBads': 'count',
    'input.nominalVoltage': 'acVoltage',
    'input.lines.*.frequency': 'frequency',
    'input.lines.*.voltage': 'acVoltage',
    'input.lines.*.current': 'current',
    'input.lines.*.power': 'power',
    'output.frequency': 'frequency',
    'output.energy': 'energy',
    'output.lines.*.voltage': 'acVoltage',
    'output.lines.*.current': 'current',
    'output.lines.*.power': 'power',
    'output.lines.*.apparentPower': 'apparentPower',
    'output.lines.*.load': 'load',
    'bypass.frequency': 'frequency',
    'bypass.lines.*.voltage': 'acVoltage',
    'bypass.lines.*.current': 'current',
    'bypass.lines.*.power': 'power',
    temperature: 'temperature',
    'environment.temperature': 'temperature',
    'environment.humidity': 'humidity',
    'dc.inputVoltage': 'dcVoltage',
    'dc.outputVoltage': 'dcVoltage',
    'dc.outputCurrent': 'batteryCurrent',
    'dc.temperature': 'temperature',
} as const satisfies Record<string, PlausibleKind>;

export const STATE_TARGETS = {
    'battery.state': ['normal', 'low', 'depleted', 'unknown'],
    'battery.condition': ['good', 'weak', 'replace'],
    'battery.charging': ['floating', 'charging', 'resting', 'discharging'],
    'output.source': ['normal', 'battery', 'bypass', 'booster', 'reducer', 'other', 'none'],
    'test.result': ['passed', 'warning', 'failed', 'aborted', 'in-progress', 'none'],
} as const;

export const TEXT_TARGETS = [
    'identity.manufacturer',
    'identity.model',
    'identity.serial',
    'identity.firmware',
    'identity.name',
    'battery.installedOn',
    'test.detail',
] as const;
