import type { NodeAPI } from 'node-red';
import { blockList } from '../../lib/core/batteries/block-list';
import { batteryBlocksView, type BatteryBlocksView } from '../../lib/views/battery-blocks';
import { batteryOf, keptBattery } from '../shared/config/battery-of';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { flowOf } from '../shared/runtime/flow-of';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { StatusIndicator } from '../shared/words/node-status';
import { asSentence, errorText } from '../shared/words/texts';
import { blockHistory, isHistoryRequest, refused } from './block-history';
import { paperOf, PAPERS } from './battery-papers';
import { carryOutOrder, ORDERS } from './battery-orders';
import { showBattery } from './battery-status';
import { settings } from './ups-battery-status.settings';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: { battery: chosen, send: when, interval, modules } }) => {
        const batteryNode = checkSettings(RED, node, () => batteryOf(RED, chosen));
        if (!batteryNode) return;
        const { battery, site } = batteryNode;
        const { clock } = flowOf(RED);
        const only = blockList(modules)!;
        const indicator = new StatusIndicator(node);
        const status = () => batteryBlocksView(battery, only.size > 0 ? only : undefined);
        const message = (payload: BatteryBlocksView) => ({ topic: `${battery.name}/status`, payload });
        const show = () => showBattery(RED, indicator, battery);
        const ends = [battery.subscribe(show)];
        let sent = '';
        const tick = () => {
            node.send(message(status()) as never);
            timer = clock.setTimeout(tick, 1000 * interval);
        };
        let timer: ReturnType<typeof clock.setTimeout> | undefined;
        show();
        whenFlowsStarted(RED, node, () => {
            show();
            ends.push(
                battery.watch((change) => {
                    show();
                    if (change.kind !== 'values' || when === 'request' || when === 'interval') return;
                    const payload = status();
                    if (when === 'changes') {
                        const essence = JSON.stringify({ ...payload, time: 0, ageSeconds: 0 });
                        if (essence === sent) return;
                        sent = essence;
                    }
                    node.send(message(payload) as never);
                }),
            );
            if (when === 'interval') timer = clock.setTimeout(tick, 1000 * interval);
        });
        node.on('input', (incoming, send, done) => {
            const { topic, payload: given, by } = incoming as { topic?: unknown; payload?: unknown; by?: unknown };
            const order = ORDERS.find((each) => each === topic);
            const answer = async () => {
                if (topic === 'readings') {
                    battery.take(given);
                    return undefined;
                }
                if (order) {
                    const who = typeof by === 'string' && by ? by : node.name || node.type;
                    const payload = carryOutOrder(RED, { battery, site, nodeId: node.id }, order, given, who);
                    return { topic: `${battery.name}/${order}`, payload };
                }
                const paper = PAPERS.find((each) => each === topic);
                if (paper) {
                    const kept = keptBattery(batteryNode);
                    if (!kept) throw refused('unread', { battery: battery.name });
                    const who = typeof by === 'string' && by ? by : node.name || node.type;
                    return { topic: `${battery.name}/${paper}`, payload: paperOf(RED, kept, paper, given, who) };
                }
                if (!isHistoryRequest(incoming.payload)) {
                    if (battery.view().at === undefined) throw refused('unread', { battery: battery.name });
                    return message(status());
                }
                const payload = await blockHistory(battery, site?.series, incoming.payload);
                return { topic: `${battery.name}/history`, payload };
            };
            answer().then(
                (reply) => {
                    if (reply) send({ ...incoming, ...reply } as never);
                    done();
                },
                (error: unknown) => done(asSentence(errorText(RED, error))),
            );
        });
        node.on('close', (done: () => void) => {
            for (const end of ends) end();
            if (timer !== undefined) clock.clearTimeout(timer);
            done();
        });
    });
};
