import type { NodeAPI } from 'node-red';
import { SystemClock, type Clock } from '../../../lib/core/clock';
import type { Words } from '../../../lib/core/language/words';
import type { EventMessage } from '../../../lib/core/messages';
import { Flow } from '../../../lib/flow/flow';
import type { Site } from '../../../lib/flow/site';
import type { SeriesStore } from '../../../lib/store/series';
import type { Store } from '../../../lib/store/store';
import type { SourceLog } from '../config/source-log';
import { bootTime } from './boot-time';
import type { FlowNode } from '../../../lib/flow/graph/flow-node';
import { deployedNodes, wiresOf, wiresOncePerDeploy } from './running-wires';
import { textsOf } from '../words/texts';

/** A running `ups-site`. */
export interface SiteRuntime extends Site {
    readonly store: Store;
    /** The history of values of its sources. */
    readonly series: SeriesStore;
    /** Seconds between two samples of a UPS in that history; 0 = none is kept. */
    readonly dataLogSeconds: number;
    /** When sensors, contacts and outputs are sampled; undefined = never. */
    readonly sourceLog: SourceLog | undefined;
}

/** The engine of one Node-RED. */
export type RuntimeFlow = Flow<SiteRuntime>;

/** The engines by event bus: every node of a runtime has its own `RED`, and all of them have the same bus. */
const flows = new WeakMap<object, RuntimeFlow>();

/** The engine of the Node-RED that `RED` belongs to. */
export function flowOf(RED: NodeAPI): RuntimeFlow {
    return flows.get(RED.events) ?? setFlow(RED.events, makeFlow(RED, new SystemClock(1, bootTime)));
}

export function makeFlow(RED: NodeAPI, clock: Clock): RuntimeFlow {
    // When Node-RED announces a deploy, it has already replaced the flow.
    let running: FlowNode[] = [];
    const flow: RuntimeFlow = new Flow<SiteRuntime>({
        clock,
        texts: textsOf(RED),
        wires: () => wires(),
        wiresBefore: () => wiresOf(running),
    });
    const wires = wiresOncePerDeploy(RED, flow);
    flow.deploys.afterEachStart(() => (running = deployedNodes(RED)));
    return flow;
}

/** Sets the engine for all nodes of this bus. Call it while there are no nodes. */
export function setFlow(bus: object, flow: RuntimeFlow): RuntimeFlow {
    if (!flows.has(bus)) {
        const events = bus as NodeJS.EventEmitter;
        events.on('flows:stopping', () => flows.get(bus)?.deploys.begin());
        events.on('flows:started', (deploy: object | undefined) => flows.get(bus)?.deploys.end(deploy));
    }
    flows.set(bus, flow);
    return flow;
}

/** An object that exists once in each runtime, made when it is first needed. */
export function onePerFlow<T extends object>(make: (flow: RuntimeFlow) => T): (RED: NodeAPI) => T {
    const made = new WeakMap<RuntimeFlow, T>();
    return (RED) => {
        const flow = flowOf(RED);
        const known = made.get(flow) ?? make(flow);
        made.set(flow, known);
        return known;
    };
}

/** The texts of the chosen site, or else of the site of a message's source, or else of the only site. */
export function siteWords(RED: NodeAPI, chosen?: string, message?: Partial<EventMessage>): Words {
    const { registry, texts } = flowOf(RED);
    return texts.of(registry.siteOf(message, chosen)).words;
}
