import type { Due, Duty } from '../auditor/rules';
import type { Prng } from '../kernel/prng';
import type { FlowNode } from '../machine/node-red';
import type { PlayedFlow } from './flows';

/** What a person changes in a dialog before a deploy. */
export type SettingChange = 'seconds' | 'hosts' | 'off' | 'event';

export const SETTING_CHANGES: readonly SettingChange[] = ['seconds', 'seconds', 'hosts', 'hosts', 'off', 'event'];

type Part = Pick<PlayedFlow, 'nodes' | 'orders' | 'hosts'>;

/** Something that never happens in a simulation: with it in its list an event node is another one, and sends the same. */
const NEVER = 'overload';

/**
 * The flow after a change of one setting, and what a person reads off its dialogs from then on.
 * @param now virtual ms: when the deploy of it begins
 * @returns undefined where the flow has nothing of the kind
 */
export function changed(flow: Part, change: SettingChange, now: number, prng: Prng): Part | undefined {
    switch (change) {
        case 'seconds':
            return withSeconds(flow, now, prng);
        case 'hosts':
            return withHosts(flow, now, prng);
        case 'off':
            return withJobOff(flow, now, prng);
        case 'event':
            return withEvent(flow, prng);
    }
}

function withSeconds(flow: Part, now: number, prng: Prng): Part | undefined {
    const timing = pickFrom(
        prng,
        flow.nodes.filter(
            ({ id, mode }) =>
                ['after', 'remaining'].includes(String(mode)) && flow.orders.duties.some(({ due }) => isSetBy(due, id)),
        ),
    );
    if (!timing) return undefined;
    const before = Number(timing.seconds);
    const seconds = Math.max(1, Math.round(before * prng.pick([0.3, 0.6, 1.5, 3])));
    if (seconds === before) return undefined;
    return {
        ...flow,
        nodes: replaced(flow.nodes, timing.id, { seconds }),
        orders: {
            ...flow.orders,
            duties: flow.orders.duties.flatMap((duty) =>
                duty.to === undefined && isSetBy(duty.due, timing.id)
                    ? inTurn(duty, now, { due: setBy(duty.due, timing.id, seconds, now) })
                    : [duty],
            ),
        },
    };
}

function withHosts(flow: Part, now: number, prng: Prng): Part | undefined {
    const duty = pickFrom(
        prng,
        flow.orders.duties.filter(({ to }) => to === undefined),
    );
    if (!duty) return undefined;
    const host = prng.pick(flow.hosts).name;
    const hosts = duty.hosts.includes(host) ? duty.hosts.filter((name) => name !== host) : [...duty.hosts, host];
    if (hosts.length === 0) return undefined;
    const addresses = flow.hosts
        .filter(({ name }) => hosts.includes(name))
        .map(({ address, port }) => `${address}:${port}`);
    return {
        ...flow,
        nodes: replaced(flow.nodes, duty.node, { hosts: addresses.join('\n') }),
        orders: {
            ...flow.orders,
            duties: flow.orders.duties.flatMap((each) => (each === duty ? inTurn(duty, now, { hosts }) : [each])),
        },
    };
}

function withJobOff(flow: Part, now: number, prng: Prng): Part | undefined {
    const duty = pickFrom(
        prng,
        flow.orders.duties.filter(({ to }) => to === undefined),
    );
    if (!duty) return undefined;
    const { orders } = flow;
    return {
        ...flow,
        nodes: replaced(flow.nodes, duty.node, { d: true }),
        orders: {
            ...orders,
            duties: orders.duties.map((each) => (each === duty ? { ...duty, to: now } : each)),
            switchedOff: [...(orders.switchedOff ?? []), duty.node],
        },
    };
}

function withEvent(flow: Part, prng: Prng): Part | undefined {
    const event = pickFrom(
        prng,
        flow.nodes.filter(({ type }) => type === 'ups-event'),
    );
    if (!event) return undefined;
    const ids = event.events as string[];
    const events = ids.includes(NEVER) ? ids.filter((id) => id !== NEVER) : [...ids, NEVER];
    const drawn = flow.orders.events.map((each) => (each.node === event.id ? { ...each, ids: events } : each));
    return { ...flow, nodes: replaced(flow.nodes, event.id, { events }), orders: { ...flow.orders, events: drawn } };
}

function pickFrom<T>(prng: Prng, list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : prng.pick(list);
}

function replaced(nodes: readonly FlowNode[], id: string, settings: object): FlowNode[] {
    return nodes.map((node) => (node.id === id ? { ...node, ...settings } : node));
}

/** The duty up to now, and what takes its place. */
function inTurn(duty: Duty, now: number, settings: Partial<Duty>): Duty[] {
    return [
        { ...duty, to: now },
        { ...duty, ...settings, from: now },
    ];
}

function isSetBy(due: Due, timing: string): boolean {
    return ('by' in due && due.by === timing) || (due.kind === 'later' && isSetBy(due.than, timing));
}

function setBy(due: Due, timing: string, seconds: number, now: number): Due {
    if ('by' in due && due.by === timing) return { ...due, seconds } as Due;
    if (due.kind !== 'later') return due;
    const before = [...(due.before ?? []), { than: due.than, to: now }];
    return { ...due, than: setBy(due.than, timing, seconds, now), before };
}
