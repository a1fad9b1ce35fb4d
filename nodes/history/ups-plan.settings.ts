import { choice, declareNode, reference, section } from '../../lib/core/settings';

export const settings = declareNode({
    type: 'ups-plan',
    family: 'history',
    ports: { inputs: 1, outputs: ['plan'] },
    sections: [
        section('', {
            // Empty: all sources.
            ups: reference('ups-unit', { icon: 'battery-full' }),
            // Sends the plan when it has changed, or only on request by a message.
            send: choice(['changes', 'request'], { icon: 'paper-plane-o', default: 'changes' }),
        }),
    ],
});
