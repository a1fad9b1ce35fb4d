/**
 * The meaning of a register as a path: `output.2.voltage`, `alarm.on-battery`, `aux.1`. All paths:
 *
 * - `input.N.*`, `output.N.*`, `bypass.N.*` with `voltage current frequency power`, `output.N.` also `load apparentPower`
 * - `battery.` charge voltage positiveVoltage negativeVoltage current temperature minutes seconds condition charging
 * - `identity.` manufacturer model firmware name · `test.result` · `output.source` · `input.lineBads` · `status`
 * - `alarm.<AlarmId>` · `flag.<words>` a state that is not an alarm · `control.<words>` a writable coil
 * - `aux.N` · `sensor.N` · `digital-input.N` · `digital-output.N` · `value.<words>` other values to show
 */
export const QUANTITY_UNITS: Readonly<Record<string, string>> = {
    voltage: 'V',
    current: 'A',
    frequency: 'Hz',
    power: 'W',
    load: '%',
    apparentPower: 'VA',
};

const BATTERY: Readonly<Record<string, readonly [description: string, unit?: string]>> = {
    charge: ['battery charge', '%'],
    voltage: ['battery voltage', 'V'],
    positiveVoltage: ['voltage of the positive half of the battery', 'V'],
    negativeVoltage: ['voltage of the negative half of the battery', 'V'],
    current: ['battery current', 'A'],
    temperature: ['battery temperature', '°C'],
    minutes: ['runtime that is left', 'min'],
    seconds: ['time on battery', 's'],
    condition: ['condition of the battery'],
    charging: ['what the battery is doing'],
};

const OTHER: Readonly<Record<string, readonly [description: string, unit?: string]>> = {
    status: ['status word'],
    'temperature.ups': ['temperature of the UPS', '°C'],
    'temperature.environment': ['temperature of the surroundings', '°C'],
    'test.result': ['result of the last battery test'],
    'output.source': ['what feeds the output'],
    'input.lineBads': ['number of mains failures'],
    'identity.manufacturer': ['manufacturer'],
    'identity.model': ['model'],
    'identity.firmware': ['firmware version'],
    'identity.name': ['identification'],
};

const QUANTITIES: Readonly<Record<string, string>> = { load: 'load', apparentPower: 'apparent power' };
const PORTS: Readonly<Record<string, string>> = {
    aux: 'AUX port',
    sensor: 'analog sensor',
    'digital-input': 'digital input',
    'digital-output': 'digital output',
};
const LINE = /^(input|output|bypass)\.(\d)\.(\w+)$/;

/** The meaning as English words. */
export function describe(means: string): string {
    const line = LINE.exec(means);
    if (line) return `${line[1]} ${QUANTITIES[line[3]!] ?? line[3]}, phase ${line[2]}`;
    if (OTHER[means]) return OTHER[means][0];
    const dot = means.indexOf('.');
    const [group, rest] = [means.slice(0, dot), means.slice(dot + 1)];
    if (group === 'battery') return BATTERY[rest]?.[0] ?? means;
    if (group === 'alarm') return `alarm: ${rest.replace(/^vendor:/, '').replaceAll('-', ' ')}`;
    if (PORTS[group]) return `${PORTS[group]} ${rest}`;
    return rest;
}

/** The unit of a meaning, unless its register has its own. */
export function unitOf(means: string): string | undefined {
    const line = LINE.exec(means);
    if (line) return QUANTITY_UNITS[line[3]!];
    if (means.startsWith('battery.')) return BATTERY[means.slice('battery.'.length)]?.[1];
    return OTHER[means]?.[1];
}
