import { choice, declareNode, section, text, type JobAction } from '../../lib/core/settings';
import { jobSection } from '../shared/fields/job';
import { chosenUps } from '../shared/fields/ups';

/** The action on an outlet. Off and on again ends by itself. */
function jobAction({
    ups,
    outlet,
    action,
}: {
    ups: string;
    outlet: string;
    action: 'on' | 'off' | 'cycle';
}): JobAction {
    const to = [`outlet ${ups}/${outlet}`];
    return action === 'cycle' ? { kind: 'action', does: 'on', to, ends: true } : { kind: 'action', does: action, to };
}

export const settings = declareNode({
    type: 'ups-outlet',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label: ['ups'],
    role: { job: jobAction },
    sections: [
        section('', {
            ups: chosenUps(),
            // The device's own name of the outlet; wildcards are replaced.
            outlet: text({ icon: 'plug', required: true }),
            action: choice(['on', 'off', 'cycle'], { icon: 'power-off', default: 'off', width: 'medium' }),
        }),
        jobSection(),
    ],
});
