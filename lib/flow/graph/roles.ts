import { splitList } from '../../core/split-list';
import { isGiven, rowsOf, textOf, type FlowNode } from './flow-node';
import type { ActionJob, Effect, EventSource, JobKind, NodeRole, NodeRoles } from './node-role';

const info: JobKind = { kind: 'info' };

type Action = ActionJob & JobKind;

function action(does: Effect, to: readonly string[], more: Partial<Action> = {}): Action {
    return { kind: 'action', does, to, ...more };
}

/** A host without its port: two jobs may reach it by different ones. */
function hosts(list: string): string[] {
    return splitList(list).map(
        (entry) => `host ${entry.replace(/^\[([^\]]+)\](:\d+)?$/, '$1').replace(/^([^:]+):\d+$/, '$1')}`,
    );
}

/** Lists of hosts come as text, or as rows with a host or an address in each. */
function hostList(list: unknown): string {
    if (!Array.isArray(list)) return textOf(list);
    return list.map((row) => (typeof row === 'string' ? row : textOf(row?.host ?? row?.address))).join('\n');
}

const ups = (node: FlowNode) => [`ups ${textOf(node.ups)}`];

/** Of a switch: on, off, a pulse that ends itself, follow (on with the event, off with its end). */
function switched(node: FlowNode, to: readonly string[]): Action {
    if (node.action === 'on' || node.action === 'off') return action(node.action, to);
    return action('on', to, { ends: true, ...(node.action === 'follow' && { edge: 'both' }) });
}

function ssh(node: FlowNode): JobKind {
    const command = textOf(node.command);
    const down = command === '' || /\b(shutdown|poweroff|halt|Stop-Computer)\b/i.test(command);
    return action(down ? 'down' : 'run', hosts(hostList(node.hosts)));
}

function remoteCommand(node: FlowNode): JobKind {
    const to = hosts(hostList(node.targets)).map((target) => `${target} ${textOf(node.command)}`);
    if (node.state === 'on' || node.state === 'off') return action(node.state, to);
    return action('on', to, { ends: true });
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
    'ups-syslog': { job: info },
    'ups-ssh': { job: ssh },
    // Sleeping computers are known by their MAC: whether it is the same one as an address cannot be told.
    'ups-wol': { job: action('up', []) },
    'ups-aux-switch': { job: (node) => switched(node, [`port ${textOf(node.module)}/${textOf(node.port)}`]) },
    // It falls silent with the event.
    'ups-buzzer': { job: { ...info, edge: 'both' }, source: own(['buzzer-on']) },
    'ups-equalizing': { job: (node) => action('run', ups(node), { ends: true }) },
    'ups-remote-command': { job: remoteCommand },
    'ups-threshold': { source: own(thresholdEvents), eventPrefix: 'threshold-' },
    'ups-schedule': { source: own(['schedule']) },
    'ups-sensor': { source: own(sensorEvents), eventPrefix: 'sensor-' },
    'ups-digital-input': contact,
    'ups-marker': { source: own(['on']), eventPrefix: 'marker-' },
    'ups-aux-input': contact,
    'ups-remote-receiver': { source: own((node) => rowsOf(node.callable).map(({ command }) => textOf(command))) },
};
