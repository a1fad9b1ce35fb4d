import type { Node, NodeAPI, NodeMessage } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import { said } from '../../../lib/core/language/sentence';
import type { LocalSource } from '../../../lib/core/events/local-source';
import type { EventLog } from '../../../lib/core/journal/event-log';
import type { Journal } from '../../../lib/core/journal/journal';
import { EdgeRelay } from '../../../lib/flow/delivery/edge-relay';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import type { NodeState } from '../../../lib/flow/ports';
import { StatusIndicator } from '../words/node-status';
import { whenFlowsStarted } from '../runtime/flow-start';
import { errorText, statusText } from '../words/texts';

/** The site and the journal of an event source. */
export interface SourceContext {
    site: SiteRuntime | undefined;
    journal: Journal;
    log: EventLog | undefined;
}

/** The context for the chosen site, or else for the only site; without a site the state is lost with the process. */
export function contextOf(RED: NodeAPI, chosen: string | undefined): SourceContext {
    return contextAt(RED, flowOf(RED).registry.siteOf(undefined, chosen));
}

export function contextAt(RED: NodeAPI, site: SiteRuntime | undefined): SourceContext {
    return { site, journal: site?.store ?? flowOf(RED).registry.memoryJournal, log: site?.store };
}

export interface SourceParts<S> {
    source: S;
    context: SourceContext;
    /** The sentence for an edge that happened while this node did not run. */
    sentence(eventId: string, active: boolean): string;
    nodeStatus(): [NodeState, string];
    /** Called when all nodes of the deploy exist, after the source has started. */
    begin?(): void;
    end?(): void;
}

/**
 * Makes a node a source of events: sends its edges, each once even over a kill, registers it for other nodes, and shows its state. Invalid
 * settings are reported once: `make` throws UpsError config-missing or config-invalid.
 * @returns undefined if the settings are invalid
 */
export function attachSource<S extends LocalSource & { start(): void }>(
    RED: NodeAPI,
    node: Node,
    make: () => SourceParts<S>,
): { source: S; show(): void } | undefined {
    const indicator = new StatusIndicator(node);
    let parts: SourceParts<S>;
    try {
        parts = make();
    } catch (error) {
        const isElsewhere = error instanceof UpsError && error.code === 'module-faulty';
        indicator.show('error', statusText(RED, isElsewhere ? error.code : 'notConfigured'));
        node.error(errorText(RED, error));
        return undefined;
    }
    const { source, context, sentence, nodeStatus } = parts;
    const show = () => indicator.show(...nodeStatus());
    const relay = new EdgeRelay(flowOf(RED), node, source, context.journal, new Set(), sentence, show);
    flowOf(RED).registry.addSource(source, context.site);
    source.subscribe(show);
    whenFlowsStarted(RED, node, () => {
        relay.start();
        source.start();
        parts.begin?.();
        show();
    });
    node.on('close', (done: () => void) => {
        parts.end?.();
        flowOf(RED).registry.removeSource(source);
        source.destroy();
        relay.destroy();
        done();
    });
    return { source, show };
}

/** The value of a message in the property that the settings name. @throws UpsError config-invalid if there is no value */
export function propertyOf(RED: NodeAPI, message: NodeMessage, property: string | undefined): unknown {
    const path = property || 'payload';
    const value: unknown = RED.util.getMessageProperty(message, path);
    if (value === undefined) {
        throw new UpsError('config-invalid', {
            property: `msg.${path}`,
            value: said('value.nothing'),
            expected: said('expected.value'),
        });
    }
    return value;
}
