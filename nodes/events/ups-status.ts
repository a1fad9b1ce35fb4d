import type { NodeAPI } from 'node-red';
import type { UpsStatus } from '../../lib/core/status/status';
import { forPeople } from '../../lib/core/units/digits';
import { unitIndicator } from '../../lib/core/unit/unit-indicator';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { StatusIndicator } from '../shared/words/node-status';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { asSentence, errorText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { settings } from './ups-status.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: { ups, send: when } }) => {
        const unit = checkSettings(RED, node, () => unitOf(RED, ups).unit);
        if (!unit) return;
        const indicator = new StatusIndicator(node);
        // Sends a copy: a function node may change it, and the unit must keep the values of the UPS.
        const message = (status: UpsStatus) => ({ topic: `${unit.name}/status`, payload: structuredClone(status) });
        const show = (status: UpsStatus | undefined) => {
            const state = unitIndicator(unit);
            const unfed = unit.pathViews.length === 0;
            if (unit.isSilent) indicator.show(state, statusText(RED, unfed ? 'noDevice' : 'silent'));
            else if (!status) indicator.show(state, statusText(RED, unfed ? 'noDevice' : 'noReading'));
            else indicator.show(state, brief(RED, status));
        };
        const unsubscribe: (() => void)[] = [];
        let sent = '';
        indicator.show('connecting', statusText(RED, 'noReading'));
        whenFlowsStarted(RED, node, () => {
            show(unit.status());
            unsubscribe.push(unit.subscribe(() => show(unit.status())));
            const onStatus = unit.onStatus((status) => {
                show(status);
                if (when === 'request') return;
                if (when === 'changes') {
                    const essence = JSON.stringify({ ...status, time: 0, derived: undefined });
                    if (essence === sent) return;
                    sent = essence;
                }
                node.send(message(status) as never);
            });
            unsubscribe.push(onStatus);
        });
        node.on('input', (incoming, send, done) => {
            const status = unit.status();
            if (status) send({ ...incoming, ...message(status) } as never);
            done(status ? undefined : asSentence(errorText(RED, unit.absence)));
        });
        node.on('close', (done: () => void) => {
            for (const end of unsubscribe) end();
            done();
        });
    });
};

/** The source, and how full the battery is, or what a DC supply without one gives. */
function brief(RED: NodeAPI, { output, battery, dc }: UpsStatus): string {
    const source = statusText(RED, output.source === 'battery' ? 'onBattery' : 'ok');
    if (battery.chargePercent !== undefined) return `${source} ${Math.round(battery.chargePercent)} %`;
    return dc?.outputVoltage === undefined ? source : `${source} ${forPeople(dc.outputVoltage, undefined, 1)} V`;
}
