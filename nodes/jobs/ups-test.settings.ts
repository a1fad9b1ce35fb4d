import { choice, declareNode, number, section } from '../../lib/core/settings';
import { jobSection } from '../shared/fields/job';
import { chosenUps } from '../shared/fields/ups';

export const settings = declareNode({
    type: 'ups-test',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label: ['ups'],
    role: { job: ({ ups }: { ups: string }) => ({ kind: 'action', does: 'run', to: [`ups ${ups}`], ends: true }) },
    sections: [
        section('', {
            ups: chosenUps(),
            test: choice(['battery', 'full', 'custom', 'self', 'abort'], {
                icon: 'flask',
                default: 'battery',
                width: 'medium',
            }),
            minutes: number({ icon: 'clock-o', min: 0.1, max: 1440, default: 5, when: { test: 'custom' } }),
        }),
        jobSection(),
    ],
});
