import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { UpsStatus } from '../../lib/core/status/status';
import type { UpsUnitNode } from '../shared/config/config-nodes';
import { unitLamp } from '../../lib/core/unit/unit-lamp';
import { StatusLamp } from '../shared/words/node-status';
import { whenStarted } from '../shared/runtime/started';
import { asSentence, errorText, statusText } from '../shared/words/texts';

interface UpsStatusConfig extends NodeDef {
    ups: string;
    /** Every reading, only those in which something other than the time has changed, or only when asked by a message. */
    send: 'readings' | 'changes' | 'request';
}

export = (RED: NodeAPI) => {
    function UpsStatusNode(this: Node, config: UpsStatusConfig) {
        RED.nodes.createNode(this, config);
        const lamp = new StatusLamp(this);
        const unit = (RED.nodes.getNode(config.ups) as UpsUnitNode | null)?.unit;
        if (!unit) {
            lamp.show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, new UpsError('config-missing', { property: 'ups' })));
            return;
        }
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
        whenStarted(RED, this, () => {
            show(unit.status());
            unsubscribe.push(unit.subscribe(() => show(unit.status())));
            const onStatus = unit.onStatus((status) => {
                show(status);
                if (config.send === 'request') return;
                if (config.send === 'changes') {
                    const essence = JSON.stringify({ ...status, time: 0, derived: undefined });
                    if (essence === sent) return;
                    sent = essence;
                }
                this.send(message(status) as never);
            });
            unsubscribe.push(onStatus);
        });
        this.on('input', (incoming, send, done) => {
            const status = unit.status();
            if (status) send({ ...incoming, ...message(status) } as never);
            done(status ? undefined : asSentence(errorText(RED, unit.absence)));
        });
        this.on('close', (done: () => void) => {
            for (const end of unsubscribe) end();
            done();
        });
    }
    RED.nodes.registerType('ups-status', UpsStatusNode as never);
};

function brief(RED: NodeAPI, { output, battery }: UpsStatus): string {
    const source = statusText(RED, output.source === 'battery' ? 'onBattery' : 'ok');
    return battery.chargePercent === undefined ? source : `${source} ${Math.round(battery.chargePercent)} %`;
}
