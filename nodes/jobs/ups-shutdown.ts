import type { NodeAPI } from 'node-red';
import type { UpsCommand } from '../../lib/core/driver';
import type { UpsError } from '../../lib/core/errors';
import { said, type Part, type Sentence, type SentenceData } from '../../lib/core/language/sentence';
import { abortShutdown, isPending, type AbortResult } from '../../lib/core/commands/abort-shutdown';
import { assertSupported } from '../../lib/core/commands/assert-supported';
import { sendOnce } from '../../lib/core/commands/send-once';
import { SentShutdowns } from '../../lib/core/commands/sent-shutdowns';
import {
    ShutdownCommand,
    ShutdownWithdrawn,
    type ShutdownResult,
    type ShutdownProgress,
    isArrived,
} from '../../lib/core/commands/shutdown-command';
import { isFinalFor } from '../../lib/core/commands/countdown-reading';
import type { SettingsOf } from '../../lib/core/settings';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import { checkSupported } from '../shared/job/check-supported';
import { checkSettings } from '../shared/settings/check-settings';
import { defineJob } from '../shared/job/define-job';
import { sendCommand } from '../shared/job/send-command';
import { flowOf } from '../shared/runtime/flow-of';
import type { JobContext, JobOutcome } from '../shared/job/job';
import { statusText } from '../shared/words/texts';
import { commandReport, resultOf, unitOf } from '../shared/config/unit-of';
import { settings } from './ups-shutdown.settings';

const SENT = 'sent';

export = (RED: NodeAPI) => {
    defineJob(RED, settings, ({ node, settings: own }) => {
        const { ups, site: chosen, action, scope, seconds, restoreSeconds } = own;
        const unit = () => unitOf(RED, ups).unit;
        const bookOf = ({ message }: JobContext) => {
            const { site } = unitOf(RED, ups);
            return new SentShutdowns(site?.store ?? flowOf(RED).registry.journalOf(message, chosen), unit().id);
        };
        const command = commandOf(own);
        const what = () => orderOf(unit().name, command);
        /** An abort is always useful: if the UPS cannot abort, the job waits for its return. */
        const able = () => (action === 'abort' ? undefined : { unit: unit(), command });
        checkSettings(RED, node, what);
        checkSupported(RED, node, able);

        const trying = (context: JobContext) => {
            const final = (error: UpsError) => error instanceof ShutdownWithdrawn || isFinalFor(unit(), error);
            return {
                unit,
                sentShutdowns: bookOf(context),
                signal: context.signal,
                retry: <R>(attempt: (number: number) => Promise<R>) =>
                    sendCommand(RED, node, own, context, { what: what(), final }, attempt),
            };
        };
        const abort = async (context: JobContext): Promise<JobOutcome> => {
            const done = await abortShutdown(trying(context));
            const { attempts, outcome, ...result } = done;
            const detail = outcome === 'aborted' ? result : { outcome, ...result };
            const aborted = orderOf(unit().name, { type: 'abort-shutdown' });
            return { summary: commandReport(context.words, aborted, abortOf(done)), attempts, detail };
        };

        /** Switches the output on, or off and on again, or resets the latch that holds it off. */
        const switchOver = async (context: JobContext): Promise<JobOutcome> => {
            const { progress, saveProgress, words } = context;
            const order = await sendOnce({
                unit,
                command,
                once: action === 'reboot',
                sent: progress === SENT,
                note: (sent) => saveProgress(sent ? SENT : null),
                retry: (attempt, final) => sendCommand(RED, node, own, context, { what: what(), final }, attempt),
            });
            if (!order) {
                const summary = commandReport(words, what(), said('result.sentBefore'));
                return { summary, detail: { confirmed: false } };
            }
            const { value, attempts } = order;
            return { summary: commandReport(words, what(), resultOf(value)), attempts, detail: value };
        };

        /** The countdown that a run has started, and that a person does not want to end. */
        const withdraw = async (context: JobContext): Promise<JobOutcome> => {
            if (stillToAct(unit(), bookOf(context))) return { ...(await abort(context)), real: true };
            const nothing = saying('abort.nothingPending');
            return { summary: commandReport(context.words, orderOf(unit().name, { type: 'abort-shutdown' }), nothing) };
        };

        return {
            acts: true,
            ...(action === 'shutdown' ? { withdraw, withdrawsFor: seconds } : {}),
            shutsDown: action === 'shutdown' || action === 'reboot',
            describe: ({ words }) => {
                const asked = able();
                if (asked) assertSupported(asked.unit, asked.command);
                return words.sentence(what());
            },
            run: async (context) => {
                if (action === 'abort') return abort(context);
                if (action !== 'shutdown') return switchOver(context);
                const { episode = '' } = context.message.event;
                const planned = { scope, seconds, restoreSeconds, episode };
                const { saveProgress } = context;
                const progress = context.progress as ShutdownProgress | undefined;
                const done = await new ShutdownCommand(planned, { ...trying(context), progress, saveProgress }).run();
                const { result, attempts } = done;
                const summary = commandReport(context.words, what(), doneOf(done));
                return { summary, attempts, detail: done.then ? done : result };
            },
            // A real shutdown is aborted for real: a dry run that was switched on meanwhile must not let the UPS go off.
            rehearse: async (context) => {
                const started = action === 'abort' && stillToAct(unit(), bookOf(context));
                if (!started) {
                    const asked = able();
                    if (asked) assertSupported(asked.unit, asked.command);
                    return { summary: context.words.sentence(what()) };
                }
                const outcome = await abort(context);
                const taken = statusText(context.words, 'reallyTakenBack');
                return { ...outcome, real: true, summary: `${outcome.summary}. ${taken}` };
            },
        };
    });
};

/** The command for the device. */
function commandOf({ action, scope, seconds, restoreSeconds }: SettingsOf<typeof settings>): UpsCommand {
    if (action === 'abort') return { type: 'abort-shutdown' };
    if (action === 'latch-reset') return { type: action };
    if (action !== 'shutdown') return { type: action, seconds };
    return { type: 'shutdown', scope, seconds, ...(restoreSeconds === undefined ? {} : { restoreSeconds }) };
}

/** Whether a shutdown that we have sent is neither aborted nor due. */
function stillToAct(unit: UpsUnit, sentShutdowns: SentShutdowns): boolean {
    return sentShutdowns.all().length > 0 && isPending(unit, sentShutdowns);
}

const saying = (key: string, data?: SentenceData): Sentence => ({ key: `ups-shutdown.said.${key}`, data });

function orderOf(ups: string, command: UpsCommand): Sentence {
    switch (command.type) {
        case 'shutdown': {
            const { scope, seconds, restoreSeconds } = command;
            const order = saying(`order.shutdown.${scope}`, { ups, time: { seconds } });
            return restoreSeconds === undefined
                ? order
                : saying('order.back', { order, time: { seconds: restoreSeconds } });
        }
        case 'startup':
            return command.seconds > 0
                ? saying('order.startupIn', { ups, time: { seconds: command.seconds } })
                : saying('order.startup', { ups });
        case 'reboot':
            return saying('order.reboot', { ups, time: { seconds: command.seconds } });
        case 'latch-reset':
            return saying('order.latchReset', { ups });
        default:
            return saying('order.abort', { ups });
    }
}

function abortOf({ outcome, ...result }: AbortResult): Sentence {
    switch (outcome) {
        case 'nothing-pending':
            return saying('abort.nothingPending');
        case 'cycled':
            return saying(result.confirmed ? 'abort.cycled' : 'abort.unseen');
        case 'aborted':
            return resultOf(result);
    }
}

function doneOf({ result, waitedFor, then }: ShutdownResult): Part {
    const { detail } = result;
    const arrived = isArrived(result) && detail !== undefined;
    return {
        list: [
            ...(waitedFor ? [saying(`waited.${waitedFor.scope}`)] : []),
            arrived ? said('result.confirmedBecause', { detail }) : resultOf(result),
            ...(then?.result ? [saying(`again.${then.order.scope}`, { result: resultOf(then.result) })] : []),
            ...(then && !then.result ? [saying(`notAgain.${then.order.scope}`)] : []),
        ],
        by: '; ',
    };
}
