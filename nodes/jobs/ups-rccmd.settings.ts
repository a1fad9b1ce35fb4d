import {
    choice,
    declareNode,
    hosts,
    invalid,
    type JobKind,
    labelText,
    number,
    port,
    section,
    template,
    text,
    tick,
    whole,
} from '../../lib/core/settings';
import { RCCMD_PORT, RCCMD_TERMINATORS, RENEW_VOTE_MINUTES } from '../../lib/core/rccmd/parameters';
import { isVerb, RCCMD_ACTIONS, type RccmdAction } from '../../lib/core/rccmd/verbs';
import { hostTargets } from '../shared/fields/hosts';
import { jobSection } from '../shared/fields/job';
import { entriesIn, hostCount } from '../shared/fields/job-label';

const EFFECTS: Partial<Record<RccmdAction, 'down' | 'up' | 'run'>> = { shutdown: 'down', wakeup: 'up', execute: 'run' };

export const settings = declareNode({
    type: 'ups-rccmd',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label({ action, hosts: list, broadcast }, words) {
        const n = entriesIn(list).length;
        const to = broadcast ? words.t('to.broadcast', { n }) : hostCount(n, words);
        return `${words.t(`short.${labelText(action)}`)} → ${to}`;
    },
    role: {
        job({ action, broadcast, hosts: list }): JobKind {
            const does = EFFECTS[action];
            return does
                ? { kind: 'action', does, toHosts: true, to: broadcast ? ['*'] : hostTargets(list) }
                : { kind: 'info' };
        },
    },
    sections: [
        section('', {
            action: choice(RCCMD_ACTIONS, { icon: 'paper-plane', default: 'shutdown' }),
            text: template({ suggested: '{{event.text}}', required: { action: 'execute' }, lines: 3 }),
            broadcast: tick({ icon: 'bullhorn', default: false }),
            // Broadcast addresses if it is a broadcast; empty means the whole network.
            hosts: hosts({
                icon: 'sitemap',
                required: { broadcast: false },
                rowEach: true,
                example: '192.0.2.20',
            }),
            // A broadcast always uses a datagram.
            transport: choice(['tcp', 'udp'], { icon: 'exchange', default: 'tcp', when: { broadcast: false } }),
            port: port({ default: RCCMD_PORT }),
        }),
        section('advanced', {
            verb: text({
                icon: 'commenting-o',
                check: (verb) => (isVerb(verb) ? undefined : invalid('verbForm', verb)),
            }),
            timeout: number({
                icon: 'clock-o',
                unit: 's',
                min: 0.05,
                max: 60,
                default: 3,
                when: { transport: 'tcp', broadcast: false },
            }),
            // Empty: as long as the event is active.
            retries: whole({
                icon: 'repeat',
                min: 0,
                max: 20,
                optional: true,
                when: { transport: 'tcp', broadcast: false },
            }),
            renewMinutes: number({
                icon: 'refresh',
                unit: 'min',
                min: 0,
                max: 1440,
                default: RENEW_VOTE_MINUTES,
                when: { action: 'shutdown' },
            }),
            parallel: whole({ icon: 'random', min: 1, max: 512, default: 32, when: { broadcast: false } }),
            copies: whole({
                icon: 'clone',
                min: 1,
                max: 10,
                default: 1,
                when: [{ transport: 'udp' }, { broadcast: true }],
            }),
            terminator: choice(RCCMD_TERMINATORS, { icon: 'paragraph', default: 'none', width: 'medium' }),
        }),
        jobSection(),
    ],
});
