import type { Evidence } from '../core/messages';
import type { UpsUnit } from '../core/unit/ups-unit';
import type { Flow } from '../flow/flow';
import type { Plan } from '../flow/plan/plan';
import type { PlanView } from '../flow/plan/plan-view';
import type { Site, SiteStore } from '../flow/site';
import type { FailureView } from './failure-view';
import type { SiteView } from './state-view';
import type { SourceView } from './source-view';

/** A site, as views need it: with the state of its store. */
export interface ViewedSite extends Site {
    readonly store: SiteStore & { readonly mode: SiteView['store'] };
}

export type ViewedFlow = Flow<ViewedSite>;

export interface ViewedUnit {
    unit: UpsUnit;
    site: ViewedSite | undefined;
}

/** What views are made of, besides the flow. */
export interface ViewFacts {
    version: string;
    /** All failures that nobody has acknowledged. */
    failures: readonly FailureView[];
    /** The present plan. It is asked for only if something depends on it. */
    plan(): Plan;
    /** The same for people: its steps. */
    planView(): PlanView;
    /** Things that are no event sources: relays, modems. */
    others?: readonly SourceView[];
    /** The evidence of an event that an earlier process has raised, out of the log. */
    keptEvidence?(sourceId: string, eventId: string, episode: string): Evidence | undefined;
    /** Whether the device of a UPS has an alert history. */
    hasHistory?(unit: UpsUnit): boolean;
}
