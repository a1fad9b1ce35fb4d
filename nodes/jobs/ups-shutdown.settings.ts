import { choice, declareNode, section, whole, type JobAction } from '../../lib/core/settings';
import { jobSection } from '../shared/fields/job';
import { chosenUps } from '../shared/fields/ups';

const ACTIONS = ['shutdown', 'abort', 'startup', 'reboot', 'latch-reset'] as const;
/** RFC 1628: the longest delay, and the longest upsRebootWithDuration. */
const LONGEST_S = 2_147_483_647;
const LONGEST_REBOOT_S = 300;

interface Asked {
    ups: string;
    action: (typeof ACTIONS)[number];
    seconds: number;
}

function jobAction({ ups, action, seconds }: Asked): JobAction {
    const to = [`ups ${ups}`];
    if (action === 'abort' || action === 'startup' || action === 'latch-reset')
        return { kind: 'action', does: 'up', to };
    // The UPS comes back by itself when the mains return.
    return { kind: 'action', does: 'down', to, ends: true, takes: seconds };
}

export const settings = declareNode({
    type: 'ups-shutdown',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label: ['ups'],
    role: { job: jobAction },
    sections: [
        section('', {
            ups: chosenUps(),
            action: choice(ACTIONS, { icon: 'power-off', default: 'shutdown', width: 'medium' }),
            scope: choice(['output', 'system'], {
                icon: 'plug',
                default: 'output',
                width: 'medium',
                when: { action: 'shutdown' },
            }),
            // Seconds until the output is off or on; for a reboot, how long it is off. 0 is never the default: the UPS would go off before
            // the servers are down.
            seconds: whole({
                icon: 'clock-o',
                min: 0,
                max: LONGEST_S,
                bounds: [{ when: { action: 'reboot' }, max: LONGEST_REBOOT_S }],
                default: 180,
                when: { action: { not: ['abort', 'latch-reset'] } },
            }),
            // Seconds after the return of the mains; empty: the device decides.
            restoreSeconds: whole({
                icon: 'history',
                min: 0,
                max: LONGEST_S,
                optional: true,
                when: { action: 'shutdown' },
            }),
        }),
        jobSection(),
    ],
});
