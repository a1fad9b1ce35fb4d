import { plainAddress } from '../../lib/core/addresses/ip';
import { isProgramPath } from '../../lib/core/program-path';
import { RCCMD_PORT, RENEW_VOTE_MINUTES } from '../../lib/core/rccmd/parameters';
import { isVerb, RCCMD_VERBS } from '../../lib/core/rccmd/verbs';
import {
    addressFault,
    choice,
    declareNode,
    invalid,
    isBlank,
    list,
    number,
    ownFault,
    port,
    reference,
    rows,
    section,
    special,
    text,
    whole,
    type Stored,
} from '../../lib/core/settings';
import { keptLog, ownAddresses, senders } from '../shared/fields/receiver';

const YEAR_MINUTES = 525_600;
/** The default of version 1, with which a vote that was not withdrawn counted for a day. */
const DEFAULT_HOURS_OF_VERSION_1 = 24;

const inGroup = { when: { members: 'filled' } } as const;

/**
 * Converts hours to minutes, except for the old default. A value that cannot be multiplied (`${NAME}` in the editor) stays in hours, which
 * is then refused: as minutes it would be a sixtieth of the time.
 */
function expiryInMinutes({ expireHours, expireMinutes }: Stored): Stored {
    if (!isBlank(expireMinutes) || isBlank(expireHours) || Number(expireHours) === DEFAULT_HOURS_OF_VERSION_1) {
        return { expireHours: undefined };
    }
    const minutes = Number(expireHours) * 60;
    const kept = typeof expireHours === 'string' ? expireHours.trim() : JSON.stringify(expireHours);
    return { expireHours: undefined, expireMinutes: minutes >= 0 ? Math.min(YEAR_MINUTES, minutes) : `${kept} h` };
}

const verbLike = (example: string) =>
    text({
        icon: 'commenting-o',
        width: 'medium',
        example,
        check: (typed) => (isVerb(typed) ? undefined : invalid('verbForm', typed)),
    });

/** Arguments are passed to the program unchanged: with blanks, and also empty ones. */
const programArguments = special<string[]>({
    initial: [],
    empty: { value: [] },
    read: (raw) =>
        Array.isArray(raw) && raw.every((one) => typeof one === 'string' && !one.includes('\0'))
            ? { value: raw as string[] }
            : { fault: invalid('arguments', raw) },
    schema: { type: 'array', items: { type: 'string' } },
});

export const settings = declareNode({
    type: 'ups-rccmd-receiver',
    family: 'jobs',
    version: 2,
    migrations: { 2: expiryInMinutes },
    ports: { inputs: 0, outputs: ['accepted', 'refused'] },
    sections: [
        section('', { site: reference('ups-site', { icon: 'building-o' }), log: keptLog() }),
        section('listen', {
            address: ownAddresses(),
            port: port({ default: RCCMD_PORT }),
            transport: choice(['both', 'tcp', 'udp'], { icon: 'exchange', default: 'both', width: 'medium' }),
        }),
        section('who', { senders: senders() }),
        section('group', {
            members: list({ icon: 'users', entry: addressFault, rowEach: true, example: '192.0.2.10' }),
            // Empty: all members.
            quorum: whole({ icon: 'balance-scale', min: 1, optional: true, ...inGroup }),
            // Six times the repeat interval of a sender: one or two lost messages withdraw nothing.
            expireMinutes: number({
                icon: 'hourglass-end',
                unit: 'min',
                min: 0,
                max: YEAR_MINUTES,
                default: 6 * RENEW_VOTE_MINUTES,
                ...inGroup,
            }),
            // The verbs also apply without a group: the message names the action.
            shutdownVerb: verbLike(RCCMD_VERBS.shutdown),
            wakeupVerb: verbLike(RCCMD_VERBS.wakeup),
        }),
        section('actions', {
            actions: rows(
                {
                    verb: text({ example: RCCMD_VERBS.shutdown }),
                    text: text(),
                    command: text({ example: '/usr/sbin/poweroff' }),
                    args: programArguments,
                },
                {
                    icon: 'terminal',
                    check: ({ verb, command }) =>
                        verb !== '' && (command === '' || isProgramPath(command))
                            ? undefined
                            : ownFault('action', verb),
                },
            ),
        }),
    ],
    checks: {
        quorum({ quorum, members }) {
            const most = new Set(members.map(plainAddress)).size;
            return quorum !== undefined && quorum > most ? ownFault('quorum', quorum, { max: most }) : undefined;
        },
    },
});
