import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { attachJob, type JobConfig } from '../shared/job';
import { resultText, unitOf } from '../shared/unit-of';

interface UpsOutletConfig extends JobConfig {
    ups: string;
    /** Id of the outlet, as the device tells it; wildcards are filled. */
    outlet: string;
    action: 'on' | 'off' | 'cycle';
}

export = (RED: NodeAPI) => {
    function UpsOutlet(this: Node, config: UpsOutletConfig) {
        RED.nodes.createNode(this, config);
        const action = config.action || 'off';
        const what = (name: string, outlet: string) => `${name}: outlet ${outlet} ${action}`;
        attachJob(RED, this, config, {
            type: 'ups-outlet',
            describe: ({ text }) => what(unitOf(RED, config.ups).unit.name, text(config.outlet || '')),
            run: async ({ text, progress, saveProgress }) => {
                const { unit } = unitOf(RED, config.ups);
                const outlet = text(config.outlet || '').trim();
                if (!outlet) throw new UpsError('config-missing', { property: 'outlet' });
                // On and off may be said twice; a second cycle would cut the power once more.
                if (progress === 'sent' && action === 'cycle') {
                    return {
                        summary: `${what(unit.name, outlet)}: sent before the interruption, not confirmed`,
                        detail: { confirmed: false },
                    };
                }
                if (!unit.supports({ type: 'outlet', outlet, action })) {
                    throw new UpsError('not-supported', { device: unit.name, command: `outlet ${outlet} ${action}` });
                }
                saveProgress('sent');
                const result = await unit.execute({ type: 'outlet', outlet, action });
                return { summary: `${what(unit.name, outlet)}: ${resultText(result)}`, detail: result };
            },
        });
    }
    RED.nodes.registerType('ups-outlet', UpsOutlet as never);
};
