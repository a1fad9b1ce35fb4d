import { choice, declareNode, number, section, text, type JobAction } from '../../lib/core/settings';
import { jobSection } from '../shared/fields/job';
import { chosenUps } from '../shared/fields/ups';

const ACTIONS = ['on', 'off', 'pulse', 'cycle'] as const;

interface Asked {
    ups: string;
    outlet: string;
    action: (typeof ACTIONS)[number];
    rest: 'unknown' | 'off' | 'on';
}

/** A pulse, and off and on again, end by themselves. A pulse of an outlet that may be on takes its power away for a time. */
function jobAction({ ups, outlet, action, rest }: Asked): JobAction {
    const to = [`outlet ${ups}/${outlet}`];
    switch (action) {
        case 'cycle':
            return { kind: 'action', does: 'off', to, ends: true, leaves: 'on' };
        case 'pulse':
            return { kind: 'action', does: rest === 'off' ? 'on' : 'off', to, ends: true, leaves: 'as-before' };
        case 'on':
        case 'off':
            return { kind: 'action', does: action, to };
    }
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
            // Where the device does not tell the state of the outlet before the pulse.
            rest: choice(['unknown', 'off', 'on'], {
                icon: 'question-circle-o',
                default: 'unknown',
                width: 'medium',
                when: { action: 'pulse' },
            }),
            // Where the device has no command of its own for off and on again.
            offSeconds: number({
                icon: 'clock-o',
                unit: 's',
                min: 0.5,
                max: 86_400,
                default: 10,
                when: { action: 'cycle' },
            }),
        }),
        jobSection(),
    ],
});
