import type { Clock } from '../../core/clock';
import type { Journal } from '../../core/journal/journal';
import { isRemembered, type ServedUps } from '../../core/served/served-ups';

/** An ordered shutdown of all clients of one name. */
interface Order {
    /** Epoch ms. */
    at: number;
    /** Of the UPS behind the name. */
    unit: string;
    /** Ordered while the UPS was on battery: it is over when the mains are back. */
    inOutage: boolean;
    /** Episode of that outage. */
    outage?: string;
    by: string;
    /** A client has ordered it: nobody else would take it back. */
    byClient?: true;
}

const KEY = 'forced-shutdowns';
/** All clients have asked by then: upsmon asks every five seconds. */
const REMEMBERED_MS = 60_000;

/**
 * Which names of a server have the flag FSD. It is latched until somebody takes it back, or the mains are back; it is noted in the journal before
 * any client can see it, and survives a kill. One that a client has ordered on mains is over when all clients have left: upsd goes down with its
 * primary then, and begins without it; who starts again must not be sent down at once.
 */
export class ForcedShutdowns {
    private orders: Map<string, Order>;
    private readonly unfollow?: () => void;
    /** Names that were ordered here, not taken from the journal. */
    private readonly given = new Set<string>();

    constructor(
        private readonly owner: string,
        private readonly clock: Clock,
        private readonly journal: Journal,
        private readonly changed: () => void = () => undefined,
    ) {
        this.orders = read(journal.getValue(owner, KEY));
        this.unfollow = journal.onTakenOver?.(() => (this.orders = read(journal.getValue(owner, KEY))));
    }

    /** @param by who orders it, for people; @param byClient a client of the server does */
    order(name: string, unit: string, served: ServedUps | undefined, by: string, byClient = false): void {
        const inOutage = served?.onBattery === true;
        const outage = inOutage ? served.outage?.episode : undefined;
        const order: Order = { at: this.clock.now(), unit, inOutage, by };
        if (outage !== undefined) order.outage = outage;
        if (byClient) order.byClient = true;
        this.save(new Map(this.orders).set(name, order));
        this.given.add(name);
    }

    /** The last client of a name has left. @returns whether an order is over by that */
    allHaveLeft(name: string): boolean {
        const order = this.orders.get(name);
        return order?.byClient === true && !order.inOutage && this.withdraw(name);
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

    /** Whether there is an order; one of an outage is over with it, also if nobody followed the UPS then, or the name means another UPS now. */
    isOrdered(name: string, served: ServedUps | undefined): boolean {
        const order = this.orders.get(name);
        if (!order) return false;
        if (order.inOutage ? !isOver(order, served) : !this.isForgotten(name, order)) return true;
        this.withdraw(name);
        return false;
    }

    /**
     * Whether clients may see the order: one of an outage only after a device has shown it to this process, or has been silent for too long. Clients
     * that boot with the mains, together with this server, would shut down by the order of the night before.
     */
    isTold(name: string, served: ServedUps | undefined): boolean {
        if (!this.isOrdered(name, served)) return false;
        if (!this.orders.get(name)!.inOutage) return true;
        // Without its UPS nothing ends an order of an outage: it is told to those who are there, and to nobody who boots after a restart.
        if (!served) return this.given.has(name);
        return served.knowledge !== 'none' && !isRemembered(served.outage);
    }

    /** upsd forgets at its restart what a client has ordered on mains: who boots together with this server was down by it already. */
    private isForgotten(name: string, { at, byClient }: Order): boolean {
        return byClient === true && !this.given.has(name) && this.clock.now() - at > REMEMBERED_MS;
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

function isOver({ outage }: Order, served: ServedUps | undefined): boolean {
    // Before the first reading the journal of the UPS may not have been read.
    if (!served || served.knowledge === 'none') return false;
    if (outage !== undefined) return served.outage?.episode !== outage;
    return served.knowledge === 'live' && served.onBattery === false;
}

/** What the journal has, whoever may have changed it. */
function read(kept: unknown): Map<string, Order> {
    if (typeof kept !== 'object' || kept === null) return new Map();
    const entries = Object.entries(kept as Record<string, Partial<Order> | null>);
    return new Map(
        entries.flatMap(([name, order]) => {
            const { at, unit, inOutage, outage, by = '', byClient } = order ?? {};
            if (typeof at !== 'number' || typeof unit !== 'string') return [];
            const kept: Order = { at, unit, inOutage: inOutage === true, by: String(by) };
            if (typeof outage === 'string') kept.outage = outage;
            if (byClient === true) kept.byClient = true;
            return [[name, kept] as const];
        }),
    );
}
