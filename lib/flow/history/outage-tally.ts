import { COUNTERS, type Journal } from '../../core/journal/journal';
import type { UpsUnit } from '../../core/unit/ups-unit';
import type { Registry } from '../registry';
import { isUnit } from '../supply';

/** What has been counted of one UPS. */
export interface Outages {
    /** Outages that have begun. */
    count: number;
    /** Seconds of them, by the clock of the UPS; grows while one lasts. */
    seconds: number;
}

/** JSON, in the journal of its site. */
interface Kept extends Outages {
    /** The outage that lasts, of which no seconds are counted yet. */
    episode?: string;
}

interface Followed {
    unit: UpsUnit;
    unsubscribe(): void;
    kept: Kept;
    journal: Journal;
    /** How long the present outage has lasted, ms, and when that was looked at, monotonic ms. */
    lasts?: { ms: number; at: number };
}

/**
 * Counts the outages of each UPS, from the first use on. Counts outlive the process and every deploy; an outage that a kill or a deploy falls into is counted once. A
 * silent UPS in an outage is presumed to stay in it, as everywhere.
 */
export class OutageTally {
    private readonly followed = new Map<string, Followed>();

    constructor(private readonly registry: Registry) {
        for (const { id } of registry.units()) this.follow(id);
        registry.onSource((id) => this.follow(id));
        registry.onTakenOver(() => {
            for (const id of [...this.followed.keys()]) this.follow(id);
        });
    }

    /** Undefined: there is no such UPS. */
    of(id: string): Outages | undefined {
        const one = this.followed.get(id);
        if (!one || this.registry.source(id) !== one.unit) return undefined;
        this.look(one);
        const { count, seconds } = one.kept;
        return { count, seconds: seconds + (one.lasts?.ms ?? 0) / 1000 };
    }

    private follow(id: string): void {
        const before = this.followed.get(id);
        before?.unsubscribe();
        this.followed.delete(id);
        const unit = this.registry.source(id);
        if (!unit || !isUnit(unit)) return;
        const member = this.registry.byId(id);
        const journal = (member?.kind === 'unit' ? member.site?.store : undefined) ?? this.registry.memoryJournal;
        const one: Followed = { unit, kept: keptIn(journal, id), journal, unsubscribe: () => {} };
        // Of an outage that a deploy falls into, the end is told by its successor.
        if (before?.lasts && before.kept.episode === one.kept.episode) one.lasts = before.lasts;
        one.unsubscribe = unit.subscribe((change) => {
            const { event } = change.kind === 'edge' ? change : {};
            // Of an outage that was over before anybody looked at it in this process, the wall clock tells.
            this.look(one, event?.id === 'power-fail' && !event.active ? event.at - event.since : 0);
        });
        this.followed.set(id, one);
        this.look(one);
    }

    /** @param lastedMs of an outage that has just ended */
    private look(one: Followed, lastedMs = 0): void {
        const { unit, kept } = one;
        const state = unit.stateOf('power-fail');
        const now = unit.clock.monotonic();
        if (state.active) {
            const isSame =
                kept.episode === state.episode ||
                (kept.episode !== undefined && this.registry.isCarriedOver(unit.id, kept.episode));
            if (!isSame) {
                const seconds = kept.seconds + (kept.episode === undefined ? 0 : (one.lasts?.ms ?? 0) / 1000);
                this.keep(one, { count: kept.count + 1, seconds, episode: state.episode });
            } else if (kept.episode !== state.episode) this.keep(one, { ...kept, episode: state.episode });
            one.lasts = { ms: state.elapsedMs ?? 0, at: now };
            return;
        }
        if (kept.episode === undefined || !state.confirmed) return;
        const ms = one.lasts === undefined ? Math.max(0, lastedMs) : one.lasts.ms + Math.max(0, now - one.lasts.at);
        one.lasts = undefined;
        this.keep(one, { count: kept.count, seconds: kept.seconds + ms / 1000 });
    }

    private keep(one: Followed, kept: Kept): void {
        one.kept = kept;
        // Another process counts, which does the work.
        if (!this.registry.isWatching(one.journal)) one.journal.setValue(COUNTERS, nameOf(one.unit.id), kept);
    }
}

const nameOf = (id: string) => `outages:${id}`;

function keptIn(journal: Journal, id: string): Kept {
    const { count, seconds, episode } = (journal.getValue(COUNTERS, nameOf(id)) ?? {}) as Partial<Kept>;
    const isCounted = Number.isFinite(count) && Number.isFinite(seconds);
    if (!isCounted) return { count: 0, seconds: 0 };
    return { count: count!, seconds: seconds!, ...(typeof episode === 'string' ? { episode } : {}) };
}
