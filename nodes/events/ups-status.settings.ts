import { choice, declareNode, reference, section } from '../../lib/core/settings';

export const settings = declareNode({
    type: 'ups-status',
    family: 'events',
    ports: { inputs: 1, outputs: ['status'] },
    sections: [
        section('', {
            ups: reference('ups-unit', { icon: 'battery-full', required: true }),
            // Every reading, only those in which something other than the time has changed, or only when asked by a message.
            send: choice(['readings', 'changes', 'request'], { icon: 'paper-plane-o', default: 'readings' }),
        }),
    ],
});
