import type { EventSource } from '../../core/events/source';
import type { EventLog } from '../../core/journal/event-log';
import type { EventMessage } from '../../core/messages';
import type { Flow } from '../flow';
import { asEventMessage } from '../messages/coerce';
import type { Texts } from '../ports';
import type { Site } from '../site';
import { isUnit } from '../supply';
import type { JobNode } from './job-node';
import type { OwedJob } from './owed-jobs';

export interface TestOutcome {
    ok: boolean;
    dryRun: boolean;
    /** What the job has done, or would do in a dry run. */
    text?: string;
    error?: string;
    detail?: unknown;
}

/** What a test would do, for the question before the test. */
export interface TestPreview {
    dryRun: boolean;
    text: string;
}

/** The logs for the entry about a test. A test without a site is logged at all sites, so that it always leaves a trace. */
export function testLogs(flow: Flow, site: Site | undefined): EventLog[] {
    return site ? [site.store] : [...new Set(flow.registry.sites().map(({ store }) => store))];
}

/** The beginning of the log entry of a test. */
export function testLogPrefix(texts: Texts, user: string | undefined): string {
    return user ? texts.status('testedBy', { user }) : texts.status('testEvent');
}

/** The message for a test run: an edge of a synthetic event, from the source of the job's real events, with the values of that source. */
function testEvent(flow: Flow, node: JobNode, site: string | undefined, active: boolean): EventMessage {
    const source = ownSource(flow, node);
    const from = source && ({ event: { sourceId: source.id } } as EventMessage);
    const text = flow.texts.of(flow.registry.siteOf(from, site)).status('testEvent');
    const message = asEventMessage({ topic: `${source?.name ?? text}/test`, payload: active }, flow.clock.now());
    message.event.text = text;
    if (source) message.event.sourceId = source.id;
    const status = source?.status();
    if (status) message.status = status;
    return message;
}

/**
 * A run without a real event. `rehearse`: if the site of the job is not known, and any site is in dry run, the test is a dry run.
 * @param site id of the site in the job's settings
 */
export function syntheticRun(
    flow: Flow,
    node: JobNode,
    site: string | undefined,
    active: boolean,
): OwedJob & { rehearse: boolean } {
    const { registry } = flow;
    const message = testEvent(flow, node, site, active);
    return {
        message,
        key: '',
        journal: registry.journalOf(message, site),
        progress: undefined,
        again: false,
        rehearse: !registry.siteOf(message, site) && registry.sites().some(({ dryRun }) => dryRun),
    };
}

/** The source that its wires come from; or else the UPS of its settings; or else the only UPS. */
function ownSource({ registry }: Flow, node: JobNode): EventSource | undefined {
    const wired = node
        .sourcesBefore()
        .map((id) => registry.source(id))
        .filter((source) => source !== undefined);
    const chosen = node.ups ? registry.source(node.ups) : undefined;
    const units = registry.sources().filter(isUnit);
    const only = units.length === 1 ? units[0] : undefined;
    const candidates = [...wired, ...(chosen ? [chosen] : []), ...(wired.length === 0 && only ? [only] : [])];
    return candidates.find((source) => source.status() !== undefined) ?? candidates[0];
}
