import { declareNode, section } from '../../lib/core/settings';
import { chosenUps } from '../shared/fields/ups';

export const settings = declareNode({
    type: 'ups-settings',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['settings'] },
    label: ['ups'],
    // It works on every message, whatever its edge; a setting stays until somebody sets another.
    role: {
        hasTest: false,
        job: ({ ups }: { ups: string }) => ({
            kind: 'action',
            does: 'run',
            to: [`ups ${ups}`],
            ends: true,
            edge: 'both',
        }),
    },
    sections: [section('', { ups: chosenUps() })],
});
