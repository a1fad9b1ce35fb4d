import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said, type Sentence } from '../../lib/core/language/sentence';
import { assertSupported } from '../../lib/core/commands/assert-supported';
import { isFinalFor } from '../../lib/core/commands/countdown-reading';
import { sendOnce } from '../../lib/core/commands/send-once';
import { checkSupported } from '../shared/job/check-supported';
import { checkSettings } from '../shared/settings/check-settings';
import { defineJob } from '../shared/job/define-job';
import { sendCommand } from '../shared/job/send-command';
import { flowOf } from '../shared/runtime/flow-of';
import type { JobContext, JobOutcome } from '../shared/job/job';
import { OutletTurn, type TurnOutcome } from '../shared/job/outlet-turn';
import { statusText } from '../shared/words/texts';
import { commandReport, resultOf, unitOf } from '../shared/config/unit-of';
import { settings } from './ups-outlet.settings';

const SENT = 'sent';

export = (RED: NodeAPI) => {
    defineJob(RED, settings, ({ node, settings: own }) => {
        const { action } = own;
        const unit = () => unitOf(RED, own.ups).unit;
        checkSettings(RED, node, unit);
        const turn = new OutletTurn(RED, node, own);
        const outletOf = ({ text }: JobContext) => {
            const outlet = text(own.outlet).trim();
            if (!outlet) throw new UpsError('config-missing', { property: 'outlet' });
            return outlet;
        };
        const what = (outlet: string): Sentence =>
            action === 'pulse'
                ? turn.what(outlet)
                : { key: `ups-outlet.said.order.${action}`, data: { ups: unit().name, outlet } };
        /** @throws UpsError config-missing, not-supported */
        const check = (outlet: string) => {
            if (action === 'on' || action === 'off') assertSupported(unit(), { type: 'outlet', outlet, action });
            else turn.check(outlet);
        };
        const turned = ({ words }: JobContext, { what: order, result, attempts }: TurnOutcome): JobOutcome => ({
            summary: commandReport(words, order, resultOf(result)),
            attempts,
            detail: result,
        });
        const resume = (context: JobContext) => turn.resume(context)?.then((outcome) => turned(context, outcome));

        const run = async (context: JobContext): Promise<JobOutcome> => {
            const { progress, saveProgress, words } = context;
            unit();
            const rest = await resume(context);
            if (rest) return rest;
            const outlet = outletOf(context);
            const isSent = progress === SENT;
            if (action === 'pulse') return turned(context, await turn.run(outlet, context));
            // Whether the device can do it by itself is known when it answers.
            if (action === 'cycle' && !isSent) {
                const asked = () => Promise.resolve().then(() => turn.isFor(outlet));
                const final = (error: UpsError) => isFinalFor(unit(), error);
                const { value: byUs } = await sendCommand(
                    RED,
                    node,
                    own,
                    context,
                    { what: what(outlet), final },
                    asked,
                );
                if (byUs) return turned(context, await turn.run(outlet, context));
            }
            const order = await sendOnce({
                unit,
                command: { type: 'outlet', outlet, action },
                once: action === 'cycle',
                sent: isSent,
                note: (sent) => saveProgress(sent ? SENT : null),
                retry: (attempt, final) => sendCommand(RED, node, own, context, { what: what(outlet), final }, attempt),
            });
            if (!order) {
                const summary = commandReport(words, what(outlet), said('result.sentBefore'));
                return { summary, detail: { confirmed: false } };
            }
            const { value, attempts } = order;
            flowOf(RED).outletPulses.switched(own.ups, outlet, action);
            return { summary: commandReport(words, what(outlet), resultOf(value)), attempts, detail: value };
        };
        checkSupported(RED, node, () => {
            const { outlet } = own;
            return outlet.includes('{{') ? undefined : { unit: unit(), check: () => check(outlet) };
        });
        return {
            acts: true,
            // A pulse of an outlet whose state is not known may begin with off.
            shutsDown: (context) => {
                if (action !== 'pulse') return action !== 'on';
                if (!context && own.outlet.includes('{{')) return true;
                return turn.first(context ? outletOf(context) : own.outlet) !== 'on';
            },
            describe: (context) => {
                const outlet = outletOf(context);
                check(outlet);
                turn.checkState(outlet);
                return context.words.sentence(what(outlet));
            },
            run,
            // The event of an interrupted pulse is over: it is reported when the outlet is as before.
            abandon: async (context) =>
                (await resume(context)) ?? { summary: context.words.sentence(what(outletOf(context))) },
            close: () => turn.close(),
            // A real switching is undone for real: a dry run that was switched on meanwhile must not leave a load without power.
            rehearse: async (context) => {
                const { words } = context;
                const { event } = context.message;
                const rest = await resume(context);
                if (rest) return { ...rest, real: true };
                const outlet = outletOf(context);
                if (!flowOf(RED).outletPulses.undoes(own.ups, outlet, action, event)) {
                    turn.checkState(outlet);
                    return { summary: words.sentence(what(outlet)) };
                }
                const outcome = await run(context);
                const summary = `${outcome.summary}. ${statusText(words, 'reallyTakenBack')}`;
                return { ...outcome, real: true, summary };
            },
        };
    });
};
