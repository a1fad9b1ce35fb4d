import { rowsOf, textOf, type FlowNode } from './flow-node';
import type { ActionJob, Effect, EventSource, JobKind, NodeRoles } from './node-role';

const info: JobKind = { kind: 'info' };

type Action = ActionJob & JobKind;

function action(does: Effect, to: readonly string[], more: Partial<Action> = {}): Action {
    return { kind: 'action', does, to, ...more };
}

const ups = (node: FlowNode) => [`ups ${textOf(node.ups)}`];

function remoteCommand(node: FlowNode): JobKind {
    const to = hosts(hostList(node.targets)).map((target) => `${target} ${textOf(node.command)}`);
    if (node.state === 'on' || node.state === 'off') return action(node.state, to);
    return action('on', to, { ends: true });
}

/** A source whose events are its own. */
function own(events: readonly string[] | ((node: FlowNode) => readonly string[])) {
    return (node: FlowNode): EventSource => ({
        source: node.id,
        events: typeof events === 'function' ? events(node) : events,
    });
}

/** What each type of this package is to the graph. */
export const NODE_ROLES: NodeRoles = {
    'ups-syslog': { job: info },
    // Sleeping computers are known by their MAC: whether it is the same one as an address cannot be told.
    'ups-wol': { job: action('up', []) },
    'ups-equalizing': { job: (node) => action('run', ups(node), { ends: true }) },
    'ups-remote-command': { job: remoteCommand },
    'ups-schedule': { source: own(['schedule']) },
    'ups-remote-receiver': { source: own((node) => rowsOf(node.callable).map(({ command }) => textOf(command))) },
};
