import { choice, declareNode, section } from '../../lib/core/settings';
import { chosenUps } from '../shared/fields/ups';

export const settings = declareNode({
    type: 'ups-status',
    family: 'events',
    ports: { inputs: 1, outputs: ['status'] },
    sections: [
        section('', {
            ups: chosenUps(),
            // Sends every reading, only readings with a change besides the time, or only on request by a message.
            send: choice(['readings', 'changes', 'request'], { icon: 'paper-plane-o', default: 'readings' }),
        }),
    ],
});
