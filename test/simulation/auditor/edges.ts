import { earliest } from './due';
import type { Due, Fault, Orders } from './rules';
import { onsetOf } from './shutdowns';
import type { MessageEvent } from './story';
import type { View } from './view';

/** What is sent within so long of its end may be sent again by the next process, or after a deploy. */
const SETTLES_MS = 260;
/** Of these events each outage must have seen the end by the end. */
const ENDS = new Set(['power-fail', 'communication-lost']);

interface Wire {
    from: string;
    to: string;
    messages: { t: number; event: MessageEvent }[];
}

/** Whether on each wire an off edge follows exactly each on edge, and nothing comes twice. */
export function judgeEdges(view: View, orders: Orders): Fault[] {
    const wires = new Map<string, Wire>();
    const sources = new Set([...orders.events.map(({ node }) => node), ...orders.timings]);
    for (const each of view.story) {
        if (each.what !== 'message' || !sources.has(each.from)) continue;
        const key = `${each.from} ${each.to} ${each.event.sourceId} ${each.event.id}`;
        const wire = wires.get(key) ?? { from: each.from, to: each.to, messages: [] };
        wires.set(key, wire);
        wire.messages.push(each);
    }
    const timings = new Set(orders.timings);
    const cut = cutShort(view);
    const levels = new Set(orders.events.filter((each) => each.onlyOnBattery).map(({ node }) => node));
    return [...wires.values()].flatMap((wire) =>
        judgeWire(view, orders, wire, cut, timings.has(wire.from), levels.has(wire.from)),
    );
}

/** Edges that were sent, or noted, so shortly before the process ended or a deploy began that not every wire has got them. */
function cutShort(view: View): ReadonlySet<string> {
    const cut = new Set<string>();
    for (const each of view.story) {
        if (each.what === 'message' && mayBeLost(view, each.t)) cut.add(`${each.event.episode} ${each.event.active}`);
        const entry = each.what === 'log' && each.entry.kind === 'event' ? each.entry : undefined;
        if (entry && mayBeLost(view, each.t)) cut.add(`${entry.episode} ${entry.active}`);
    }
    return cut;
}

function judgeWire(
    view: View,
    orders: Orders,
    wire: Wire,
    cut: ReadonlySet<string>,
    timed: boolean,
    level: boolean,
): Fault[] {
    const { from, to, messages } = wire;
    const faults: Fault[] = [];
    const seen = new Map<string, number>();
    let on: string | undefined;
    let last = -Infinity;
    const say = (t: number, text: string) => faults.push({ t, rule: 'edges', text: `${from} to ${to}: ${text}` });
    for (const { t, event } of messages) {
        const { id, episode, active, firing, replaces } = event;
        const key = `${episode} ${active} ${active ? (firing ?? '') : ''}`;
        const before = seen.get(key);
        seen.set(key, t);
        if (before !== undefined) {
            if (!mayBeSentAgain(view, before, t)) say(t, `${id} ${active ? 'on' : 'off'} came twice`);
            continue;
        }
        if (!active) {
            // An on edge is not sent again once it is over (docs/architecture.md); its end is, for whoever has got it.
            const known =
                cut.has(`${episode} true`) ||
                (timed && firedUnseen(view, orders, wire, episode, t)) ||
                (level && begunUnseen(view, id, last, t));
            if (on !== episode && !known) say(t, `${id} ended, which had not begun`);
            on = undefined;
        } else if (on === undefined || replaces === on) on = episode;
        // An end that met the end of the process is not told while the event is on again: the next end stands for it.
        else if (on !== episode && cut.has(`${on} false`)) on = episode;
        else if (on !== episode) say(t, `${id} began anew before it had ended`);
        else if (!timed) say(t, `${id} began twice`);
        last = t;
    }
    const { id } = messages.at(-1)!.event;
    const isGone = orders.switchedOff?.includes(to);
    if (on !== undefined && !isGone && (ENDS.has(id) || level)) say(view.end, `${id} has not ended`);
    return faults;
}

/**
 * A firing that met the end of the process is noted, and not sent again once it is over: only its end is. It may have met it where it could be
 * due by then.
 */
function firedUnseen(view: View, orders: Orders, { to: receiver }: Wire, episode: string, t: number): boolean {
    const begun = view.story.find((each) => each.what === 'message' && each.event.episode === episode)?.t ?? t;
    const dues = firingsFor(orders, receiver);
    return view.lives.some(({ to, end }) => {
        if (end === undefined || to < begun || to > t) return false;
        if (dues.length === 0) return true;
        const onset = onsetOf(view, orders, to);
        return dues.some((due) => earliest(view, orders, due, onset, to) <= to);
    });
}

/**
 * A level that is passed on only in an outage is an occurrence of its own, and has no line in the log: it begins where the level, or the outage,
 * begins. Where that met the end of the process, its on edge did, too. @param last ms, the last message on this wire before
 */
function begunUnseen(view: View, id: string, last: number, t: number): boolean {
    return view.story.some((each) => {
        if (each.what !== 'log' || each.t < last || each.t > t) return false;
        const { kind, eventId = '', active } = each.entry;
        return (
            kind === 'event' && active === true && [id, 'power-fail'].includes(eventId) && mayBeLost(view, each.t, t)
        );
    });
}

/** When a timing sends to this node, as far as that is written down: to a job when its duty is due, to a timing before what it counts from that. */
function firingsFor(orders: Orders, receiver: string): Due[] {
    return orders.duties.flatMap(({ node, due }) => {
        if (node === receiver) return [due];
        return due.kind === 'later' && due.by === receiver ? [due.than] : [];
    });
}

/** Whether the process ended, or a deploy was under way, before the sender could know that it had arrived. */
function mayBeSentAgain(view: View, before: number, again: number): boolean {
    return mayBeLost(view, before, again);
}

function mayBeLost(view: View, sent: number, until = Infinity): boolean {
    const ended = view.lives.some(
        ({ to, end }) => end !== undefined && to >= sent && to <= sent + SETTLES_MS && to <= until,
    );
    const deployed = view.deploys.some(({ from, to }) => from <= sent + SETTLES_MS && to >= sent);
    // What a failed disk has not kept of it is gone with the process.
    const unkept = view.diskFailures.some(
        ({ from, to }) => from <= sent + SETTLES_MS && view.lives.some((life) => life.to >= sent && life.to <= to),
    );
    return ended || deployed || unkept;
}
