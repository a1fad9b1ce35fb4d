import type { Node, NodeAPI } from 'node-red';
import { UpsError, asUpsError } from '../../lib/core/errors';
import { isNotTaken } from '../../lib/core/orders/keep-trying';
import { isFinalFor } from '../../lib/core/orders/unit-look';
import { giveOrder } from '../shared/give-order';
import { hub } from '../shared/hub';
import { attachJob, type JobConfig, type JobContext, type JobOutcome } from '../shared/job';
import { noteOutletAct, takesBack } from '../shared/outlet-acts';
import { statusText } from '../shared/texts';
import { resultText, unitOf } from '../shared/unit-of';

interface UpsOutletConfig extends JobConfig {
    ups: string;
    /** Id of the outlet, as the device tells it; wildcards are filled. */
    outlet: string;
    action: 'on' | 'off' | 'cycle';
}

const SENT = 'sent';

export = (RED: NodeAPI) => {
    function UpsOutlet(this: Node, config: UpsOutletConfig) {
        RED.nodes.createNode(this, config);
        const action = config.action || 'off';
        const unit = () => unitOf(RED, config.ups).unit;
        const outletOf = ({ text }: JobContext) => text(config.outlet || '').trim();
        const what = (outlet: string) => `${unit().name}: outlet ${outlet} ${action}`;
        const journalOf = ({ message }: JobContext) => hub.journalOf(message, config.site);

        const run = async (context: JobContext): Promise<JobOutcome> => {
            const { progress, saveProgress, clock } = context;
            unit();
            const outlet = outletOf(context);
            if (!outlet) throw new UpsError('config-missing', { property: 'outlet' });
            // On and off may be said twice; a second cycle would cut the power once more.
            let maybe = progress === SENT && action === 'cycle';
            if (maybe) {
                const summary = `${what(outlet)}: sent before the interruption, not confirmed`;
                return { summary, detail: { confirmed: false } };
            }
            const attempt = async () => {
                saveProgress(SENT);
                try {
                    return await unit().execute({ type: 'outlet', outlet, action });
                } catch (error) {
                    maybe = action === 'cycle' && !isNotTaken(asUpsError(error, 'command-failed'));
                    if (!maybe) saveProgress(null);
                    throw error;
                }
            };
            const final = (error: UpsError) => maybe || isFinalFor(unit(), error);
            const options = { what: what(outlet), final };
            const { value, attempts } = await giveOrder(RED, this, config, context, options, attempt);
            noteOutletAct(journalOf(context), unit().id, outlet, { action, at: clock.now() });
            return { summary: `${what(outlet)}: ${resultText(value)}`, attempts, detail: value };
        };
        attachJob(RED, this, config, {
            type: 'ups-outlet',
            acts: true,
            shutsDown: action === 'off',
            describe: (context) => what(outletOf(context)),
            run,
            // What was switched for real is switched back for real: a dry run that came in between must not leave a load without power.
            rehearse: async (context) => {
                const { event } = context.message;
                const outlet = outletOf(context);
                if (!takesBack(journalOf(context), unit().id, outlet, action, event)) return { summary: what(outlet) };
                const outcome = await run(context);
                const summary = `${outcome.summary}. ${statusText(RED, 'reallyTakenBack')}`;
                return { ...outcome, real: true, summary };
            },
        });
    }
    RED.nodes.registerType('ups-outlet', UpsOutlet as never);
};
