import { choice, declareNode, number, section, text, type JobAction } from '../../lib/core/settings';
import { jobSection } from '../shared/fields/job';
import { chosenUps } from '../shared/fields/ups';

const ACTIONS = ['on', 'off', 'pulse', 'cycle'] as const;

/** The action on an outlet. A pulse, and off and on again, end by themselves. */
function jobAction({
    ups,
    outlet,
    action,
}: {
    ups: string;
    outlet: string;
    action: (typeof ACTIONS)[number];
}): JobAction {
    const to = [`outlet ${ups}/${outlet}`];
    return action === 'cycle' || action === 'pulse'
        ? { kind: 'action', does: 'on', to, ends: true }
        : { kind: 'action', does: action, to };
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
            action: choice(ACTIONS, { icon: 'power-off', default: 'off', width: 'medium' }),
            // RMCU manual, "Sensor Setup": its shortest pulse.
            seconds: number({
                icon: 'clock-o',
                unit: 's',
                min: 0.5,
                max: 86_400,
                default: 0.5,
                when: { action: 'pulse' },
            }),
        }),
        jobSection(),
    ],
});
