import type { Node, NodeAPI } from 'node-red';
import type { EventSource } from '../../lib/core/events/source';
import type { Words } from '../../lib/core/language/words';
import type { EventLog } from '../../lib/core/journal/event-log';
import type { EventMessage } from '../../lib/core/messages';
import { adminRoute } from './admin-route';
import { asEventMessage } from './coerce';
import { hub, systemClock, type SiteRuntime } from './hub';
import type { JobConfig } from './job-spec';
import type { OwedJob } from './owed-jobs';
import { isUnit } from './supply';
import { siteWords } from './site-words';
import { statusText } from './texts';
import { sourcesBefore } from './wiring';

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

/** A job as the Test button has it. */
export interface Testable {
    preview(): TestPreview;
    /** @param by who has pressed the button, where the editor knows its users */
    run(by: string | undefined): Promise<TestOutcome>;
}

const tests = new Map<string, Testable>();

/**
 * Lets the editor's Test button run this job. `GET ridethrough/jobs/<node id>/test` tells what it would do, `POST` does it. With
 * `?dryRun=true` it is not done for real, whatever has changed since the question was asked: 409.
 */
export function registerTest(RED: NodeAPI, node: Node, job: Testable): void {
    tests.set(node.id, job);
    node.on('close', () => {
        if (tests.get(node.id) === job) tests.delete(node.id);
    });
    adminRoute(RED, 'get', 'jobs/:id/test', 'flows.write', (request, response) => {
        const test = tests.get(String(request.params.id));
        if (test) response.json(test.preview());
        else response.status(404).json({ error: 'not-deployed' });
    });
    adminRoute(RED, 'post', 'jobs/:id/test', 'flows.write', (request, response) => {
        const test = tests.get(String(request.params.id));
        if (!test) {
            response.status(404).json({ error: 'not-deployed' });
            return;
        }
        if (request.query.dryRun === 'true' && !test.preview().dryRun) {
            response.status(409).json({ error: 'no-dry-run' });
            return;
        }
        test.run((request as { user?: { username?: string } }).user?.username).then(
            (outcome) => response.status(outcome.ok ? 200 : 502).json(outcome),
            (error: Error) => response.status(500).json({ error: error.message }),
        );
    });
}

/** Where a test is told of: that somebody has set it off by hand must not be without a trace where it belongs to no site. */
export function testLogs(site: SiteRuntime | undefined): EventLog[] {
    return site ? [site.store] : [...new Set([...hub.sites.values()].map(({ store }) => store))];
}

/** How the entry of a test begins. */
export function testedBy(words: Words, user: string | undefined): string {
    return user ? statusText(words, 'testedBy', { user }) : statusText(words, 'testEvent');
}

/**
 * What a job that is tried from the editor gets: an edge of an event that is none, from the source that its real events come from, with
 * the values of that one.
 */
function madeUpEvent(RED: NodeAPI, node: Node, config: JobConfig, active: boolean): EventMessage {
    const source = ownSource(RED, node, config as JobConfig & { ups?: string });
    const of = source ? ({ event: { sourceId: source.id } } as EventMessage) : undefined;
    const text = statusText(siteWords(RED, config.site, of), 'testEvent');
    const message = asEventMessage({ topic: `${source?.name ?? text}/test`, payload: active }, systemClock.now());
    message.event.text = text;
    if (source) message.event.sourceId = source.id;
    const status = source?.status();
    if (status) message.status = status;
    return message;
}

/** A run that nothing stands behind. `rehearse`: whose site is not said is not tried for real where any is being rehearsed. */
export function madeUpRun(
    RED: NodeAPI,
    node: Node,
    config: JobConfig,
    active: boolean,
): OwedJob & { rehearse: boolean } {
    const message = madeUpEvent(RED, node, config, active);
    return {
        message,
        key: '',
        journal: hub.journalOf(message, config.site),
        progress: undefined,
        again: false,
        rehearse: !hub.siteOf(message, config.site) && [...hub.sites.values()].some(({ dryRun }) => dryRun),
    };
}

/** Where its wires come from, else the UPS of its dialog, else the only UPS there is. */
function ownSource(RED: NodeAPI, node: Node, { ups }: { ups?: string }): EventSource | undefined {
    const wired = sourcesBefore(RED, node)
        .map((id) => hub.source(id))
        .filter((source) => source !== undefined);
    const chosen = ups ? hub.source(ups) : undefined;
    const units = hub.allSources().filter(isUnit);
    const only = units.length === 1 ? units[0] : undefined;
    const candidates = [...wired, ...(chosen ? [chosen] : []), ...(wired.length === 0 && only ? [only] : [])];
    return candidates.find((source) => source.status() !== undefined) ?? candidates[0];
}
