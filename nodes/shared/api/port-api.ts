import type { NodeAPI } from 'node-red';
import { keepTrying } from '../../../lib/core/commands/keep-trying';
import type { CommandResult } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import { said, type Sentence } from '../../../lib/core/language/sentence';
import { auxModuleNode } from '../config/aux-of';
import type { UpsAuxModuleNode } from '../config/config-nodes';
import { restNow } from '../config/output-rest';
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
    apiRoute(RED, 'post', 'ports', 'operate', (call) => {
        const seconds = bodyNumber(call.body, 'pulse', PULSE);
        const on = seconds === undefined ? bodySwitch(call, 'on') : true;
        const { moduleId, port, module } = outputOf(RED, bodyText(call, 'port'));
        const pulse = restNow(RED, moduleId, module, port) ? 'pulseOff' : 'pulse';
        const key = `ups-aux-switch.said.${seconds === undefined ? (on ? 'on' : 'off') : pulse}`;
        const data = { module: module.name, port, ...(seconds === undefined ? {} : { time: { seconds } }) };
        const what: Sentence = { key, data };
        const { registry } = flowOf(RED);
        return carryOut(RED, call, {
            // A module belongs to no site: with one site, it is that.
            site: registry.siteOf(undefined),
            source: module.name,
            nodeId: moduleId,
            what,
            run: async () => {
                if (seconds === undefined) {
                    const detail = await switchOutput(RED, call, moduleId, port, on);
                    return { result: resultOf(detail), detail };
                }
                const detail = await personPulsesOf(RED).run(moduleId, port, seconds, untilClosed(call.response));
                return { result: detail.on ? said('api.staysOn') : resultOf(detail), detail };
            },
        });
    });
}

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
