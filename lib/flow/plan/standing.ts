import type { EventMessage } from '../../core/messages';
import type { Flow } from '../flow';
import type { MaintenanceView } from './maintenance';
import type { HeldBy } from './plan-view';
import type { StepOrder } from './step-orders';

/** What people and maintenance allow a delivery to a job. */
export type Standing =
    | { kind: 'free' }
    | { kind: 'held'; by: HeldBy }
    | { kind: 'skipped' | 'aborted'; order: StepOrder };

/** A job, for the question whether it may run. */
export interface OrderedJob {
    id: string;
    acts: boolean;
    /** Id of the site in its settings. */
    site?: string;
}

export const FREE: Standing = { kind: 'free' };

/** What many questions have in common: read once for all of them. */
export interface KnownOrders {
    /** All orders. */
    orders: readonly StepOrder[];
    maintenance(siteId: string | undefined): MaintenanceView | undefined;
}

/**
 * Whether a delivery may run. Maintenance holds jobs that act, on both edges; a person's order is for an on edge.
 * @param known what has been read already
 */
export function standing(
    flow: Flow,
    job: OrderedJob,
    message: Pick<EventMessage, 'event'>,
    known?: KnownOrders,
): Standing {
    const order = flow.orders.of(job.id, message.event, known?.orders);
    if (order?.action === 'fired') return FREE;
    if (order?.action === 'held') return { kind: 'held', by: { who: order.who, since: order.at } };
    if (order) return { kind: order.action, order };
    if (!job.acts) return FREE;
    const siteId = flow.registry.siteOf(message, job.site)?.id;
    const maintenance = known ? known.maintenance(siteId) : flow.maintenance.of(siteId);
    if (!maintenance) return FREE;
    const { by: who, since, until } = maintenance;
    return { kind: 'held', by: { who, since, until } };
}
