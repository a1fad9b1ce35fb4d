import assert from 'node:assert/strict';
import {
    BATTERY,
    because,
    bytes,
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
    rules,
    starts,
    type Moment,
} from './good-story';
import type { Duty } from './rules';
import type { MessageEvent, Untimed } from './story';

const [order] = ORDERS.duties;
/** The outage as it should go, but that no host is told anything. */
const UNTOLD = GOOD.filter(
    ([, each]) => each !== jobLine && !['bytes', 'confirmed', 'packet', 'host'].includes(each.what),
);

describe('what the auditor lets pass, each for its reason', () => {
    describe('a line of the log that a kill met stands once more', () => {
        const job: Untimed = {
            what: 'log',
            entry: { kind: 'job', level: 'info', nodeId: 'wake', episode: 'u:power-fail:1', active: false },
        };
        const back = (...more: Moment[]) => judged([...GOOD, [203.1, killed], [203.6, starts], ...more]);

        it('it alone: that of a job, which runs after the kill, is none of its event', () => {
            assert.equal(because(back([203.7, job])), '');
            assert.equal(because(back([203.7, edgeLine(false)], [203.8, job])), '');
            assert.deepEqual(rules(back([203.7, edgeLine(false)], [203.8, edgeLine(false)])), ['evidence']);
        });
    });

    describe('people who are told when it is over', () => {
        const duties: Duty[] = [{ ...order!, node: 'tell', verb: 'MESSAGE', due: { kind: 'after', seconds: 80 } }];
        const tells: Untimed = { what: 'bytes', host: 'a', verb: 'MESSAGE', state: 'up', contact: 1 };
        const line: Untimed = { what: 'log', entry: { kind: 'job', level: 'info', nodeId: 'tell' } };
        const told = (asked: number, at: number): Moment[] => [
            ...UNTOLD,
            [asked, { ...message(true), from: 'timing', to: 'tell' } as Untimed],
            [Math.max(asked, 203.1), { ...message(false), from: 'timing', to: 'tell' } as Untimed],
            [at, tells],
            [at, line],
        ];

        it('by a job that was asked while it lasted, within its tries', () => {
            assert.equal(because(judged(told(202, 204), { duties })), '');
            assert.equal(because(judged(told(202, 213), { duties })), '');
            assert.deepEqual(rules(judged(told(202, 230), { duties })), ['on mains']);
        });

        it('not by one that was asked when it was over', () => {
            assert.deepEqual(rules(judged(told(203.5, 204), { duties })), ['on mains']);
        });

        it('and not hosts that are to shut down', () => {
            const asked: Moment[] = [
                ...UNTOLD,
                [202, { ...message(true), from: 'timing', to: 'down' } as Untimed],
                [204, bytes()],
                [204, jobLine],
            ];
            assert.ok(rules(judged(asked)).includes('on mains'));
        });
    });

    describe('a shutdown that is late, because the outage was still being confirmed when the process was killed', () => {
        const away = (from: number, until: number): Moment[] => [
            ...UNTOLD.filter(([t, each]) => each !== BATTERY || t <= from || t >= until),
            [from, killed],
            [until, starts],
        ];

        it('before its on edge could be noted: it counts from the next reading', () => {
            const orders = { confirmSeconds: 4 };
            assert.ok(!rules(judged(away(107, 145), orders)).includes('lost'));
        });

        it('not when it was noted', () => {
            assert.ok(rules(judged(away(112, 145), { confirmSeconds: 4 })).includes('lost'));
            assert.ok(rules(judged(away(107, 145))).includes('lost'));
        });
    });

    describe('a shutdown that counts from an outage before', () => {
        const again = (kill: number): Moment[] => [
            ...UNTOLD.filter(([t, each]) => each !== BATTERY || t < 110 || t > 135),
            [110, mains(true)],
            ...[111, 112, 113, 114].map((t): Moment => [t, MAINS]),
            [kill, killed],
            [kill + 1, starts],
            [130, mains(false)],
            [132, BATTERY],
            [132.1, bytes()],
            [132.1, jobLine],
        ];

        it('of which the end was still waited for when the process ended', () => {
            assert.ok(!rules(judged(again(115), { mainsBackSeconds: 5 })).includes('early'));
            assert.ok(rules(judged(again(120), { mainsBackSeconds: 5 })).includes('early'));
        });
    });

    it('a line of the job before its bytes, only where they were on a slow way', () => {
        const early = GOOD.filter(([, each]) => each !== jobLine);
        const slow: Moment = [115, { what: 'weather', address: '192.0.2.10', weather: 'slow' }];
        assert.equal(because(judged([...early, [120.9, jobLine], slow])), '');
        assert.deepEqual(rules(judged([...early, [120.9, jobLine]])), ['evidence']);
        assert.deepEqual(rules(judged([...early, [116, jobLine], slow])), ['evidence']);
    });

    describe('a level that ends, of which the on edge met the end of the process', () => {
        const events = [...ORDERS.events, { node: 'low', ids: ['battery-low'], onlyOnBattery: true }];
        const level = (active: boolean, episode = 'low:battery-low:1') =>
            ({
                what: 'message',
                from: 'low',
                to: 'job',
                event: { id: 'battery-low', sourceId: 'low', episode, active } satisfies MessageEvent,
            }) satisfies Untimed;
        const lines = (on: number): Moment[] => [
            [on, edgeLine(true, { eventId: 'battery-low', episode: 'u:battery-low:1' })],
            [203.1, edgeLine(false, { eventId: 'battery-low', episode: 'u:battery-low:1' })],
        ];
        const story = (...more: Moment[]) => judged([...GOOD, ...more], { events });

        it('only its end is told then', () => {
            const kill: Moment[] = [
                [180.1, killed],
                [203, starts],
            ];
            assert.equal(because(story(...lines(180), ...kill, [203.1, level(false)])), '');
        });

        it('not without such an end of the process, nor once the wire has had another', () => {
            assert.deepEqual(rules(story(...lines(180), [203.1, level(false)])), ['edges']);
            const kill: Moment[] = [
                [150.1, killed],
                [151, starts],
            ];
            const before: Moment[] = [
                [160, level(true, 'low:battery-low:0')],
                [161, level(false, 'low:battery-low:0')],
            ];
            assert.deepEqual(rules(story(...lines(150), ...kill, ...before, [203.1, level(false)])), ['edges']);
        });
    });

    describe('a host that stays down, because its supply ended before the outage could be seen', () => {
        const hint: Untimed = { what: 'told', source: 'mains', input: 0, charge: 1 };
        const ends = (after: number, said: Untimed): Moment[] => [
            ...GOOD,
            [240, mains(false)],
            [241, said],
            [240 + after, host('crashed')],
            [270, mains(true)],
        ];

        it('where the input alone was dead, for less than the device may hide it', () => {
            assert.equal(because(judged(ends(3, hint), { hiddenSeconds: 15 })), '');
            const longer: Moment[] = [...ends(16, hint), [255.5, hint]];
            assert.deepEqual(rules(judged(longer, { hiddenSeconds: 15 })), ['stranded']);
            assert.deepEqual(rules(judged(ends(3, hint))), ['stranded']);
        });

        it('where the process ended while the outage was still being confirmed', () => {
            const away = (t: number): Moment[] => [...ends(9, BATTERY), [t, killed], [280, starts]];
            assert.equal(because(judged(away(243), { confirmSeconds: 4 })), '');
            assert.deepEqual(rules(judged(away(247), { confirmSeconds: 4 })), ['stranded']);
        });

        it('not where the battery was named', () => {
            assert.deepEqual(rules(judged(ends(3, BATTERY), { hiddenSeconds: 15 })), ['stranded']);
        });
    });

    describe('a shutdown by a runtime that was counted down', () => {
        const duties: Duty[] = [{ ...order!, due: { kind: 'runtime', seconds: 480 } }];
        /** The mains come back unheard: the last reading is of 190 s, and the charge is at 85 %, 510 s, by then. */
        const unheard = (last: Untimed, at: number): Moment[] => [
            ...UNTOLD.filter(([t, each]) => t < 190 || each === mains(true)),
            [190, last],
            [190.1, { what: 'device', answers: false }],
            [192, mains(true)],
            [at, bytes()],
            [at, jobLine],
        ];

        it('since the last reading, which spoke of the outage', () => {
            assert.equal(rules(judged(unheard(BATTERY, 222), { duties, staleSeconds: 60 })).includes('early'), false);
            assert.ok(rules(judged(unheard(BATTERY, 210), { duties, staleSeconds: 60 })).includes('early'));
        });

        it('not since one that spoke of the mains', () => {
            assert.ok(rules(judged(unheard(MAINS, 222), { duties, staleSeconds: 60 })).includes('early'));
        });
    });
});
