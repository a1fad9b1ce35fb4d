import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';
import type { FlowTexts } from '../ports';
import type { Registry } from '../registry';
import type { Site } from '../site';
import { PLAN_OWNER } from './step-orders';

/** Work at a site: its jobs that act are held. JSON. */
export interface MaintenanceView {
    /** The end by the clock on the wall, epoch ms. */
    until: number;
    /** Epoch ms */
    since: number;
    by: string;
}

const NAME = 'maintenance';
/** How often the clock on the wall is read: somebody may set it, and a timer would not notice. */
const LOOK_MS = 1000;
/** A maintenance that somebody has forgotten, or set by a wrong number, must not hold shutdowns for ever. */
const LONGEST_DAYS = 7;
const DAY_MS = 86_400_000;
/** The last moment that a Date can tell, epoch ms. */
const LATEST = 8.64e15;

/**
 * The maintenance of sites, in their journals. It ends by the clock on the wall, also while no process runs; whoever holds jobs because of
 * it is told by `changed`.
 */
export class Maintenance {
    private timer: TimerHandle;

    constructor(
        private readonly registry: Registry,
        private readonly clock: Clock,
        private readonly texts: FlowTexts,
        private readonly changed: () => void,
    ) {
        registry.onChange(({ kind, present }) => {
            if (kind === 'site' && present) this.look();
        });
        registry.onTakenOver(() => this.look());
    }

    /** @param siteId undefined: no site */
    of(siteId: string | undefined): MaintenanceView | undefined {
        const kept = this.kept(siteId === undefined ? undefined : this.registry.site(siteId));
        return kept && kept.until > this.clock.now() ? kept : undefined;
    }

    /**
     * Begins, or sets another end.
     * @param until epoch ms
     * @throws UpsError no-site, maintenance-past, maintenance-too-long, watching-elsewhere
     */
    start(siteId: string, until: number, who: string): MaintenanceView {
        const site = this.site(siteId);
        const now = this.clock.now();
        if (!(until > now && until <= LATEST)) {
            const time = Math.abs(until) <= LATEST ? { date: until } : String(until);
            throw new UpsError('maintenance-past', { time });
        }
        if (until > now + LONGEST_DAYS * DAY_MS) throw new UpsError('maintenance-too-long', { days: LONGEST_DAYS });
        const before = this.of(siteId);
        const view: MaintenanceView = { until, since: before?.since ?? now, by: who };
        site.store.transaction(() => {
            site.store.setValue(PLAN_OWNER, nameOf(site), view);
            this.log(site, before ? 'maintenanceMoved' : 'maintenanceBegins', who, until, 'warning');
        });
        this.look();
        this.changed();
        return view;
    }

    /** Ends it now; without an effect where there is none. @throws UpsError no-site, watching-elsewhere */
    end(siteId: string, who: string): void {
        const site = this.site(siteId);
        if (!this.of(siteId)) return;
        this.finish(site, 'maintenanceEnded', who, this.clock.now());
        this.changed();
    }

    private site(id: string): Site {
        const site = this.registry.site(id);
        if (!site) throw new UpsError('no-site', { site: id });
        if (site.watching) throw new UpsError('watching-elsewhere', { site: site.name });
        return site;
    }

    private kept(site: Site | undefined): MaintenanceView | undefined {
        return site && (site.store.getValue(PLAN_OWNER, nameOf(site)) as MaintenanceView | undefined);
    }

    /** Ends what is over, and looks again later while any site is in maintenance. */
    private look(): void {
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
        let ended = false;
        let goesOn = false;
        for (const site of this.registry.sites()) {
            const kept = site.watching ? undefined : this.kept(site);
            if (!kept) continue;
            if (kept.until > this.clock.now()) goesOn = true;
            else {
                ended = true;
                this.finish(site, 'maintenanceOver', kept.by, kept.until);
            }
        }
        if (goesOn) this.timer = this.clock.setTimeout(() => this.look(), LOOK_MS);
        if (ended) this.changed();
    }

    private finish(site: Site, key: string, who: string, time: number): void {
        site.store.transaction(() => {
            site.store.setValue(PLAN_OWNER, nameOf(site), undefined);
            this.log(site, key, who, time, 'info');
        });
    }

    private log(site: Site, key: string, who: string, time: number, level: 'info' | 'warning'): void {
        site.store.append({
            at: this.clock.now(),
            kind: 'system',
            level,
            source: site.name,
            text: this.texts.of(site).status(key, { who, time: { date: time } }),
            detail: { maintenance: key, by: who, until: time },
        });
    }
}

/** Sites may share a journal. */
function nameOf({ id }: Site): string {
    return `${NAME}:${id}`;
}
