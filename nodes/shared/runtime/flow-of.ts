import type { NodeAPI } from 'node-red';
import { SystemClock, type Clock } from '../../../lib/core/clock';
import type { Words } from '../../../lib/core/language/words';
import type { EventMessage } from '../../../lib/core/messages';
import { Flow } from '../../../lib/flow/flow';
import type { Site } from '../../../lib/flow/site';
import type { Store } from '../../../lib/store/store';
import { bootTime } from './boot-time';
import { runningWires } from './running-wires';
import { textsOf } from '../words/texts';

/** A running `ups-site`. */
export interface SiteRuntime extends Site {
    readonly store: Store;
}

/** The engine of one Node-RED. */
export type RuntimeFlow = Flow<SiteRuntime>;

/** By event bus: every node of a runtime has its own `RED`, and all of these have the same bus. */
const flows = new WeakMap<object, RuntimeFlow>();

/** The engine of the Node-RED that `RED` belongs to. */
export function flowOf(RED: NodeAPI): RuntimeFlow {
    return flows.get(RED.events) ?? setFlow(RED.events, makeFlow(RED, new SystemClock(1, bootTime)));
}

export function makeFlow(RED: NodeAPI, clock: Clock): RuntimeFlow {
    return new Flow<SiteRuntime>({ clock, texts: textsOf(RED), wires: () => runningWires(RED) });
}

/** From now on the nodes of this bus live in `flow`. To be called while there are none. */
export function setFlow(bus: object, flow: RuntimeFlow): RuntimeFlow {
    if (!flows.has(bus)) {
        const events = bus as NodeJS.EventEmitter;
        events.on('flows:stopping', () => flows.get(bus)?.deploys.begin());
        events.on('flows:started', (deploy: object | undefined) => flows.get(bus)?.deploys.end(deploy));
    }
    flows.set(bus, flow);
    return flow;
}

/** Something that there is once in each runtime, made when it is first asked for. */
export function onePerFlow<T extends object>(make: (flow: RuntimeFlow) => T): (RED: NodeAPI) => T {
    const made = new WeakMap<RuntimeFlow, T>();
    return (RED) => {
        const flow = flowOf(RED);
        const known = made.get(flow) ?? make(flow);
        made.set(flow, known);
        return known;
    };
}

/** The words of the site that a dialog chose, else of that of the source of a message, else of the only one there is. */
export function siteWords(RED: NodeAPI, chosen?: string, message?: Partial<EventMessage>): Words {
    const { registry, texts } = flowOf(RED);
    return texts.of(registry.siteOf(message, chosen)).words;
}
