import type { FlowNode } from '../../lib/flow/graph/flow-node';
import { jobGraph, type GraphEvent } from '../../lib/flow/graph/job-graph';
import { jobWarnings, type JobWarning } from '../../lib/flow/graph/job-warnings';
import { eventIds } from './event-list';
import { rolesOf } from './flow-roles';
import { graphEventName } from './job-words';
import { labelOf } from './nodes-of-flow';
import { t } from './texts';

/** An event as the list of jobs shows it. */
export interface ListedEvent extends GraphEvent {
    name: string;
    sourceName: string;
    /** Number of its jobs. */
    count: number;
    warnings: JobWarning[];
}

export interface JobsOfFlow {
    events: ListedEvent[];
    warnings: JobWarning[];
    /** Ids of jobs that no event reaches. */
    unreached: string[];
    /** False: the flow is too large, and a part was left out. */
    complete: boolean;
}

export const NO_JOBS: JobsOfFlow = { events: [], warnings: [], unreached: [], complete: true };

/** The events and jobs of the flow in the editor, deployed or not. */
export function readJobs(): JobsOfFlow {
    const nodes = RED.nodes.createCompleteNodeSet({ credentials: false }) as FlowNode[];
    const roles = rolesOf(nodes);
    const graph = jobGraph(nodes, { roles, upsEvents: eventIds });
    const warnings = jobWarnings(graph, nodes);
    const events = graph.events.map((event) => ({
        ...event,
        name: graphEventName(event, roles),
        sourceName: labelOf(event.source) || t('jobs.noUps'),
        count: event.jobs.filter(({ disabled }) => !disabled).length,
        warnings: warnings.filter((each) => each.source === event.source && each.event === event.event),
    }));
    return { events, warnings, unreached: graph.unreached, complete: graph.complete };
}

export const JOB_FILTERS: Readonly<Record<string, (event: ListedEvent) => boolean>> = {
    wired: ({ count }) => count > 0,
    all: () => true,
    none: ({ count }) => count === 0,
    two: ({ count }) => count >= 2,
    five: ({ count }) => count >= 5,
    ten: ({ count }) => count >= 10,
    warned: ({ warnings }) => warnings.length > 0,
};

/** Whether the shown texts of the event and its jobs contain each of the words. */
export function matchesWords(words: readonly string[], { name, event, sourceName, jobs }: ListedEvent): boolean {
    const labels = jobs.map(({ nodeId, type }) => `${labelOf(nodeId)} ${type}`);
    const haystack = [name, event, sourceName, ...labels].join(' ').toLowerCase();
    return words.every((word) => haystack.includes(word));
}
