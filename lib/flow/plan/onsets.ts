import type { Clock, TimerHandle } from '../../core/clock';
import type { EventSource } from '../../core/events/source';
import type { Journal } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
import type { UpsUnit } from '../../core/unit/ups-unit';
import { followEachSource } from '../each-source';
import type { Registry } from '../registry';
import { isUnit } from '../supply';
import type { PlanSourceView } from './plan-view';
import { PLAN_OWNER } from './step-orders';

/** The plan of a UPS as an outage began. JSON, in the journal of its site. */
export interface OnsetPlan {
    episode: string;
    /** When the plan was made, epoch ms: the onset, or the start of our process if that came later. */
    at: number;
    plan: PlanSourceView;
}

/** Names in the journal: the episodes, the oldest first, and the plan of each. */
const INDEX = 'onsets';
const nameOf = (episode: string) => `onset:${episode}`;
/** Of the latest outages; a site with one each day keeps them for half a year. */
const MOST_OUTAGES = 200;
const MOST_STEPS = 200;
/** Outages that begin at once: the plans of so many are made in one turn, and the next so much later, because jobs come first. */
const PLANS_AT_ONCE = 10;
const PAUSE_MS = 50;

/** Keeps the plan at the onset of each outage, so that a report can set it against what happened. */
export class Onsets {
    /** By source: the outage that was looked at last. */
    private readonly looked = new Map<string, string>();
    /** Sources whose outage has begun, and whose plan is still to be made. */
    private readonly waiting = new Set<string>();
    private timer: TimerHandle;
    private madeAt = -Infinity;

    /** @param plansOf makes the plans of some sources now */
    constructor(
        private readonly registry: Registry,
        private readonly clock: Clock,
        private readonly plansOf: (sourceIds: ReadonlySet<string>) => PlanSourceView[],
    ) {
        followEachSource(registry, (source) => this.look(source));
    }

    /** The plan at the onset of an outage; undefined: it is not known (any more). */
    of(episode: string): OnsetPlan | undefined {
        for (const journal of this.registry.journals()) {
            const found = journal.getValue(PLAN_OWNER, nameOf(episode));
            if (found) return found as OnsetPlan;
        }
        return undefined;
    }

    private look(source: EventSource): void {
        if (!isUnit(source)) return;
        const episode = outageOf(source);
        if (episode === undefined || this.looked.get(source.id) === episode) return;
        this.looked.set(source.id, episode);
        this.waiting.add(source.id);
        this.schedule();
    }

    /** Never in the turn of the edge: its followers have not all heard of it yet. */
    private schedule(): void {
        if (this.waiting.size === 0) return;
        const wait = Math.max(0, this.madeAt + PAUSE_MS - this.clock.monotonic());
        this.timer ??= this.clock.setTimeout(() => {
            this.timer = undefined;
            const due = [...this.waiting].slice(0, PLANS_AT_ONCE);
            for (const id of due) this.waiting.delete(id);
            this.make(due);
            this.madeAt = this.clock.monotonic();
            this.schedule();
        }, wait);
    }

    private make(ids: readonly string[]): void {
        const at = this.clock.now();
        const wanted = new Map<string, { episode: string; journal: Journal }>();
        for (const id of ids) {
            const outage = this.wanted(id);
            if (outage) wanted.set(id, outage);
        }
        for (const plan of this.plansAt([...wanted.keys()], at)) {
            const { journal, episode } = wanted.get(plan.sourceId)!;
            keep({ episode, at, plan: { ...plan, steps: plan.steps.slice(0, MOST_STEPS) } }, journal);
        }
    }

    /** Undefined: the outage is over, or its plan is not to be kept (again). */
    private wanted(id: string): { episode: string; journal: Journal } | undefined {
        const source = this.registry.source(id);
        const episode = isUnit(source) ? outageOf(source) : undefined;
        const journal = this.registry.journalOf({ event: { sourceId: id } } as EventMessage);
        if (episode === undefined || this.registry.isWatching(journal) || this.of(episode)) return undefined;
        return { episode, journal };
    }

    /** A plan is for people: a fault in it must not end the process as the mains fail, and is told in the log. */
    private plansAt(ids: readonly string[], at: number): PlanSourceView[] {
        if (ids.length === 0) return [];
        try {
            return this.plansOf(new Set(ids));
        } catch (error) {
            // It keeps nobody else from a plan.
            if (ids.length > 1) return ids.flatMap((id) => this.plansAt([id], at));
            const site = this.registry.siteOf({ event: { sourceId: ids[0] } } as EventMessage);
            const text = error instanceof Error ? error.message : String(error);
            site?.store.append({ at, kind: 'system', level: 'error', source: site.name, text });
            return [];
        }
    }
}

/** The present outage of a UPS; undefined: there is none, or it is not confirmed since a restart. */
function outageOf(unit: UpsUnit): string | undefined {
    const { active, confirmed, episode } = unit.stateOf('power-fail');
    return active && confirmed ? episode : undefined;
}

function keep(onset: OnsetPlan, journal: Journal): void {
    journal.transaction(() => {
        const index = [...((journal.getValue(PLAN_OWNER, INDEX) ?? []) as string[]), onset.episode];
        for (const old of index.slice(0, -MOST_OUTAGES)) journal.setValue(PLAN_OWNER, nameOf(old), undefined);
        journal.setValue(PLAN_OWNER, INDEX, index.slice(-MOST_OUTAGES));
        journal.setValue(PLAN_OWNER, nameOf(onset.episode), onset);
    });
}
