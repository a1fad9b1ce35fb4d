import { choice, declareNode, seconds, section } from '../../lib/core/settings';
import { RUNTIME_CHOICES } from '../../lib/core/events/source';
import { TIMING_MODES } from '../../lib/core/timing/episode-timing';

export const settings = declareNode({
    type: 'ups-timing',
    family: 'events',
    ports: { inputs: 1, outputs: ['event'] },
    sections: [
        section('', {
            // "Immediately" is never the default: a shutdown that should wait would come too early.
            mode: choice(TIMING_MODES, { icon: 'clock-o', default: 'after' }),
            seconds: seconds({
                icon: 'hourglass-half',
                default: 300,
                min: 0,
                // With an interval near 0 it would fire without end.
                bounds: [{ when: { mode: 'repeat' }, min: 1 }],
                when: { mode: { not: 'immediately' } },
            }),
            runtime: choice(RUNTIME_CHOICES, { icon: 'tachometer', default: 'smaller', when: { mode: 'remaining' } }),
            repeat: seconds({ icon: 'repeat', default: 0, min: 0, when: { mode: { not: 'repeat' } } }),
        }),
    ],
});
