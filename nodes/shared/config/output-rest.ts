import type { NodeAPI } from 'node-red';
import type { AuxModule } from '../../../lib/protocols/aux/aux-module';
import { flowOf } from '../runtime/flow-of';

/**
 * Whether an output is on at rest: then a pulse goes off, and on again. What a job holds on does not count: it stays on for that job. A
 * pulse that stands has asked before.
 * @returns undefined: the module has not told the state
 */
export function restNow(RED: NodeAPI, moduleId: string, { ports }: AuxModule, port: string): boolean | undefined {
    const { claims, clock } = flowOf(RED);
    if (claims.claims.isHeld(moduleId, port, clock.now())) return false;
    if (claims.claims.isPulsedOff(moduleId, port, clock.now())) return true;
    return ports.find(({ name }) => name === port)?.on;
}

/**
 * As `restNow`; asks the module if it has not told the state. Where it cannot tell it, what counts is whether the output is set to be on at
 * power-up.
 * @throws UpsError the reason if reading fails; interrupted
 */
export async function restOf(
    RED: NodeAPI,
    moduleId: string,
    module: AuxModule,
    port: string,
    signal: AbortSignal,
): Promise<boolean> {
    const known = restNow(RED, moduleId, module, port);
    if (known !== undefined) return known;
    await module.readNow(signal);
    const { powerUp = false } = module.ports.find(({ name }) => name === port) ?? {};
    return restNow(RED, moduleId, module, port) ?? powerUp;
}
