import { readHostPort } from '../../lib/core/addresses/host';
import { readLogin } from '../../lib/core/addresses/login';
import { readExitStatus } from '../../lib/core/exit-status';
import {
    choice,
    declareNode,
    type FieldFault,
    hostPortFault,
    invalid,
    type JobKind,
    list,
    missing,
    number,
    port,
    secret,
    section,
    shorten,
    template,
    text,
    tick,
    whole,
} from '../../lib/core/settings';
import { jobSection } from '../shared/fields/job';
import { entriesIn, hostCount } from '../shared/fields/job-label';

const SSH_PORT = 22;
/** Greatest number of hosts: all may have a connection at the same time. */
const MOST_HOSTS = 512;
/** Commands that shut a host down, whatever text is around them. */
const SHUTS_DOWN = /\b(shutdown|poweroff|halt|Stop-Computer)\b/i;

export function shutsDown(command: string): boolean {
    return SHUTS_DOWN.test(command);
}

function loginFault(entry: string): FieldFault | undefined {
    const login = readLogin(entry);
    return login ? hostPortFault(login.host) : invalid('login', entry);
}

/** The host in a form that can be compared between jobs, without the port. */
function target(entry: string): string {
    const login = readLogin(entry);
    const host = login && readHostPort(login.host, SSH_PORT)?.host;
    return `host ${host === undefined ? entry : [login?.user, host].filter((part) => part !== undefined).join('@')}`;
}

export const settings = declareNode({
    type: 'ups-ssh',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label: ({ command, hosts: list }, words) => `${shorten(command, 24)} → ${hostCount(entriesIn(list).length, words)}`,
    role: {
        job: ({ command, hosts }): JobKind => ({
            kind: 'action',
            does: shutsDown(command) ? 'down' : 'run',
            to: hosts.map(target),
            toHosts: true,
        }),
    },
    sections: [
        section('', {
            hosts: list({
                icon: 'sitemap',
                entry: loginFault,
                required: true,
                rowEach: true,
                lines: 3,
                example: 'root@192.0.2.20',
            }),
            // The user for hosts without one.
            user: text({ icon: 'user', example: 'root' }),
            command: template({ icon: 'terminal', default: 'shutdown -h now', lines: 2 }),
            input: {
                ...text({ icon: 'keyboard-o', verbatim: true, most: 4096, lines: 2, example: 'y' }),
                // An empty line is a valid answer: the Enter key.
                isEmpty: (raw: unknown) => raw === undefined || raw === null || raw === '',
            },
            terminal: tick({ icon: 'desktop', default: false }),
            dropIsSuccess: tick({ icon: 'chain-broken', default: true }),
            // Empty: the exit statuses of a host that goes down.
            doneBy: list({
                icon: 'check-square-o',
                entry: (entry) => (readExitStatus(entry) ? undefined : invalid('ending', entry)),
                example: '129, 143, 1115, HUP, TERM',
            }),
        }),
        section('login', {
            password: secret({ icon: 'lock' }),
            privateKey: secret({ lines: 3 }),
            passphrase: secret({ icon: 'unlock-alt' }),
        }),
        section('hostKeys', {
            hostKey: choice(['known', 'any'], { icon: 'shield', default: 'known' }),
            hostKeys: text({ icon: 'id-card-o', lines: 4, when: { hostKey: 'known' } }),
        }),
        section('advanced', {
            port: port({ default: SSH_PORT }),
            timeout: number({ icon: 'clock-o', unit: 's', min: 0.1, max: 3600, default: 30 }),
            // Empty: as long as the event is active.
            retries: whole({ icon: 'repeat', min: 0, max: 20, optional: true }),
            parallel: whole({ icon: 'random', min: 1, max: 128, default: 16 }),
            output: number({ icon: 'file-text-o', unit: 'KB', min: 0, max: 64, default: 4 }),
        }),
        jobSection(),
    ],
    checks: {
        hosts: ({ hosts }) =>
            new Set(hosts).size > MOST_HOSTS ? invalid('atMostHosts', hosts.length, { most: MOST_HOSTS }) : undefined,
        user: ({ user, hosts }) =>
            user === '' && hosts.some((host) => readLogin(host)?.user === undefined) ? missing() : undefined,
        password: ({ password, privateKey }) => (password === '' && privateKey === '' ? missing() : undefined),
    },
});
