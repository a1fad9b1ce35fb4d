import type { Register } from './maps';

/**
 * What is plugged into the card, in the CS141 manual's names. The card answers the registers of modules that are not there, too: with what
 * is not documented. So the node is told what there is.
 */
export interface SensorModule {
    readonly id: string;
    /** How many of each it has (CS141 manual, "SENSORMANAGER" and "Section OEM: Default addresses"). */
    readonly analog: number;
    readonly inputs: number;
    readonly outputs: number;
    /** Analog input 1 is a temperature, 2 a humidity: told by the names of the two simple sensors, not by a table [inferred]. */
    readonly climate: 'temperature' | 'temperature and humidity' | 'none';
}

export const SENSOR_MODULES: readonly SensorModule[] = [
    { id: 'none', analog: 0, inputs: 0, outputs: 0, climate: 'none' },
    { id: 'sm-t-com', analog: 1, inputs: 0, outputs: 0, climate: 'temperature' },
    { id: 'sm-t-h-com', analog: 2, inputs: 0, outputs: 0, climate: 'temperature and humidity' },
    // Its digital inputs are in no table; the first four of the others are taken for them [inferred].
    { id: 'sensormanager', analog: 8, inputs: 4, outputs: 4, climate: 'none' },
    { id: 'sitemanager', analog: 8, inputs: 8, outputs: 8, climate: 'none' },
    { id: 'sitemonitor', analog: 0, inputs: 64, outputs: 0, climate: 'none' },
];

export function sensorModule(id: string): SensorModule | undefined {
    return SENSOR_MODULES.find((module) => module.id === id);
}

const NUMBERED = /^(sensor|digital-input|digital-output)\.(\d+)$/;

/** Whether the module has what this register shows; true for everything that is no sensor. */
export function hasRegister(module: SensorModule, { means }: Register): boolean {
    const match = NUMBERED.exec(means ?? '');
    if (!match) return true;
    const most = { sensor: module.analog, 'digital-input': module.inputs, 'digital-output': module.outputs };
    return Number(match[2]) <= most[match[1] as keyof typeof most];
}
