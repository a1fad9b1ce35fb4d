import assert from 'node:assert/strict';
import { judge, type LaneRecord } from './support/scene-judge';
import type { Noted } from './support/wire-hosts';

type Brief = [at: number, what: Noted['what'], state?: Noted['state']];

const noted = (brief: Brief[]): Noted[] => brief.map(([at, what, state = 'up']) => ({ at, what, state, host: 'a' }));

/** One outage from 10 to 20 s of a UPS with a full battery, and a host that is due 2 s after its beginning. */
function record(host: Brief[], change: Partial<LaneRecord> = {}): LaneRecord {
    return {
        moments: [
            { at: 10, what: 'mains off' },
            { at: 20, what: 'mains on' },
        ],
        samples: Array.from({ length: 100 }, (_, index) => ({ at: 10 + index / 10, charge: 100 - index / 5 })),
        capacitySeconds: 50,
        lowPercent: 90,
        countsSeconds: true,
        blind: [],
        ran: [{ from: 0, to: Infinity }],
        acts: [],
        lags: [],
        hosts: [{ name: 'a', due: { kind: 'after', seconds: 2 }, noted: noted(host), downSeconds: 1.5 }],
        end: { at: 40, output: true, countdown: false },
        ...change,
    };
}

/** Shut down when due, and woken after the return. */
const GOOD: Brief[] = [
    [12.3, 'shutdown'],
    [12.3, 'going down'],
    [13.8, 'down'],
    [20.6, 'packet', 'down'],
    [20.6, 'booting'],
    [22.6, 'up'],
];

function faults(host: Brief[], change?: Partial<LaneRecord>): string {
    return judge(record(host, change))
        .flatMap((verdict) => verdict.faults)
        .join('; ');
}

describe('the judge of the scenes', () => {
    it('finds nothing wrong where all is right', () => {
        const [host] = judge(record(GOOD));
        assert.deepEqual(host!.faults, []);
        assert.equal(host!.expected, 'outage 1: down, up at the end');
        assert.equal(host!.actual, 'up > going down > down > booting > up');
        assert.equal(faults(GOOD), '');
    });

    it('names a host that stays down', () => {
        assert.match(faults(GOOD.slice(0, 3)), /stranded: is down at the end/);
    });

    it('names a shutdown on mains, after the return and before any outage', () => {
        assert.match(faults([...GOOD, [21.6, 'shutdown']]), /told to shut down 1.6 s after the mains were back/);
        assert.match(faults([[5, 'shutdown'], ...GOOD]), /on mains, before any outage/);
    });

    it('names one that is told too early, too late, never, or twice', () => {
        assert.match(faults([[11, 'shutdown'], ...GOOD.slice(1)]), /1.0 s before it was due/);
        assert.match(faults([]), /still up 3.0 s after it was due/);
        const late = GOOD.map(([at, ...rest]): Brief => [at < 20 ? at + 4 : at, ...rest]);
        assert.match(faults(late), /still up 3.0 s after it was due/);
        assert.match(
            faults([...GOOD.slice(0, 3), [15, 'shutdown', 'down'], ...GOOD.slice(3)]),
            /told to shut down 2 times/,
        );
    });

    it('grants the repetition of one step to a kill, and time to a busy machine, and no more', () => {
        const twice: Brief[] = [...GOOD.slice(0, 2), [13, 'shutdown', 'going down'], ...GOOD.slice(2)];
        assert.equal(
            faults(twice, {
                acts: [12.5],
                ran: [
                    { from: 0, to: 12.5 },
                    { from: 12.9, to: Infinity },
                ],
            }),
            '',
        );
        const moments = [
            { at: 10, what: 'mains off' },
            { at: 14, what: 'mains on' },
        ];
        const after = GOOD.map(([at, ...rest]): Brief => [at < 20 ? at + 4 : at, ...rest]);
        assert.equal(faults(after, { moments, lags: [{ at: 16, seconds: 0.5 }] }), '');
        assert.match(faults(after, { moments, lags: [{ at: 8, seconds: 0.5 }] }), /2.3 s after the mains were back/);
    });

    it('lets a host be told late for as long as Node-RED did not run', () => {
        const late = GOOD.map(([at, ...rest]): Brief => [at < 20 ? at + 4 : at, ...rest]);
        assert.equal(
            faults(late, {
                acts: [11],
                ran: [
                    { from: 0, to: 11 },
                    { from: 15, to: Infinity },
                ],
            }),
            '',
        );
        assert.match(
            faults([], {
                acts: [11],
                ran: [
                    { from: 0, to: 11 },
                    { from: 12, to: Infinity },
                ],
            }),
            /still up/,
        );
    });

    it('counts from the first sight where the UPS does not tell for how long it has been on battery', () => {
        const away = {
            acts: [10.3],
            ran: [
                { from: 0, to: 10.3 },
                { from: 12, to: Infinity },
            ],
        };
        const late = GOOD.map(([at, ...rest]): Brief => [at < 20 ? at + 5 : at, ...rest]);
        assert.match(faults(late, away), /still up 4.5 s after it was due/);
        assert.equal(faults(late, { ...away, countsSeconds: false }), '');
    });

    it('names a packet on battery', () => {
        assert.match(
            faults([...GOOD.slice(0, 3), [15, 'packet', 'down'], ...GOOD.slice(3)]),
            /packet on battery, 5.0 s/,
        );
        assert.equal(
            faults([...GOOD.slice(0, 3), [11, 'packet', 'down'], ...GOOD.slice(3)]),
            '',
            'the outage is only just known',
        );
    });

    it('names a host that the battery took, where there was time to shut it down', () => {
        const moments = [
            { at: 10, what: 'mains off' },
            { at: 18, what: 'empty' },
            { at: 18, what: 'output off' },
            { at: 20, what: 'mains on' },
            { at: 22, what: 'output on' },
        ];
        const crashed: Brief[] = [
            [18, 'crashed'],
            [23, 'packet', 'crashed'],
            [23, 'booting'],
            [25, 'up'],
        ];
        assert.match(faults(crashed, { moments }), /still up 3.0 s after it was due.*crashed with the battery/);
        const soon = moments.map(({ at, what }) => ({ at: at === 18 ? 13 : at, what }));
        const excused: Brief[] = [[13, 'crashed'], ...crashed.slice(1)];
        assert.equal(faults(excused, { moments: soon }), '', 'nobody could have been told in time');
    });

    it('excuses a host that the battery took in an outage that nobody could see, and no other', () => {
        const moments = [
            { at: 10, what: 'mains off' },
            { at: 18, what: 'empty' },
            { at: 18, what: 'output off' },
            { at: 20, what: 'mains on' },
        ];
        const away = {
            moments,
            acts: [10.5],
            ran: [
                { from: 0, to: 10.5 },
                { from: 19, to: Infinity },
            ],
        };
        assert.equal(faults([[18, 'crashed']], away), '');
        const seen = {
            ...away,
            ran: [
                { from: 0, to: 12.5 },
                { from: 19, to: Infinity },
            ],
        };
        assert.match(faults([[18, 'crashed']], seen), /stranded: is crashed/);
    });

    it('names a host that comes up in mid-outage and is left up', () => {
        const moments = [
            { at: 10, what: 'mains off' },
            { at: 40, what: 'mains on' },
        ];
        const up: Brief[] = [
            [9, 'booting'],
            [11, 'up'],
        ];
        assert.match(faults(up, { moments, end: { at: 60, output: true, countdown: false } }), /still up/);
        const later: Brief[] = [
            [9, 'booting'],
            [14, 'up'],
            [28, 'shutdown'],
            [28, 'going down'],
            [29.5, 'down'],
            [41, 'booting'],
            [43, 'up'],
        ];
        assert.match(
            faults(later, { moments, end: { at: 60, output: true, countdown: false } }),
            /still up 13.0 s after/,
        );
        const soon = later.map(([at, ...rest]): Brief => [at > 20 && at < 30 ? at - 8 : at, ...rest]);
        assert.equal(faults(soon, { moments, end: { at: 60, output: true, countdown: false } }), '');
    });

    it('knows when a battery is low, and that nobody is due by one that is not', () => {
        const low = { hosts: [{ name: 'a', due: { kind: 'low' } as const, noted: noted(GOOD), downSeconds: 1.5 }] };
        assert.match(faults([], low), /1.7 s before it was due/);
        const full = {
            ...low,
            samples: [
                { at: 10, charge: 100 },
                { at: 20, charge: 95 },
            ],
        };
        assert.match(faults([], full), /though it was not due/);
    });

    it('lets no battery be low that was low only out of sight', () => {
        const low = { hosts: [{ name: 'a', due: { kind: 'low' } as const, noted: noted(GOOD), downSeconds: 1.5 }] };
        const samples = Array.from({ length: 100 }, (_, index) => ({ at: 10 + index / 10, charge: 94 - index / 5 }));
        assert.equal(faults([], { ...low, samples }), '');
        const blind = [{ from: 10.1, to: 24 }];
        assert.match(faults([], { ...low, samples, blind }), /though it was not due/);
        const ran = [
            { from: 0, to: 10.1 },
            { from: 21, to: Infinity },
        ];
        assert.match(faults([], { ...low, samples, ran }), /though it was not due/);
    });

    it('lets a battery be low that was low only for a moment before the UPS went dark', () => {
        const low = { hosts: [{ name: 'a', due: { kind: 'low' } as const, noted: noted(GOOD), downSeconds: 1.5 }] };
        const samples = Array.from({ length: 100 }, (_, index) => ({ at: 10 + index / 10, charge: 94 - index / 5 }));
        const blind = [{ from: 12.5, to: 24 }];
        assert.equal(faults(GOOD, { ...low, samples, blind }), '');
    });

    it('counts two outages whose mains were back for a moment as one or as two', () => {
        const moments = [
            { at: 10, what: 'mains off' },
            { at: 11, what: 'mains on' },
            { at: 12, what: 'mains off' },
            { at: 20, what: 'mains on' },
        ];
        assert.equal(faults(GOOD, { moments }), '', 'counted from the first');
        const second = GOOD.map(([at, ...rest]): Brief => [at < 20 ? at + 2 : at, ...rest]);
        assert.equal(faults(second, { moments }), '', 'counted from the second');
    });

    it('names what the UPS itself does wrong', () => {
        const moments = [
            { at: 10, what: 'mains off' },
            { at: 20, what: 'mains on' },
            { at: 22, what: 'output off' },
        ];
        const end = { at: 40, output: false, countdown: true };
        const said = faults(GOOD, { moments, end });
        assert.match(said, /switched its output off on mains/);
        assert.match(said, /output of the UPS is off at the end/);
        assert.match(said, /a countdown of the UPS runs at the end/);
        assert.match(
            faults(GOOD, { moments: [...moments.slice(0, 2), { at: 25, what: 'ordered' }] }),
            /ordered off on mains/,
        );
    });

    it('does not blame a Node-RED that did not run for what the UPS counted down', () => {
        const off = [
            { at: 10, what: 'mains off' },
            { at: 20, what: 'mains on' },
            { at: 23, what: 'output off' },
        ];
        assert.match(faults(GOOD, { moments: off }), /switched its output off/);
        const killed = {
            acts: [20.2],
            ran: [
                { from: 0, to: 20.2 },
                { from: 24, to: Infinity },
            ],
        };
        assert.equal(faults(GOOD, { moments: off, ...killed }), '');
    });

    it('counts the return from when it could be seen', () => {
        const silent = { blind: [{ from: 14, to: 24 }] };
        const late: Brief[] = [...GOOD.slice(0, 3), [19, 'shutdown', 'down'], ...GOOD.slice(3)];
        assert.match(faults(late, silent), /2 times/);
        const after = GOOD.map(([at, ...rest]): Brief => [at > 20 ? at + 5 : at, ...rest]);
        assert.equal(faults(after, silent), '');
    });
});
