import { isForgotten } from './due';
import type { Fault, HostFacts, Orders } from './rules';
import { sayingOf, type Reading, type View } from './view';

/** From the first part of a reading to the end of what it ends. */
const ACTS_WITHIN_MS = 2500;
const SLOW_MS = 4500;
/** A waking that nobody could know to be in vain is given up, and reported, after so long. */
const WAKING_MS = 130_000;

/** Whether everybody is up again at the end, and nobody was woken on battery. */
export function judgeReturns(view: View, orders: Orders, hosts: readonly HostFacts[]): Fault[] {
    const faults: Fault[] = [];
    const woken = new Set(orders.wakings.flatMap((waking) => waking.hosts));
    for (const { name } of hosts) {
        const state = view.stateOf(name, view.end);
        if (!woken.has(name) || state === 'up' || orders.dryRun) continue;
        const since = view.story.findLast((each) => each.what === 'host' && each.host === name)!.t;
        const unseen = state === 'crashed' && !wasSeen(view, orders, since);
        if (unseen || wokenBlindly(view, orders, name)) continue;
        faults.push({ t: view.end, rule: 'stranded', text: `${name} is ${state} at the end` });
    }
    for (const each of view.story) {
        const wakes = each.what === 'packet' || (each.what === 'bytes' && each.verb === 'WAKEUP');
        if (!wakes) continue;
        const address = hosts.find(({ name }) => name === each.host)!.address;
        const slow = view.weatherIsFine(address, { from: each.t - SLOW_MS, to: each.t }) ? 0 : SLOW_MS;
        const since = knownOnBatterySince(view, each.t);
        const limit = since === undefined ? Infinity : since + 1000 * orders.confirmSeconds + ACTS_WITHIN_MS + slow;
        if (each.t > limit) {
            const text = `${each.host} was woken on battery, ${((each.t - since!) / 1000).toFixed(3)} s after a reading said so`;
            faults.push({ t: each.t, rule: 'on mains', text });
        }
    }
    return faults;
}

/** Whether the outage that took a host's supply at `t` was seen. */
function wasSeen(view: View, orders: Orders, t: number): boolean {
    const outage = view.outages.findLast(({ from }) => from <= t);
    return (
        outage !== undefined &&
        view.readings.some((each) => each.t <= outage.to && shows(view, orders, each, outage.from))
    );
}

/**
 * Whether a reading since `from` shows an outage: it names the battery, or tells of a dead input when the charge has had the time to fall that
 * shows it then (docs/outage.md, "Witnesses"). A battery that was nearly empty has not so much to lose. What a process could not note is forgotten.
 */
function shows(view: View, orders: Orders, reading: Reading, from: number): boolean {
    if (reading.t < from || isForgotten(view, orders, reading)) return false;
    const saying = sayingOf(reading);
    const since = view.outageAt(reading.t)?.from ?? reading.t;
    return saying === 'outage' || (saying === 'hint' && reading.t - since >= orders.hiddenSeconds * 1000);
}

/**
 * Whether the host was last woken while it had no power, because the mains had failed again and the battery had run empty, and nobody saw that,
 * then or later: the device was silent by then. What is told to a host without power is lost (docs/outage.md, "Second look": silence lets the last reading count).
 */
function wokenBlindly(view: View, orders: Orders, host: string): boolean {
    const wakes = view.story.filter(
        (each) => (each.what === 'packet' || (each.what === 'bytes' && each.verb === 'WAKEUP')) && each.host === host,
    );
    const last = wakes.at(-1)?.t ?? -Infinity;
    return wakes.some(({ t }) => {
        const outage = t >= last - WAKING_MS ? view.outageAt(t) : undefined;
        if (outage === undefined || !view.isDarkAt(t)) return false;
        // A later outage that was seen, and was over too soon to count, tells nothing of this one.
        const next = view.outages.find(({ from }) => from > outage.to)?.from ?? view.end;
        return !view.readings.some((each) => each.t < next && shows(view, orders, each, outage.from));
    });
}

/** Since when this watch knows that the UPS is on battery; undefined: it does not. */
function knownOnBatterySince(view: View, t: number): number | undefined {
    const watched = view.watchedSince(t);
    let since: number | undefined;
    for (const reading of view.readings) {
        if (reading.t > t) break;
        if (reading.t < watched) continue;
        const saying = sayingOf(reading);
        if (saying === 'outage') since ??= reading.t;
        // A device that names the mains beside a dead input may be believed: by it the outage may be over.
        if (saying === 'mains' || (saying === 'hint' && reading.source === 'mains')) since = undefined;
    }
    return since;
}

/** Whether the UPS itself was ordered off only when it was right, and is on at the end. */
export function judgeUps(view: View, orders: Orders): Fault[] {
    const faults: Fault[] = [];
    const outputs = view.story.filter((each) => each.what === 'output');
    const last = outputs.at(-1);
    if (last && !last.on) faults.push({ t: view.end, rule: 'ups', text: 'the output of the UPS is off at the end' });
    let counting: number | undefined;
    for (const each of view.story) {
        if (each.what === 'aborted' || each.what === 'output') counting = undefined;
        if (each.what !== 'ordered') continue;
        counting = each.t + each.seconds * 1000;
        if (!orders.switchesUps)
            faults.push({ t: each.t, rule: 'ups', text: 'the UPS was ordered off, which nobody ordered' });
        const over = view.knownOver(each.t);
        const back =
            over !== undefined && each.t > over.second + orders.mainsBackSeconds * 1000 + ACTS_WITHIN_MS + SLOW_MS;
        const never = !view.outages.some(({ from }) => from <= each.t);
        if (back || never) faults.push({ t: each.t, rule: 'on mains', text: 'the UPS was ordered off on mains' });
    }
    if (counting !== undefined && counting > view.end) {
        faults.push({ t: view.end, rule: 'ups', text: 'a countdown of the UPS runs at the end' });
    }
    return faults;
}
