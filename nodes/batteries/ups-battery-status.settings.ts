import { blockList } from '../../lib/core/batteries/block-list';
import { choice, declareNode, number, ownFault, reference, section, text } from '../../lib/core/settings';

export const settings = declareNode({
    type: 'ups-battery-status',
    family: 'batteries',
    ports: { inputs: 1, outputs: ['status'] },
    label: ['battery'],
    sections: [
        section('', {
            battery: reference('ups-battery', { icon: 'th', required: true }),
            send: choice(['readings', 'changes', 'interval', 'request'], { icon: 'paper-plane-o', default: 'changes' }),
            interval: number({
                icon: 'refresh',
                unit: 's',
                min: 1,
                max: 86_400,
                default: 60,
                when: { send: 'interval' },
            }),
            // Empty: all. `1-10, 17`.
            modules: text({
                icon: 'th',
                example: '1-10, 17',
                check: (typed) => (blockList(typed) ? undefined : ownFault('modules', typed)),
            }),
        }),
    ],
});
