import type { Node, NodeAPI, NodeDef } from 'node-red';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import { formatLocal, type Zone } from '../../lib/core/schedules/local-time';
import { SCHEDULE_EVENT, ScheduleSource, type ScheduleView } from '../../lib/core/schedules/schedule-source';
import type { UpsSiteNode, UpsUnitNode } from '../shared/config-nodes';
import { EdgeRelay } from '../shared/edge-relay';
import { hub, systemClock } from '../shared/hub';
import { StatusLamp, type Look } from '../shared/node-status';
import { readSchedule, serveSchedulePreview, type Schedule, type ScheduleConfig } from '../shared/schedule-config';
import { whenStarted } from '../shared/started';
import { errorText, eventName, eventText, statusText } from '../shared/texts';

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
        const lamp = new StatusLamp(this);
        let schedule: Schedule;
        try {
            schedule = readSchedule(config);
        } catch (error) {
            lamp.show('error', statusText(RED, 'notConfigured'));
            this.error(errorText(RED, error));
            return;
        }
        const unitNode = RED.nodes.getNode(config.ups ?? '') as UpsUnitNode | null;
        const chosen = RED.nodes.getNode(config.site ?? '') as UpsSiteNode | null;
        const site = chosen?.runtime ?? unitNode?.site ?? hub.siteOf(undefined);
        const journal = site?.store ?? new MemoryJournal();
        const name = config.name || eventName(RED, SCHEDULE_EVENT);
        const sentence = (active: boolean) => `${name}: ${eventText(RED, SCHEDULE_EVENT, active)}`;
        const source = new ScheduleSource({
            ...schedule,
            id: this.id,
            name,
            clock: systemClock,
            journal,
            log: site?.store,
            unit: unitNode?.unit,
            text: sentence,
            skippedText: (due) => `${name}: ${statusText(RED, 'missedRun', { due })}`,
        });
        const show = () => lamp.show(...look(RED, schedule.zone, source.view()));
        const relay = new EdgeRelay(this, source, journal, new Set(), (_id, active) => sentence(active), show);
        hub.addSource(source, site);
        source.subscribe(show);
        whenStarted(RED, this, () => {
            relay.start();
            source.start();
        });
        this.on('close', (done: () => void) => {
            hub.removeSource(source);
            source.destroy();
            relay.destroy();
            done();
        });
    }
    RED.nodes.registerType('ups-schedule', UpsSchedule as never);
};

function look(RED: NodeAPI, zone: Zone, { active, until, next }: ScheduleView): [Look, string] {
    if (active) {
        const endless = until === undefined || !Number.isFinite(until);
        return ['busy', endless ? statusText(RED, 'running') : statusText(RED, 'until', { time: short(zone, until) })];
    }
    if (!next) return ['disabled', statusText(RED, 'noMoreRuns')];
    return ['armed', statusText(RED, 'nextRun', { time: short(zone, next.start) })];
}

/** `03:00` today, else `11-29 03:00`, and the year if it is another one; on the clocks of the zone. */
function short(zone: Zone, at: number): string {
    const [date, time] = formatLocal(zone.localOf(at)).split(' ');
    const [today] = formatLocal(zone.localOf(systemClock.now())).split(' ');
    if (date === today) return time;
    return `${date.slice(0, 4) === today.slice(0, 4) ? date.slice(5) : date} ${time}`;
}
