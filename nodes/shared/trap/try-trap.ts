import type { NodeAPI } from 'node-red';
import { asUpsError, UpsError } from '../../../lib/core/errors';
import { UPS_EVENTS, type UpsEventId } from '../../../lib/core/events/ids';
import type { EventInfo } from '../../../lib/core/messages';
import { ALARM_GAP_MS, notificationsOf, type Notification } from '../../../lib/protocols/snmp/notify/notification';
import { upTime } from '../runtime/boot-time';
import { flowOf } from '../runtime/flow-of';
import { errorText, eventText, statusText } from '../words/texts';
import { snmpSender } from '../device/protocols';
import { engineOf } from './snmp-engine';
import { readSettings } from '../../../lib/core/settings';
import { settings as declaration } from '../../jobs/ups-trap.settings';
import { KnownNames, trapSettings, type TrapSettings } from './trap-settings';
import type { TryRequest, TryResult, TryRow } from '../admin/try-now';
import { wait } from '../../../lib/core/abortable-wait';

/** Handles **Send test**: sends the traps for the begin and the end of one event to each receiver. */
export async function tryTrap(
    RED: NodeAPI,
    { config, credentials, ask, words, signal }: TryRequest,
): Promise<TryResult> {
    const id = ask.event as UpsEventId;
    if (!(id in UPS_EVENTS)) throw new UpsError('config-missing', { property: 'event' });
    const settings = trapSettings(readSettings(declaration, config, credentials), new KnownNames());
    const [begins, ends] = [true, false].map((active) =>
        notificationsOf(edge(RED, id, active), trapContext(RED, settings)),
    );
    if (begins!.length + ends!.length === 0) return { text: statusText(words, 'testNoTrap') };
    const rows = await Promise.all(
        settings.receivers.map((receiver) => tellBoth(RED, settings, receiver, [begins!, ends!], { words, signal })),
    );
    return { rows, text: statusText(words, settings.receivers[0]!.to.inform ? 'testInforms' : 'testTraps') };
}

async function tellBoth(
    RED: NodeAPI,
    settings: TrapSettings,
    { name, to }: TrapSettings['receivers'][number],
    edges: Notification[][],
    { words, signal }: Pick<TryRequest, 'words' | 'signal'>,
): Promise<TryRow> {
    const engine = engineOf(RED, settings);
    const [begins, ends] = edges as [Notification[], Notification[]];
    try {
        for (const each of begins) await snmpSender().notify(to, each, engine, upTime(), flowOf(RED).clock, signal);
        // The minimum distance of RFC 1628.
        if (begins.length > 0 && ends.length > 0) await wait(flowOf(RED).clock, ALARM_GAP_MS, signal);
        for (const each of ends) await snmpSender().notify(to, each, engine, upTime(), flowOf(RED).clock, signal);
        return { label: name, value: statusText(words, to.inform ? 'testAcknowledged' : 'sent') };
    } catch (error) {
        return { label: name, value: errorText(words, asUpsError(error, 'host-unreachable', { host: name })) };
    }
}

function edge(RED: NodeAPI, id: UpsEventId, active: boolean): EventInfo {
    const now = flowOf(RED).clock.now();
    const source = statusText(RED, 'testEvent');
    const text = `${source}: ${eventText(RED, id, active)}`;
    return { id, source, sourceId: '', level: UPS_EVENTS[id], active, since: now, at: now, episode: '', text };
}

/** The values for the traps: those of a UPS that was read, if there is one. */
function trapContext(RED: NodeAPI, { alarmRoot, lowBattMinutes, unknownMinutes, everyAlarm }: TrapSettings) {
    const status = flowOf(RED)
        .registry.sources()
        .find((source) => source.status() !== undefined)
        ?.status();
    const now = flowOf(RED).clock.now();
    return { status, row: 1, alarmRoot, lowBattMinutes, unknownMinutes, everyAlarm, now, upTime: upTime() };
}
