import type { NodeAPI } from 'node-red';
import { sentenceOf, UpsError, type UpsErrorCode } from '../../../lib/core/errors';
import { said, type Sentence } from '../../../lib/core/language/sentence';
import type { PlanAction } from '../../../lib/flow/plan/plan-view';
import { flowOf } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';
import { errorText } from '../words/texts';
import { apiRoute, ApiError, type ApiCall } from './api-route';
import { noteCommand } from './command-log';
import { bodyNumber, bodyText } from './query';

/** What is not there (any more), and not refused. */
const GONE: readonly UpsErrorCode[] = ['no-step', 'no-alarm', 'no-site'];
const LATEST = 8.64e15;

/** Routes by which a person changes what comes next. What was done is logged by the engine, in one write with it. */
export function servePlan(RED: NodeAPI): void {
    const act = (action: PlanAction) => (call: ApiCall) => {
        const key = bodyText(call, 'key');
        return obey(RED, call, said(`api.plan.${action}`), () => flowOf(RED).act(key, action, call.who));
    };
    apiRoute(RED, 'post', 'plan/hold', 'operate', act('hold'));
    apiRoute(RED, 'post', 'plan/release', 'operate', act('release'));
    apiRoute(RED, 'post', 'plan/skip', 'operate', act('skip'));
    apiRoute(RED, 'post', 'plan/fire', 'operate', act('fire'));
    const abortStep = act('abort');
    apiRoute(RED, 'post', 'plan/abort', 'operate', (call) => {
        if (call.body.source === undefined) return abortStep(call);
        const source = bodyText(call, 'source');
        let steps = 0;
        const answer = obey(RED, call, said('api.plan.abortSource'), () => {
            steps = flowOf(RED).abortSource(source, call.who);
        });
        return { ...answer, steps };
    });
    apiRoute(RED, 'post', 'acknowledge', 'operate', (call) => {
        const episode = bodyText(call, 'episode');
        return obey(RED, call, said('api.acknowledge'), () => flowOf(RED).alarms.acknowledge(episode, call.who));
    });
    apiRoute(RED, 'get', 'alarms', 'view', () => ({ alarms: flowOf(RED).alarms.all() }));
    apiRoute(RED, 'post', 'maintenance', 'operate', (call) => {
        const site = bodyText(call, 'site');
        const until = bodyNumber(call.body, 'until', { min: 0, max: LATEST });
        if (until === undefined) {
            throw new ApiError(400, 'bad-parameter', { parameter: 'until', expected: 'epoch ms; 0 ends it' });
        }
        const { maintenance } = flowOf(RED);
        return obey(RED, call, said('api.maintenance'), () => {
            if (until === 0) maintenance.end(site, call.who);
            else maintenance.start(site, until, call.who);
        });
    });
}

/** @throws ApiError 404, 409: the engine refuses; that is logged too */
function obey(RED: NodeAPI, { who }: ApiCall, what: Sentence, order: () => unknown): object {
    try {
        order();
        return { ok: true };
    } catch (error) {
        if (!(error instanceof UpsError)) throw error;
        const { code, data } = error;
        const only = flowOf(RED).registry.siteOf(undefined);
        noteCommand(RED, { who, site: only, source: 'HTTP', what, outcome: { failed: sentenceOf(code, data) } });
        throw new ApiError(GONE.includes(code) ? 404 : 409, code, { text: errorText(wordsOf(RED, only), error) }, true);
    }
}
