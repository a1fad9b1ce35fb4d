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
import { OutletPulse, type PulseOutcome } from '../shared/job/outlet-pulse';
import { noteOutletAction, undoesOutletAction } from '../shared/job/outlet-actions';
import { statusText } from '../shared/words/texts';
import { commandReport, resultOf, unitOf } from '../shared/config/unit-of';
import { settings } from './ups-outlet.settings';

const SENT = 'sent';

export = (RED: NodeAPI) => {
    defineJob(RED, settings, ({ node, settings: own }) => {
        const { action } = own;
        const first = action === 'pulse' ? 'on' : action;
        const unit = () => unitOf(RED, own.ups).unit;
        checkSettings(RED, node, unit);
        const outletOf = ({ text }: JobContext) => {
            const outlet = text(own.outlet).trim();
            if (!outlet) throw new UpsError('config-missing', { property: 'outlet' });
            return outlet;
        };
        const what = (outlet: string): Sentence => ({
            key: `ups-outlet.said.order.${action}`,
            data: { ups: unit().name, outlet, time: { seconds: own.seconds } },
        });
        const journalOf = ({ message }: JobContext) => flowOf(RED).registry.journalOf(message, own.site);

        const pulse = new OutletPulse({
            seconds: own.seconds,
            switchOff: (outlet) => unit().execute({ type: 'outlet', outlet, action: 'off' }),
            async send(outlet, switched, context, signal) {
                const order = await sendCommand(
                    RED,
                    node,
                    own,
                    context,
                    { what: what(outlet), signal, final: (error) => isFinalFor(unit(), error) },
                    () => unit().execute({ type: 'outlet', outlet, action: switched }),
                );
                noteOutletAction(journalOf(context), unit().id, outlet, { action: switched, at: context.clock.now() });
                return order;
            },
        });
        const pulseReport = ({ words }: JobContext, { outlet, result, attempts }: PulseOutcome): JobOutcome => ({
            summary: commandReport(words, what(outlet), resultOf(result)),
            attempts,
            detail: result,
        });
        /** The rest of a pulse that was interrupted. */
        const resume = (context: JobContext) => pulse.resume(context)?.then((outcome) => pulseReport(context, outcome));

        const run = async (context: JobContext): Promise<JobOutcome> => {
            const { progress, saveProgress, clock, words } = context;
            unit();
            const rest = await resume(context);
            if (rest) return rest;
            const outlet = outletOf(context);
            if (action === 'pulse') return pulseReport(context, await pulse.run(outlet, context));
            const order = await sendOnce({
                unit,
                command: { type: 'outlet', outlet, action },
                once: action === 'cycle',
                sent: progress === SENT,
                note: (sent) => saveProgress(sent ? SENT : null),
                retry: (attempt, final) => sendCommand(RED, node, own, context, { what: what(outlet), final }, attempt),
            });
            if (!order) {
                const summary = commandReport(words, what(outlet), said('result.sentBefore'));
                return { summary, detail: { confirmed: false } };
            }
            const { value, attempts } = order;
            noteOutletAction(journalOf(context), unit().id, outlet, { action, at: clock.now() });
            return { summary: commandReport(words, what(outlet), resultOf(value)), attempts, detail: value };
        };
        checkSupported(RED, node, () => {
            const command = { type: 'outlet', outlet: own.outlet, action: first } as const;
            return own.outlet.includes('{{') ? undefined : { unit: unit(), command };
        });
        return {
            acts: true,
            shutsDown: action === 'off',
            describe: (context) => {
                const outlet = outletOf(context);
                assertSupported(unit(), { type: 'outlet', outlet, action: first });
                return context.words.sentence(what(outlet));
            },
            run,
            // The event of an interrupted pulse is over: the outlet must not stay on.
            abandon: async (context) =>
                (await resume(context)) ?? { summary: context.words.sentence(what(outletOf(context))) },
            close: () => pulse.close(),
            // A real switching is undone for real: a dry run that was switched on meanwhile must not leave a load without power.
            rehearse: async (context) => {
                const { words } = context;
                const { event } = context.message;
                const rest = await resume(context);
                if (rest) return { ...rest, real: true };
                const outlet = outletOf(context);
                if (!undoesOutletAction(journalOf(context), unit().id, outlet, action, event))
                    return { summary: words.sentence(what(outlet)) };
                const outcome = await run(context);
                const summary = `${outcome.summary}. ${statusText(words, 'reallyTakenBack')}`;
                return { ...outcome, real: true, summary };
            },
        };
    });
};
