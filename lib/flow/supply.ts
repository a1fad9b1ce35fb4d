import type { EventSource } from '../../lib/core/events/source';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import type { Supply, SupplySource } from '../core/commands/supply';
import type { Flow } from './flow';

/**
 * The power supply, as a logical UPS knows it: its events show the mains, its last reading the charge. Silence means neither failure nor
 * return of the mains. A deploy may replace the unit: it is looked up at each use, and while it is missing nothing is known.
 */
export function supplyOf(flow: Flow, unit: UpsUnit): SupplySource {
    const { id, name, clock } = unit;
    const current = () => {
        const source = flow.registry.source(id);
        return isUnit(source) ? source : undefined;
    };
    return {
        name,
        clock,
        now: () => supplyNow(current()),
        watch: (changed) => {
            let ends: (() => void)[] = [];
            const unfollow = () => ends.splice(0).forEach((end) => end());
            const follow = () => {
                unfollow();
                const now = current();
                ends = now ? [now.subscribe(changed), now.onStatus(changed)] : [];
            };
            const unwatch = flow.registry.onSource((replaced) => {
                if (replaced !== id) return;
                follow();
                changed();
            });
            follow();
            return () => {
                unwatch();
                unfollow();
            };
        },
    };
}

/** Whether a source of events is a logical UPS. */
export function isUnit(source: EventSource | undefined): source is UpsUnit {
    return source !== undefined && 'ageSeconds' in source && 'onStatus' in source;
}

function supplyNow(unit: UpsUnit | undefined): Supply {
    if (!unit) return { onMains: undefined, chargePercent: undefined };
    const outage = unit.stateOf('power-fail');
    if (outage.active) return { onMains: outage.confirmed ? false : undefined, chargePercent: undefined };
    const age = unit.ageSeconds;
    const fresh = !unit.isSilent && age !== undefined && age * 1000 <= unit.staleMs;
    if (!fresh || !outage.confirmed) return { onMains: undefined, chargePercent: undefined };
    const { battery, derived } = unit.status()!;
    return { onMains: true, chargePercent: battery.chargePercent ?? derived.chargePercent };
}
