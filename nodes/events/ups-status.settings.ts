import { choice, declareNode, section } from '../../lib/core/settings';
import { chosenUps } from '../shared/fields/ups';

export const settings = declareNode({
    type: 'ups-status',
    family: 'events',
    ports: { inputs: 1, outputs: ['status'] },
    sections: [
        section('', {
            ups: chosenUps(),
            // Every reading, only those in which something other than the time has changed, or only when asked by a message.
            send: choice(['readings', 'changes', 'request'], { icon: 'paper-plane-o', default: 'readings' }),
        }),
    ],
});
