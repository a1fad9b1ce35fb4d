import assert from 'node:assert/strict';
import { UPS_EVENT_IDS } from '../../../../lib/core/events/ids';
import type { FlowNode } from '../../../../lib/flow/graph/flow-node';
import { jobWarnings } from '../../../../lib/flow/graph/job-warnings';
import { timingsInSequence } from '../../../../lib/flow/graph/path-timings';
import { event, found, graphOf, logJob, node, rccmd, timing, unit } from './flows';

describe('jobs of a flow', () => {
    it('are found directly, through timings, and one behind the other', () => {
        const nodes = [
            unit(),
            event(['log1', 'timing1']),
            node('log1', 'ups-log', {}, 'log2'),
            logJob('log2'),
            timing('timing1', { mode: 'after', seconds: '300', repeat: '30' }, 'timing2'),
            timing('timing2', { mode: 'remaining', seconds: 1800 }, 'down1', 'up1'),
            rccmd('down1', 'shutdown', 'a'),
            rccmd('up1', 'wakeup', 'a', { edge: 'off' }),
        ];
        assert.deepEqual(found(nodes), [
            'power-fail log1',
            'power-fail log2',
            'power-fail down1 after 300 left 1800 every 30',
            'power-fail up1 off',
        ]);
    });

    it('timings one behind the other add up, and are read as one', () => {
        const chains: [object[], string, string][] = [
            [
                [
                    { mode: 'after', seconds: 180 },
                    { mode: 'after', seconds: 300 },
                ],
                ' after 480',
                'after 480',
            ],
            [[{ mode: 'immediately' }, { mode: 'after', seconds: 5 }], ' after 5', 'after 5'],
            [
                [
                    { mode: 'remaining', seconds: 600 },
                    { mode: 'after', seconds: 60 },
                ],
                ' after 60 left 540',
                'remaining 600, after 60',
            ],
            [
                [
                    { mode: 'on-battery', seconds: 300 },
                    { mode: 'after', seconds: 60 },
                ],
                ' after 60 battery 360',
                'on-battery 300, after 60',
            ],
            [
                [
                    { mode: 'after', seconds: 60 },
                    { mode: 'on-battery', seconds: 300 },
                ],
                ' after 60 battery 300',
                'after 60, on-battery 300',
            ],
        ];
        for (const [timings, sum, readAs] of chains) {
            const wired = timings.map((one, index) =>
                timing(`t${index}`, one, index + 1 < timings.length ? `t${index + 1}` : 'job'),
            );
            const nodes = [unit(), event(['t0']), ...wired, logJob('job')];
            assert.deepEqual(found(nodes), [`power-fail job${sum}`]);
            const [job] = graphOf(nodes).events[0]!.jobs;
            const shown = timingsInSequence(job!.timings);
            assert.equal(shown.map(({ mode, seconds }) => `${mode} ${seconds}`).join(', '), readAs);
        }
    });

    it('"all events" is what it says; an older flow means it by an empty list, a newer one nothing', () => {
        const jobs = (more: object) => found([unit(), { ...event(['a'], []), ...more }, logJob('a')]);
        assert.deepEqual(jobs({}), ['* a']);
        assert.deepEqual(jobs({ all: true }), ['* a']);
        assert.deepEqual(jobs({ all: false }), []);
        assert.deepEqual(jobs({ all: true, events: ['overload'] }), ['* a']);
    });

    it('tell that their event counts only on battery', () => {
        const job = (more: object) =>
            graphOf([unit(), { ...event(['a']), ...more }, logJob('a')]).events[0]!.jobs[0]!.onlyOnBattery;
        assert.equal(job({ onlyOnBattery: true }), true);
        assert.equal(job({}), undefined);
    });

    it('behind a job only those of the same edge run', () => {
        const nodes = [unit(), event(['a']), node('a', 'ups-log', {}, 'b'), logJob('b', { edge: 'off' })];
        assert.deepEqual(found(nodes), ['power-fail a']);
        assert.deepEqual(graphOf(nodes).unreached, ['b']);
    });

    it('are found through links, link calls, junctions and core nodes', () => {
        const nodes = [
            unit(),
            event(['out1', 'junction1', 'function1', 'call1']),
            node('out1', 'link out', { mode: 'link', links: ['in1', 'in2'] }),
            node('in1', 'link in', {}, 'a'),
            node('in2', 'link in', {}, 'b'),
            node('junction1', 'junction', {}, 'c'),
            node('function1', 'function', {}, 'd'),
            node('call1', 'link call', { linkType: 'static', links: ['in3'] }, 'f'),
            node('in3', 'link in', {}, 'e', 'return1'),
            node('return1', 'link out', { mode: 'return', links: [] }),
            ...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => logJob(id)),
        ];
        assert.deepEqual(found(nodes).sort(), [
            'power-fail a',
            'power-fail b',
            'power-fail c',
            'power-fail d perhaps',
            'power-fail e',
            'power-fail f perhaps',
        ]);
    });

    it('are found in subflows, nested ones too, and behind them', () => {
        const nodes = [
            {
                id: 'outer',
                type: 'subflow',
                in: [{ wires: [{ id: 'inner1' }] }],
                out: [{ wires: [{ id: 'inner1', port: 0 }] }],
            },
            { id: 'inner', type: 'subflow', in: [{ wires: [{ id: 't' }] }], out: [{ wires: [{ id: 't', port: 0 }] }] },
            unit(),
            event(['outer1']),
            node('outer1', 'subflow:outer', {}, 'behind'),
            node('inner1', 'subflow:inner', { z: 'outer' }),
            timing('t', { mode: 'after', seconds: 60, z: 'inner' }, 'within'),
            logJob('within', { z: 'inner' }),
            logJob('behind'),
        ] as FlowNode[];
        assert.deepEqual(found(nodes), ['power-fail within after 60', 'power-fail behind after 60']);
    });

    it('an event in a subflow reaches what its instances are wired to', () => {
        const nodes = [
            { id: 'sub', type: 'subflow', in: [], out: [{ wires: [{ id: 'event1', port: 0 }] }] },
            unit(),
            { ...event([]), z: 'sub' },
            node('one', 'subflow:sub', {}, 'a'),
            node('two', 'subflow:sub', {}, 'b'),
            logJob('a'),
            logJob('b'),
        ] as FlowNode[];
        assert.deepEqual(found(nodes), ['power-fail a', 'power-fail b']);
    });

    it('a switch is followed where it asks for edge, event or level, and not guessed at elsewhere', () => {
        const rules = (property: string, ...list: object[]) => ({ property, propertyType: 'msg', rules: list });
        const nodes: FlowNode[] = [
            unit(),
            event(['edge', 'id', 'other', 'value', 'truth'], ['power-fail', 'battery-low']),
            { id: 'edge', type: 'switch', ...rules('payload', { t: 'true' }, { t: 'else' }), wires: [['a'], ['b']] },
            { id: 'id', type: 'switch', ...rules('event.id', { t: 'eq', v: 'battery-low' }), wires: [['c']] },
            { id: 'other', type: 'switch', ...rules('status.battery', { t: 'eq', v: 'x' }), wires: [['d']] },
            { id: 'value', type: 'switch', ...rules('payload', { t: 'eq', v: 'x' }), wires: [['g']] },
            { id: 'truth', type: 'switch', ...rules('event.active', { t: 'true' }), wires: [['h']] },
            {
                id: 'th',
                type: 'ups-threshold',
                ups: 'ups1',
                warning: { enabled: true, comparison: 'less-than', low: 40 },
                alarm: { enabled: true, comparison: 'less-than', low: 15 },
                wires: [['lvl']],
            },
            {
                id: 'lvl',
                type: 'switch',
                ...rules('event.level', { t: 'eq', v: 'warning' }, { t: 'eq', v: 'alarm' }),
                wires: [['e'], ['f']],
            },
            logJob('a'),
            logJob('b', { edge: 'off' }),
            ...['c', 'd', 'e', 'f', 'g', 'h'].map((id) => logJob(id)),
        ];
        assert.deepEqual(found(nodes).sort(), [
            'alarm f',
            'battery-low a',
            'battery-low b off',
            'battery-low c',
            'battery-low d perhaps',
            'battery-low g perhaps',
            'battery-low h perhaps',
            'power-fail a',
            'power-fail b off',
            'power-fail d perhaps',
            'power-fail g perhaps',
            'power-fail h perhaps',
            'warning e',
        ]);
    });

    it('disabled ones are shown as such, and nothing behind them; disabled tabs do not count', () => {
        const nodes = [
            unit(),
            event(['a', 'off1']),
            node('a', 'ups-log', { d: true }, 'b'),
            logJob('b'),
            logJob('c', { z: 'tab2' }),
            { ...event(['c'], ['overload'], 'event2'), z: 'tab2' },
            { id: 'tab2', type: 'tab', disabled: true },
        ] as FlowNode[];
        assert.deepEqual(found(nodes), ['power-fail a disabled']);
        assert.deepEqual(graphOf(nodes).unreached, ['b']);
    });

    it('may run on both edges, and take events without a wire', () => {
        const nodes = [
            unit(),
            event(['a', 'b']),
            node('a', 'ups-aux-switch', { action: 'follow' }),
            logJob('b', { edge: 'both' }),
            node('mail', 'ups-email', { automatic: true, events: ['battery-bad'] }, 'c'),
            logJob('c'),
            node('other', 'ups-email', { automatic: true, ups: 'ups2' }),
        ];
        assert.deepEqual(found(nodes), ['power-fail a both', 'power-fail b both', 'battery-bad mail', 'battery-bad c']);
        assert.deepEqual(graphOf(nodes).unreached, ['other']);
    });

    it('loops end, and a marker begins an event of its own', () => {
        const nodes = [
            unit(),
            event(['x']),
            node('x', 'change', {}, 'y'),
            node('y', 'change', {}, 'x', 'marker1'),
            node('marker1', 'ups-marker', {}, 'a'),
            logJob('a'),
        ];
        assert.deepEqual(found(nodes), ['on a']);
        assert.equal(graphOf(nodes).complete, true);
    });

    it('several nodes of one event are one; all events of a UPS are listed, with or without jobs', () => {
        const nodes = [unit(), event(['a']), event(['b'], ['power-fail'], 'event2'), event(['c'], [], 'event3')];
        const graph = graphOf([...nodes, ...['a', 'b', 'c'].map((id) => logJob(id))], { upsEvents: UPS_EVENT_IDS });
        assert.equal(graph.events.length, UPS_EVENT_IDS.length + 1);
        const jobsOf = (id: string) => graph.events.find((each) => each.event === id)?.jobs.map(({ nodeId }) => nodeId);
        assert.deepEqual([jobsOf('power-fail'), jobsOf('*'), jobsOf('overload')], [['a', 'b'], ['c'], []]);
    });
});

describe('the walk through a flow', () => {
    it('of thousands of nodes takes no time', () => {
        const nodes: FlowNode[] = [unit()];
        for (let i = 0; i < 500; i++) {
            nodes.push(event([`t${i}`, `x${i}`], UPS_EVENT_IDS.slice(0, 5), `e${i}`));
            nodes.push(timing(`t${i}`, { mode: 'after', seconds: i }, `d${i}`), rccmd(`d${i}`, 'shutdown', `host${i}`));
            nodes.push(node(`x${i}`, 'function', {}, `u${i}`), rccmd(`u${i}`, 'wakeup', `host${i}`, { edge: 'off' }));
        }
        const started = performance.now();
        const graph = graphOf(nodes);
        jobWarnings(graph, nodes);
        const took = performance.now() - started;
        assert.equal(graph.complete, true);
        assert.ok(took < 5000, `${took} ms`);
    });
});
