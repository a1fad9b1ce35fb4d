import { judge } from './auditor';
import type { Fault, Orders } from './rules';
import type { Happening, HostState, MessageEvent, Untimed } from './story';

const HOSTS = [{ name: 'a', address: '192.0.2.10', downSeconds: 2, bootSeconds: 5 }];

export const ORDERS: Orders = {
    duties: [
        {
            node: 'down',
            hosts: ['a'],
            verb: 'SHUTDOWN',
            due: { kind: 'after', seconds: 20 },
            repeatSeconds: 0,
            renewSeconds: 0,
        },
    ],
    wakings: [{ node: 'wake', hosts: ['a'] }],
    events: [{ node: 'fail', ids: ['power-fail'], onlyOnBattery: false }],
    timings: ['timing'],
    switchesUps: false,
    dryRun: false,
    capacitySeconds: 600,
    lowPercent: 20,
    runtimeInMinutes: false,
    pollSeconds: 5,
    staleSeconds: 15,
    onSilence: 'continue',
    mainsBackSeconds: 0,
    confirmSeconds: 0,
    wakesWithinSeconds: 100,
    hiddenSeconds: 0,
};

export const MAINS: Untimed = { what: 'told', source: 'mains', input: 230, charge: 100 };
export const BATTERY: Untimed = { what: 'told', source: 'battery', input: 0, charge: 90 };
export const UNKNOWN: Untimed = { what: 'told', source: 'unknown' };

export const host = (state: HostState): Untimed => ({ what: 'host', host: 'a', state });
export const bytes = (contact = 1): Untimed => ({ what: 'bytes', host: 'a', verb: 'SHUTDOWN', state: 'up', contact });
export const confirms = (contact: number): Untimed => ({ what: 'confirmed', host: 'a', contact });
export const confirmed = confirms(1);
export const packet: Untimed = { what: 'packet', host: 'a', state: 'down' };
export const starts: Untimed = { what: 'process', state: 'starts' };
export const killed: Untimed = { what: 'process', state: 'killed' };
export const mains = (on: boolean): Untimed => ({ what: 'mains', on });
const charge = (percent: number): Untimed => ({ what: 'charge', percent });
export const jobLine: Untimed = {
    what: 'log',
    entry: { kind: 'job', level: 'info', nodeId: 'down', episode: 'u:power-fail:1', active: true },
};
export const edgeLine = (active: boolean, more = {}): Untimed => ({
    what: 'log',
    entry: {
        kind: 'event',
        level: 'alarm',
        eventId: 'power-fail',
        episode: 'u:power-fail:1',
        active,
        rule: 'output on battery',
        values: 3,
        ...more,
    },
});
export const message = (active: boolean, more: Partial<MessageEvent> = {}): Untimed => ({
    what: 'message',
    from: 'fail',
    to: 'timing',
    event: { id: 'power-fail', sourceId: 'u', episode: 'u:power-fail:1', active, ...more },
});

export type Moment = [seconds: number, happening: Untimed];

/** An outage from 100 s to 200 s as it should go. */
export const GOOD: Moment[] = [
    [0, starts],
    ...[1, 50, 99].map((t): Moment => [t, MAINS]),
    [100, mains(false)],
    ...Array.from({ length: 20 }, (_, index): Moment => [100 + 5 * index, charge(100 - (5 * index) / 6)]),
    ...[105, 110, 120, 130, 140, 150, 160, 170, 180, 190].map((t): Moment => [t, BATTERY]),
    [105, edgeLine(true)],
    [105, message(true)],
    [121, bytes()],
    [121, host('going down')],
    [121.2, confirmed],
    [121.2, jobLine],
    [123, host('down')],
    [200, mains(true)],
    ...[203, 203.1, 210, 220].map((t): Moment => [t, MAINS]),
    [203.1, edgeLine(false)],
    [203.1, message(false)],
    [204, packet],
    [204, host('booting')],
    [209, host('up')],
];

export function judged(moments: readonly Moment[], orders: Partial<Orders> = {}): Fault[] {
    const story = [...moments]
        .sort(([one], [other]) => one - other)
        .map(([t, happening]) => ({ t: t * 1000, ...happening }) as Happening);
    return judge(story, { ...ORDERS, ...orders }, HOSTS, 300_000);
}

export const rules = (faults: Fault[]) => [...new Set(faults.map(({ rule }) => rule))];
export const without = (...gone: Untimed[]) => GOOD.filter(([, happening]) => !gone.includes(happening));
export const because = (faults: Fault[]) => faults.map(({ t, rule, text }) => `${t} ${rule}: ${text}`).join('\n');
