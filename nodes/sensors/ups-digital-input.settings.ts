import { choice, declareNode, reference, section, text } from '../../lib/core/settings';
import { contactRole, debounce, eventLevel, lostAfter, sourceSite } from '../shared/fields/sensor';

export const settings = declareNode({
    type: 'ups-digital-input',
    family: 'sensors',
    ports: { inputs: 1, outputs: ['event'] },
    nameRequired: true,
    role: contactRole,
    sections: [
        section('', { site: sourceSite() }),
        section('source', {
            source: choice(['message', 'unit'], { icon: 'sign-in', default: 'message' }),
            property: text({ icon: 'envelope-o', default: 'payload', when: { source: 'message' } }),
            topic: text({ icon: 'tags', verbatim: true, when: { source: 'message' } }),
            ups: reference('ups-unit', { icon: 'battery-full', required: true, when: { source: 'unit' } }),
            // Name of a contact of the UPS (`environment.contacts`), or `channel:<name>`.
            value: text({ icon: 'toggle-on', required: true, when: { source: 'unit' } }),
        }),
        section('contact', {
            contact: choice(['no', 'nc'], { icon: 'toggle-on', default: 'no' }),
            debounce: debounce(50),
            timeout: lostAfter(0),
            level: eventLevel('alarm'),
            // Sentences for the two edges; default: name and state.
            alarmText: text({ icon: 'comment' }),
            normalText: text({ icon: 'comment-o' }),
        }),
    ],
});
