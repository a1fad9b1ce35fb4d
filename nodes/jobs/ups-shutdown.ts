import type { Node, NodeAPI } from 'node-red';
import type { UpsCommand } from '../../lib/core/driver';
import type { UpsError } from '../../lib/core/errors';
import { said, type Part, type Sentence, type SentenceData } from '../../lib/core/language/sentence';
import { abortShutdown, isPending, type AbortDone } from '../../lib/core/orders/abort-order';
import { assertAble } from '../../lib/core/orders/ability';
import { giveOnce } from '../../lib/core/orders/once-order';
import { ShutdownBook } from '../../lib/core/orders/shutdown-book';
import {
    ShutdownOrder,
    ShutdownWithdrawn,
    type ShutdownDone,
    type ShutdownPlan,
    type ShutdownProgress,
    isArrived,
} from '../../lib/core/orders/shutdown-order';
import { isFinalFor } from '../../lib/core/orders/unit-look';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { checkAbility } from '../shared/job/check-ability';
import { checkSettings } from '../shared/settings/check-settings';
import { giveOrder } from '../shared/job/give-order';
import { flowOf } from '../shared/runtime/flow-of';
import { attachJob, type JobConfig, type JobContext, type JobOutcome } from '../shared/job/job';
import { optionalWhole, wholeOr } from '../shared/settings/numbers';
import { statusText } from '../shared/words/texts';
import { orderReport, resultOf, unitOf } from '../shared/config/unit-of';

interface UpsShutdownConfig extends JobConfig {
    ups: string;
    action?: ShutdownAction;
    /** Until it is off or on; of a reboot, how long it is off. */
    seconds: string | number;
    /** After the mains are back; empty = the device decides. */
    restoreSeconds: string | number;
    scope?: 'output' | 'system';
}

type ShutdownAction = (typeof ACTIONS)[number];

const ACTIONS = ['shutdown', 'abort', 'startup', 'reboot'] as const;
const DEFAULT_SECONDS = 180;
/** RFC 1628: the longest delay, and the longest upsRebootWithDuration. */
const LONGEST_S = 2_147_483_647;
const LONGEST_REBOOT_S = 300;
const SENT = 'sent';

export = (RED: NodeAPI) => {
    function UpsShutdown(this: Node, config: UpsShutdownConfig) {
        RED.nodes.createNode(this, config);
        const unit = () => unitOf(RED, config.ups).unit;
        const action = () => settingChoice('action', config.action, ACTIONS, 'shutdown') as ShutdownAction;
        const bookOf = ({ message }: JobContext) => {
            const { site } = unitOf(RED, config.ups);
            return new ShutdownBook(site?.store ?? flowOf(RED).registry.journalOf(message, config.site), unit().id);
        };
        const plan = (episode: string): ShutdownPlan => {
            const scope = settingChoice('scope', config.scope, ['output', 'system'], 'output') as ShutdownPlan['scope'];
            // Never at once unless that was chosen: it would be before the servers are down.
            const seconds = wholeOr('seconds', config.seconds, DEFAULT_SECONDS, 0, LONGEST_S);
            const restoreSeconds = optionalWhole('restoreSeconds', config.restoreSeconds, 0, LONGEST_S);
            return { scope, seconds, restoreSeconds, episode };
        };
        /** What the device is asked for. @throws UpsError config-missing, config-invalid */
        const command = (): UpsCommand => {
            const chosen = action();
            if (chosen === 'abort') return { type: 'abort-shutdown' };
            if (chosen === 'shutdown') {
                const { scope, seconds, restoreSeconds } = plan('');
                return {
                    type: 'shutdown',
                    scope,
                    seconds,
                    ...(restoreSeconds === undefined ? {} : { restoreSeconds }),
                };
            }
            const longest = chosen === 'reboot' ? LONGEST_REBOOT_S : LONGEST_S;
            return { type: chosen, seconds: wholeOr('seconds', config.seconds, DEFAULT_SECONDS, 0, longest) };
        };
        const what = () => orderOf(unit().name, command());
        /** What cannot be aborted is waited for: an abort is never asked in vain. */
        const able = () => (action() === 'abort' ? undefined : { unit: unit(), command: command() });
        checkSettings(RED, this, what);
        checkAbility(RED, this, able);

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
            return { summary: orderReport(context.words, what(), abortOf(done)), attempts, detail };
        };

        /** Switches on, or off and on again. */
        const switchOver = async (context: JobContext): Promise<JobOutcome> => {
            const { progress, saveProgress, words } = context;
            const order = await giveOnce({
                unit,
                command: command(),
                once: action() === 'reboot',
                sent: progress === SENT,
                note: (sent) => saveProgress(sent ? SENT : null),
                give: (attempt, final) => giveOrder(RED, this, config, context, { what: what(), final }, attempt),
            });
            if (!order) {
                const summary = orderReport(words, what(), said('result.sentBefore'));
                return { summary, detail: { confirmed: false } };
            }
            const { value, attempts } = order;
            return { summary: orderReport(words, what(), resultOf(value)), attempts, detail: value };
        };

        attachJob(RED, this, config, {
            type: 'ups-shutdown',
            acts: true,
            shutsDown: !['abort', 'startup'].includes(config.action ?? ''),
            describe: ({ words }) => {
                const asked = able();
                if (asked) assertAble(asked.unit, asked.command);
                return words.sentence(what());
            },
            run: async (context) => {
                const chosen = action();
                if (chosen === 'abort') return abort(context);
                if (chosen !== 'shutdown') return switchOver(context);
                const planned = plan(context.message.event.episode ?? '');
                const { saveProgress } = context;
                const progress = context.progress as ShutdownProgress | undefined;
                const done = await new ShutdownOrder(planned, { ...trying(context), progress, saveProgress }).run();
                const { result, attempts } = done;
                const summary = orderReport(context.words, what(), doneOf(done));
                return { summary, attempts, detail: done.then ? done : result };
            },
            // What was started for real is aborted for real: a dry run that came in between must not let the UPS go off.
            rehearse: async (context) => {
                const started = action() === 'abort' && stillToAct(unit(), bookOf(context));
                if (!started) {
                    const asked = able();
                    if (asked) assertAble(asked.unit, asked.command);
                    return { summary: context.words.sentence(what()) };
                }
                const outcome = await abort(context);
                const taken = statusText(context.words, 'reallyTakenBack');
                return { ...outcome, real: true, summary: `${outcome.summary}. ${taken}` };
            },
        });
    }
    RED.nodes.registerType('ups-shutdown', UpsShutdown as never);
};

/** Sent by us, not aborted, and its time has not passed. */
function stillToAct(unit: UpsUnit, book: ShutdownBook): boolean {
    return book.all().length > 0 && isPending(unit, book);
}

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-shutdown.said.${key}`, data });

function orderOf(ups: string, command: UpsCommand): Sentence {
    switch (command.type) {
        case 'shutdown': {
            const { scope, seconds, restoreSeconds } = command;
            const order = own(`order.shutdown.${scope}`, { ups, time: { seconds } });
            return restoreSeconds === undefined
                ? order
                : own('order.back', { order, time: { seconds: restoreSeconds } });
        }
        case 'startup':
            return command.seconds > 0
                ? own('order.startupIn', { ups, time: { seconds: command.seconds } })
                : own('order.startup', { ups });
        case 'reboot':
            return own('order.reboot', { ups, time: { seconds: command.seconds } });
        default:
            return own('order.abort', { ups });
    }
}

function abortOf({ outcome, ...result }: AbortDone): Sentence {
    switch (outcome) {
        case 'nothing-pending':
            return own('abort.nothingPending');
        case 'cycled':
            return own(result.confirmed ? 'abort.cycled' : 'abort.unseen');
        case 'aborted':
            return resultOf(result);
    }
}

function doneOf({ result, waitedFor, then }: ShutdownDone): Part {
    const { detail } = result;
    const arrived = isArrived(result) && detail !== undefined;
    return {
        list: [
            ...(waitedFor ? [own(`waited.${waitedFor.scope}`)] : []),
            arrived ? said('result.confirmedBecause', { detail }) : resultOf(result),
            ...(then?.result ? [own(`again.${then.order.scope}`, { result: resultOf(then.result) })] : []),
            ...(then && !then.result ? [own(`notAgain.${then.order.scope}`)] : []),
        ],
        by: '; ',
    };
}
