import type { Due } from './scene-flows';
import type { HostState, Noted } from './wire-hosts';

/** What a judge is told of one UPS and its hosts; all times in seconds of one clock. It shares no code with the engine. */
export interface LaneRecord {
    moments: readonly { at: number; what: string }[];
    /** Charge while on battery, percent. */
    samples: readonly { at: number; charge: number }[];
    capacitySeconds: number;
    lowPercent: number;
    /** The UPS tells for how long it has been on battery; else an outage counts from when it was first seen. */
    countsSeconds: boolean;
    /** Spells in which the UPS did not answer, or did not know. */
    blind: readonly Span[];
    /** Spells in which Node-RED ran. */
    ran: readonly Span[];
    /** Kills and deploys. */
    acts: readonly number[];
    /** How long a question to Node-RED, and a short wait of ours, took longer than it should: the machine is busy. */
    lags: readonly { at: number; seconds: number }[];
    hosts: readonly { name: string; due: Due; noted: readonly Noted[]; downSeconds: number }[];
    /** How the UPS stood at the end. */
    end: { at: number; output: boolean; countdown: boolean };
}

export interface Span {
    from: number;
    to: number;
}

export interface Verdict {
    host: string;
    /** What had to become of it, in words. */
    expected: string;
    /** The states that it went through. */
    actual: string;
    faults: string[];
}

/** From a change on the wire until whoever polls each 0.5 s must have acted on it. */
export const ACTS_WITHIN = 1.5;
/** From the moment that a host is due to its first byte, on a busy machine. */
const TOLD_WITHIN = 3;
/** The same after a restart or a deploy. */
const TOLD_WITHIN_AFTER_ACT = 4.5;
/** A host that comes up in mid-outage was away when it was called: tries have become rarer. */
const RETRIED_WITHIN = 11;
/** Node-RED must have run for so long to have had a chance to act. */
const CHANCE = 3;
const EARLY = 0.4;
/** From one poll to the next, and its answer. */
const GLANCE = 0.7;
/** Runtime and charge are told as whole numbers: they may be reached so many seconds sooner. */
const TOLD_AS_WHOLE = 1;
/** Mains that are back for less than this may count as not back. */
const ONE_OUTAGE = 2.5;

/** One late answer stands for several on the way from the wire to a host. */
const STEPS_PER_LAG = 3;
/** However busy the machine is. */
const MOST_GRANTED = 4;

interface Outage extends Span {
    /** When it can be known at the earliest. */
    seen: number;
    /** When its battery was empty, or the output was switched off. */
    dark: number;
}

/** One verdict for each host, and one for the UPS. */
export function judge(record: LaneRecord): Verdict[] {
    const outages = outagesOf(record);
    return [...record.hosts.map((host) => judgeHost(record, outages, host)), judgeUps(record, outages)];
}

function judgeHost(record: LaneRecord, outages: Outage[], host: LaneRecord['hosts'][number]): Verdict {
    const faults: string[] = [];
    const expected: string[] = [];
    const told = host.noted.filter(({ what }) => what === 'shutdown');
    for (const { at } of told) faults.push(...whenTold(record, outages, host.due, at));
    faults.push(...howOften(record, outages, told));
    for (const { at, what, state } of host.noted) {
        if (what !== 'packet' && what !== 'wakeup') continue;
        const outage = outages.find(({ from, to }) => at > from && at < to);
        const seen = outage && seenAt(record, outage);
        if (seen !== undefined && at > seen + ACTS_WITHIN + granted(record, at)) {
            faults.push(`${what} on battery, ${since(at, outage!.from)} into the outage, while it was ${state}`);
        }
    }
    for (const [index, outage] of outages.entries()) {
        const due = dueAt(record, outage, host.due);
        const chance = firstChance(record, due);
        const patience = record.acts.length > 0 ? TOLD_WITHIN_AFTER_ACT : TOLD_WITHIN;
        const deadline = chance === Infinity ? Infinity : chance + patience + granted(record, chance + patience);
        const end = Math.min(outage.to, outage.dark);
        const crash = host.noted.find(({ at, what }) => what === 'crashed' && at >= outage.from && at <= outage.to);
        if (deadline >= end) {
            if (crash) expected.push(`outage ${index + 1}: may crash`);
            continue;
        }
        expected.push(`outage ${index + 1}: down`);
        const up = upSpell(host.noted, deadline, record.end.at);
        if (up && up.to > (up.from > chance ? up.from + RETRIED_WITHIN : deadline)) {
            const limit = up.from > chance ? up.from + RETRIED_WITHIN : deadline;
            if (limit < end) faults.push(`outage ${index + 1}: still up ${since(limit, due)} after it was due`);
        }
        const wasUp = upSpell(host.noted, Math.max(outage.from, chance), record.end.at);
        if (crash && wasUp && crash.at > deadline + host.downSeconds && !bootedBetween(host.noted, chance, crash.at)) {
            faults.push(`outage ${index + 1}: crashed with the battery, ${since(crash.at, due)} after it was due`);
        }
    }
    const last = stateAt(host.noted, record.end.at);
    const crashed = changes(host.noted).at(-1);
    const unseen = outages.some(
        (each) => crashed && crashed.at >= each.from && crashed.at <= each.to && seenAt(record, each) === undefined,
    );
    if (last === 'crashed' && unseen) {
        expected.push('down: nobody saw the outage that took it');
        return { host: host.name, expected: expected.join(', '), actual: story(host.noted), faults };
    }
    expected.push('up at the end');
    if (last !== 'up') faults.push(`stranded: is ${last} at the end`);
    return { host: host.name, expected: expected.join(', '), actual: story(host.noted), faults };
}

function judgeUps(record: LaneRecord, outages: Outage[]): Verdict {
    const faults: string[] = [];
    const empty = new Set(record.moments.filter(({ what }) => what === 'empty').map(({ at }) => Math.round(at * 10)));
    for (const { at, what } of record.moments) {
        const before = outages.filter(({ from }) => from <= at).at(-1);
        if (before && at <= before.to) continue;
        // Nothing aborts a countdown while Node-RED does not run.
        const known = before ? running(record, sighted(record, before.to)) : -Infinity;
        if (at <= known + ACTS_WITHIN + granted(record, at)) continue;
        if (what === 'ordered') faults.push('the UPS was ordered off on mains');
        if (what === 'output off' && !empty.has(Math.round(at * 10)))
            faults.push('the UPS switched its output off on mains');
    }
    if (!record.end.output) faults.push('the output of the UPS is off at the end');
    if (record.end.countdown) faults.push('a countdown of the UPS runs at the end');
    const actual = record.moments.map(({ what }) => what).join(', ');
    return { host: 'UPS', expected: 'output on, no countdown at the end', actual, faults };
}

function whenTold(record: LaneRecord, outages: Outage[], due: Due, at: number): string[] {
    const begun = outages.filter(({ from }) => from <= at);
    const outage = begun.at(-1);
    if (!outage) return ['told to shut down on mains, before any outage'];
    const known = sighted(record, outage.to);
    if (at > known + ACTS_WITHIN + granted(record, at))
        return [`told to shut down ${since(at, outage.to)} after the mains were back`];
    // Mains that come back for a moment may go unseen: then the outage before them goes on.
    let first = begun.length - 1;
    while (first > 0 && outages[first]!.from - outages[first - 1]!.to < ONE_OUTAGE) first--;
    const earliest = Math.min(
        ...begun.slice(first).map((each) => dueAt(record, { ...each, to: outage.to }, due, true)),
    );
    if (at < earliest - EARLY) {
        const planned = earliest === Infinity ? 'though it was not due' : `${since(earliest, at)} before it was due`;
        return [`told to shut down ${planned}`];
    }
    return [];
}

/** Once in an outage; a kill or a deploy may repeat the step that was under way. */
function howOften(record: LaneRecord, outages: Outage[], told: readonly Noted[]): string[] {
    const groups: Outage[][] = [];
    for (const outage of outages) {
        const before = groups.at(-1)?.at(-1);
        if (before && outage.from - before.to < ONE_OUTAGE) groups.at(-1)!.push(outage);
        else groups.push([outage]);
    }
    return groups.flatMap((group, index) => {
        const from = group[0]!.from;
        const to = groups[index + 1]?.[0]?.from ?? Infinity;
        const count = told.filter(({ at }) => at >= from && at < to).length;
        const acts = record.acts.filter((at) => at >= from && at < to).length;
        return count <= group.length + acts ? [] : [`told to shut down ${count} times in one outage`];
    });
}

function outagesOf(record: LaneRecord): Outage[] {
    const outages: Outage[] = [];
    for (const { at, what } of record.moments) {
        const open = outages.at(-1);
        if (what === 'mains off') outages.push({ from: at, to: Infinity, seen: sighted(record, at), dark: Infinity });
        else if (what === 'mains on' && open) open.to = at;
        else if (what === 'output off' && open && at < open.to) open.dark = Math.min(open.dark, at);
    }
    return outages;
}

/** When a host is due in this outage by what the UPS was like; Infinity: not in this one. `told`: whether or not anybody could see it. */
function dueAt(record: LaneRecord, outage: Outage, due: Due, told = false): number {
    if (due.kind === 'after') {
        const begun = told || record.countsSeconds ? outage.from : (seenAt(record, outage) ?? Infinity);
        const at = begun + due.seconds;
        return at > outage.to ? Infinity : told ? at : Math.max(at, outage.seen);
    }
    const exact = due.kind === 'low' ? record.lowPercent : (due.seconds / record.capacitySeconds) * 100;
    const limit = exact + (told ? (TOLD_AS_WHOLE / record.capacitySeconds) * 100 : 0);
    const reached = record.samples.find(({ at, charge }) => at >= outage.from && at <= outage.to && charge <= limit);
    if (!reached) return Infinity;
    // A runtime runs on where nobody answers; that a battery is low has to be read, and in the outage.
    if (told && due.kind === 'runtime') return reached.at;
    if (!told) return sighted(record, reached.at);
    const seen = sighted(record, reached.at, 0);
    const readable = record.ran.some(({ from, to }) => to > seen && Math.max(from, seen) < outage.to);
    return readable && seen < outage.to ? reached.at : Infinity;
}

/** What a busy machine is given on top, around this moment, s; 0 on one that is not. */
function granted({ lags }: LaneRecord, at: number): number {
    const around = lags.filter((lag) => lag.at > at - 2 && lag.at < at + 2).map((lag) => lag.seconds);
    return Math.min(MOST_GRANTED, STEPS_PER_LAG * Math.max(0, ...around));
}

/** The first moment from `at` on at which the UPS is seen for certain: what is so for less than a glance before it falls silent may go unseen. */
function sighted({ blind }: LaneRecord, at: number, glance = GLANCE): number {
    const span = blind.find(({ from, to }) => at >= from - glance && at < to);
    return span ? span.to : at;
}

/** The first moment from `at` on at which Node-RED runs, and goes on for long enough to act on what it reads. */
function running({ ran }: LaneRecord, at: number): number {
    const spell = ran.find(({ from, to }) => to - Math.max(at, from) >= ACTS_WITHIN);
    return spell ? Math.max(at, spell.from) : Infinity;
}

/** The first moment from `at` on from which Node-RED ran for long enough to act. */
function firstChance({ ran }: LaneRecord, at: number): number {
    const spell = ran.find(({ from, to }) => to - Math.max(at, from) >= CHANCE);
    return spell ? Math.max(at, spell.from) : Infinity;
}

/** The first moment from which a Node-RED that ran had the time to read of this outage; undefined: none did. */
function seenAt(record: LaneRecord, outage: Outage): number | undefined {
    const edges = [outage.from, ...record.ran.map(({ from }) => from), ...record.blind.map(({ to }) => to)];
    const moments = edges.map((edge) => sighted(record, Math.max(edge, outage.from))).sort((a, b) => a - b);
    return moments.find((from) => {
        const blind = record.blind.map((span) => span.from).filter((at) => at > from);
        const spell = record.ran.find((span) => from >= span.from && from < span.to);
        const needed = ACTS_WITHIN + granted(record, from);
        return spell !== undefined && Math.min(outage.to, spell.to, ...blind) - from >= needed;
    });
}

const STATES: ReadonlySet<string> = new Set<HostState>(['up', 'going down', 'down', 'booting', 'crashed']);

function changes(noted: readonly Noted[]): Noted[] {
    return noted.filter(({ what }) => STATES.has(what));
}

function stateAt(noted: readonly Noted[], at: number): string {
    return (
        changes(noted)
            .filter((each) => each.at <= at)
            .at(-1)?.what ?? 'up'
    );
}

/** The spell in which it was up at this moment; undefined if it was not. */
function upSpell(noted: readonly Noted[], at: number, end: number): Span | undefined {
    if (stateAt(noted, at) !== 'up') return undefined;
    const all = changes(noted);
    return {
        from: all.filter((each) => each.at <= at).at(-1)?.at ?? -Infinity,
        to: all.find((each) => each.at > at)?.at ?? end,
    };
}

function bootedBetween(noted: readonly Noted[], from: number, to: number): boolean {
    return changes(noted).some(({ at, what }) => what === 'up' && at > from && at < to);
}

function story(noted: readonly Noted[]): string {
    return ['up', ...changes(noted).map(({ what }) => what)].join(' > ');
}

function since(at: number, from: number): string {
    return `${(at - from).toFixed(1)} s`;
}
