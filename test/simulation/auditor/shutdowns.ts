import { earliest, speaks, surely } from './due';
import type { Duty, Fault, HostFacts, Orders } from './rules';
import type { Span, View } from './view';

/** From a decision of ours to the first byte at a host: two trips of the network. */
const ON_ITS_WAY_MS = 15;
/** The same where the network is slow. */
const SLOW_MS = 4500;
/** Hosts that do not answer are tried at most so far apart, and each try has 3 s. */
const RETRY_MS = 18_000;
/** Polls, and what a decision takes. */
const MARGIN_MS = 4000;
/** A message to people is tried three times, 3 s each, with pauses of 0.5 and 1 s. */
const TELLING_MS = 11_000;

interface Delivery {
    t: number;
    host: string;
    confirmedAt?: number;
}

/** Whether each host was told what it was to be told: when it was due, once, and not on mains. */
export function judgeDuties(view: View, orders: Orders, hosts: readonly HostFacts[]): Fault[] {
    const faults: Fault[] = [];
    for (const verb of ['SHUTDOWN', 'EXECUTE', 'MESSAGE'] as const) {
        const duties = orders.duties.filter((duty) => duty.verb === verb && !duty.atEnd);
        if (duties.length === 0) continue;
        for (const host of hosts) {
            const own = duties.filter((duty) => duty.hosts.includes(host.name));
            const told = deliveries(view, host.name, verb);
            if (own.length === 0) {
                for (const { t } of told)
                    faults.push({ t, rule: 'early', text: `${host.name} got ${verb}, which nobody ordered` });
                continue;
            }
            for (const each of told) {
                const inForce = own.filter((duty) => isInForce(view, duty, host, each.t));
                if (inForce.length > 0) faults.push(...judgeMoment(view, orders, host, inForce, each));
                else
                    faults.push({
                        t: each.t,
                        rule: 'early',
                        text: `${host.name} got ${verb}, which nobody orders any more`,
                    });
            }
            faults.push(...judgeCount(view, orders, host, own, told));
            for (const duty of own) faults.push(...judgeLoss(view, orders, host, duty, told));
        }
    }
    return faults;
}

/** What is sent before a deploy is through may arrive after it. */
function isInForce(view: View, { from, to }: Duty, host: HostFacts, t: number): boolean {
    const late = lateness(view, host, t);
    return (from === undefined || t >= from) && (to === undefined || t <= throughAt(view, to) + late);
}

/** When the deploy that began at `began` was through. */
function throughAt(view: View, began: number): number {
    return view.deploys.find(({ from }) => from === began)?.to ?? began;
}

function lateness(view: View, host: HostFacts, t: number): number {
    return view.weatherIsFine(host.address, { from: t - SLOW_MS, to: t }) ? ON_ITS_WAY_MS : SLOW_MS;
}

function deliveries(view: View, host: string, verb: string): Delivery[] {
    const found = new Map<number, Delivery>();
    for (const each of view.story) {
        if (each.what === 'bytes' && each.host === host && each.verb === verb)
            found.set(each.contact, { t: each.t, host });
        if (each.what === 'confirmed') {
            const delivery = found.get(each.contact);
            if (delivery) delivery.confirmedAt = each.t;
        }
    }
    return [...found.values()];
}

function judgeMoment(view: View, orders: Orders, host: HostFacts, duties: readonly Duty[], { t }: Delivery): Fault[] {
    const who = `${host.name} was told ${duties[0]!.verb}`;
    const begun = view.outages.filter(({ from }) => from <= t);
    if (begun.length === 0) return [{ t, rule: 'on mains', text: `${who} before any outage` }];
    const late = lateness(view, host, t);
    const over = view.knownOver(t);
    const overAt = over && over.second + orders.mainsBackSeconds * 1000;
    if (over && t > overAt! + late && !isStillTold(view, duties, t, overAt!)) {
        return [{ t, rule: 'on mains', text: `${who} ${ago(t, over.second)} after the mains were known to be back` }];
    }
    const spoken = view.spokenOf(t);
    if (spoken === undefined)
        return [{ t, rule: 'unconfirmed', text: `${who} though no reading ever spoke of an outage` }];
    const since = view.watchedSince(t);
    if (spoken < since && t - since < orders.staleSeconds * 1000 - ON_ITS_WAY_MS) {
        return [
            {
                t,
                rule: 'unconfirmed',
                text: `${who} ${ago(t, since)} after a start, before anything confirmed the outage`,
            },
        ];
    }
    const onset = onsetOf(view, orders, t);
    const due = Math.min(...duties.map((duty) => earliest(view, orders, duty.due, onset, t)));
    if (t < due) {
        const when = due === Infinity ? 'though it was not due' : `${ago(due, t)} before it was due`;
        return [{ t, rule: 'early', text: `${who} ${when}` }];
    }
    return [];
}

/**
 * Whether people are told of it all the same: by a job that was asked while it lasted. The news of an outage that is over is still news
 * (docs/architecture.md, "Never late").
 */
function isStillTold(view: View, duties: readonly Duty[], t: number, over: number): boolean {
    const nodes = duties.filter(({ verb }) => verb === 'MESSAGE').map(({ node }) => node);
    return view.story.some(
        (each) =>
            each.what === 'message' &&
            nodes.includes(each.to) &&
            each.event.active &&
            each.t <= over &&
            each.t >= t - TELLING_MS,
    );
}

/** The beginning of the outage that goes on at `t`: mains that came back without being seen twice, or long enough, did not end it. */
export function onsetOf(view: View, orders: Orders, t: number): number {
    const begun = view.outages.filter(({ from }) => from <= t);
    let first = begun.length - 1;
    while (first > 0) {
        const before = begun[first - 1]!;
        const over = view.knownOver(begun[first]!.from);
        const ended =
            over && over.first >= before.to && over.second + orders.mainsBackSeconds * 1000 < begun[first]!.from;
        if (ended) break;
        first--;
    }
    return begun[first]!.from;
}

/** Once for each occurrence and firing; a try whose outcome was lost may be repeated, and so may one step at a kill. */
function judgeCount(
    view: View,
    orders: Orders,
    host: HostFacts,
    duties: readonly Duty[],
    told: readonly Delivery[],
): Fault[] {
    const groups = new Map<number, Delivery[]>();
    for (const each of told.filter(({ t }) => view.outages.some(({ from }) => from <= t))) {
        const onset = onsetOf(view, orders, each.t);
        groups.set(onset, [...(groups.get(onset) ?? []), each]);
    }
    return [...groups].flatMap(([onset, group]) => {
        const last = group.at(-1)!;
        // One reading on mains, and silence after it, may have ended it in between.
        const occurrences = Math.max(1, view.returnsOfOutage(onset, last.t));
        /** Other settings of a node do not make its job another one. */
        const byNode = new Map<string, number>();
        for (const { node, due, repeatSeconds, renewSeconds } of duties) {
            const from = Math.max(earliest(view, orders, due, onset, last.t), onset);
            if (from === Infinity) continue;
            const lasted = (last.t - from) / 1000 + 1;
            let times = occurrences;
            if (repeatSeconds > 0) times += Math.floor(lasted / repeatSeconds);
            if (renewSeconds > 0) times += Math.ceil(lasted / renewSeconds);
            byNode.set(node, Math.max(times, byNode.get(node) ?? 0));
        }
        let allowed = [...byNode.values()].reduce((sum, times) => sum + times, 0);
        // One that came before it was due is judged as that.
        allowed = Math.max(1, allowed);
        const excused = group.filter((each, index) => index < group.length - 1 && mayRepeat(view, each)).length;
        if (group.length <= allowed + excused) return [];
        const text = `${host.name} was told ${duties[0]!.verb} ${group.length} times in one outage, ${allowed + excused} were right`;
        return [{ t: last.t, rule: 'twice' as const, text }];
    });
}

/** Whether nobody could know, or keep, that the host was told. */
function mayRepeat(view: View, { t, confirmedAt }: Delivery): boolean {
    if (confirmedAt === undefined) return true;
    // The step that was under way when the process ended: between its bytes and its note.
    const cut = view.lives.some(({ to, end }) => end !== undefined && to >= t && to <= confirmedAt);
    const closed = view.deploys.some(({ from, to }) => from <= confirmedAt && to >= t);
    const unkept = view.diskFailures.some(
        ({ from, to }) =>
            confirmedAt >= from &&
            confirmedAt <= to &&
            view.lives.some((life) => life.to >= confirmedAt && life.to <= to),
    );
    return cut || closed || unkept;
}

/** In a spell of an outage in which nothing hindered, a host that is due must have been told. */
function judgeLoss(view: View, orders: Orders, host: HostFacts, duty: Duty, told: readonly Delivery[]): Fault[] {
    if (orders.dryRun) return [];
    const faults: Fault[] = [];
    const patience =
        RETRY_MS + MARGIN_MS + 2500 * orders.pollSeconds + 1000 * (orders.confirmSeconds + orders.hiddenSeconds);
    for (const outage of view.outages) {
        const due = surely(view, orders, duty.due, outage);
        if (due === Infinity) continue;
        for (const spell of calmSpells(view, outage, host)) {
            const spoken = view.readings.find((each) => each.t >= spell.from && each.t <= spell.to && speaks(each));
            if (!spoken) continue;
            const since = duty.from === undefined ? 0 : throughAt(view, duty.from);
            const again = spell.from > outage.from ? countsAnew(duty) : 0;
            const late = Math.max(due + chained(duty), spoken.t + again, since) + patience;
            if (late > spell.to || late > (duty.to ?? Infinity)) continue;
            const onset = onsetOf(view, orders, outage.from);
            if (mayHaveRunWithout(view, orders, host, duty, onset)) continue;
            const isTold = told.some(({ t }) => t >= onset && t <= late);
            if (isTold || view.stateOf(host.name, late) !== 'up') continue;
            const text = `${host.name} was not told ${duty.verb} by ${duty.node}, ${ago(late, due)} after it was due`;
            faults.push({ t: late, rule: 'lost', text });
            break;
        }
    }
    return faults;
}

/** What a timing counts from may have had to wait for the end of what hindered: only then it begins to count. */
function countsAnew({ due }: Duty): number {
    return due.kind === 'later' ? due.seconds * 1000 : 0;
}

/** Whether the job may have run in this outage before the host was among its hosts: it does not run again for that. */
function mayHaveRunWithout(view: View, orders: Orders, host: HostFacts, { node, from }: Duty, onset: number): boolean {
    if (from === undefined) return false;
    return orders.duties.some(
        (other) =>
            other.node === node &&
            other.to !== undefined &&
            other.to <= from &&
            !other.hosts.includes(host.name) &&
            earliest(view, orders, other.due, onset, throughAt(view, from)) <= throughAt(view, from),
    );
}

/** A timing behind another counts from the firing of the one before it, which may have been late. */
function chained({ due }: Duty): number {
    return due.kind === 'later' ? MARGIN_MS : 0;
}

function calmSpells(view: View, outage: Span, host: HostFacts): Span[] {
    return view.calm({ from: outage.from, to: Math.min(outage.to, view.end) }, ['192.0.2.5', host.address]);
}

function ago(later: number, earlier: number): string {
    return `${((later - earlier) / 1000).toFixed(3)} s`;
}
