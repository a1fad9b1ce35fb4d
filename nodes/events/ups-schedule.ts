import type { NodeAPI } from 'node-red';
import type { Clock } from '../../lib/core/clock';
import { formatLocal, type Zone } from '../../lib/core/schedules/local-time';
import { SCHEDULE_EVENT } from '../../lib/core/schedules/rule';
import { ScheduleSource, type ScheduleView } from '../../lib/core/schedules/schedule-source';
import { readSettings } from '../../lib/core/settings';
import type { UpsUnitNode } from '../shared/config/config-nodes';
import { flowOf } from '../shared/runtime/flow-of';
import { registerDeclared } from '../shared/settings/define-node';
import { attachSource, contextAt, contextOf } from '../shared/source/source-node';
import type { NodeState } from '../../lib/flow/ports';
import { wordsOf } from '../shared/words/site-words';
import { eventName, eventText, statusText } from '../shared/words/texts';
import { ruleOf, serveSchedulePreview } from './schedule-preview';
import { settings } from './ups-schedule.settings';

export = (RED: NodeAPI) => {
    serveSchedulePreview(RED);
    registerDeclared(RED, settings, (node, config) => {
        attachSource(RED, node, () => {
            const own = readSettings(settings, config);
            const { rule, zone } = ruleOf(own);
            const unitNode = RED.nodes.getNode(own.ups) as UpsUnitNode | null;
            // The site has the journal; default: that of the UPS, or else the only site.
            const context = own.site || !unitNode?.site ? contextOf(RED, own.site) : contextAt(RED, unitNode.site);
            const words = wordsOf(RED, context.site);
            const name = own.name || eventName(words, SCHEDULE_EVENT);
            const sentence = (active: boolean) => `${name}: ${eventText(words, SCHEDULE_EVENT, active)}`;
            const source = new ScheduleSource({
                rule,
                zone,
                missed: own.missed,
                maxAgeSeconds: own.maxAge,
                ...context,
                id: node.id,
                name,
                clock: flowOf(RED).clock,
                unit: unitNode?.unit,
                text: sentence,
                clockText: (seen) => `${name}: ${statusText(words, 'clockBehind', { seen })}`,
                skippedText: (due) => `${name}: ${statusText(words, 'missedRun', { due })}`,
            });
            return {
                source,
                context,
                sentence: (_id, active) => sentence(active),
                nodeStatus: () => nodeStatus(RED, zone, source.view()),
            };
        });
    });
};

function nodeStatus(RED: NodeAPI, zone: Zone, { active, until, next, clockBehind }: ScheduleView): [NodeState, string] {
    if (clockBehind) return ['warning', statusText(RED, 'clockBehindShort')];
    if (active) {
        const endless = until === undefined || !Number.isFinite(until);
        return [
            'busy',
            endless
                ? statusText(RED, 'running')
                : statusText(RED, 'until', { time: short(flowOf(RED).clock, zone, until) }),
        ];
    }
    if (!next) return ['disabled', statusText(RED, 'noMoreRuns')];
    return ['armed', statusText(RED, 'nextRun', { time: short(flowOf(RED).clock, zone, next.start) })];
}

/** `03:00` today, otherwise `11-29 03:00`, with the year if it is another one; in the local time of the zone. */
function short(clock: Clock, zone: Zone, at: number): string {
    const [date, time] = formatLocal(zone.localOf(at)).split(' ');
    const [today] = formatLocal(zone.localOf(clock.now())).split(' ');
    if (date === today) return time;
    return `${date.slice(0, 4) === today.slice(0, 4) ? date.slice(5) : date} ${time}`;
}
