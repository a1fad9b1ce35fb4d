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

    it('are certain behind nodes that pass a message on as it is, and name every other node', () => {
        const types = [
            'link in',
            'junction',
            'json',
            'join',
            'split',
            'sort',
            'python3-function',
            'trigger',
            'link call',
        ];
        const nodes = [
            unit(),
            event(types.map((_, index) => `n${index}`)),
            ...types.map((type, index) => node(`n${index}`, type, {}, `j${index}`)),
            ...types.map((_, index) => logJob(`j${index}`)),
            event(['one'], ['battery-low'], 'event2'),
            node('one', 'function', {}, 't'),
            timing('t', {}, 'two'),
            node('two', 'csv', {}, 'last'),
            logJob('last'),
        ];
        const [first, second] = graphOf(nodes).events;
        assert.deepEqual(
            first!.jobs.map(({ sure, dependsOn }) => (sure ? 'sure' : dependsOn.join())),
            ['sure', 'sure', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8'],
        );
        assert.deepEqual(second!.jobs[0]!.dependsOn, ['one', 'two']);
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
    /** Pairs of timings side by side, each pair behind the one before it; then two jobs. */
    const ladder = (rungs: number) => {
        const pair = (rung: number) => [`a${rung}`, `b${rung}`];
        const timings = Array.from({ length: rungs }, (_, rung) =>
            pair(rung).map((id) => timing(id, { mode: 'after', seconds: rung }, ...pair(rung + 1))),
        );
        return [...timings.flat(), logJob(`a${rungs}`), logJob(`b${rungs}`)];
    };
    const jobsOf = (nodes: FlowNode[], id: string) =>
        new Set(
            graphOf(nodes)
                .events.find(({ event }) => event === id)
                ?.jobs.map(({ nodeId }) => nodeId),
        );

    it('takes a few steps for each node and event, of however many', () => {
        const flowOf = (size: number) => {
            const nodes: FlowNode[] = [unit()];
            for (let i = 0; i < size; i++) {
                nodes.push(event([`t${i}`, `x${i}`], UPS_EVENT_IDS.slice(0, 5), `e${i}`));
                nodes.push(timing(`t${i}`, { mode: 'after', seconds: i }, `d${i}`));
                nodes.push(rccmd(`d${i}`, 'shutdown', `host${i}`), node(`x${i}`, 'function', {}, `u${i}`));
                nodes.push(rccmd(`u${i}`, 'wakeup', `host${i}`, { edge: 'off' }));
            }
            return nodes;
        };
        const nodes = flowOf(500);
        const graph = graphOf(nodes);
        assert.equal(graph.complete, true);
        assert.deepEqual(graph.effort, { steps: 500 * 5 * 5, nodes: 500 * 5 * 2 });
        assert.equal(graph.effort.steps, 2 * graphOf(flowOf(250)).effort.steps);
        assert.ok(jobWarnings(graph, nodes).length > 0);
    });

    it('passes a timing once, as a message does', () => {
        const itself = [unit(), event(['t']), timing('t', { seconds: 60 }, 't', 'job'), logJob('job')];
        assert.deepEqual(found(itself), ['power-fail job after 60']);
        const two = [
            unit(),
            event(['t1']),
            timing('t1', { seconds: 60 }, 't2'),
            timing('t2', { seconds: 30 }, 't1', 'job'),
            logJob('job'),
        ];
        assert.deepEqual(found(two), ['power-fail job after 90']);
        for (const nodes of [itself, two]) {
            const { complete, effort } = graphOf(nodes);
            assert.equal(complete, true);
            assert.ok(effort.steps < 10, `${effort.steps} steps`);
        }
    });

    it('says that it is not complete where the paths are too many, and still finds the jobs of other events', () => {
        const nodes = [
            unit(),
            event(['a0', 'b0']),
            ...ladder(18),
            event(['other'], ['battery-low'], 'event2'),
            logJob('other'),
            logJob('loose'),
        ];
        const graph = graphOf(nodes);
        assert.equal(graph.complete, false);
        assert.deepEqual(graph.unreached, [], 'nobody knows which');
        assert.ok(graph.effort.steps < 20_000, `${graph.effort.steps} steps`);
        assert.deepEqual([...jobsOf(nodes, 'power-fail')].sort(), ['a18', 'b18']);
        assert.deepEqual([...jobsOf(nodes, 'battery-low')], ['other']);
        assert.equal(graphOf([unit(), event(['a0', 'b0']), ...ladder(5)]).complete, true);
    });

    it('ends, whatever 2,000 nodes are wired to', () => {
        const ids = Array.from({ length: 1000 }, (_, index) => `n${index}`);
        const chain = ids.map((id, index) => timing(id, { seconds: 1 }, `n${index + 1}`));
        const mesh = ids.map((id) => timing(id, { seconds: 1 }, ...ids));
        const flows: FlowNode[][] = [
            [event(['n0']), ...chain, logJob('n1000')],
            [event(ids), ...mesh],
            [event(['a0', 'b0']), ...ladder(900)],
        ];
        for (const nodes of flows) {
            const { complete, effort } = graphOf([unit(), ...nodes]);
            assert.equal(complete, false);
            assert.ok(effort.steps <= 50_000 && effort.nodes <= 1_001_000, JSON.stringify(effort));
        }
    });

    it('leaves a subflow by each output once, however many lead out of it', () => {
        const outputs = Array.from({ length: 10 }, (_, port) => port);
        const depth = 12;
        const nodes: FlowNode[] = [unit(), event(['k0'])];
        for (let level = 0; level < depth; level++) {
            const wires = level === 0 ? outputs.map(() => ['job']) : outputs.map(() => []);
            nodes.push({ id: `k${level}`, type: `subflow:d${level}`, z: level ? `d${level - 1}` : '', wires });
            nodes.push({
                id: `d${level}`,
                type: 'subflow',
                in: [{ wires: [{ id: `k${level + 1}` }] }],
                out: outputs.map(() => ({ wires: outputs.map((port) => ({ id: `k${level + 1}`, port })) })),
            });
        }
        nodes.push(node(`k${depth}`, 'junction', { z: `d${depth - 1}` }), logJob('job'));
        const { complete, effort } = graphOf(nodes);
        assert.deepEqual(found(nodes), ['power-fail job']);
        assert.equal(complete, true);
        assert.ok(effort.steps < 2000, `${effort.steps} steps`);
    });
});
