import { formatMac, readMac, readSecureOn } from '../../lib/core/addresses/mac';
import {
    cardFault,
    choice,
    declareNode,
    hostPortFault,
    hosts,
    invalid,
    list,
    number,
    port,
    reference,
    rows,
    secret,
    seconds,
    section,
    text,
    tick,
    whole,
    type FieldFault,
    type JobKind,
} from '../../lib/core/settings';
import { jobSection } from '../shared/fields/job';
import { entriesIn, hostCount } from '../shared/fields/job-label';

const DAY = 86_400;
const MOST_HOSTS = 512;
/** Greatest number of addresses: more than a job needs, and too few for a flood. */
const MOST_ADDRESSES = 32;
const EVERYONE = '255.255.255.255';

const staged = { when: { mode: 'staged' } } as const;
const gated = { when: { gate: true } } as const;

function tooMany(count: number): FieldFault | undefined {
    return count > MOST_HOSTS ? invalid('atMostHosts', count, { most: MOST_HOSTS }) : undefined;
}

/** MAC addresses in one notation, so that equal ones are found. */
function cardsOf(entries: readonly string[]): string[] {
    return entries.map((entry) => formatMac(readMac(entry) ?? new Uint8Array()));
}

export const settings = declareNode({
    type: 'ups-wol',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label({ mode, hosts, mac }, words) {
        const n = mode === 'staged' ? (Array.isArray(hosts) ? hosts.length : 0) : entriesIn(mac).length;
        return `${words.t('palette')} → ${hostCount(n, words)}`;
    },
    // Sleeping computers are identified by their MAC addresses, which cannot be compared with host addresses.
    role: {
        job: (): JobKind => ({ kind: 'action', does: 'up', to: [], toHosts: true }),
        whom: ({ mode, hosts, mac }) => (mode === 'staged' ? hosts.map((host) => host.name || host.mac) : mac),
    },
    sections: [
        section('', {
            mode: choice(['packets', 'staged'], { icon: 'power-off', default: 'packets' }),
            mac: list({
                icon: 'hdd-o',
                entry: cardFault,
                required: true,
                rowEach: true,
                lines: 3,
                example: '00:1b:21:3c:4d:5e',
                when: { mode: 'packets' },
            }),
            hosts: rows(
                {
                    name: text({ example: 'storage' }),
                    mac: text({ example: '00:1b:21:3c:4d:5e' }),
                    // The check whether a host is up: none, by a TCP port that it opens, or by ping.
                    check: choice(['none', 'tcp', 'ping'], { default: 'none' }),
                    address: text({ example: '192.0.2.20' }),
                    port: whole({
                        min: 1,
                        max: 65_535,
                        optional: true,
                        example: '22',
                        when: { check: ['tcp', 'ping'] },
                    }),
                },
                {
                    icon: 'sitemap',
                    atLeastOne: true,
                    check: ({ mac, check, address }) =>
                        cardFault(mac) ?? (check === 'none' ? undefined : hostPortFault(address)),
                    ...staged,
                },
            ),
            gap: seconds({ icon: 'hourglass-half', min: 0, max: DAY, default: 30, ...staged }),
            waitForEach: tick({ icon: 'list-ol', default: true, ...staged }),
            stopOnFailure: tick({ icon: 'hand-stop-o', default: false, ...staged }),
            repeat: seconds({ icon: 'repeat', min: 1, max: 3600, default: 10, ...staged }),
            // Without a check, the only reason to wait is the network, which may be coming back itself.
            limit: seconds({ icon: 'clock-o', min: 1, max: DAY, default: 600, ...staged }),
            shutdownSeconds: seconds({ icon: 'power-off', min: 0, max: 3600, default: 120 }),
        }),
        section('gate', {
            gate: tick({ icon: 'battery-three-quarters', default: false }),
            // Empty: the UPS of the event.
            ups: reference('ups-unit', { icon: 'bolt' }),
            gateCharge: number({ icon: 'battery-half', unit: '%', min: 0, max: 100, default: 50, ...gated }),
            gateMains: seconds({ icon: 'plug', min: 0, max: 7 * DAY, default: 300, ...gated }),
            gateLimit: seconds({ icon: 'clock-o', min: 0, max: 30 * DAY, default: 0, ...gated }),
        }),
        section('network', {
            address: hosts({ icon: 'bullhorn', default: EVERYONE, example: EVERYONE }),
            // Port 9 (discard); 7 (echo) is common, too (CS141 manual, "Tutorial: WOL").
            port: port({ default: 9 }),
            copies: whole({ icon: 'clone', min: 1, max: 10, default: 3 }),
            secureOn: secret({ check: (typed) => (readSecureOn(typed) ? undefined : invalid('secureOn', '')) }),
        }),
        jobSection({ edge: 'off' }),
    ],
    checks: {
        mac: ({ mac }) => tooMany(new Set(cardsOf(mac)).size),
        hosts({ hosts: all }) {
            const cards = cardsOf(all.map(({ mac }) => mac));
            const twice = cards.find((card, i) => cards.indexOf(card) !== i);
            return twice === undefined ? tooMany(cards.length) : invalid('eachMacOnce', twice);
        },
        address: ({ address }) =>
            new Set(address).size > MOST_ADDRESSES
                ? invalid('broadcasts', address.length, { most: MOST_ADDRESSES, example: EVERYONE })
                : undefined,
    },
});
