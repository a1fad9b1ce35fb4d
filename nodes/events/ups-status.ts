import type { NodeAPI } from 'node-red';
import type { UpsStatus } from '../../lib/core/status/status';
import { unitLamp } from '../../lib/core/unit/unit-lamp';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { StatusLamp } from '../shared/words/node-status';
import { whenStarted } from '../shared/runtime/started';
import { asSentence, errorText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { settings } from './ups-status.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: { ups, send: when } }) => {
        const unit = checkSettings(RED, node, () => unitOf(RED, ups).unit);
        if (!unit) return;
        const lamp = new StatusLamp(node);
        // A copy, for a function node may reckon in it: the unit must not take that for what the UPS said.
        const message = (status: UpsStatus) => ({ topic: `${unit.name}/status`, payload: structuredClone(status) });
        const show = (status: UpsStatus | undefined) => {
            const state = unitLamp(unit);
            const unfed = unit.wayViews.length === 0;
            if (unit.isSilent) lamp.show(state, statusText(RED, unfed ? 'noDevice' : 'silent'));
            else if (!status) lamp.show(state, statusText(RED, unfed ? 'noDevice' : 'noReading'));
            else lamp.show(state, brief(RED, status));
        };
        const unsubscribe: (() => void)[] = [];
        let sent = '';
        lamp.show('connecting', statusText(RED, 'noReading'));
        whenStarted(RED, node, () => {
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

function brief(RED: NodeAPI, { output, battery }: UpsStatus): string {
    const source = statusText(RED, output.source === 'battery' ? 'onBattery' : 'ok');
    return battery.chargePercent === undefined ? source : `${source} ${Math.round(battery.chargePercent)} %`;
}
