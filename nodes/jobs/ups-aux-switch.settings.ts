import {
    choice,
    declareNode,
    labelText,
    number,
    reference,
    section,
    text,
    type JobKind,
} from '../../lib/core/settings';
import { jobSection } from '../shared/fields/job';

const ACTIONS = ['on', 'off', 'pulse', 'follow'] as const;

interface Asked {
    module: string;
    port: string;
    action: (typeof ACTIONS)[number];
}

/** A pulse ends by itself; `follow` ends with its event. */
function jobAction({ module, port, action }: Asked): JobKind {
    const to = [`port ${module}/${port}`];
    if (action === 'on' || action === 'off') return { kind: 'action', does: action, to };
    if (action === 'pulse') return { kind: 'action', does: 'on', to, ends: true, leaves: 'as-before' };
    return { kind: 'action', does: 'on', to, ends: true, edge: 'both' };
}

export const settings = declareNode({
    type: 'ups-aux-switch',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label: ({ port, action }, { t }) => (port ? `${labelText(port)} ${t(`short.${labelText(action)}`)}` : ''),
    role: { job: jobAction },
    sections: [
        section('', {
            module: reference('ups-aux-module', { icon: 'th-large', required: true }),
            // Name of an output of the module.
            port: text({ icon: 'toggle-on', required: true, verbatim: true, picked: true }),
            action: choice(ACTIONS, { icon: 'power-off', default: 'on' }),
            // CS141 manual, "Trigger AUX Ports to high/low (on/off)"; many relays cannot do shorter pulses.
            seconds: number({
                icon: 'clock-o',
                unit: 's',
                min: 0.5,
                max: 86_400,
                default: 1,
                when: { action: 'pulse' },
            }),
        }),
        jobSection({ edgeWhen: { action: { not: 'follow' } } }),
    ],
});
