import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Clock } from '../../lib/core/clock';
import { formatLocal, type Zone } from '../../lib/core/schedules/local-time';
import { SCHEDULE_EVENT, ScheduleSource, type ScheduleView } from '../../lib/core/schedules/schedule-source';
import type { UpsUnitNode } from '../shared/config/config-nodes';
import { flowOf } from '../shared/runtime/flow-of';
import type { Look } from '../shared/words/node-status';
import { readSchedule, serveSchedulePreview, type ScheduleConfig } from '../shared/settings/schedule-config';
import { attachSource, homeAt, homeOf } from '../shared/source/source-node';
import { wordsOf } from '../shared/words/site-words';
import { eventName, eventText, statusText } from '../shared/words/texts';

interface UpsScheduleConfig extends NodeDef, ScheduleConfig {
    /** Whose values the messages carry; may be empty. */
    ups?: string;
    /** Keeps the journal; default: that of the UPS, else the only one there is. */
    site?: string;
}

export = (RED: NodeAPI) => {
    serveSchedulePreview(RED);

    function UpsSchedule(this: Node, config: UpsScheduleConfig) {
        RED.nodes.createNode(this, config);
        attachSource(RED, this, () => {
            const schedule = readSchedule(config);
            const unitNode = RED.nodes.getNode(config.ups ?? '') as UpsUnitNode | null;
            const home = config.site || !unitNode?.site ? homeOf(RED, config.site) : homeAt(RED, unitNode.site);
            const words = wordsOf(RED, home.site);
            const name = config.name || eventName(words, SCHEDULE_EVENT);
            const sentence = (active: boolean) => `${name}: ${eventText(words, SCHEDULE_EVENT, active)}`;
            const source = new ScheduleSource({
                ...schedule,
                ...home,
                id: this.id,
                name,
                clock: flowOf(RED).clock,
                unit: unitNode?.unit,
                text: sentence,
                clockText: (seen) => `${name}: ${statusText(words, 'clockBehind', { seen })}`,
                skippedText: (due) => `${name}: ${statusText(words, 'missedRun', { due })}`,
            });
            return {
                source,
                home,
                sentence: (_id, active) => sentence(active),
                look: () => look(RED, schedule.zone, source.view()),
            };
        });
    }
    RED.nodes.registerType('ups-schedule', UpsSchedule as never);
};

function look(RED: NodeAPI, zone: Zone, { active, until, next, clockBehind }: ScheduleView): [Look, string] {
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

/** `03:00` today, else `11-29 03:00`, and the year if it is another one; on the clocks of the zone. */
function short(clock: Clock, zone: Zone, at: number): string {
    const [date, time] = formatLocal(zone.localOf(at)).split(' ');
    const [today] = formatLocal(zone.localOf(clock.now())).split(' ');
    if (date === today) return time;
    return `${date.slice(0, 4) === today.slice(0, 4) ? date.slice(5) : date} ${time}`;
}
