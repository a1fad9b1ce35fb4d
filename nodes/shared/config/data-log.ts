import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import type { SiteRuntime } from '../runtime/flow-of';

/** Writes a reading to the data log every `seconds` (CS141 manual, "Logfiles": every three minutes). @returns stops it */
export function keepDataLog(unit: UpsUnit, site: SiteRuntime, seconds: number): () => void {
    let nextAt = 0;
    return unit.onStatus((status) => {
        const now = site.clock.monotonic();
        if (now < nextAt) return;
        nextAt = now + seconds * 1000;
        site.store.appendData(unit.id, unit.name, status);
    });
}
