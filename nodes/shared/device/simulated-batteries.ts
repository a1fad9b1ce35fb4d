import type { SimulatedBattery } from '../../../lib/simulation/battery/simulated-battery';
import { onePerFlow } from '../runtime/flow-of';

/** The simulated batteries by the id of the `ups-battery` that they feed. */
export const simulatedBatteries = onePerFlow(() => new Map<string, SimulatedBattery>());
