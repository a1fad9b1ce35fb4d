import { choice, declareNode, section, template } from '../../lib/core/settings';
import { jobSection } from '../shared/fields/job';

export const settings = declareNode({
    type: 'ups-log',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label: ['text'],
    role: { job: () => ({ kind: 'info' }) },
    sections: [
        section('', {
            text: template({ default: '{{event.text}}', lines: 3 }),
            level: choice(['info', 'warning', 'alarm'], { icon: 'flag', default: 'info', width: 'medium' }),
        }),
        jobSection(),
    ],
});
