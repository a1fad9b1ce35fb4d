import type { NodeAPI } from 'node-red';
import { said, type Part, type Sentence } from '../../../lib/core/language/sentence';
import { RefusalLogLimiter } from '../../../lib/protocols/shared/refusal-log-limiter';
import { flowOf, onePerFlow, type SiteRuntime } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';

const KNOWN = ['not-logged-in', 'not-allowed', 'foreign-page'];

const limiterOf = onePerFlow(({ clock }) => new RefusalLogLimiter(clock));

/** What came of a command of a person, for the event log. */
export interface CommandNote {
    who: string;
    /** The site that it concerns; undefined: all, and each of them shows it. */
    site: SiteRuntime | undefined;
    /** Name of the UPS, module or site. */
    source: string;
    nodeId?: string;
    what: Sentence;
    outcome: { result: Part } | { dryRun: true } | { failed: Part };
}

/** Writes one entry about a command: who, what, and what came of it. */
export function noteCommand(RED: NodeAPI, { who, site, source, nodeId, what, outcome }: CommandNote): void {
    const failed = 'failed' in outcome;
    const dryRun = 'dryRun' in outcome;
    const sentence = failed
        ? said('api.failed', { what, who, reason: outcome.failed })
        : dryRun
          ? said('api.dryRun', { what, who })
          : said('api.done', { what, who, result: outcome.result });
    append(RED, site, source, failed ? 'warning' : 'info', sentence, nodeId, dryRun);
}

/** Writes down that a request was refused. A flood of them is counted, and not listed. */
export function noteRefusal(RED: NodeAPI, who: string, what: string, why: string): void {
    const unreported = limiterOf(RED).pass();
    if (unreported === undefined) return;
    const reason = said(`api.why.${KNOWN.includes(why) ? why : 'unreadable'}`);
    const refused = said('api.refused', { who, what, reason });
    const more = unreported > 0 ? said('api.refusedMore', { refused, count: unreported }) : refused;
    append(RED, undefined, 'HTTP', 'warning', more);
}

function append(
    RED: NodeAPI,
    site: SiteRuntime | undefined,
    source: string,
    level: 'info' | 'warning',
    sentence: Sentence,
    nodeId?: string,
    dryRun = false,
): void {
    const { registry, clock } = flowOf(RED);
    const sites = site ? [site] : [...new Map(registry.sites().map((each) => [each.store.file, each])).values()];
    for (const each of sites) {
        each.store.append({
            at: clock.now(),
            kind: 'system',
            level,
            source,
            text: wordsOf(RED, each).sentence(sentence),
            ...(nodeId && { nodeId }),
            ...(dryRun && { dryRun }),
            ...(!site && { site: '' }),
        });
    }
}
