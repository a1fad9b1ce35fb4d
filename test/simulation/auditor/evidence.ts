import type { Fault, HostFacts, Orders } from './rules';
import type { LogLine } from './story';
import type { View } from './view';

/** A trip of a slow network, twice with the connection before it. */
const SLOW_MS = 4500;

/** Whether the event log holds each edge, once, with what led to it, and a line for whatever was done to a host. */
export function judgeEvidence(view: View, orders: Orders, hosts: readonly HostFacts[]): Fault[] {
    const lines = view.story.flatMap((each) => (each.what === 'log' ? [{ t: each.t, ...each.entry }] : []));
    return [...judgeEventLines(view, lines), ...judgeJobLines(view, orders, hosts, lines)];
}

function judgeEventLines(view: View, lines: readonly (LogLine & { t: number })[]): Fault[] {
    const faults: Fault[] = [];
    const on = new Map<string, string>();
    const known = new Set<string>();
    for (const line of lines) {
        const { t, kind, eventId, episode, active, rule, values } = line;
        if (kind !== 'event' || !eventId || !episode || isUnkept(view, line, lines)) continue;
        const key = `${episode} ${active}`;
        const say = (text: string) => faults.push({ t, rule: 'evidence', text: `log: ${eventId} ${text}` });
        if (known.has(key)) say(`${active ? 'on' : 'off'} stands twice`);
        known.add(key);
        if (active && !rule) say('began without the rule that decided');
        if (active && !values) say('began without the values that led to it');
        const name = `${episode.split(':')[0]} ${eventId}`;
        if (active) on.set(name, episode);
        else {
            if (on.get(name) !== episode) say('ended, which had not begun');
            on.delete(name);
        }
    }
    for (const name of on.keys()) {
        if (!name.endsWith(' power-fail') && !name.endsWith(' communication-lost')) continue;
        faults.push({ t: view.end, rule: 'evidence', text: `log: ${name} has no end` });
    }
    return faults;
}

/** Whether the process was killed at this write, before it was kept: what comes back writes the same line of the event once more. */
function isUnkept(view: View, line: LogLine & { t: number }, lines: readonly (LogLine & { t: number })[]): boolean {
    const { t, kind, episode, active } = line;
    const again = lines.some(
        (each) => each.t > t && each.kind === kind && each.episode === episode && each.active === active,
    );
    return again && view.lives.some(({ to, end }) => end === 'killed' && to === t);
}

/** A line of the job that did it, of this occurrence, at or after the deed. */
function judgeJobLines(
    view: View,
    orders: Orders,
    hosts: readonly HostFacts[],
    lines: readonly (LogLine & { t: number })[],
): Fault[] {
    const faults: Fault[] = [];
    for (const each of view.story) {
        if (each.what !== 'bytes') continue;
        const duties = orders.duties.filter(({ hosts, verb }) => verb === each.verb && hosts.includes(each.host));
        if (duties.length === 0) continue;
        const nodes = duties.map(({ node }) => node);
        // What a renewal comes to is told to nobody: the job that it renews has its line.
        const renewed = duties.some(({ renewSeconds }) => renewSeconds > 0);
        const address = hosts.find(({ name }) => name === each.host)?.address ?? '';
        // The job may have given up while its bytes were still on a slow way.
        const slow = view.weatherIsFine(address, { from: each.t - SLOW_MS, to: each.t }) ? 0 : SLOW_MS;
        const told = lines.some(
            ({ t, kind, nodeId }) => kind === 'job' && nodes.includes(nodeId ?? '') && (renewed || t >= each.t - slow),
        );
        if (!told && !view.diskFailures.some(({ from, to }) => each.t >= from && each.t <= to)) {
            faults.push({ t: each.t, rule: 'evidence', text: `log: nothing tells of ${each.verb} to ${each.host}` });
        }
    }
    return faults;
}
