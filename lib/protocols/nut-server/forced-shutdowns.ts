import type { Clock } from '../../core/clock';
import type { Journal } from '../../core/journal/journal';
import type { ServedUps } from '../../core/served/served-ups';

/** An ordered shutdown of all clients of one name. */
interface Order {
    /** Epoch ms. */
    at: number;
    /** Of the UPS behind the name. */
    unit: string;
    /** Ordered while the UPS was on battery: it is over when the mains are back. */
    inOutage: boolean;
    by: string;
}

const KEY = 'forced-shutdowns';

/**
 * Which names of a server have the flag FSD. It is latched until somebody takes it back, or the mains are back; it is noted in the journal before
 * any client can see it, and survives a kill.
 */
export class ForcedShutdowns {
    private orders: Map<string, Order>;
    private readonly unfollow?: () => void;

    constructor(
        private readonly owner: string,
        private readonly clock: Clock,
        private readonly journal: Journal,
        private readonly changed: () => void = () => undefined,
    ) {
        this.orders = read(journal.getValue(owner, KEY));
        this.unfollow = journal.onTakenOver?.(() => (this.orders = read(journal.getValue(owner, KEY))));
    }

    /** @param by who orders it, for people */
    order(name: string, unit: string, served: ServedUps | undefined, by: string): void {
        const inOutage = served?.onBattery === true;
        this.save(new Map(this.orders).set(name, { at: this.clock.now(), unit, inOutage, by }));
    }

    /** @returns whether there was an order */
    withdraw(name: string): boolean {
        if (!this.orders.has(name)) return false;
        const left = new Map(this.orders);
        left.delete(name);
        this.save(left);
        return true;
    }

    /** The mains of a UPS are back. @returns the names whose orders are over */
    mainsAreBack(unit: string): string[] {
        const over = [...this.orders]
            .filter(([, order]) => order.unit === unit && order.inOutage)
            .map(([name]) => name);
        for (const name of over) this.withdraw(name);
        return over;
    }

    /** Whether the name has the flag; an order of an outage is over where the device shows the mains. */
    isOrdered(name: string, served: ServedUps | undefined): boolean {
        const order = this.orders.get(name);
        if (!order) return false;
        if (!order.inOutage || served?.knowledge !== 'live' || served.onBattery !== false) return true;
        this.withdraw(name);
        return false;
    }

    /** Follows its journal no more; what is ordered stays. */
    close(): void {
        this.unfollow?.();
    }

    get names(): string[] {
        return [...this.orders.keys()];
    }

    private save(orders: Map<string, Order>): void {
        this.journal.setValue(this.owner, KEY, Object.fromEntries(orders));
        this.orders = orders;
        this.changed();
    }
}

/** What the journal has, whoever may have changed it. */
function read(kept: unknown): Map<string, Order> {
    if (typeof kept !== 'object' || kept === null) return new Map();
    const entries = Object.entries(kept as Record<string, Partial<Order> | null>);
    return new Map(
        entries.flatMap(([name, order]) => {
            const { at, unit, inOutage, by = '' } = order ?? {};
            if (typeof at !== 'number' || typeof unit !== 'string') return [];
            return [[name, { at, unit, inOutage: inOutage === true, by: String(by) }] as const];
        }),
    );
}
