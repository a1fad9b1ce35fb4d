import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FlowNode } from '../../../../lib/flow/graph/flow-node';
import { event, found, node, rccmd, timing, told, unit, warningsOf } from './flows';

const FLOWS = join(__dirname, '../../../../flows');

describe('warnings from the wires', () => {
    it('an action without its counter job, for those whom none reaches', () => {
        const down = rccmd('down1', 'shutdown', 'a, b:6004\n[::1]:6003');
        const nodes = [unit(), event(['down1', 'up1']), down, rccmd('up1', 'wakeup', 'b', { edge: 'off' })];
        assert.deepEqual(warningsOf(nodes), [
            {
                kind: 'noCounter',
                source: 'ups1',
                event: 'power-fail',
                nodeId: 'down1',
                data: { does: 'down', targets: ['a', '::1'] },
            },
        ]);
        const all = [
            unit(),
            event(['down1', 'up1']),
            down,
            rccmd('up1', 'wakeup', '', { broadcast: true, edge: 'off' }),
        ];
        assert.deepEqual(told(all), []);
        const wol = [unit(), event(['down1', 'up1']), down, node('up1', 'ups-wol', { edge: 'off' })];
        assert.deepEqual(told(wol), [], 'a MAC may be anybody');
        const same = [unit(), event(['down1']), down];
        assert.equal(told(same).length, 1);
        const elsewhere = [
            unit(),
            event(['down1']),
            down,
            {
                id: 'th',
                type: 'ups-threshold',
                ups: 'ups1',
                alarm: { enabled: true, comparison: 'less-than', low: 15 },
                wires: [['up1']],
            },
            rccmd('up1', 'wakeup', 'a b ::1'),
        ];
        assert.deepEqual(told(elsewhere), [], 'the counter job may wait for the charge');
    });

    it('a contact or an outlet that stays as the event has left it', () => {
        const one = (type: string, over: object) => told([unit(), event(['job1']), node('job1', type, over)]);
        assert.deepEqual(one('ups-aux-switch', { module: 'm', port: 1, action: 'on' }), ['noCounter power-fail job1']);
        assert.deepEqual(one('ups-aux-switch', { module: 'm', port: 1, action: 'follow' }), []);
        assert.deepEqual(one('ups-aux-switch', { module: 'm', port: 1, action: 'pulse' }), []);
        assert.deepEqual(one('ups-outlet', { ups: 'ups1', outlet: '2', action: 'off' }), ['noCounter power-fail job1']);
        assert.deepEqual(one('ups-outlet', { ups: 'ups1', outlet: '2', action: 'cycle' }), []);
        assert.deepEqual(one('ups-test', { ups: 'ups1' }), []);
        assert.deepEqual(one('ups-email', {}), []);
        const other = (outlet: string) =>
            told([
                unit(),
                event(['a', 'b']),
                node('a', 'ups-outlet', { ups: 'ups1', outlet: '2', action: 'off' }),
                node('b', 'ups-outlet', { ups: 'ups1', outlet, action: 'on', edge: 'off' }),
            ]);
        assert.deepEqual(other('2'), []);
        assert.deepEqual(other('3'), ['noCounter power-fail a']);
    });

    it('a pulse undoes nothing, and off and on again undoes off', () => {
        const undone = (type: string, to: object, does: string, by: string) =>
            told([
                unit(),
                event(['a', 'b']),
                node('a', type, { ...to, action: does }),
                node('b', type, { ...to, action: by, edge: 'off' }),
            ]);
        const outlet = { ups: 'ups1', outlet: '2' };
        assert.deepEqual(undone('ups-outlet', outlet, 'off', 'pulse'), ['noCounter power-fail a']);
        assert.deepEqual(undone('ups-outlet', outlet, 'on', 'pulse'), ['noCounter power-fail a']);
        assert.deepEqual(undone('ups-outlet', outlet, 'off', 'cycle'), []);
        assert.deepEqual(undone('ups-aux-switch', { module: 'm', port: 1 }, 'off', 'pulse'), [
            'noCounter power-fail a',
        ]);
    });

    it('power that is taken for a time on a low battery, unless the outlet is off at rest', () => {
        const low = (over: object) =>
            told([
                unit(),
                event(['job1'], ['battery-low']),
                node('job1', 'ups-outlet', { ups: 'ups1', outlet: '2', ...over }),
            ]);
        assert.deepEqual(low({ action: 'pulse' }), ['lowOnMains battery-low job1']);
        assert.deepEqual(low({ action: 'cycle' }), ['lowOnMains battery-low job1']);
        assert.deepEqual(low({ action: 'pulse', rest: 'off' }), []);
    });

    it('a repeat that starts what its user has shut down', () => {
        const waking = (over: object, edge = 'on') =>
            told([
                unit(),
                event(['t', 'd'], ['battery-charging']),
                timing('t', over, 'up1'),
                node('up1', 'ups-wol', { edge }),
            ]);
        assert.deepEqual(waking({ mode: 'repeat', seconds: 180 }), ['repeatUp battery-charging up1']);
        assert.deepEqual(waking({ mode: 'after', seconds: 60, repeat: 180 }), ['repeatUp battery-charging up1']);
        assert.deepEqual(waking({ mode: 'after', seconds: 60 }), []);
        const end = waking({ mode: 'repeat', seconds: 180 }, 'off');
        assert.ok(!end.some((each) => each.startsWith('repeatUp')), 'the end of an event does not repeat');
        const down = [unit(), event(['t', 'u']), timing('t', { mode: 'repeat', seconds: 180 }, 'd')];
        const both = [...down, rccmd('d', 'shutdown', 'a'), rccmd('u', 'wakeup', 'a', { edge: 'off' })];
        assert.deepEqual(told(both), [], 'a shutdown may be repeated');
    });

    it('two jobs that contradict each other on one event', () => {
        const pair = (a: FlowNode, b: FlowNode) =>
            told([unit(), event(['a', 'b']), a, b]).filter((each) => /contra/.test(each));
        const down = rccmd('a', 'shutdown', 'x y');
        assert.deepEqual(pair(down, rccmd('b', 'wakeup', 'y z')), ['contradiction power-fail a']);
        assert.deepEqual(pair(down, rccmd('b', 'wakeup', 'z')), []);
        assert.deepEqual(pair(down, rccmd('b', 'wakeup', 'y', { edge: 'off' })), []);
        assert.deepEqual(pair(down, rccmd('b', 'wakeup', '', { broadcast: true })), ['contradiction power-fail a']);
        assert.deepEqual(pair(down, node('b', 'ups-wol')), [], 'it may be another computer');
        const outlet = (id: string, action: string) => node(id, 'ups-outlet', { ups: 'ups1', outlet: '1', action });
        assert.deepEqual(pair(outlet('a', 'on'), outlet('b', 'off')), ['contradiction power-fail a']);
        const nodes = [unit(), event(['a']), event(['b'], [], 'event2'), outlet('a', 'on'), outlet('b', 'off')];
        assert.deepEqual(
            warningsOf(nodes).flatMap((each) => (each.kind === 'contradiction' ? [[each.event, each.data.other]] : [])),
            [['power-fail', 'b']],
            'one of them hangs on every event',
        );
    });

    it('a shutdown that cannot finish before the battery does', () => {
        const late = (over: object, ups: object = {}, job: FlowNode = rccmd('d', 'shutdown', 'a')) => {
            const up = rccmd('u', 'wakeup', 'a', { edge: 'off' });
            return warningsOf([unit(ups), event(['t', 'u']), timing('t', over, 'd'), job, up]).map(
                ({ kind, data }) => ({
                    kind,
                    ...data,
                }),
            );
        };
        assert.deepEqual(late({ mode: 'after', seconds: 3480 }), [], 'two minutes are left, and needed');
        const [short] = late({ mode: 'after', seconds: 3481 });
        assert.deepEqual(short, { kind: 'tooLate', has: 119, needs: 120, hold: 3600, over: false });
        const [over] = late({ mode: 'on-battery', seconds: 3600 });
        assert.deepEqual(over, { kind: 'tooLate', has: 0, needs: 120, hold: 3600, over: true });
        assert.equal(late({ mode: 'remaining', seconds: 60 }).length, 1);
        assert.equal(late({ mode: 'remaining', seconds: 60 }, { holdMinutes: '' }).length, 1, 'the runtime is told');
        assert.deepEqual(late({ mode: 'remaining', seconds: 300 }), []);
        assert.deepEqual(late({ mode: 'after', seconds: 9999 }, { holdMinutes: '' }), [], 'nobody knows');
        const output = node('d', 'ups-shutdown', { ups: 'ups1', action: 'shutdown', seconds: '300' });
        assert.deepEqual(late({ mode: 'remaining', seconds: 240 }, {}, output)[0], {
            kind: 'tooLate',
            has: 240,
            needs: 300,
            hold: 3600,
            over: false,
        });
    });

    it('a threshold on the charge leaves its share of the hold time', () => {
        const late = (value: string, low: number, seconds: number) =>
            warningsOf([
                unit(),
                {
                    id: 'th',
                    type: 'ups-threshold',
                    ups: 'ups1',
                    value,
                    alarm: { enabled: true, comparison: 'less-than', low },
                    wires: [['t', 'u']],
                },
                timing('t', { mode: 'after', seconds }, 'd'),
                rccmd('d', 'shutdown', 'a'),
                rccmd('u', 'wakeup', 'a', { edge: 'off' }),
            ]).flatMap((each) => (each.kind === 'tooLate' ? [[each.kind, each.data.has]] : []));
        assert.deepEqual(late('battery.chargePercent', 15, 180), []);
        assert.deepEqual(late('battery.chargePercent', 5, 180), [['tooLate', 0]]);
        assert.deepEqual(late('derived.minutesRemaining', 4, 180), [['tooLate', 60]]);
    });

    it('an action on every event', () => {
        const acts = (over: object) => [
            unit(),
            { ...event(['a', 'b'], []), ...over },
            rccmd('a', 'shutdown', 'x'),
            rccmd('b', 'wakeup', 'x', { edge: 'off' }),
        ];
        const every = told(acts({ all: true })).filter((line) => line.startsWith('everyEvent'));
        assert.deepEqual(every, ['everyEvent * a', 'everyEvent * b']);
        assert.deepEqual(
            told(acts({})).filter((line) => line.startsWith('everyEvent')),
            every,
            'as older flows mean it',
        );
        assert.deepEqual(told(acts({ events: ['power-fail'] })), []);
        assert.deepEqual(told([unit(), { ...event(['l'], []), all: true }, node('l', 'ups-log')]), []);
    });

    it('a shutdown on a low battery that is also low on mains', () => {
        const withdrawn = [event(['up'], ['power-fail'], 'pf'), rccmd('up', 'wakeup', 'x', { edge: 'off' })];
        const low = (over: object, ...more: FlowNode[]) =>
            told([unit(), { ...event(['a'], ['battery-low']), ...over }, ...more, ...withdrawn]);
        const down = rccmd('a', 'shutdown', 'x');
        assert.deepEqual(low({}, down), ['lowOnMains battery-low a']);
        assert.deepEqual(low({ onlyOnBattery: true }, down), []);
        const gate = timing('t', { mode: 'on-battery', seconds: 0 }, 'a');
        assert.deepEqual(low({ wires: [['t']] }, gate, down), []);
        const later = timing('t', { mode: 'after', seconds: 60 }, 'a');
        assert.deepEqual(low({ wires: [['t']] }, later, down), ['lowOnMains battery-low a']);
        const charge = (over: object) =>
            told([
                unit(),
                {
                    id: 'th',
                    type: 'ups-threshold',
                    ups: 'ups1',
                    value: 'battery.chargePercent',
                    alarm: { enabled: true, comparison: 'less-than', low: 40, ...over },
                    wires: [['a']],
                },
                down,
                ...withdrawn,
            ]);
        assert.deepEqual(charge({}), ['lowOnMains alarm a']);
        assert.deepEqual(charge({ comparison: 'greater-than' }), []);
    });

    it('a wake-up on anything but the return of the mains', () => {
        const waking = (events: string[], over: object) =>
            told([unit(), event(['up'], events), node('up', 'ups-wol', over)]);
        assert.deepEqual(waking(['battery-low'], { edge: 'off' }), ['wakesTooEarly battery-low up']);
        assert.deepEqual(waking(['power-fail'], { edge: 'on' }), ['wakesTooEarly power-fail up']);
        assert.deepEqual(waking(['power-fail'], { edge: 'off' }), []);
        assert.deepEqual(waking(['battery-charging'], { edge: 'on' }), []);
        // It ends when the battery is full, and when the mains fail again.
        for (const edge of ['off', 'both'])
            assert.deepEqual(waking(['battery-charging'], { edge }), ['wakesTooEarly battery-charging up'], edge);
    });

    it('none about what is disabled', () => {
        assert.deepEqual(told([unit(), event(['a']), rccmd('a', 'shutdown', 'x', { d: true })]), []);
    });

    for (const flow of ['staggered-shutdown', 'ups-events', 'sensor-matrix', 'dc-supply-alarms', 'battery-room']) {
        it(`none about the shipped flow ${flow}`, () => {
            const nodes = JSON.parse(readFileSync(join(FLOWS, `${flow}.json`), 'utf8')) as FlowNode[];
            assert.ok(found(nodes).length > 10);
            assert.deepEqual(told(nodes), []);
        });
    }
});
