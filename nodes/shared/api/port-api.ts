import type { NodeAPI } from 'node-red';
import { keepTrying } from '../../../lib/core/commands/keep-trying';
import type { CommandResult } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import { said, type Sentence } from '../../../lib/core/language/sentence';
import { auxModuleNode } from '../config/aux-of';
import type { UpsAuxModuleNode } from '../config/config-nodes';
import { restOf } from '../config/output-rest';
import { moduleUsersOf } from '../config/module-users';
import { PERSON } from '../config/person-claims';
import { isFinal, personPulsesOf, PULSE } from '../config/person-pulses';
import { resultOf } from '../config/unit-of';
import { flowOf } from '../runtime/flow-of';
import { apiRoute, ApiError, type ApiCall } from './api-route';
import { carryOut, untilClosed } from './carry-out';
import { bodyNumber, bodySwitch, bodyText } from './query';

const PATIENCE_MS = 20_000;

/** The route that switches the outputs of relay modules. */
export function servePorts(RED: NodeAPI): void {
    apiRoute(RED, 'post', 'ports', 'operate', async (call) => {
        const seconds = bodyNumber(call.body, 'pulse', PULSE);
        // Of a pulse: what the person has read that it does.
        const on = seconds === undefined || call.body.on !== undefined ? bodySwitch(call, 'on') : undefined;
        const output = outputOf(RED, bodyText(call, 'port'));
        const { moduleId, port, module } = output;
        const order = { site: flowOf(RED).registry.siteOf(undefined), source: module.name, nodeId: moduleId };
        if (seconds === undefined)
            return carryOut(RED, call, {
                ...order,
                what: { key: `ups-aux-switch.said.${on ? 'on' : 'off'}`, data: { module: module.name, port } },
                run: async () => {
                    const detail = await switchOutput(RED, call, moduleId, port, on!);
                    return { result: resultOf(detail), detail };
                },
            });
        // It stays connected from the look at it to the end of its pulse.
        const letGo = moduleUsersOf(RED).use(moduleId);
        try {
            const goesOff = await isOnNow(RED, call, output);
            const data = { module: module.name, port, time: { seconds } };
            const what: Sentence = { key: `ups-aux-switch.said.${goesOff ? 'pulseOff' : 'pulse'}`, data };
            return await carryOut(RED, call, {
                ...order,
                what,
                check: () => {
                    if (on === undefined || goesOff === undefined || on !== goesOff) return;
                    throw new UpsError('command-failed', { command: what, reason: said('order.switchedMeanwhile') });
                },
                run: async () => {
                    const detail = await personPulsesOf(RED).run(moduleId, port, seconds, untilClosed(call.response));
                    return { result: detail.on ? said('api.staysOn') : resultOf(detail), detail };
                },
            });
        } finally {
            letGo();
        }
    });
}

/** Whether an output is on at rest; one that was not read yet is read. Undefined: the module does not answer, and a pulse will say why. */
async function isOnNow(RED: NodeAPI, call: ApiCall, { moduleId, port, module }: Output): Promise<boolean | undefined> {
    try {
        return await restOf(RED, moduleId, module, port, untilClosed(call.response));
    } catch {
        return undefined;
    }
}

type Output = ReturnType<typeof outputOf>;

function outputOf(RED: NodeAPI, id: string) {
    const slash = id.indexOf('/');
    const [moduleId, port] = [id.slice(0, Math.max(0, slash)), id.slice(slash + 1)];
    const { module } = (RED.nodes.getNode(moduleId) as UpsAuxModuleNode | null) ?? {};
    const found = module?.ports.find(({ name }) => name === port);
    if (!module || !found) throw new ApiError(404, 'no-such-port', { port: id });
    if (!found.output) throw new ApiError(409, 'not-an-output', { port: id });
    return { moduleId, port, module };
}

/**
 * A person who switches on holds the output, as a job does: the end of another job's event leaves it on. Who switches off takes the output
 * from all who hold it.
 */
async function switchOutput(
    RED: NodeAPI,
    { response }: ApiCall,
    moduleId: string,
    port: string,
    on: boolean,
): Promise<CommandResult> {
    const { claims, clock, registry } = flowOf(RED);
    const key = `${moduleId}/${port}`;
    const own = { ownerId: PERSON, key };
    for (const claim of claims.claims.of(moduleId, port)) if (!on || claim.off) claims.drop(claim);
    if (on) {
        const journal = registry.sites()[0]?.store ?? registry.memoryJournal;
        claims.put({ moduleId, port, ...own, at: clock.now() }, journal);
    }
    const letGo = moduleUsersOf(RED).use(moduleId);
    try {
        const { value } = await keepTrying(
            () => {
                // Somebody may have switched it the other way meanwhile: the last order counts.
                const stands = on ? claims.claims.has(PERSON, key) : !claims.claims.isHeld(moduleId, port, clock.now());
                if (!stands) throw new UpsError('superseded', { done: 0, total: 1 });
                return auxModuleNode(RED, moduleId).module.switch(port, on);
            },
            {
                clock,
                signal: untilClosed(response),
                patienceMs: PATIENCE_MS,
                final: isFinal,
            },
        );
        return value;
    } catch (error) {
        if (on) claims.drop(own);
        throw error;
    } finally {
        letGo();
    }
}
