import type { NodeAPI } from 'node-red';
import type { TimerHandle } from '../../../lib/core/clock';
import type { EventInfo } from '../../../lib/core/messages';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import { isUnit } from '../../../lib/flow/supply';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';

/** A UPS that falls silent reports nothing. */
const LOOK_MS = 1000;

/** The UPSs of a site, each with its site. @param siteId empty: of all sites */
export function unitsOf(RED: NodeAPI, siteId: string): { unit: UpsUnit; site: SiteRuntime | undefined }[] {
    const { registry } = flowOf(RED);
    return registry.units().flatMap((unit) => {
        const member = registry.byId(unit.id);
        const site = member?.kind === 'unit' ? member.site : undefined;
        return siteId === '' || site?.id === siteId ? [{ unit, site }] : [];
    });
}

export interface UnitFollower {
    /** A UPS may stand otherwise. */
    touch(id: string): void;
    event(id: string, event: EventInfo): void;
}

/** Follows all UPSs that there are, and those that come. @returns ends it */
export function followUnits(RED: NodeAPI, follower: UnitFollower): () => void {
    const { registry, clock } = flowOf(RED);
    const followed = new Map<string, { unit: UpsUnit; silent: boolean; stop(): void }>();
    const follow = (id: string) => {
        followed.get(id)?.stop();
        followed.delete(id);
        const unit = registry.source(id);
        if (!isUnit(unit)) return;
        const stops = [
            unit.onStatus(() => follower.touch(id)),
            unit.subscribe((change) => {
                if (change.kind === 'edge') follower.event(id, change.event);
                else follower.touch(id);
            }),
        ];
        followed.set(id, { unit, silent: unit.isSilent, stop: () => stops.forEach((stop) => stop()) });
    };
    for (const { id } of registry.units()) follow(id);
    const unwatch = registry.onSource(follow);
    let timer: TimerHandle;
    const look = () => {
        timer = clock.setTimeout(look, LOOK_MS);
        for (const [id, each] of followed) {
            if (each.unit.isSilent === each.silent) continue;
            each.silent = each.unit.isSilent;
            follower.touch(id);
        }
    };
    timer = clock.setTimeout(look, LOOK_MS);
    return () => {
        clock.clearTimeout(timer);
        unwatch();
        for (const { stop } of followed.values()) stop();
    };
}
