import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { EventInfo } from '../../lib/core/messages';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import type { UpsUnitNode } from '../shared/config-nodes';
import { EdgeRelay } from '../shared/edge-relay';
import { hub } from '../shared/hub';
import { StatusLamp } from '../shared/node-status';
import { whenStarted } from '../shared/started';
import { errorText, eventName, eventText, statusText } from '../shared/texts';

interface UpsEventConfig extends NodeDef {
    ups: string;
    /** Event ids; empty = all. */
    events: string[];
}

export = (RED: NodeAPI) => {
    function UpsEvent(this: Node, config: UpsEventConfig) {
        RED.nodes.createNode(this, config);
        const lamp = new StatusLamp(this);
        const unitNode = RED.nodes.getNode(config.ups) as UpsUnitNode | null;
        if (!unitNode?.unit) {
            lamp.show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, new UpsError('config-missing', { property: 'ups' })));
            return;
        }
        const journal = unitNode.site?.store ?? new MemoryJournal();
        const relay = new EdgeRelay(
            this,
            unitNode.unit,
            journal,
            new Set(config.events ?? []),
            (id, active) => eventText(RED, id, active),
            (active) => {
                if (hub.isWatching(journal)) lamp.show('disabled', statusText(RED, 'watching'));
                else if (active.length === 0) lamp.show('ok', statusText(RED, 'ok'));
                else
                    lamp.show(
                        active.some(({ level }) => level === 'alarm') ? 'error' : 'warning',
                        describe(RED, active),
                    );
            },
        );
        whenStarted(RED, this, () => relay.start());
        this.on('close', (done: () => void) => {
            relay.destroy();
            done();
        });
    }
    RED.nodes.registerType('ups-event', UpsEvent as never);
};

function describe(RED: NodeAPI, active: EventInfo[]): string {
    const name = eventName(RED, active[0].id);
    return active.length === 1 ? name : `${name} +${active.length - 1}`;
}
