import type { Register } from './maps';

/**
 * The sensor module of a card, named as in the CS141 manual. The card also answers the registers of modules that are not
 * connected, with undocumented values: therefore the module is a setting of the node.
 */
export interface SensorModule {
    readonly id: string;
    /** Number of analog inputs, digital inputs and outputs (CS141 manual, "SENSORMANAGER" and "Section OEM: Default addresses"). */
    readonly analog: number;
    readonly inputs: number;
    readonly outputs: number;
    /** Analog input 1 is temperature and 2 is humidity: by the names of the two simple sensors; no table says so [inferred]. */
    readonly climate: 'temperature' | 'temperature and humidity' | 'none';
}

export const SENSOR_MODULES: readonly SensorModule[] = [
    { id: 'none', analog: 0, inputs: 0, outputs: 0, climate: 'none' },
    { id: 'sm-t-com', analog: 1, inputs: 0, outputs: 0, climate: 'temperature' },
    { id: 'sm-t-h-com', analog: 2, inputs: 0, outputs: 0, climate: 'temperature and humidity' },
    // No table lists its digital inputs: the first four of the other modules are used [inferred].
    { id: 'sensormanager', analog: 8, inputs: 4, outputs: 4, climate: 'none' },
    { id: 'sitemanager', analog: 8, inputs: 8, outputs: 8, climate: 'none' },
    { id: 'sitemonitor', analog: 0, inputs: 64, outputs: 0, climate: 'none' },
];

export function sensorModule(id: string): SensorModule | undefined {
    return SENSOR_MODULES.find((module) => module.id === id);
}

const NUMBERED = /^(sensor|digital-input|digital-output)\.(\d+)$/;

/** Whether the module has the input or output of this register; true for registers that belong to no sensor module. */
export function hasRegister(module: SensorModule, { means }: Register): boolean {
    const match = NUMBERED.exec(means ?? '');
    if (!match) return true;
    const most = { sensor: module.analog, 'digital-input': module.inputs, 'digital-output': module.outputs };
    return Number(match[2]) <= most[match[1] as keyof typeof most];
}
