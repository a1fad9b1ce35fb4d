import { isCallable, REMOTE_PORT } from '../../lib/core/remote-call';
import {
    choice,
    declareNode,
    invalid,
    number,
    ownFault,
    port,
    reference,
    rows,
    section,
    stored,
    text,
    whole,
    type Field,
} from '../../lib/core/settings';
import { splitList } from '../../lib/core/split-list';
import { ownAddress, receiverLog, senders } from '../shared/fields/receiver';
import { security, sharedSecret } from '../shared/fields/remote';

const MOST_NAMES = 50;

/**
 * By default every address may call, because the secret protects the receiver. A list of only blanks means nobody: it was meant to contain
 * addresses.
 */
function callers(): Field<string[]> {
    const anybody = senders({ default: '*' });
    return {
        ...anybody,
        isEmpty: (raw) => raw === undefined || raw === null || raw === '',
        read: (raw, sibling, inFlow) =>
            typeof raw === 'string' && splitList(raw).length === 0 ? { value: [] } : anybody.read(raw, sibling, inFlow),
    };
}

export const settings = declareNode({
    type: 'ups-remote-receiver',
    family: 'jobs',
    // One output for refusals, and one for each command name.
    ports: { inputs: 0, outputs: ['refused'], named: 'dynamic' },
    role: { source: ({ callable }) => ({ events: callable.map(({ command }) => command) }) },
    sections: [
        section('', { site: reference('ups-site', { icon: 'building-o' }) }),
        section('callable', {
            callable: rows(
                {
                    command: text({ example: 'siren' }),
                    // The level of a call without one.
                    level: choice(['info', 'warning', 'alarm'], { default: 'info' }),
                },
                {
                    icon: 'bullseye',
                    atLeastOne: 'callable',
                    check: ({ command }) => (isCallable(command) ? undefined : ownFault('callable', command)),
                    unique: { column: 'command', rule: 'callable' },
                },
            ),
            // Node-RED stores the number of outputs here.
            outputs: stored<number>({
                initial: 1,
                empty: { value: 1 },
                read: (raw) => ({ value: (typeof raw === 'object' ? 0 : Number(raw)) || 1 }),
                schema: {},
            }),
        }),
        section('who', { secret: sharedSecret(), senders: callers() }),
        section('listen', {
            address: ownAddress(),
            port: port({ default: REMOTE_PORT }),
            security: security(),
            tls: reference('tls-config', { icon: 'certificate', required: true, when: { security: 'tls' } }),
        }),
        section('limits', {
            windowSeconds: number({ icon: 'hourglass-half', unit: 's', min: 5, max: 3600, default: 300 }),
            perMinute: whole({ icon: 'tachometer', unit: '/ min', min: 1, max: 600, default: 60 }),
            log: receiverLog(),
        }),
    ],
    checks: {
        callable: ({ callable }) =>
            callable.length > MOST_NAMES ? invalid('atMost', callable.length, { most: MOST_NAMES }) : undefined,
    },
});
