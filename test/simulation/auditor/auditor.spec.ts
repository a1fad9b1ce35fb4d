import assert from 'node:assert/strict';
import {
    BATTERY,
    because,
    bytes,
    confirmed,
    confirms,
    edgeLine,
    GOOD,
    host,
    jobLine,
    judged,
    killed,
    MAINS,
    mains,
    message,
    ORDERS,
    packet,
    rules,
    starts,
    UNKNOWN,
    without,
    type Moment,
} from './good-story';
import type { Duty } from './rules';
import type { Untimed } from './story';

describe('the auditor', () => {
    it('finds nothing wrong with an outage as it should go', () => {
        assert.equal(because(judged(GOOD)), '');
    });

    describe('nothing lost', () => {
        it('a host that is never told', () => {
            const story = GOOD.filter(([t]) => t < 121 || t >= 200).filter(([t]) => t < 204);
            assert.deepEqual(rules(judged(story)), ['lost']);
        });

        it('but not while its network is down, or the device silent, or nothing runs', () => {
            const story = GOOD.filter(([t]) => t < 121 || (t >= 200 && t < 204));
            const hindered: Moment[][] = [
                [[110, { what: 'weather', address: '192.0.2.10', weather: 'silent' }]],
                [[110, { what: 'device', answers: false }]],
                [[110, killed]],
            ];
            for (const more of hindered) assert.ok(!rules(judged([...story, ...more])).includes('lost'));
        });
    });

    describe('nothing twice', () => {
        const again: Moment[] = [
            [140, bytes(2)],
            [140.2, confirms(2)],
            [140.3, jobLine],
        ];

        it('a host that is told again', () => {
            assert.deepEqual(rules(judged([...GOOD, ...again])), ['twice']);
        });

        it('but a try of which nobody heard that it had come', () => {
            assert.equal(because(judged([...without(confirmed), ...again])), '');
        });

        it('but the step that was under way when the process was killed, once', () => {
            const kill: Moment[] = [
                [121.2, killed],
                [122, starts],
            ];
            assert.equal(because(judged([...GOOD, ...kill, ...again])), '');
            assert.deepEqual(rules(judged([...GOOD, ...kill, ...again, [139, bytes(3)], [139.1, confirms(3)]])), [
                'twice',
            ]);
        });

        it('not the one that was noted before the process was killed', () => {
            const kill: Moment[] = [
                [130, killed],
                [131, starts],
            ];
            assert.deepEqual(rules(judged([...GOOD, ...kill, ...again])), ['twice']);
        });

        it('but what was ordered to be repeated, as often as that', () => {
            const duties = [{ ...ORDERS.duties[0]!, repeatSeconds: 15 }];
            assert.equal(because(judged([...GOOD, ...again], { duties })), '');
            const more = [137, 138, 139].map((t): Moment => [t, bytes(t)]);
            const answered = [137, 138, 139].map((t): Moment => [t + 0.1, confirms(t)]);
            assert.deepEqual(rules(judged([...GOOD, ...again, ...more, ...answered], { duties })), ['twice']);
        });
    });

    describe('nothing early', () => {
        it('a host that is told before its time', () => {
            const duties = [{ ...ORDERS.duties[0]!, due: { kind: 'after' as const, seconds: 40 } }];
            assert.deepEqual(rules(judged(GOOD, { duties })), ['early']);
        });

        it('by what was true of the battery', () => {
            const low = [{ ...ORDERS.duties[0]!, due: { kind: 'low' as const } }];
            assert.deepEqual(rules(judged(GOOD, { duties: low })), ['early']);
            const runtime = (seconds: number) => [{ ...ORDERS.duties[0]!, due: { kind: 'runtime' as const, seconds } }];
            assert.deepEqual(rules(judged(GOOD, { duties: runtime(300) })), ['early']);
            assert.equal(because(judged(GOOD, { duties: runtime(580) })), '');
        });

        it('counts on over mains that nobody saw come back', () => {
            const blink: Moment[] = [
                [117, mains(true)],
                [118, mains(false)],
            ];
            assert.equal(because(judged([...GOOD, ...blink])), '');
        });

        it('and anew after mains that were seen', () => {
            const seen: Moment[] = [
                [111, mains(true)],
                [112, MAINS],
                [113, MAINS],
                [115, mains(false)],
                [112.5, edgeLine(false)],
                [120, edgeLine(true, { episode: 'u:power-fail:2' })],
            ];
            const faults = judged([...GOOD.filter(([t, each]) => t < 190 || each !== edgeLine(false)), ...seen]);
            assert.ok(rules(faults).includes('early'), because(faults));
        });
    });

    describe('settings that are changed by a deploy in mid-outage', () => {
        const [order] = ORDERS.duties;
        const at = 110_000;
        const deploy: Moment[] = [
            [110, { what: 'deploy', state: 'begins', type: 'nodes' }],
            [110.5, { what: 'deploy', state: 'ends', type: 'nodes' }],
        ];
        const untold = GOOD.filter(([t]) => t < 121 || (t >= 200 && t < 204));
        const after = (seconds: number) => ({ ...order!, due: { kind: 'after' as const, seconds } });

        it('a job that is switched off tells nobody any more, and need not', () => {
            const duties = [{ ...order!, to: at }];
            assert.deepEqual(rules(judged([...GOOD, ...deploy], { duties })), ['early']);
            assert.equal(because(judged([...untold, ...deploy], { duties })), '');
        });

        it('a timing that is made longer counts at once', () => {
            const duties = [
                { ...after(20), to: at },
                { ...after(60), from: at },
            ];
            assert.deepEqual(rules(judged([...GOOD, ...deploy], { duties })), ['early']);
        });

        it('and one that is made shorter, too', () => {
            const duties = [
                { ...after(200), to: at },
                { ...after(20), from: at },
            ];
            assert.equal(because(judged([...GOOD, ...deploy], { duties })), '');
            assert.deepEqual(rules(judged([...untold, ...deploy], { duties })), ['lost']);
        });

        it('a timing behind another goes on from the firing that there has been', () => {
            const than = { kind: 'after' as const, seconds: 5 };
            const longer = { kind: 'after' as const, seconds: 60 };
            const behind = (due: Duty['due'], more: Partial<Duty>): Duty => ({ ...order!, due, ...more });
            const due = { kind: 'later' as const, than, seconds: 14 };
            const changed = { ...due, than: longer, before: [{ than, to: at }] };
            const duties = [behind(due, { to: at }), behind(changed, { from: at })];
            assert.equal(because(judged([...GOOD, ...deploy], { duties })), '');
            const never = { ...changed, before: [{ than: longer, to: at }] };
            const unfired = [behind({ ...due, than: longer }, { to: at }), behind(never, { from: at })];
            assert.deepEqual(rules(judged([...GOOD, ...deploy], { duties: unfired })), ['early']);
        });

        it('a timing behind another counts anew where a process that was away has kept nothing', () => {
            const than = { kind: 'after' as const, seconds: 1 };
            const duties = [{ ...order!, due: { kind: 'later' as const, than, seconds: 30 } }];
            const away: Moment[] = [
                [106, killed],
                [140, starts],
            ];
            assert.ok(!rules(judged([...untold, ...away], { duties })).includes('lost'));
            const early: Moment[] = [
                [106, killed],
                [107, starts],
            ];
            assert.ok(rules(judged([...untold, ...early], { duties })).includes('lost'));
        });

        it('is still one job: it does not run again', () => {
            const later: Moment[] = deploy.map(([t, each]) => [t + 20, each]);
            const duties = [
                { ...order!, to: 130_000 },
                { ...order!, from: 130_000 },
            ];
            const again: Moment[] = [
                [140, bytes(2)],
                [140.2, confirms(2)],
                [140.3, jobLine],
            ];
            assert.equal(because(judged([...GOOD, ...later], { duties })), '');
            assert.deepEqual(rules(judged([...GOOD, ...later, ...again], { duties })), ['twice']);
        });

        it('a host that is added after the job has run is not told, one that is added before must be', () => {
            const added = (seconds: number) => [
                { ...after(seconds), hosts: [], to: at },
                { ...after(seconds), from: at },
            ];
            assert.equal(because(judged([...untold, ...deploy], { duties: added(2) })), '');
            assert.deepEqual(rules(judged([...untold, ...deploy], { duties: added(20) })), ['lost']);
        });
    });

    describe('nothing unconfirmed, nothing on mains', () => {
        it('a host that is told without any outage', () => {
            const story: Moment[] = [
                [0, starts],
                [1, MAINS],
                [50, bytes()],
                [50, jobLine],
            ];
            assert.deepEqual(rules(judged(story)), ['on mains']);
        });

        it('by silence on mains', () => {
            const story: Moment[] = [
                [0, starts],
                [1, MAINS],
                [2, { what: 'device', answers: false }],
                [80, bytes()],
                [80, jobLine],
            ];
            assert.deepEqual(rules(judged(story)), ['on mains']);
        });

        it('in a test of the battery', () => {
            const test: Moment[] = [
                [0, starts],
                [1, MAINS],
                [40, { what: 'test', on: true }],
                [41, { what: 'told', source: 'battery', input: 230, test: true }],
                [70, bytes()],
                [70, jobLine],
            ];
            assert.deepEqual(rules(judged(test)), ['on mains']);
        });

        it('though no reading ever spoke of the outage', () => {
            const story = GOOD.filter(([t, each]) => each !== BATTERY && (each !== MAINS || t > 200));
            assert.deepEqual(rules(judged(story)), ['unconfirmed']);
        });

        it('after a start, before anything has confirmed it', () => {
            const restarted = GOOD.filter(([t, each]) => each !== BATTERY || t <= 110 || t > 125);
            const start: Moment[] = [
                [112, killed],
                [119, starts],
                [120, UNKNOWN],
            ];
            assert.deepEqual(rules(judged([...restarted, ...start])), ['unconfirmed']);
            const confirms: Moment = [119.5, BATTERY];
            assert.equal(because(judged([...restarted, ...start, confirms])), '');
        });

        it('but after silence for long enough', () => {
            const restarted = GOOD.filter(([t, each]) => each !== BATTERY || t <= 103 || t > 125);
            const start: Moment[] = [
                [102, BATTERY],
                [103, killed],
                [105, starts],
                [105.5, { what: 'device', answers: false }],
                [125, { what: 'device', answers: true }],
            ];
            assert.equal(because(judged([...restarted, ...start])), '');
        });

        it('after the mains were known to be back', () => {
            const late: Moment[] = [
                [205, bytes()],
                [205, jobLine],
            ];
            const faults = judged([...GOOD.filter(([t]) => t < 121 || t > 121.5), ...late, [121, host('up')]]);
            assert.ok(rules(faults).includes('on mains'), because(faults));
        });

        it('a host that is woken on battery', () => {
            assert.deepEqual(rules(judged([...GOOD, [150, packet]])), ['on mains']);
        });
    });

    describe('never stranded', () => {
        it('a host that stays down', () => {
            assert.deepEqual(rules(judged(GOOD.filter(([t]) => t < 204))), ['stranded']);
        });

        it('but one that lost its supply in an outage that nobody saw', () => {
            const unseen: Moment[] = [
                [240, { what: 'device', answers: false }],
                [241, mains(false)],
                [242, host('crashed')],
                [250, mains(true)],
                [251, { what: 'device', answers: true }],
            ];
            assert.equal(because(judged([...GOOD, ...unseen])), '');
            const seen = judged([...GOOD, ...unseen, [241.5, BATTERY]]);
            assert.deepEqual(rules(seen), ['stranded']);
            const met = (t: number): Moment[] => [
                [241.5, BATTERY],
                [t, killed],
                [t + 5, starts],
            ];
            assert.equal(because(judged([...GOOD, ...unseen, ...met(241.503)])), '', 'killed before it was noted');
            assert.deepEqual(rules(judged([...GOOD, ...unseen, ...met(244)])), ['stranded']);
        });

        it('but one that was woken in the dark of an outage that nobody saw', () => {
            const dark: Moment[] = [
                [203.2, { what: 'device', answers: false }],
                [203.5, mains(false)],
                [203.6, { what: 'output', on: false }],
                [206, mains(true)],
                [207, { what: 'output', on: true }],
                [207, { what: 'device', answers: true }],
                [210, MAINS],
                [211, MAINS],
            ];
            const woken = GOOD.filter(([t, { what }]) => t < 204 || what === 'packet');
            assert.equal(because(judged([...woken, ...dark])), '');
            // Another outage, short and seen, tells nothing of it.
            const short: Moment[] = [
                [250, mains(false)],
                [251, BATTERY],
                [252, mains(true)],
                [253, MAINS],
                [254, MAINS],
            ];
            assert.equal(because(judged([...woken, ...dark, ...short], { confirmSeconds: 4 })), '');
            assert.deepEqual(rules(judged([...woken, ...dark, [205, BATTERY]])), ['stranded']);
        });

        it('a UPS that is off at the end, or is about to go off', () => {
            const off: Moment = [150, { what: 'output', on: false }];
            assert.ok(rules(judged([...GOOD, off])).includes('ups'));
            const counting: Moment = [190, { what: 'ordered', seconds: 200 }];
            assert.deepEqual(rules(judged([...GOOD, counting], { switchesUps: true })), ['ups']);
        });

        it('a UPS that is ordered off on mains', () => {
            const ordered: Moment[] = [
                [220, { what: 'ordered', seconds: 20 }],
                [221, { what: 'aborted' }],
            ];
            assert.deepEqual(rules(judged([...GOOD, ...ordered], { switchesUps: true })), ['on mains']);
        });
    });

    describe('an off edge exactly for each on edge', () => {
        const edges = (moments: Moment[]) =>
            rules(judged([...GOOD.filter(([, each]) => each.what !== 'message'), ...moments]));

        it('one that is missing, and one too many', () => {
            assert.deepEqual(edges([[105, message(true)]]), ['edges']);
            assert.deepEqual(edges([[203, message(false)]]), ['edges']);
        });

        it('one that comes twice', () => {
            const story: Moment[] = [
                [105, message(true)],
                [150, message(true)],
                [203.1, message(false)],
            ];
            assert.deepEqual(edges(story), ['edges']);
        });

        it('but what may not have arrived before a kill is sent again', () => {
            const story: Moment[] = [
                [105, message(true)],
                [105.1, killed],
                [106, starts],
                [110, message(true)],
                [203.1, message(false)],
            ];
            assert.deepEqual(edges(story), []);
        });

        it('an event that begins anew takes the place of the one before it', () => {
            const anew = (replaces?: string): Moment[] => [
                [105, message(true)],
                [150, message(true, { episode: 'u:power-fail:2', replaces })],
                [203.1, message(false, { episode: 'u:power-fail:2' })],
            ];
            assert.deepEqual(edges(anew('u:power-fail:1')), []);
            assert.deepEqual(edges(anew()), ['edges']);
        });
    });

    describe('evidence for each action', () => {
        const evidence = (moments: Moment[]) => rules(judged(moments));

        it('no line of the job', () => {
            assert.deepEqual(evidence(without(jobLine)), ['evidence']);
        });

        it('but a line that the process was killed at may stand once more', () => {
            const again = (at: number): Moment[] => [
                [at, killed],
                [204, starts],
                [205, edgeLine(false)],
            ];
            const twice = (at: number) =>
                judged([...GOOD, ...again(at)]).filter(({ text }) => text.includes('stands twice')).length;
            assert.deepEqual([twice(203.1), twice(203.5)], [0, 1]);
        });

        it('an edge without its rule, without its values, or without its end', () => {
            const lines = (begin: Untimed, ...end: Moment[]): Moment[] => [
                ...GOOD.filter(([, each]) => each.what !== 'log' || each === jobLine),
                [105, begin],
                ...end,
            ];
            const off: Moment = [203.1, edgeLine(false)];
            assert.deepEqual(evidence(lines(edgeLine(true), off)), []);
            assert.deepEqual(evidence(lines(edgeLine(true, { rule: undefined }), off)), ['evidence']);
            assert.deepEqual(evidence(lines(edgeLine(true, { values: 0 }), off)), ['evidence']);
            assert.deepEqual(evidence(lines(edgeLine(true))), ['evidence']);
            assert.deepEqual(evidence(lines(edgeLine(true), off, off)), ['evidence']);
        });
    });

    it('nothing is done in a dry run', () => {
        assert.ok(rules(judged(GOOD, { dryRun: true })).includes('dry run'));
    });

    it('an error that nobody catches', () => {
        assert.deepEqual(rules(judged([...GOOD, [150, { what: 'rejection', text: 'TypeError' }]])), ['crash']);
    });
});
