import type { Clock } from '../../core/clock';
import type { EventSource } from '../../core/events/source';
import type { Journal } from '../../core/journal/journal';
import type { EventMessage } from '../../core/messages';
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

const INDEX = 'onsets';
const NAME = 'onset';
/** Of the latest outages; a site with one each day keeps them for half a year. */
const MOST_OUTAGES = 200;
const MOST_STEPS = 200;

/** Keeps the plan at the onset of each outage, so that a report can set it against what happened. */
export class Onsets {
    /** By source: the outage that was looked at last. */
    private readonly looked = new Map<string, string>();

    /** @param planOf makes the plan of a source now */
    constructor(
        private readonly registry: Registry,
        private readonly clock: Clock,
        private readonly planOf: (sourceId: string) => PlanSourceView | undefined,
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
        const { active, confirmed, episode } = source.stateOf('power-fail');
        if (!active || !confirmed || episode === undefined || this.looked.get(source.id) === episode) return;
        this.looked.set(source.id, episode);
        // The followers of the source have not all heard of the edge yet.
        this.clock.setTimeout(() => this.keep(source.id, this.clock.now()), 0);
    }

    private keep(id: string, at: number): void {
        const source = this.registry.source(id);
        if (!isUnit(source)) return;
        const { active, confirmed, episode } = source.stateOf('power-fail');
        if (!active || !confirmed || episode === undefined) return;
        const journal = this.registry.journalOf({ event: { sourceId: id } } as EventMessage);
        if (this.registry.isWatching(journal) || this.of(episode)) return;
        const plan = this.planAt(id, at);
        if (!plan) return;
        const kept: OnsetPlan = { episode, at, plan: { ...plan, steps: plan.steps.slice(0, MOST_STEPS) } };
        this.save(journal, kept);
    }

    /** A plan is for people: a fault in it must not end the process as the mains fail, and is told in the log. */
    private planAt(sourceId: string, at: number): PlanSourceView | undefined {
        try {
            return this.planOf(sourceId);
        } catch (error) {
            const site = this.registry.siteOf({ event: { sourceId } } as EventMessage);
            const text = error instanceof Error ? error.message : String(error);
            site?.store.append({ at, kind: 'system', level: 'error', source: site.name, text });
            return undefined;
        }
    }

    private save(journal: Journal, onset: OnsetPlan): void {
        journal.transaction(() => {
            const index = [...((journal.getValue(PLAN_OWNER, INDEX) ?? []) as string[]), onset.episode];
            for (const old of index.slice(0, -MOST_OUTAGES)) journal.setValue(PLAN_OWNER, nameOf(old), undefined);
            journal.setValue(PLAN_OWNER, INDEX, index.slice(-MOST_OUTAGES));
            journal.setValue(PLAN_OWNER, nameOf(onset.episode), onset);
        });
    }
}

function nameOf(episode: string): string {
    return `${NAME}:${episode}`;
}
