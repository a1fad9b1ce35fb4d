import type { NodeAPI } from 'node-red';
import { numbersOf, rangesOf } from '../../lib/core/batteries/battery-detail';
import type { BatteryChange } from '../../lib/core/batteries/battery-source';
import { batteryEvent } from '../../lib/core/batteries/events';
import { MOST_MODULES } from '../../lib/core/batteries/model';
import type { EventInfo } from '../../lib/core/messages';
import { indicatorState } from '../../lib/core/status/indicator';
import { EdgeRelay } from '../../lib/flow/delivery/edge-relay';
import { batteryOf } from '../shared/config/battery-of';
import { flowOf } from '../shared/runtime/flow-of';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { checkSettings } from '../shared/settings/check-settings';
import { defineNode } from '../shared/settings/define-node';
import { StatusIndicator } from '../shared/words/node-status';
import { wordsOf } from '../shared/words/site-words';
import { eventName, eventText, statusText } from '../shared/words/texts';
import { settings } from './ups-battery-event.settings';

/** Name in the journal of the blocks that were told, by event. */
const BLOCKS = 'blocks';
const SERIOUS = ['alarm', 'warning', 'info'];

type SetChange = Extract<BatteryChange, { kind: 'set' }>;

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: { battery: chosen, all, events, perModule } }) => {
        const batteryNode = checkSettings(RED, node, () => batteryOf(RED, chosen));
        if (!batteryNode) return;
        const { battery, site } = batteryNode;
        const indicator = new StatusIndicator(node);
        // Empty means every event.
        const wanted: ReadonlySet<string> = new Set(all ? [] : events);
        const journal = site?.store ?? flowOf(RED).registry.memoryJournal;
        /** By event that is on: the blocks that the second output has told. */
        const told = new Map(keptBlocks(journal.getValue(node.id, BLOCKS)));
        let active: EventInfo[] = [];
        const show = () => {
            if (flowOf(RED).registry.isWatching(journal)) indicator.show('disabled', statusText(RED, 'watching'));
            else if (battery.silent) {
                const unread = battery.view().at === undefined;
                indicator.show(unread ? 'never' : 'lost', statusText(RED, 'silent'));
            } else if (active.length > 0) {
                const [{ id }] = active.toSorted((a, b) => rank(a) - rank(b)) as [EventInfo];
                const name = eventName(RED, `blocks-${id}`);
                const text = active.length === 1 ? name : `${name} +${active.length - 1}`;
                indicator.show(indicatorState({ read: true, levels: active.map(({ level }) => level) }), text);
            } else if (battery.view().at === undefined) indicator.show('starting', statusText(RED, 'noReading'));
            else indicator.show('ok', statusText(RED, 'ok'));
        };
        const words = () => wordsOf(RED, site);
        const text = (id: string, isOn: boolean) => eventText(words(), `blocks-${id}`, isOn);
        const relay = new EdgeRelay(flowOf(RED), node, battery, journal, wanted, text, (open) => {
            active = open;
            show();
        });
        /** Tells which blocks have joined and left an event since the last time, also while this node did not run: it is no new event. */
        const tellSet = (eventId: string, change?: SetChange) => {
            if (wanted.size > 0 && !wanted.has(eventId)) return;
            if (flowOf(RED).registry.isWatching(journal)) return;
            const event = battery.activeEvents().find(({ id }) => id === eventId);
            const detail = change?.detail ?? (event && battery.detail(eventId));
            const wasOn = told.has(eventId);
            const [before, now] = [new Set(told.get(eventId)), new Set(detail?.modules)];
            const joined = [...now].filter((n) => !before.has(n));
            const left = [...before].filter((n) => !now.has(n));
            if (wasOn === Boolean(detail) && joined.length + left.length === 0) return;
            if (detail) told.set(eventId, [...now]);
            else told.delete(eventId);
            const kept = [...told].map(([id, modules]) => [id, rangesOf(modules)]);
            journal.setValue(node.id, BLOCKS, kept.length > 0 ? Object.fromEntries(kept) : undefined);
            const topic = `${battery.name}/${eventId}`;
            const level = change?.level ?? event?.level ?? batteryEvent(eventId)?.level;
            if (wasOn && detail) {
                const payload = { event: eventId, level, text: change?.text ?? event?.text, modules: [...now] };
                node.send([null, { topic, payload: { ...payload, joined, left, detail } }] as never);
            }
            if (!perModule) return;
            const each = (modules: number[], isOn: boolean) =>
                modules.map((module) => ({ topic: `${topic}/${module}`, payload: isOn, module, level }));
            for (const message of [...each(joined, true), ...each(left, false)]) node.send([null, message] as never);
        };
        const ends = [battery.subscribe(show)];
        whenFlowsStarted(RED, node, () => {
            relay.start();
            for (const id of new Set([...told.keys(), ...battery.activeEvents().map((event) => event.id)])) tellSet(id);
            ends.push(
                battery.subscribe((change) => {
                    if (change.kind === 'edge') tellSet(change.event.id);
                }),
                battery.watch((change) => {
                    if (change.kind === 'set') tellSet(change.eventId, change);
                    else show();
                }),
            );
            show();
        });
        node.on('close', (done: () => void) => {
            for (const end of ends) end();
            relay.destroy();
            done();
        });
    });
};

function keptBlocks(kept: unknown): [eventId: string, modules: readonly number[]][] {
    if (typeof kept !== 'object' || kept === null) return [];
    return Object.entries(kept).map(([eventId, ranges]) => [eventId, numbersOf(ranges, 1, MOST_MODULES)]);
}

/** What the status names: an alarm before a warning, and the general alarm after its causes. */
function rank({ id, level }: EventInfo): number {
    return 2 * SERIOUS.indexOf(level) + (id === 'general-alarm' ? 1 : 0);
}
