import { UpsError } from '../../core/errors';
import { deliveryKey, type Journal } from '../../core/journal/journal';
import type { EventInfo, EventMessage } from '../../core/messages';
import type { Flow } from '../flow';
import { nextFiring, type ViewedStep } from './plan-viewer';
import type { PlanAction } from './plan-view';
import type { StepOrder } from './step-orders';

/** A firing by hand for a job without a timing before it. */
const BY_HAND = 'by-hand';
/** A step that was run by hand again and again gets another firing each time. */
const MOST_FIRINGS = 100;

const LOGGED: Readonly<Record<PlanAction, string>> = {
    hold: 'orderHold',
    release: 'orderRelease',
    skip: 'orderSkip',
    fire: 'orderFire',
    abort: 'orderAbort',
};

/**
 * Carries out an order of a person for one step: notes it in the journal and in the log in one write, and then lets the job look at it.
 * @param who the person, for the log
 * @throws UpsError no-step, step-counter-job, step-has-run, step-not-held, step-not-running, step-unsettled, watching-elsewhere
 */
export function actOn(flow: Flow, { step, job, stand }: ViewedStep, action: PlanAction, who: string): void {
    const { told: sourceId, path, others } = job;
    const { eventId, jobId, name } = step;
    const isCounter = step.edge === 'off';
    const { registry } = flow;
    const site = registry.siteOf({ event: { sourceId } } as EventMessage, job.view?.site);
    if (site?.watching) throw new UpsError('watching-elsewhere', { site: site.name });
    if (isCounter && !step.may.includes(action)) throw new UpsError('step-counter-job', { job: name });
    const registered = registry.byId(jobId);
    const failed = step.state === 'failed' || step.state === 'partly' ? job.run : undefined;
    const episode = isCounter ? failed?.episode : step.episode;
    if (episode === undefined || registered?.kind !== 'job') throw new UpsError('no-step');
    const event = { sourceId, id: eventId, episode } as EventInfo;
    if (!step.may.includes(action)) throw refusal(step, action);
    const journal = registry.journalOf({ event } as EventMessage);
    const person = who || flow.texts.of(site).status('somebody');
    const at = flow.clock.now();
    const order = { jobId, sourceId, eventId, episode, path, others, who: person, at };
    const note = (write: () => void) =>
        journal.transaction(() => {
            write();
            site?.store.append({
                at,
                kind: 'job',
                level: action === 'release' ? 'info' : 'warning',
                source: name,
                text: flow.texts.of(site).status(LOGGED[action], { who: person }),
                eventId,
                episode,
                active: !isCounter,
                nodeId: jobId,
                detail: { order: action, by: person },
            });
        });
    const put = (more: Pick<StepOrder, 'action'> & Partial<StepOrder>) =>
        note(() => flow.orders.put(journal, { ...order, ...more }));
    switch (action) {
        case 'hold':
            put({ action: 'held' });
            break;
        case 'skip':
            put({ action: 'skipped' });
            break;
        case 'release':
            note(() => flow.orders.release(journal, order));
            break;
        case 'abort': {
            const withdraw = job.view?.withdrawsFor === undefined ? undefined : messageOf(flow, job.run?.firing, order);
            put({ action: 'aborted', ...(withdraw ? { withdraw } : {}) });
            break;
        }
        case 'fire': {
            if (isCounter) {
                const edge = failed && registered.job.edgeOf(failed);
                if (!edge) throw new UpsError('no-step');
                const status = registry.source(sourceId)?.status();
                registered.job.fire(
                    { ...edge, ...(status && { status: structuredClone(status) }) },
                    () => note(() => {}),
                    failed,
                );
                break;
            }
            if (!job.confirmed && stand.kind !== 'held') throw new UpsError('step-unsettled', { job: name });
            const held = job.run?.held ? (job.run.firing ?? '') : undefined;
            const message = messageOf(flow, held ?? freeFiring(flow, job, order), order);
            if (!message) throw new UpsError('step-unsettled', { job: name });
            registered.job.fire(
                message,
                () => {
                    put({ action: 'fired', firing: message.event.firing ?? '' });
                    oweEnds(flow, path, message, journal);
                },
                failed,
            );
        }
    }
    flow.orders.tell();
}

function refusal({ state, name }: ViewedStep['step'], action: PlanAction): UpsError {
    if (state === 'planned') return new UpsError('no-step');
    if (action === 'release') return new UpsError('step-not-held', { job: name });
    if (action === 'abort') return new UpsError('step-not-running', { job: name });
    return new UpsError('step-has-run', { job: name });
}

/** The message that the last timing would send now; undefined: the event is not on any more. */
function messageOf(
    flow: Flow,
    firing: string | undefined,
    { sourceId, eventId, episode }: Pick<StepOrder, 'sourceId' | 'eventId' | 'episode'>,
): EventMessage | undefined {
    const source = flow.registry.source(sourceId);
    const event = source?.activeEvents().find(({ id }) => id === eventId);
    if (!source || !event) return undefined;
    const { elapsedMs } = source.stateOf(eventId);
    return {
        topic: `${event.source}/${event.id}`,
        payload: true,
        event: {
            ...structuredClone(event),
            episode,
            at: flow.clock.now(),
            ...(firing ? { firing, ...(elapsedMs === undefined ? {} : { firedMs: elapsedMs }) } : {}),
        },
        status: structuredClone(source.status()),
    };
}

/** The next firing that the job has not had: the timing's own comes once, by hand or by time. */
function freeFiring(flow: Flow, job: ViewedStep['job'], { sourceId, eventId: id, episode }: EventIds): string {
    const first = nextFiring(job) || `${BY_HAND}#1`;
    const number = Number(first.slice(first.lastIndexOf('#') + 1));
    const base = first.slice(0, first.lastIndexOf('#'));
    for (let n = number; n < number + MOST_FIRINGS; n++) {
        const firing = `${base}#${n}`;
        const key = deliveryKey({ event: { sourceId, id, episode, active: true, firing } } as EventMessage);
        const isFree = flow.registry.journals().every((journal) => !journal.jobState(job.nodeId, key));
        if (isFree) return firing;
    }
    throw new UpsError('step-has-run', { job: job.name });
}

type EventIds = Pick<StepOrder, 'sourceId' | 'eventId' | 'episode'>;

/** The counter jobs behind the same timings wait for the end of the event, which those pass on only if they have fired. */
function oweEnds({ registry }: Flow, path: string, message: EventMessage, journal: Journal): void {
    for (const id of path.split('>')) {
        const timing = registry.byId(id);
        if (timing?.kind === 'timing') timing.timing.oweEnd(message, journal);
    }
}
