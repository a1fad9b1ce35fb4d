import type { PlanStep, PlanView } from './plan-view';

/** The step of a present event that comes next; undefined: none is expected at a known time. */
export function nextStep({ sources }: Pick<PlanView, 'sources'>): PlanStep | undefined {
    const open = sources.flatMap(({ steps }) =>
        steps.filter(
            ({ episode, due, state }) => episode !== undefined && due && (state === 'waiting' || state === 'due'),
        ),
    );
    return open.sort((a, b) => a.due!.at - b.due!.at)[0];
}

/** The plan of the sources that belong to a UPS. */
export function planOfUps(view: PlanView, belongs: (sourceId: string) => boolean): PlanView {
    return { ...view, sources: view.sources.filter(({ sourceId }) => belongs(sourceId)) };
}
