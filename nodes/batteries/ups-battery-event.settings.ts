import { declareNode, events, reference, section, tick } from '../../lib/core/settings';

export const settings = declareNode({
    type: 'ups-battery-event',
    family: 'batteries',
    ports: { inputs: 0, outputs: ['event', 'changes'] },
    label: ['battery'],
    sections: [
        section('', {
            battery: reference('ups-battery', { icon: 'th', required: true }),
            all: tick({ icon: 'asterisk', default: false }),
            events: events({ atLeastOne: 'events', when: { all: false } }),
            // A message of its own for each module that joins or leaves an event.
            perModule: tick({ icon: 'th', default: false }),
        }),
    ],
    role: {
        source: ({ battery, all, events: chosen }) => ({ source: battery, events: all ? ['*'] : chosen }),
        eventPrefix: 'blocks-',
    },
});
