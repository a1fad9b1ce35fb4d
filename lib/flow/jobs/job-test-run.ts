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
    /** What was done, or in a dry run would be. */
    text?: string;
    error?: string;
    detail?: unknown;
}

/** What a test would do, for the question before it. */
export interface TestPreview {
    dryRun: boolean;
    text: string;
}

/** Where a test is told of: that somebody has set it off by hand must not be without a trace where it belongs to no site. */
export function testLogs(flow: Flow, site: Site | undefined): EventLog[] {
    return site ? [site.store] : [...new Set(flow.registry.sites().map(({ store }) => store))];
}

/** How the entry of a test begins. */
export function testLogPrefix(texts: Texts, user: string | undefined): string {
    return user ? texts.status('testedBy', { user }) : texts.status('testEvent');
}

/**
 * What a job that is tried from the editor gets: an edge of an event that is none, from the source that its real events come from, with
 * the values of that one.
 */
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
 * A run that nothing stands behind. `rehearse`: whose site is not said is not tried for real where any is being rehearsed.
 * @param site id of the site that the job was given
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

/** Where its wires come from, else the UPS of its dialog, else the only UPS there is. */
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
