import type { NodeAPI } from 'node-red';
import { UpsError, type UpsErrorCode } from '../../../lib/core/errors';
import { INDICATOR_COLOURS, type IndicatorState } from '../../../lib/core/status/indicator';
import type { AuxModule, AuxPortView } from '../../../lib/protocols/aux/aux-module';
import type { SourceView } from '../../../lib/views';
import type { UpsAuxModuleNode } from '../config/config-nodes';
import { signalPercent, type UpsModemNode } from '../config/modem';
import { PERSON } from '../config/person-claims';
import { flowOf } from '../runtime/flow-of';
import { errorText, statusText } from '../words/texts';

/** A port of a relay module: its id in the API. */
export const portId = (moduleId: string, port: string) => `${moduleId}/${port}`;

/** The deployed nodes of a type; a node that is disabled is none of them. */
export function nodesOf<N>(RED: NodeAPI, type: string): N[] {
    const ids: string[] = [];
    RED.nodes.eachNode((node) => {
        if (node.type === type) ids.push(node.id);
    });
    return ids.flatMap((id) => (RED.nodes.getNode(id) as N | null) ?? []);
}

export const auxModules = (RED: NodeAPI) => nodesOf<UpsAuxModuleNode>(RED, 'ups-aux-module');
export const modems = (RED: NodeAPI) => nodesOf<UpsModemNode>(RED, 'ups-modem');

/** Relays, inputs that no node watches, and modems. */
export function otherViews(RED: NodeAPI): SourceView[] {
    return [
        ...auxModules(RED).flatMap((node) => (node.module ? portsOf(RED, node.id, node.module) : [])),
        ...modems(RED).map((node) => modemView(RED, node)),
    ];
}

function portsOf(RED: NodeAPI, moduleId: string, module: AuxModule): SourceView[] {
    const watched = new Set<string>();
    RED.nodes.eachNode((node) => {
        const { type, module: of, port } = node as unknown as { type: string; module?: string; port?: string };
        if (type === 'ups-aux-input' && of === moduleId) watched.add(port ?? '');
    });
    return module.ports
        .filter(({ output, name }) => output || !watched.has(name))
        .map((port) => portView(RED, moduleId, module, port));
}

function portView(RED: NodeAPI, moduleId: string, module: AuxModule, port: AuxPortView): SourceView {
    const { failure } = module;
    const { name, output = false, nc = false, address, on, asked } = port;
    const state: IndicatorState = failure ? 'lost' : on === undefined ? 'starting' : 'ok';
    const { claims } = flowOf(RED).claims;
    const now = flowOf(RED).clock.now();
    const heldBy = claims
        .of(moduleId, name)
        .filter(({ off, until }) => !off && (until === undefined || now < until))
        .map(({ ownerId }) => nameOf(RED, ownerId));
    return {
        id: portId(moduleId, name),
        name: `${module.name} ${name}`,
        kind: output ? 'output' : 'input',
        state,
        colour: INDICATOR_COLOURS[state],
        ...(nc ? { inverted: true as const } : {}),
        ...(address === undefined ? {} : { address: String(address) }),
        ...(on === undefined ? {} : { on }),
        ...(asked === undefined ? {} : { asked, ...(on === undefined ? {} : { confirmed: on === asked }) }),
        ...(heldBy.length > 0 ? { heldBy: [...new Set(heldBy)] } : {}),
        ...(failure ? { trouble: errorText(RED, new UpsError(failure.code as UpsErrorCode, failure.data)) } : {}),
        events: [],
    };
}

function nameOf(RED: NodeAPI, id: string): string {
    if (id === PERSON) return statusText(RED, 'aPerson');
    const member = flowOf(RED).registry.byId(id);
    return member?.kind === 'job' ? member.job.name : id;
}

function modemView(RED: NodeAPI, node: UpsModemNode): SourceView {
    const state = node.running()?.state ?? { state: 'idle' as const };
    const indicator: IndicatorState =
        state.state === 'waiting'
            ? 'lost'
            : state.state === 'idle' || state.state === 'closed'
              ? 'disabled'
              : state.state === 'connecting'
                ? 'starting'
                : 'ok';
    const signal = 'reading' in state ? state.reading.signalDbm : undefined;
    return {
        id: node.id,
        name: node.name || node.id,
        kind: 'modem',
        state: indicator,
        colour: INDICATOR_COLOURS[indicator],
        ...(signal === undefined ? {} : { value: signalPercent(signal), unit: '%' }),
        ...(state.state === 'waiting' ? { trouble: errorText(RED, state.error) } : {}),
        events: [],
    };
}
