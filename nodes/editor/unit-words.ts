import { durationText } from '../../lib/core/duration';
import { rounded, whenOf } from './times';
import { t } from './texts';

/** A timing that follows a UPS. */
export interface UnitTiming {
    nodeId: string;
    name?: string;
    fired?: number;
    dueInSeconds?: number | null;
    /** Real seconds between repeats, if it repeats. */
    repeatSeconds?: number;
    /** What it waits for, if not a time. */
    waitingFor?: string;
}

/** What a timing makes run. */
export interface NextStep {
    name: string;
    /** The runtime at which it does, s, if it waits for one. */
    atRuntime?: number;
}

/** One of the paths to a UPS. */
export interface UnitPath {
    nodeId: string;
    name: string;
    state: string;
    leads?: boolean;
    /** It answers, but its readings would not show an outage. */
    blind?: boolean;
    why?: string;
}

/** A UPS, from the server (nodes/shared/admin/unit-view.ts). Unknown values are missing or null. */
export interface UnitView {
    id: string;
    name: string;
    state: string;
    colour: string;
    site?: string;
    dryRun?: unknown;
    /** Seconds of the UPS per real second. */
    speed?: number;
    ageSeconds?: number | null;
    readAt?: number | null;
    chargePercent?: number | null;
    loadPercent?: number | null;
    dcVolts?: number | null;
    minutesRemaining?: number | null;
    secondsOnBattery?: number | null;
    /** Why the outage is presumed to continue: a restart, or silence. */
    presumed?: string | null;
    held?: boolean;
    trouble?: string | null;
    ways?: UnitPath[];
    activeEvents?: { text: string; level: string; since: number }[];
    timings?: UnitTiming[];
}

export function isKnown<T>(value: T | null | undefined): value is T {
    return value !== undefined && value !== null;
}

/** The values of a UPS from which texts are made. */
export type UnitFigures = Partial<UnitView>;

/**
 * The UPS `elapsed` real seconds after the server sent it: ages and times on battery continue by the clock of the UPS, countdowns in real
 * time, and in an outage the runtime decreases.
 */
export function unitAfter<T extends UnitFigures>(unit: T, elapsed: number): T {
    const passed = elapsed * (unit.speed || 1);
    const onBattery = Number(unit.secondsOnBattery) > 0;
    return {
        ...unit,
        ...(isKnown(unit.ageSeconds) && { ageSeconds: unit.ageSeconds + passed }),
        ...(onBattery && { secondsOnBattery: Number(unit.secondsOnBattery) + passed }),
        ...(isKnown(unit.minutesRemaining) &&
            onBattery && { minutesRemaining: Math.max(0, unit.minutesRemaining - passed / 60) }),
        timings: (unit.timings ?? []).map((timing) => timingAfter(timing, elapsed)),
    };
}

/** The server sends nothing when a timing repeats: it goes on in its rhythm. */
function timingAfter(timing: UnitTiming, elapsed: number): UnitTiming {
    const { dueInSeconds, repeatSeconds = 0, fired } = timing;
    if (!isKnown(dueInSeconds)) return timing;
    const left = dueInSeconds - elapsed;
    if (left > 0 || repeatSeconds <= 0) return { ...timing, dueInSeconds: Math.max(0, left) };
    const times = Math.floor(-left / repeatSeconds) + 1;
    return { ...timing, dueInSeconds: left + times * repeatSeconds, fired: Number(fired ?? 0) + times };
}

/** The timing that fires next for the first time, if its time is known. What a timing repeats is not a next step. */
export function nextDue(unit: UnitFigures): (UnitTiming & { dueInSeconds: number }) | undefined {
    return (unit.timings ?? [])
        .filter((timing): timing is UnitTiming & { dueInSeconds: number } => isKnown(timing.dueInSeconds))
        .filter(({ fired }) => !Number(fired))
        .sort((a, b) => a.dueInSeconds - b.dueInSeconds)[0];
}

/** The state of a connection: one that answers may still have readings that would not show an outage. */
export function pathState({ state, blind }: Pick<UnitPath, 'state' | 'blind'>): string {
    return blind && state === 'ready' ? 'blind' : state;
}

export interface UnitWords {
    state: string;
    figures: { value: string; words: string }[];
    age: string;
    presumed: string | undefined;
    held: string | undefined;
    /** The speed of a clock that is not ours. */
    speed: string | undefined;
}

/** The texts of a card, from the present values of a UPS. */
export function unitWords(unit: UnitFigures): UnitWords {
    return {
        state: t(`sidebar.state.${unit.state}`),
        figures: figuresOf(unit),
        age: isKnown(unit.ageSeconds)
            ? t('sidebar.age', { time: durationText(unit.ageSeconds) })
            : t('sidebar.neverRead'),
        presumed: presumedWords(unit),
        held: unit.held ? t('sidebar.held') : undefined,
        speed: isKnown(unit.speed) && unit.speed !== 1 ? `×${rounded(unit.speed, 2)}` : undefined,
    };
}

/** What a closed card says beside the state: in an outage the runtime and the next step, else the charge. */
export function closedWords(unit: UnitFigures, stepOf: (timing: UnitTiming) => NextStep): string {
    const { chargePercent, minutesRemaining, secondsOnBattery, presumed } = unit;
    const left =
        Number(secondsOnBattery) > 0 && isKnown(minutesRemaining)
            ? t('sidebar.left', { time: durationText(minutesRemaining * 60) })
            : isKnown(chargePercent) && percent(chargePercent);
    return [presumed && t('sidebar.presumedShort'), left, nextWords(unit, stepOf)].filter(Boolean).join(' · ');
}

/** What comes next, and when: after a time, or else at a runtime. */
function nextWords(unit: UnitFigures, stepOf: (timing: UnitTiming) => NextStep): string | undefined {
    const due = nextDue(unit);
    if (due) return t('sidebar.nextIn', { what: stepOf(due).name, time: durationText(due.dueInSeconds) });
    const [next] = (unit.timings ?? [])
        .filter(({ fired, waitingFor }) => !Number(fired) && waitingFor === 'runtime')
        .map(stepOf)
        .filter((step): step is Required<NextStep> => step.atRuntime !== undefined)
        .sort((a, b) => b.atRuntime - a.atRuntime);
    return next && t('sidebar.nextAt', { what: next.name, time: durationText(next.atRuntime) });
}

/** The text about what a timing waits for. */
export function waitWords({ dueInSeconds, waitingFor, repeatSeconds, fired }: UnitTiming): string {
    if (isKnown(dueInSeconds) && Number(fired) > 0 && repeatSeconds !== undefined) {
        return t('sidebar.againIn', { time: durationText(dueInSeconds), every: durationText(repeatSeconds) });
    }
    if (isKnown(dueInSeconds)) return t('sidebar.dueIn', { time: durationText(dueInSeconds) });
    return t(`sidebar.waiting.${waitingFor}`);
}

function percent(value: number): string {
    return `${rounded(value)} %`;
}

function figuresOf(unit: UnitFigures): UnitWords['figures'] {
    const { chargePercent, minutesRemaining, loadPercent, dcVolts, secondsOnBattery } = unit;
    const figures: UnitWords['figures'] = [];
    const figure = (value: string, words: string) => figures.push({ value, words: t(`sidebar.${words}`) });
    if (isKnown(chargePercent)) figure(percent(chargePercent), 'charge');
    if (isKnown(minutesRemaining)) figure(durationText(minutesRemaining * 60), 'remaining');
    if (isKnown(loadPercent)) figure(percent(loadPercent), 'load');
    else if (isKnown(dcVolts)) figure(`${rounded(dcVolts, 1)} V`, 'dcOutput');
    if (isKnown(secondsOnBattery) && secondsOnBattery > 0) figure(durationText(secondsOnBattery), 'onBattery');
    return figures;
}

function presumedWords({ presumed, readAt, ageSeconds }: UnitFigures): string | undefined {
    if (!presumed) return undefined;
    if (presumed === 'restart') return t('sidebar.presumedRestart');
    if (!readAt) return t('sidebar.presumedUnread');
    return t('sidebar.presumed', { since: whenOf(readAt), time: durationText(ageSeconds ?? undefined) });
}
