import type { Switched } from '../../core/commands/outlet-state';
import type { Moment } from '../../core/moment';
import type { Journal } from '../../core/journal/journal';
import type { Registry } from '../registry';

/** An outlet that is in another state for a time. It is in the journal before anything is sent. JSON. */
export interface OutletPulse {
    /** Names it among the pulses of its UPS. */
    key: string;
    outlet: string;
    /** The state that it ends in. */
    back: Switched;
    /** When it ends. */
    due: Moment;
    /** Its whole length, ms: a wall clock that was set cannot make it longer. */
    ms: number;
}

const NAME = 'outlet-pulses';

/** The pulses of the outlets of every UPS that have not ended, over restarts. */
export class PulseJournal {
    constructor(private readonly registry: Registry) {}

    /** @returns those whose end is our work, and not that of another process */
    of(unitId: string): OutletPulse[] {
        return this.registry
            .journals()
            .filter((journal) => !this.registry.isWatching(journal))
            .flatMap((journal) => read(journal, unitId));
    }

    /** Writes it in place of one with the same key. */
    put(unitId: string, pulse: OutletPulse): void {
        const journal = unitJournal(this.registry, unitId);
        const others = read(journal, unitId).filter(({ key }) => key !== pulse.key);
        journal.setValue(unitId, NAME, [...others, pulse]);
    }

    drop(unitId: string, isOver: (pulse: OutletPulse) => boolean): void {
        for (const journal of this.registry.journals()) {
            const pulses = read(journal, unitId);
            const left = pulses.filter((pulse) => !isOver(pulse));
            if (left.length < pulses.length) journal.setValue(unitId, NAME, left.length > 0 ? left : undefined);
        }
    }

    /** Whether it stands as it is: it was neither dropped nor begun anew. */
    has(unitId: string, { key, due }: OutletPulse): boolean {
        return this.of(unitId).some((pulse) => pulse.key === key && pulse.due.at === due.at);
    }
}

/** Where the outlets of a UPS are noted. A UPS without a site uses the first one: what must survive needs a file. */
export function unitJournal(registry: Registry, unitId: string): Journal {
    const member = registry.byId(unitId);
    const own = member?.kind === 'unit' ? member.site : undefined;
    return (own ?? registry.sites()[0])?.store ?? registry.memoryJournal;
}

function read(journal: Journal, unitId: string): OutletPulse[] {
    return (journal.getValue(unitId, NAME) ?? []) as OutletPulse[];
}
