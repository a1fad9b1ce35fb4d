import { declareNode, section } from '../../lib/core/settings';
import { chosenUps } from '../shared/fields/ups';

export const settings = declareNode({
    type: 'ups-settings',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['settings'] },
    label: ['ups'],
    sections: [section('', { ups: chosenUps() })],
});
