import { declareNode, reference, section, text } from '../../lib/core/settings';
import { contactRole, debounce, eventLevel, lostAfter, sourceSite } from '../shared/fields/sensor';

export const settings = declareNode({
    type: 'ups-aux-input',
    family: 'sensors',
    ports: { inputs: 1, outputs: ['event'] },
    label: ['port'],
    nameRequired: true,
    role: contactRole,
    sections: [
        section('', {
            site: sourceSite(),
            module: reference('ups-aux-module', { icon: 'th-large', required: true }),
            // Name of a port of the module; an output reports when it is switched.
            port: text({ icon: 'toggle-on', required: true, verbatim: true, picked: true }),
            debounce: debounce(0),
            timeout: lostAfter(10),
            level: eventLevel('info'),
        }),
    ],
});
