import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { assertAble } from '../../lib/core/orders/ability';
import { giveOnce } from '../../lib/core/orders/once-order';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { checkAbility } from '../shared/check-ability';
import { checkSettings } from '../shared/check-settings';
import { giveOrder } from '../shared/give-order';
import { flowOf } from '../shared/flow-of';
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
        const what = (outlet: string) => `${unit().name}: outlet ${outlet} ${action()}`;
        const journalOf = ({ message }: JobContext) => flowOf(RED).registry.journalOf(message, config.site);

        const run = async (context: JobContext): Promise<JobOutcome> => {
            const { progress, saveProgress, clock } = context;
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
                const summary = `${what(outlet)}: sent before the interruption, not confirmed`;
                return { summary, detail: { confirmed: false } };
            }
            const { value, attempts } = order;
            noteOutletAct(journalOf(context), unit().id, outlet, { action: chosen, at: clock.now() });
            return { summary: `${what(outlet)}: ${resultText(value)}`, attempts, detail: value };
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
                return what(outlet);
            },
            run,
            // What was switched for real is switched back for real: a dry run that came in between must not leave a load without power.
            rehearse: async (context) => {
                const { event } = context.message;
                const outlet = outletOf(context);
                if (!takesBack(journalOf(context), unit().id, outlet, action(), event))
                    return { summary: what(outlet) };
                const outcome = await run(context);
                const summary = `${outcome.summary}. ${statusText(RED, 'reallyTakenBack')}`;
                return { ...outcome, real: true, summary };
            },
        });
    }
    RED.nodes.registerType('ups-outlet', UpsOutlet as never);
};
