import type { NodeAPI } from 'node-red';
import { nextStep, planOfUps } from '../../lib/flow/plan/next-step';
import type { PlanView } from '../../lib/flow/plan/plan-view';
import { planSignature } from '../../lib/flow/plan/plan-watch';
import { unitOf } from '../shared/config/unit-of';
import { flowOf } from '../shared/runtime/flow-of';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { StatusIndicator } from '../shared/words/node-status';
import { statusText } from '../shared/words/texts';
import { settings } from './ups-plan.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: { ups, send: when } }) => {
        const flow = flowOf(RED);
        if (ups && !checkSettings(RED, node, () => unitOf(RED, ups).unit)) return;
        const indicator = new StatusIndicator(node);
        /** A sensor or a threshold belongs to its UPS by name. */
        const belongs = (sourceId: string) => {
            const source = flow.registry.source(sourceId);
            return (
                sourceId === ups ||
                (source?.upsName !== undefined && source.upsName === flow.registry.source(ups)?.name)
            );
        };
        const read = (): PlanView => (ups ? planOfUps(flow.planView(), belongs) : flow.planView());
        const show = (view: PlanView) => {
            const next = nextStep(view);
            const running = view.sources.some((source) => source.running);
            if (!next) indicator.show('ok', statusText(RED, running ? 'eventOn' : 'ok'));
            else {
                const time = timeOfDay(next.due!.at);
                indicator.show(next.tooLate ? 'alarm' : 'warning', statusText(RED, 'nextRun', { time }));
            }
        };
        const message = (view: PlanView) => ({ topic: 'plan', payload: view });
        let unsubscribe = () => {};
        let sent = '';
        const look = () => {
            const view = read();
            const signature = planSignature(view);
            if (signature === sent) return;
            sent = signature;
            show(view);
            if (when === 'changes') node.send(message(view) as never);
        };
        whenFlowsStarted(RED, node, () => {
            unsubscribe = flow.planChanges.subscribe(look);
            flow.planChanges.tell();
        });
        node.on('input', (incoming, send, done) => {
            const view = read();
            show(view);
            send({ ...incoming, ...message(view) } as never);
            done();
        });
        node.on('close', (done: () => void) => {
            unsubscribe();
            done();
        });
    });
};

const timeOfDay = (at: number): string => new Date(at).toTimeString().slice(0, 8);
