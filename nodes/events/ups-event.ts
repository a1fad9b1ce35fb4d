import type { NodeAPI } from 'node-red';
import { OnBatteryEvents } from '../../lib/core/events/on-battery';
import type { EventInfo } from '../../lib/core/messages';
import { indicatorState } from '../../lib/core/status/indicator';
import { unitIndicator } from '../../lib/core/unit/unit-indicator';
import { EdgeRelay } from '../../lib/flow/delivery/edge-relay';
import { checkSettings } from '../shared/settings/check-settings';
import type { UpsUnitNode } from '../shared/config/config-nodes';
import { defineNode } from '../shared/settings/define-node';
import { flowOf } from '../shared/runtime/flow-of';
import type { NodeState } from '../../lib/flow/ports';
import { StatusIndicator } from '../shared/words/node-status';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { wordsOf } from '../shared/words/site-words';
import { eventName, eventText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { settings } from './ups-event.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: { ups, all, events, onlyOnBattery } }) => {
        const unitNode = checkSettings(RED, node, () => unitOf(RED, ups));
        if (!unitNode) return;
        const { unit, site } = unitNode;
        const indicator = new StatusIndicator(node);
        // Empty means every event.
        const wanted: ReadonlySet<string> = new Set(all ? [] : events);
        const journal = site?.store ?? flowOf(RED).registry.memoryJournal;
        const text = (id: string, active: boolean) => eventText(wordsOf(RED, site), id, active);
        const outages = onlyOnBattery ? new OnBatteryEvents({ id: node.id, unit, wanted, journal, text }) : undefined;
        let active: EventInfo[] = [];
        const show = () => {
            if (flowOf(RED).registry.isWatching(journal)) indicator.show('disabled', statusText(RED, 'watching'));
            else indicator.show(...nodeStatus(RED, unit, active));
        };
        const relay = new EdgeRelay(flowOf(RED), node, outages ?? unit, journal, wanted, text, (open) => {
            active = open;
            show();
        });
        // A UPS that is not read, or cannot show outages, concerns this node whatever events it passes.
        const unsubscribe = unit.subscribe(show);
        if (outages) flowOf(RED).registry.addSource(outages, site);
        whenFlowsStarted(RED, node, () => {
            relay.start();
            outages?.start();
        });
        node.on('close', (done: () => void) => {
            unsubscribe();
            if (outages) flowOf(RED).registry.removeSource(outages);
            outages?.destroy();
            relay.destroy();
            done();
        });
    });
};

/** The node status: green only if the UPS answers and its readings would show an outage. */
function nodeStatus(RED: NodeAPI, unit: UpsUnitNode['unit'], active: EventInfo[]): [NodeState, string] {
    if (active.length > 0) return [eventNodeStatus(unit, active), describe(RED, active)];
    const unread = unit.status() === undefined;
    const without = (otherwise: string) => statusText(RED, unit.pathViews.length === 0 ? 'noDevice' : otherwise);
    if (unit.isSilent) return [unread ? 'never' : 'lost', without('silent')];
    const whole = unread ? unitIndicator(unit) : undefined;
    if (whole === 'never' || whole === 'starting') return [whole, without('noReading')];
    if (unit.stateOf('outages-unseen').active) return ['warning', statusText(RED, 'outages-unseen')];
    return ['ok', statusText(RED, 'ok')];
}

/** The state from the events that pass here. A connection that never existed is not shown as lost. */
function eventNodeStatus(unit: UpsUnitNode['unit'], active: EventInfo[]): NodeState {
    const passed = (id: string) => active.some((event) => event.id === id);
    const whole = passed('communication-lost') ? unitIndicator(unit) : undefined;
    if (whole === 'lost' || whole === 'never') return whole;
    return indicatorState({
        read: true,
        onBattery: passed('power-fail'),
        testing: passed('test-in-progress') && !passed('power-fail'),
        levels: active.map(({ level }) => level),
    });
}

function describe(RED: NodeAPI, active: EventInfo[]): string {
    const name = eventName(RED, active[0].id);
    return active.length === 1 ? name : `${name} +${active.length - 1}`;
}
