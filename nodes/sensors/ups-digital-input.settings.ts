import { choice, declareNode, list, nodeOfFamily, reference, section, text } from '../../lib/core/settings';
import { contactRole, debounce, eventLevel, lostAfter, sourceSite } from '../shared/fields/sensor';

/** A state may contain blanks: `DC ok`. */
function splitStates(text: string): string[] {
    return text
        .split(/[,;\n]/)
        .map((each) => each.trim())
        .filter(Boolean);
}

export const settings = declareNode({
    type: 'ups-digital-input',
    family: 'sensors',
    ports: { inputs: 1, outputs: ['event'] },
    nameRequired: true,
    role: contactRole,
    sections: [
        section('', { site: sourceSite() }),
        section('source', {
            source: choice(['message', 'unit', 'channel'], { icon: 'sign-in', default: 'message' }),
            property: text({ icon: 'envelope-o', default: 'payload', when: { source: 'message' } }),
            topic: text({ icon: 'tags', verbatim: true, when: { source: 'message' } }),
            ups: reference('ups-unit', { icon: 'battery-full', required: true, when: { source: 'unit' } }),
            // Name of a contact of the UPS (`environment.contacts`), or `channel:<name>`.
            value: text({ icon: 'toggle-on', required: true, when: { source: 'unit' } }),
            device: nodeOfFamily('devices', { icon: 'server', required: true, when: { source: 'channel' } }),
            channel: text({
                icon: 'list',
                required: { source: 'channel' },
                example: 'Alarm In',
                when: { source: 'channel' },
            }),
            // States of the channel in which the input is active; in all others it is at rest.
            activeStates: list({
                icon: 'list-ul',
                required: { source: 'channel' },
                example: 'open',
                entry: () => undefined,
                split: splitStates,
                when: { source: 'channel' },
            }),
        }),
        section('contact', {
            // Of a channel, the states say what is active.
            contact: choice(['no', 'nc'], {
                icon: 'toggle-on',
                default: 'no',
                when: { source: ['message', 'unit'] },
            }),
            debounce: debounce(50),
            timeout: lostAfter(0),
            level: eventLevel('alarm'),
            // Sentences for the two edges; default: name and state.
            alarmText: text({ icon: 'comment' }),
            normalText: text({ icon: 'comment-o' }),
        }),
    ],
});
