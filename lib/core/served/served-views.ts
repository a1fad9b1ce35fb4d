import type { Clock } from '../clock';
import type { UpsUnit } from '../unit/ups-unit';
import { isRemembered, servedUps, type ServableUnit, type ServedSite, type ServedUps } from './served-ups';

/** A unit, and what tells that it stands otherwise. */
export type FollowedUnit = ServableUnit & Pick<UpsUnit, 'subscribe' | 'onStatus' | 'staleMs' | 'clock'>;

/** Ages and countdowns go on without any news, ms. */
const FRESH_MS = 1000;

interface View {
    unit?: FollowedUnit;
    unfollow?: () => void;
    now?: { served: ServedUps; until: number };
    /** The last that was told of a reading, and until when it may stand in. */
    kept?: { served: ServedUps; until: number };
}

/**
 * What servers tell of each UPS, made once for all of their clients, and anew as soon as the UPS stands otherwise. While a deploy replaces a UPS,
 * and until its device has answered the new one, what was told before stands in as long as silence may last: no client must take a deploy
 * for a failure.
 */
export class ServedViews {
    private readonly views = new Map<string, View>();

    constructor(private readonly clock: Clock) {}

    /** @param unit the present one of this id; undefined: there is none @returns undefined: nothing is known of it */
    of(id: string, unit: FollowedUnit | undefined, site?: ServedSite): ServedUps | undefined {
        const view = this.views.get(id) ?? {};
        this.views.set(id, view);
        if (view.unit !== unit) this.follow(view, unit);
        const now = this.clock.monotonic();
        if (view.now && now < view.now.until) return view.now.served;
        const served = unit && servedUps(unit, site);
        const isHeard = served && served.knowledge !== 'none' && !isRemembered(served.outage);
        if (served && isHeard) {
            view.now = { served, until: now + FRESH_MS };
            if (served.status) view.kept = { served, until: now + unit.staleMs / unit.clock.speed };
            return served;
        }
        // Another UPS may have got the name; what the former one told is none of it.
        const isSame = unit === undefined || unit.id === view.kept?.served.id;
        if (view.kept && isSame && now < view.kept.until) return view.kept.served;
        view.kept = undefined;
        return served;
    }

    /** Follows no unit any more. */
    destroy(): void {
        for (const view of this.views.values()) view.unfollow?.();
        this.views.clear();
    }

    private follow(view: View, unit: FollowedUnit | undefined): void {
        view.unfollow?.();
        view.unit = unit;
        view.now = undefined;
        view.unfollow = undefined;
        if (!unit) return;
        const stale = () => (view.now = undefined);
        const stops = [unit.subscribe(stale), unit.onStatus(stale)];
        view.unfollow = () => stops.forEach((stop) => stop());
    }
}
