import { isGiven, secondsOf, textOf, textsOf, type FlowNode } from './flow-node';
import type { ActionJob, Effect, EventSource, JobKind, NodeRole, NodeRoles } from './node-role';

const info: JobKind = { kind: 'info' };

type Action = ActionJob & JobKind;

function action(does: Effect, to: readonly string[], more: Partial<Action> = {}): Action {
    return { kind: 'action', does, to, ...more };
}

const ups = (node: FlowNode) => [`ups ${textOf(node.ups)}`];

/** Of a switch: on, off, a pulse that ends itself, follow (on with the event, off with its end). */
function switched(node: FlowNode, to: readonly string[]): Action {
    if (node.action === 'on' || node.action === 'off') return action(node.action, to);
    return action('on', to, { ends: true, ...(node.action === 'follow' && { edge: 'both' }) });
}

function upsShutdown(node: FlowNode): JobKind {
    if (node.action === 'abort' || node.action === 'startup') return action('up', ups(node));
    // The UPS comes back by itself with the mains.
    return action('down', ups(node), { ends: true, takes: secondsOf(node.seconds) });
}

/** Whether an ups-event lets every event pass; those of older versions lack `all`, and mean it by an empty list. */
export function passesAll({ all, events }: Record<string, unknown>): boolean {
    return all === true || (all === undefined && textsOf(events).length === 0);
}

function upsEvent(node: FlowNode): EventSource {
    return {
        source: textOf(node.ups),
        events: passesAll(node) ? ['*'] : textsOf(node.events),
        onlyOnBattery: node.onlyOnBattery === true,
    };
}

const SENSOR_LIMITS: Readonly<Record<string, string>> = {
    'alarm-low': 'alarmLow',
    'pre-alarm-low': 'preAlarmLow',
    'pre-alarm-high': 'preAlarmHigh',
    'alarm-high': 'alarmHigh',
};

function sensorEvents(node: FlowNode): string[] {
    const levels = Object.keys(SENSOR_LIMITS).filter((id) => isGiven(node[SENSOR_LIMITS[id]!]));
    return [...levels, ...(levels.length ? ['normal'] : []), 'connection-lost'];
}

function thresholdEvents(node: FlowNode): string[] {
    return ['warning', 'alarm'].filter((level) => (node[level] as { enabled?: unknown } | null | undefined)?.enabled);
}

/** A source whose events are its own. */
function own(events: readonly string[] | ((node: FlowNode) => readonly string[])) {
    return (node: FlowNode): EventSource => ({
        source: node.id,
        events: typeof events === 'function' ? events(node) : events,
    });
}

const contact: NodeRole = { source: own(['on', 'connection-lost']), eventPrefix: 'contact-' };

/** What each type of this package is to the graph. */
export const NODE_ROLES: NodeRoles = {
    'ups-email': { job: info },
    'ups-email-trap': { job: info },
    'ups-sms': { job: info },
    'ups-trap': { job: info },
    'ups-syslog': { job: info },
    'ups-shutdown': { job: upsShutdown },
    'ups-aux-switch': { job: (node) => switched(node, [`port ${textOf(node.module)}/${textOf(node.port)}`]) },
    // It falls silent with the event.
    'ups-buzzer': { job: { ...info, edge: 'both' }, source: own(['buzzer-on']) },
    'ups-test': { job: (node) => action('run', ups(node), { ends: true }) },
    'ups-equalizing': { job: (node) => action('run', ups(node), { ends: true }) },
    'ups-event': { source: upsEvent },
    'ups-threshold': { source: own(thresholdEvents), eventPrefix: 'threshold-' },
    'ups-schedule': { source: own(['schedule']) },
    'ups-sensor': { source: own(sensorEvents), eventPrefix: 'sensor-' },
    'ups-digital-input': contact,
    'ups-marker': { source: own(['on']), eventPrefix: 'marker-' },
    'ups-aux-input': contact,
};
