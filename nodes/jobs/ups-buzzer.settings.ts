import { BUZZER_PATTERN_NAMES, readRhythm, RHYTHM_BOUNDS } from '../../lib/core/buzzer/pattern';
import { choice, declareNode, invalid, number, reference, section, text } from '../../lib/core/settings';
import { siteSection } from '../shared/fields/job';

const rhythmFault = (typed: string) => (readRhythm(typed) ? undefined : invalid('rhythm', typed, RHYTHM_BOUNDS));

export const settings = declareNode({
    type: 'ups-buzzer',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['event', 'beat'] },
    // The sound ends with the event.
    role: { job: () => ({ kind: 'info', edge: 'both' }), source: () => ({ events: ['buzzer-on'] }) },
    sections: [
        section('', {
            pattern: choice(BUZZER_PATTERN_NAMES, { icon: 'music', default: 'double', width: 'medium' }),
            rhythm: text({
                icon: 'heartbeat',
                example: '500 250 500 1000',
                required: true,
                check: rhythmFault,
                when: { pattern: 'own' },
            }),
            // 0: it sounds until the event ends.
            limit: number({ icon: 'clock-o', unit: 's', min: 0, max: 86_400, default: 300 }),
        }),
        section('voices', {
            module: reference('ups-aux-module', { icon: 'th-large' }),
            // Name of an output of the module.
            port: text({ icon: 'toggle-on', required: true, verbatim: true, picked: true, when: { module: 'filled' } }),
            computer: choice(['none', 'bell', 'player'], { icon: 'volume-up', default: 'none', width: 'medium' }),
            command: text({
                icon: 'terminal',
                example: '/usr/bin/aplay',
                required: true,
                when: { computer: 'player' },
            }),
            // One argument per line.
            args: text({ icon: 'list', lines: 3, verbatim: true, when: { computer: 'player' } }),
            // The UPS whose own buzzer sounds.
            ups: reference('ups-unit', { icon: 'battery-full' }),
            upsEnd: choice(['mute', 'off'], {
                icon: 'bell-slash-o',
                default: 'mute',
                width: 'medium',
                when: { ups: 'filled' },
            }),
        }),
        siteSection(),
    ],
});
