import { isCallable, REMOTE_PORT } from '../../lib/core/remote-call';
import {
    choice,
    declareNode,
    hosts,
    invalid,
    type JobKind,
    labelText,
    number,
    ownFault,
    port,
    reference,
    section,
    template,
    text,
    tick,
    whole,
} from '../../lib/core/settings';
import { hostTargets } from '../shared/fields/hosts';
import { bothEdgesSection } from '../shared/fields/job';
import { entriesIn, firstOf } from '../shared/fields/job-label';
import { security, sharedSecret } from '../shared/fields/remote';

const MOST_TARGETS = 200;

export const settings = declareNode({
    type: 'ups-remote-command',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label({ command, targets }) {
        const first = firstOf(entriesIn(targets));
        return command && first ? `${labelText(command)} → ${first}` : '';
    },
    role: {
        job({ command, state, targets }): JobKind {
            const to = hostTargets(targets).map((target) => `${target} ${command}`);
            return state === 'follow'
                ? { kind: 'action', does: 'on', to, toHosts: true, ends: true }
                : { kind: 'action', does: state, to, toHosts: true };
        },
    },
    sections: [
        section('', {
            command: text({
                icon: 'bullseye',
                required: true,
                width: 'medium',
                example: 'siren',
                check: (name) => (isCallable(name) ? undefined : ownFault('command', name)),
            }),
            // The state that is sent: on or off, or that of the event (on when it begins, off when it ends).
            state: choice(['follow', 'on', 'off'], { icon: 'toggle-on', default: 'follow' }),
            text: template({ default: '{{event.text}}', lines: 2 }),
        }),
        section('where', {
            targets: hosts({
                icon: 'sitemap',
                required: true,
                rowEach: true,
                lines: 3,
                example: '192.0.2.20:8443',
            }),
            port: port({ default: REMOTE_PORT }),
            secret: sharedSecret(),
            security: security(),
            // For a certificate authority of the user's own.
            tls: reference('tls-config', { icon: 'certificate', when: { security: 'tls' } }),
        }),
        section('advanced', {
            timeout: number({ icon: 'clock-o', unit: 's', min: 0.1, max: 60, default: 5 }),
            retries: whole({ icon: 'repeat', min: 0, max: 20, default: 5 }),
            // In a dry run, asks the receivers whether they would accept the command.
            passDryRun: tick({ icon: 'flask', default: false }),
        }),
        bothEdgesSection({ edge: 'both' }),
    ],
    checks: {
        targets: ({ targets }) =>
            new Set(targets).size > MOST_TARGETS
                ? invalid('atMostHosts', targets.length, { most: MOST_TARGETS })
                : undefined,
    },
});
