import type { ServerResponse } from 'node:http';
import type { NodeAPI } from 'node-red';
import type { CommandResult } from '../../../lib/core/driver';
import { asUpsError, sentenceOf } from '../../../lib/core/errors';
import { said, type Sentence } from '../../../lib/core/language/sentence';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';
import { errorText } from '../words/texts';
import { ApiError, type ApiCall } from './api-route';
import { noteCommand } from './command-log';

export interface PersonsOrder {
    site: SiteRuntime | undefined;
    /** Name of the UPS, module, … that it is for. */
    source: string;
    nodeId?: string;
    what: Sentence;
    /** Throws UpsError if it cannot be done, also in a dry run. */
    check?(): void;
    /** It is done in a dry run too. */
    always?: boolean;
    run(): Promise<{ result: Sentence; detail: CommandResult }>;
}

/**
 * Carries out what a person orders, or says what would be done in a dry run. Either way one entry of the event log says who, what, and what
 * came of it.
 * @throws ApiError 409, with the sentence of the failure
 */
export async function carryOut(RED: NodeAPI, { who }: Pick<ApiCall, 'who'>, order: PersonsOrder): Promise<object> {
    const { site, source, nodeId, what, check, run } = order;
    const words = wordsOf(RED, site);
    const note = { who, site, source, ...(nodeId && { nodeId }), what };
    try {
        if (site?.watching) throw new ApiError(409, 'watching', { text: words.sentence(said('api.watching')) });
        check?.();
        const { registry } = flowOf(RED);
        if (!order.always && (site?.dryRun ?? registry.isDryRun(undefined))) {
            noteCommand(RED, { ...note, outcome: { dryRun: true } });
            return { ok: true, dryRun: true, text: words.sentence(what) };
        }
        const { result, detail } = await run();
        noteCommand(RED, { ...note, outcome: { result } });
        const text = words.text({ list: [what, result], by: ': ' });
        return { ok: true, dryRun: false, confirmed: detail.confirmed, text };
    } catch (error) {
        if (error instanceof ApiError) {
            noteCommand(RED, { ...note, outcome: { failed: said('api.watching') } });
            throw error;
        }
        const failure = asUpsError(error, 'command-failed', { command: words.sentence(what) });
        noteCommand(RED, { ...note, outcome: { failed: sentenceOf(failure.code, failure.data) } });
        throw new ApiError(409, failure.code, { text: errorText(words, failure) });
    }
}

/** Aborted when the page that has asked is gone before the answer. */
export function untilClosed(response: ServerResponse): AbortSignal {
    const gone = new AbortController();
    response.once('close', () => {
        if (!response.writableEnded) gone.abort();
    });
    return gone.signal;
}
