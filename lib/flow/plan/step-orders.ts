import type { Clock } from '../../core/clock';
import type { EpisodeState } from '../../core/events/episode-state';
import type { Journal } from '../../core/journal/journal';
import type { EventInfo, EventMessage } from '../../core/messages';
import { Listeners } from '../listeners';
import type { Registry } from '../registry';

/** What a person has ordered for one step of one episode. JSON, in the journal of the event's site. */
export interface StepOrder {
    /** `fired`: the delivery `firing` runs, whatever holds the job. */
    action: 'held' | 'skipped' | 'aborted' | 'fired';
    jobId: string;
    sourceId: string;
    eventId: string;
    episode: string;
    /** The timings before the job, see `pathOf`. */
    path: string;
    /** Other paths from the same event to the job: steps of their own. */
    others: string[];
    firing?: string;
    who: string;
    /** Epoch ms */
    at: number;
    /** Of an abort whose effect on a device is not taken back yet. */
    withdraw?: EventMessage;
}

/** Owner of the values of this folder in the journal. */
export const PLAN_OWNER = 'ridethrough-plan';
const ORDERS = 'orders';
/** Of events that nobody reports any more. */
const MOST_ORDERS = 500;
/** How long an order is kept whose event nobody reports any more, ms. */
const LONGEST_MS = 7 * 86_400_000;

/** The timings that a message has passed: their ids, without the numbers of the firings. */
export function pathOf(firing: string | undefined): string {
    if (!firing) return '';
    return firing
        .split('/')
        .map((each) => each.replace(/#\d+$/, ''))
        .join('>');
}

type EventOf = Pick<EventInfo, 'sourceId' | 'id' | 'episode' | 'firing' | 'active'>;

/** Where an order belongs. */
export type StepPlace = Pick<StepOrder, 'jobId' | 'sourceId' | 'eventId' | 'episode' | 'path'>;

/** The orders of people for steps of the plan. They end with their episode. */
export class StepOrders {
    private readonly changes = new Listeners<void>();

    constructor(
        private readonly registry: Registry,
        private readonly clock: Clock,
    ) {}

    /** All orders, also those of episodes that have ended since the last change. */
    all(): StepOrder[] {
        return this.registry.journals().flatMap((journal) => ordersIn(journal));
    }

    /** The order for a delivery of an on edge to a job. @param orders all orders, if they are known already */
    of(jobId: string, event: EventOf, orders?: readonly StepOrder[]): StepOrder | undefined {
        if (!event.active || !event.episode) return undefined;
        const { sourceId, id: eventId, episode } = event;
        const place = { jobId, sourceId, eventId, episode, path: pathOf(event.firing) };
        return (orders ?? this.all()).findLast(
            (order) => this.isFor(order, place) && (order.action !== 'fired' || order.firing === (event.firing ?? '')),
        );
    }

    /** Whether an order holds for a step. What came by a way that the wires did not show obeys every order for its job. */
    isFor(order: StepOrder, { jobId, sourceId, eventId, episode, path }: StepPlace): boolean {
        return (
            order.jobId === jobId &&
            order.sourceId === sourceId &&
            order.eventId === eventId &&
            (order.path === path || !order.others.includes(path)) &&
            this.isSameOccurrence(order, { sourceId, id: eventId, episode })
        );
    }

    /** Replaces the order for the same step. Call it in a transaction of `journal`, and `tell` after it. */
    put(journal: Journal, order: StepOrder): void {
        this.save(journal, [...ordersIn(journal).filter((each) => !this.isSameStep(each, order)), order]);
    }

    /**
     * Takes back what holds or skips a step, also where a deploy has changed the timings before it since then. Call it as `put`.
     * @param others the other paths to the job as the wires are now
     */
    release(journal: Journal, step: StepPlace & Pick<StepOrder, 'others'>): void {
        const rest = ordersIn(journal).flatMap((order): StepOrder[] => {
            if (!this.isFor(order, step)) return [order];
            if (order.path === step.path) return [];
            const { path, others } = step;
            if (others.includes(order.path)) return [{ ...order, others: [...order.others, path] }];
            // Its own path is gone. For each other step that has obeyed it, it stays.
            const obeying = others.filter((other) => !order.others.includes(other));
            return obeying.map((other) => ({
                ...order,
                path: other,
                others: [order.path, path, ...others.filter((each) => each !== other)],
            }));
        });
        this.save(journal, rest);
    }

    /** The effect of an aborted run is taken back. */
    noteWithdrawn(order: StepOrder): void {
        for (const journal of this.registry.journals()) {
            const orders = ordersIn(journal);
            if (!orders.some((each) => this.isSameStep(each, order))) continue;
            const rest = orders.map((each) => {
                const { withdraw: _, ...done } = each;
                return this.isSameStep(each, order) ? done : each;
            });
            this.save(journal, rest);
        }
    }

    /** Calls `listener` when orders, or maintenance, may let other jobs run. @returns unsubscribes */
    onChange(listener: () => void): () => void {
        return this.changes.add(listener);
    }

    tell(): void {
        this.changes.tell();
    }

    private save(journal: Journal, orders: readonly StepOrder[]): void {
        const standing = orders.filter((order) => !this.isOver(order, journal));
        const lost = standing.filter((order) => !this.isOn(order, journal)).slice(0, -MOST_ORDERS);
        const kept = standing.filter((order) => !lost.includes(order));
        journal.setValue(PLAN_OWNER, ORDERS, kept.length > 0 ? kept : undefined);
    }

    private isSameStep(one: StepOrder, other: StepOrder): boolean {
        return (
            one.jobId === other.jobId &&
            one.sourceId === other.sourceId &&
            one.eventId === other.eventId &&
            one.path === other.path &&
            this.isSameOccurrence(one, { ...other, id: other.eventId })
        );
    }

    /** Whether an order is for the occurrence of an event. A deploy may give an occurrence another id. */
    isSameOccurrence(order: StepOrder, event: Pick<EventInfo, 'sourceId' | 'id' | 'episode'>): boolean {
        if (order.episode === event.episode) return true;
        const known = (episode: string) => {
            const state = this.registry.episodeStateOf({ ...event, episode } as EventInfo);
            return state === 'on' || state === 'continued';
        };
        return known(order.episode) && known(event.episode);
    }

    private isOver(order: StepOrder, journal: Journal): boolean {
        const { at, withdraw } = order;
        const state = this.stateOf(order);
        if (state === 'over' || state === 'renewed') return !withdraw;
        // The age is by the clock on the wall, which may be put right in mid-outage: it tells nothing of an event that is on.
        return this.clock.now() - at > LONGEST_MS && !this.isOn(order, journal);
    }

    /** Whether the event of an order is on, or was when it was last seen. */
    private isOn(order: StepOrder, journal: Journal): boolean {
        const state = this.stateOf(order);
        if (state === 'on' || state === 'continued') return true;
        if (state === 'over' || state === 'renewed') return false;
        return journal.openEpisodes(order.sourceId).some(({ episode }) => episode === order.episode);
    }

    private stateOf({ sourceId, eventId: id, episode }: StepOrder): EpisodeState | undefined {
        return this.registry.episodeStateOf({ sourceId, id, episode } as EventInfo);
    }
}

function ordersIn(journal: Journal): StepOrder[] {
    return (journal.getValue(PLAN_OWNER, ORDERS) ?? []) as StepOrder[];
}
