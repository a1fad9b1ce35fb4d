import type { EventLevel } from '../events/ids';
import type { Evidence } from '../messages';
import { MOST_NAMED, NOTHING_NAMED, numbersOf, rangesOf, rangesText, type BatteryDetail } from './battery-detail';
import type { BatteryView } from './battery-view';
import { AUX_PORTS, auxEventId, batteryEvent, type DecidedBy } from './events';
import { MOST_MODULES, MOST_STRINGS } from './model';
import type { OwnCause } from './rule-book';
import { isNotKnownYet } from './starting';

const GENERAL = 'general-alarm';
const RUNAWAY = 'thermal-runaway';
const SERIOUS: readonly EventLevel[] = ['info', 'warning', 'alarm'];

/** What changed with a look at all causes. `set`: an active event concerns others than before. */
export interface EventChange {
    eventId: string;
    kind: 'on' | 'off' | 'set';
    level: EventLevel;
    detail: BatteryDetail;
}

/** JSON: details with their modules and strings as ranges. */
type KeptDetail = Omit<BatteryDetail, 'modules' | 'strings'> & {
    modules: [number, number][];
    strings: [number, number][];
};

export interface EventsState {
    /** The states that the monitor told last as on. */
    card: string[];
    details: Record<string, KeptDetail>;
}

/**
 * The active events of a battery, each with what it is about. An event holds while a flag of the monitor or a cause of ours does. A flag that nobody tells any
 * more stays as it was told last.
 */
export class EventBook {
    private readonly details = new Map<string, BatteryDetail>();
    private readonly card = new Set<string>();

    /** @param open the events whose episodes are open: the others are off, whatever was kept */
    restore(open: readonly string[], kept: Partial<EventsState> | undefined): void {
        for (const state of Array.isArray(kept?.card) ? kept.card : []) if (isCardEvent(state)) this.card.add(state);
        for (const eventId of open) {
            const detail = unpacked(kept?.details?.[eventId]);
            this.details.set(eventId, detail ?? { ...NOTHING_NAMED });
        }
    }

    state(): EventsState {
        const details = [...this.details].map(([eventId, detail]) => [eventId, packed(detail)]);
        return { card: [...this.card], details: Object.fromEntries(details) as EventsState['details'] };
    }

    detail(eventId: string): BatteryDetail | undefined {
        return this.details.get(eventId);
    }

    /** The states that the monitor told last as on. */
    says(state: string): boolean {
        return this.card.has(state);
    }

    get active(): string[] {
        return [...this.details.keys()];
    }

    /** Takes over what the monitor tells of its states, and nothing of those that it does not tell. */
    hear({ states, tells, modules, strings, inputs, layout }: BatteryView): void {
        const told = (state: string, on: boolean) => {
            if (!isCardEvent(state)) return;
            if (on) this.card.add(state);
            else if (!isNotKnownYet(state, { states, tells })) this.card.delete(state);
        };
        for (const state of tells) told(state, states.has(state));
        for (const [state, numbers] of modules) if (!tells.has(state)) told(state, numbers.length > 0);
        // Of a flag that is off no string is named.
        const over = tells.has(RUNAWAY) && !states.has(RUNAWAY);
        const runaways = over ? [] : strings.get(RUNAWAY);
        if (runaways)
            for (let string = 1; string <= (layout?.strings ?? MOST_STRINGS); string++)
                told(`${RUNAWAY}-string-${string}`, runaways.includes(string));
        inputs.forEach((on, i) => {
            if (on !== undefined) told(auxEventId(Math.floor(i / AUX_PORTS) + 1, (i % AUX_PORTS) + 1), on);
        });
    }

    /**
     * Looks at all causes anew. Ends come first, alarms before warnings; then what begins, warnings before alarms; the general alarm follows its causes.
     * @param own what our rules say, by event
     */
    settle(view: BatteryView, own: ReadonlyMap<string, OwnCause>): EventChange[] {
        const wanted = new Map<string, BatteryDetail>();
        for (const eventId of new Set([...this.card, ...own.keys()])) {
            if (eventId === GENERAL) continue;
            const detail = this.merged(eventId, view, own.get(eventId));
            if (detail) wanted.set(eventId, detail);
        }
        const general = this.generalAlarm(wanted);
        if (general) wanted.set(GENERAL, general);
        const changes: EventChange[] = [];
        const note = (kind: EventChange['kind'], eventId: string, detail: BatteryDetail) =>
            changes.push({ kind, eventId, level: batteryEvent(eventId)?.level ?? 'info', detail });
        for (const [eventId, before] of this.details) if (!wanted.has(eventId)) note('off', eventId, before);
        for (const [eventId, detail] of wanted) {
            const before = this.details.get(eventId);
            if (!before) note('on', eventId, detail);
            else if (setOf(before) !== setOf(detail)) note('set', eventId, detail);
            // Before the first pass after a start, the values of the former process are the last that are known.
            else if (detail.value === undefined && before.value !== undefined) wanted.set(eventId, before);
        }
        this.details.clear();
        for (const [eventId, detail] of wanted) this.details.set(eventId, detail);
        return changes.sort((a, b) => rank(a) - rank(b));
    }

    private merged(eventId: string, view: BatteryView, own: OwnCause | undefined): BatteryDetail | undefined {
        const card = this.card.has(eventId);
        if (!card) return own && { by: 'own', ...own };
        const { modules, strings } = namedByCard(eventId, view);
        if (!own) return { by: 'card', modules, strings, named: [], more: modules.length || strings.length };
        const all = union(own.modules, modules);
        const more = own.modules.length > 0 ? own.more + all.length - own.modules.length : own.more;
        return { ...own, by: 'both', modules: all, strings: union(own.strings, strings), more };
    }

    private generalAlarm(active: ReadonlyMap<string, BatteryDetail>): BatteryDetail | undefined {
        const events = [...active.keys()].filter((eventId) => batteryEvent(eventId)?.general).sort();
        const card = this.card.has(GENERAL);
        if (!card && events.length === 0) return undefined;
        const by: DecidedBy = !card ? 'own' : events.length === 0 ? 'card' : 'both';
        return { by, modules: [], strings: [], rule: 'general', named: [], more: 0, events };
    }
}

/** What led to an edge, for people and programs. @param ageSeconds of the values */
export function evidenceOf(detail: BatteryDetail, ageSeconds: number, active = true): Evidence {
    const { by, rule, side, limit, unit, modules, strings, named, more, events } = detail;
    const condition = limit === undefined ? rule : `${rule} ${side === 'low' ? '<' : '>'} ${limit} ${unit}`;
    const flag = by === 'own' ? undefined : 'card';
    const of = modules.length > 0 ? 'module' : 'string';
    return {
        rule: `${active ? '' : 'ended: '}${[condition, flag].filter(Boolean).join(', ')}`,
        values: {
            by,
            ...(modules.length > 0 && { modules: rangesText(modules) }),
            ...(strings.length > 0 && { strings: rangesText(strings) }),
            ...(limit !== undefined && { limit, unit }),
            ...Object.fromEntries(
                named.flatMap(({ of: number, value }) => (value === undefined ? [] : [[`${of} ${number}`, value]])),
            ),
            ...(more > 0 && named.length > 0 && { more }),
            ...(events && events.length > 0 && { events: events.join(', ') }),
        },
        ageSeconds,
    };
}

function isCardEvent(state: unknown): state is string {
    const info = typeof state === 'string' ? batteryEvent(state) : undefined;
    return info !== undefined && info.by !== 'own';
}

function namedByCard(eventId: string, { modules, strings, layout }: BatteryView) {
    const string = /^thermal-runaway-string-(\d+)$/.exec(eventId)?.[1];
    if (string !== undefined) return { modules: [], strings: [Number(string)] };
    const named = modules.get(eventId) ?? [];
    const within = layout ? named.map((module) => layout.stringOf(module)) : [];
    return { modules: union(named, []), strings: union(within, strings.get(eventId) ?? []) };
}

function union(a: readonly number[], b: readonly number[]): number[] {
    return [...new Set([...a, ...b])].sort((x, y) => x - y);
}

function setOf({ by, modules, strings, events }: BatteryDetail): string {
    return [by, rangesText(modules), rangesText(strings), events?.join()].join('|');
}

function rank({ kind, level, eventId }: EventChange): number {
    const general = eventId === GENERAL ? 0.5 : 0;
    const serious = SERIOUS.indexOf(level);
    if (kind === 'off') return (general ? 3 : 2 - serious) + general;
    return 10 + (general ? 3 : serious) + general + (kind === 'set' ? 10 : 0);
}

function packed({ modules, strings, ...rest }: BatteryDetail): KeptDetail {
    return { ...rest, modules: rangesOf(modules), strings: rangesOf(strings) };
}

/** What is kept may come from another version, or a damaged file. */
function unpacked(kept: KeptDetail | undefined): BatteryDetail | undefined {
    if (typeof kept !== 'object' || kept === null || !['card', 'own', 'both'].includes(kept.by)) return undefined;
    return {
        ...kept,
        modules: numbersOf(kept.modules, 1, MOST_MODULES),
        strings: numbersOf(kept.strings, 1, MOST_STRINGS),
        named: Array.isArray(kept.named) ? kept.named.slice(0, MOST_NAMED) : [],
        more: Number.isInteger(kept.more) ? kept.more : 0,
    };
}
