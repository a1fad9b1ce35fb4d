import type { Node, NodeAPI } from 'node-red';
import { durationText } from '../../lib/core/duration';
import { UpsError } from '../../lib/core/errors';
import { abortShutdown, isPending, type AbortDone } from '../../lib/core/orders/abort-order';
import { ShutdownBook, type SentShutdown } from '../../lib/core/orders/shutdown-book';
import {
    ARRIVED,
    ShutdownOrder,
    ShutdownWithdrawn,
    type ShutdownDone,
    type ShutdownPlan,
    type ShutdownProgress,
} from '../../lib/core/orders/shutdown-order';
import { isFinalFor } from '../../lib/core/orders/unit-look';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { giveOrder } from '../shared/give-order';
import { hub } from '../shared/hub';
import { attachJob, type JobConfig, type JobContext, type JobOutcome } from '../shared/job';
import { optionalNumber } from '../shared/numbers';
import { statusText } from '../shared/texts';
import { resultText, unitOf } from '../shared/unit-of';

interface UpsShutdownConfig extends JobConfig {
    ups: string;
    action: 'shutdown' | 'abort';
    seconds: string | number;
    /** After the mains are back; empty = the device decides. */
    restoreSeconds: string | number;
    scope: 'output' | 'system';
}

export = (RED: NodeAPI) => {
    function UpsShutdown(this: Node, config: UpsShutdownConfig) {
        RED.nodes.createNode(this, config);
        const unit = () => unitOf(RED, config.ups).unit;
        const bookOf = ({ message }: JobContext) => {
            const { site } = unitOf(RED, config.ups);
            return new ShutdownBook(site?.store ?? hub.journalOf(message, config.site), unit().id);
        };
        const plan = (episode: string): ShutdownPlan => {
            const scope = config.scope === 'system' ? 'system' : 'output';
            const seconds = optionalNumber('seconds', config.seconds, 0);
            // Not 0: at once would be before the servers are down.
            if (seconds === undefined) throw new UpsError('config-missing', { property: 'seconds' });
            return {
                scope,
                seconds,
                restoreSeconds: optionalNumber('restoreSeconds', config.restoreSeconds, 0),
                episode,
            };
        };
        const what = () =>
            config.action === 'abort' ? `${unit().name}: abort the shutdown` : `${unit().name}: ${planText(plan(''))}`;

        const trying = (context: JobContext) => {
            const final = (error: UpsError) => error instanceof ShutdownWithdrawn || isFinalFor(unit(), error);
            return {
                unit,
                book: bookOf(context),
                signal: context.signal,
                give: <R>(attempt: (number: number) => Promise<R>) =>
                    giveOrder(RED, this, config, context, { what: what(), final }, attempt),
            };
        };
        const abort = async (context: JobContext): Promise<JobOutcome> => {
            const done = await abortShutdown(trying(context));
            const { attempts, outcome, ...result } = done;
            const detail = outcome === 'aborted' ? result : { outcome, ...result };
            return { summary: `${what()}: ${abortText(done)}`, attempts, detail };
        };

        attachJob(RED, this, config, {
            type: 'ups-shutdown',
            acts: true,
            shutsDown: config.action !== 'abort',
            describe: what,
            run: async (context) => {
                if (config.action === 'abort') return abort(context);
                const planned = plan(context.message.event.episode ?? '');
                const { saveProgress } = context;
                const progress = context.progress as ShutdownProgress | undefined;
                const done = await new ShutdownOrder(planned, { ...trying(context), progress, saveProgress }).run();
                const { result, attempts } = done;
                return { summary: `${what()}: ${doneText(done)}`, attempts, detail: done.then ? done : result };
            },
            // What was started for real is aborted for real: a dry run that came in between must not let the UPS go off.
            rehearse: async (context) => {
                const started = config.action === 'abort' && stillToAct(unit(), bookOf(context));
                if (!started) return { summary: what() };
                const outcome = await abort(context);
                return { ...outcome, real: true, summary: `${outcome.summary}. ${statusText(RED, 'reallyTakenBack')}` };
            },
        });
    }
    RED.nodes.registerType('ups-shutdown', UpsShutdown as never);
};

/** Sent by us, not aborted, and its time has not passed. */
function stillToAct(unit: UpsUnit, book: ShutdownBook): boolean {
    return book.all().length > 0 && isPending(unit, book);
}

function planText({ scope, seconds, restoreSeconds }: Omit<ShutdownPlan, 'episode'>): string {
    const back = restoreSeconds === undefined ? '' : `, back ${durationText(restoreSeconds)} after the mains`;
    return `${scope} off in ${durationText(seconds)}${back}`;
}

function abortText({ outcome, ...result }: AbortDone): string {
    switch (outcome) {
        case 'nothing-pending':
            return 'nothing is pending';
        case 'cycled':
            return result.confirmed
                ? 'it could not be aborted; the UPS has been off and is back'
                : 'it could not be aborted; the UPS was not seen to go off';
        case 'aborted':
            return resultText(result);
    }
}

function doneText({ result, waitedFor, then }: ShutdownDone): string {
    const scope = ({ scope }: SentShutdown) => (scope === 'output' ? 'the outputs' : 'the UPS itself');
    const parts = [result.detail === ARRIVED ? `confirmed: ${ARRIVED}` : resultText(result)];
    if (waitedFor) parts.unshift(`sent when ${scope(waitedFor)} had gone off, for the UPS has one countdown`);
    if (then) {
        const again = then.result
            ? `sent again after it: ${resultText(then.result)}`
            : 'not sent again: the event has ended';
        parts.push(`the shutdown of ${scope(then.order)}, which it took the place of, was ${again}`);
    }
    return parts.join('; ');
}
