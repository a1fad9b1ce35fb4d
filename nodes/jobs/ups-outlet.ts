import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said, type Sentence } from '../../lib/core/language/sentence';
import { assertAble } from '../../lib/core/orders/ability';
import { giveOnce } from '../../lib/core/orders/once-order';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { checkAbility } from '../shared/job/check-ability';
import { checkSettings } from '../shared/settings/check-settings';
import { giveOrder } from '../shared/job/give-order';
import { flowOf } from '../shared/runtime/flow-of';
import { attachJob, type JobConfig, type JobContext, type JobOutcome } from '../shared/job/job';
import { noteOutletAct, takesBack } from '../shared/job/outlet-acts';
import { statusText } from '../shared/words/texts';
import { orderReport, resultOf, unitOf } from '../shared/config/unit-of';

interface UpsOutletConfig extends JobConfig {
    ups: string;
    /** Id of the outlet, as the device tells it; wildcards are filled. */
    outlet: string;
    action: 'on' | 'off' | 'cycle';
}

const ACTIONS = ['on', 'off', 'cycle'];
const SENT = 'sent';

export = (RED: NodeAPI) => {
    function UpsOutlet(this: Node, config: UpsOutletConfig) {
        RED.nodes.createNode(this, config);
        const action = () => settingChoice('action', config.action, ACTIONS, 'off') as UpsOutletConfig['action'];
        checkSettings(RED, this, () => {
            action();
            unitOf(RED, config.ups);
            if (!config.outlet?.trim()) throw new UpsError('config-missing', { property: 'outlet' });
        });
        const unit = () => unitOf(RED, config.ups).unit;
        const outletOf = ({ text }: JobContext) => {
            const outlet = text(config.outlet || '').trim();
            if (!outlet) throw new UpsError('config-missing', { property: 'outlet' });
            return outlet;
        };
        const what = (outlet: string): Sentence => ({
            key: `ups-outlet.said.order.${action()}`,
            data: { ups: unit().name, outlet },
        });
        const journalOf = ({ message }: JobContext) => flowOf(RED).registry.journalOf(message, config.site);

        const run = async (context: JobContext): Promise<JobOutcome> => {
            const { progress, saveProgress, clock, words } = context;
            unit();
            const outlet = outletOf(context);
            const chosen = action();
            const order = await giveOnce({
                unit,
                command: { type: 'outlet', outlet, action: chosen },
                once: chosen === 'cycle',
                sent: progress === SENT,
                note: (sent) => saveProgress(sent ? SENT : null),
                give: (attempt, final) => giveOrder(RED, this, config, context, { what: what(outlet), final }, attempt),
            });
            if (!order) {
                const summary = orderReport(words, what(outlet), said('result.sentBefore'));
                return { summary, detail: { confirmed: false } };
            }
            const { value, attempts } = order;
            noteOutletAct(journalOf(context), unit().id, outlet, { action: chosen, at: clock.now() });
            return { summary: orderReport(words, what(outlet), resultOf(value)), attempts, detail: value };
        };
        checkAbility(RED, this, () => {
            const outlet = config.outlet.trim();
            const command = { type: 'outlet', outlet, action: action() } as const;
            return outlet.includes('{{') ? undefined : { unit: unit(), command };
        });
        attachJob(RED, this, config, {
            type: 'ups-outlet',
            acts: true,
            shutsDown: (config.action || 'off') === 'off',
            describe: (context) => {
                const outlet = outletOf(context);
                assertAble(unit(), { type: 'outlet', outlet, action: action() });
                return context.words.sentence(what(outlet));
            },
            run,
            // What was switched for real is switched back for real: a dry run that came in between must not leave a load without power.
            rehearse: async (context) => {
                const { words } = context;
                const { event } = context.message;
                const outlet = outletOf(context);
                if (!takesBack(journalOf(context), unit().id, outlet, action(), event))
                    return { summary: words.sentence(what(outlet)) };
                const outcome = await run(context);
                const summary = `${outcome.summary}. ${statusText(words, 'reallyTakenBack')}`;
                return { ...outcome, real: true, summary };
            },
        });
    }
    RED.nodes.registerType('ups-outlet', UpsOutlet as never);
};
