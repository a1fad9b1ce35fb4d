import type { DriverMemory } from '../../core/driver';
import type { SupplySides } from './supply-rule';

/** The stored form, JSON. */
interface StoredState {
    supply: SupplySides;
    /** What the driver within keeps. */
    inner?: unknown;
}

/** What is kept of a supply over restarts: on which side of its limits each value was, beside the memory of the driver within. */
export class SupplyMemory implements DriverMemory {
    private kept: StoredState;

    constructor(private readonly memory: DriverMemory) {
        this.kept = storedOf(memory.get());
    }

    get sides(): SupplySides {
        return this.kept.supply;
    }

    /** Written only if it has changed. */
    keepSides(supply: SupplySides): void {
        const { mains, empty } = this.kept.supply;
        if (supply.mains !== mains || supply.empty !== empty) this.store({ ...this.kept, supply });
    }

    get(): unknown {
        return this.kept.inner;
    }

    keep(inner: unknown): void {
        this.store({ ...this.kept, inner });
    }

    private store(kept: StoredState): void {
        this.kept = kept;
        this.memory.keep(structuredClone(kept));
    }
}

/** A memory without sides, such as that of an older version, is that of the driver within. */
function storedOf(kept: unknown): StoredState {
    const { supply, inner } = { ...(kept as Partial<StoredState> | undefined) };
    if (typeof supply !== 'object' || (supply as unknown) === null) return { supply: {}, inner: kept };
    return { supply: { mains: sideOf(supply.mains), empty: sideOf(supply.empty) }, inner };
}

function sideOf(value: unknown): boolean | undefined {
    return typeof value === 'boolean' ? value : undefined;
}
