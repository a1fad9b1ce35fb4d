import assert from 'node:assert/strict';
import { Script } from 'node:vm';
import { UPS_EVENT_IDS } from '../../../lib/core/events/ids';
import { PLUGIN, english, htmlOf, nodes as nodeTypes, read } from './contract';

interface FlowNode {
    id: string;
    type: string;
    [property: string]: unknown;
}
interface Job {
    nodeId: string;
    edge: 'on' | 'off' | 'both';
    kind: string;
    after: number;
    onBattery: number;
    remaining?: number;
    repeat: number;
    sure: boolean;
    disabled: boolean;
}
interface EventEntry {
    source: string;
    sourceType: string;
    event: string;
    nodeIds: string[];
    jobs: Job[];
}
interface Graph {
    events: EventEntry[];
    unreached: string[];
    complete: boolean;
}
interface Warning {
    kind: string;
    source: string;
    event: string;
    nodeId: string;
    data: Record<string, unknown>;
}
interface Kind {
    kind: string;
    does?: string;
    to?: string[];
    ends?: boolean;
}
interface Ridethrough {
    jobGraph(nodes: FlowNode[], options?: object): Graph;
    jobWarnings(graph: Graph, nodes: FlowNode[]): Warning[];
    jobKind(node: object, definition?: object): Kind | undefined;
    jobKinds: Record<string, unknown>;
    eventSources: Record<string, unknown>;
    eventNamePrefixes: Record<string, string>;
}

/** The analysis as the browser has it. */
function load(): Ridethrough {
    const window: { Ridethrough?: Ridethrough } = {};
    const RED = { _: (key: string) => key, plugins: { registerPlugin: () => {} } };
    for (const part of ['editor', 'job-kinds', 'job-graph', 'job-warnings']) {
        const html = read('nodes', 'editor', `ridethrough-${part}.html`);
        const script = /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
        new Script(script).runInNewContext({ window, RED });
    }
    return window.Ridethrough!;
}

const plugin = load();
/** Objects of another context are never deeply equal to ours. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const graphOf = (nodes: FlowNode[], options = {}) => plain(plugin.jobGraph(nodes, options));
const warningsOf = (nodes: FlowNode[]) => plain(plugin.jobWarnings(plugin.jobGraph(nodes), nodes));
const told = (nodes: FlowNode[]) => warningsOf(nodes).map(({ kind, event, nodeId }) => `${kind} ${event} ${nodeId}`);

const UNIT = { id: 'ups1', type: 'ups-unit', holdMinutes: '60', shutdownSeconds: '120' };
const unit = (over = {}) => ({ ...UNIT, ...over });
const event = (wires: string[], events = ['power-fail'], id = 'event1') => ({
    id,
    type: 'ups-event',
    ups: 'ups1',
    events,
    wires: [wires],
});
const node = (id: string, type: string, over: object = {}, ...wires: string[]): FlowNode => ({
    id,
    type,
    wires: [wires],
    ...over,
});
const timing = (id: string, over: object, ...wires: string[]) => node(id, 'ups-timing', over, ...wires);
const rccmd = (id: string, action: string, hosts: string, over: object = {}) =>
    node(id, 'ups-rccmd', { action, hosts, ...over });
const logJob = (id: string, over: object = {}) => node(id, 'ups-log', over);

/** `event job` with how it is reached, for every job found. */
function found(nodes: FlowNode[]): string[] {
    return graphOf(nodes).events.flatMap(({ event: id, jobs }) =>
        jobs.map((job) => {
            const parts = [id, job.nodeId];
            if (job.edge !== 'on') parts.push(job.edge);
            if (job.after) parts.push(`after ${job.after}`);
            if (job.onBattery) parts.push(`battery ${job.onBattery}`);
            if (job.remaining !== undefined) parts.push(`left ${job.remaining}`);
            if (job.repeat) parts.push(`every ${job.repeat}`);
            if (!job.sure) parts.push('perhaps');
            if (job.disabled) parts.push('disabled');
            return parts.join(' ');
        }),
    );
}

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
            event(['edge', 'id', 'other'], ['power-fail', 'battery-low']),
            { id: 'edge', type: 'switch', ...rules('payload', { t: 'true' }, { t: 'else' }), wires: [['a'], ['b']] },
            { id: 'id', type: 'switch', ...rules('event.id', { t: 'eq', v: 'battery-low' }), wires: [['c']] },
            { id: 'other', type: 'switch', ...rules('status.battery', { t: 'eq', v: 'x' }), wires: [['d']] },
            {
                id: 'th',
                type: 'ups-threshold',
                ups: 'ups1',
                warning: { enabled: true },
                alarm: { enabled: true },
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
            ...['c', 'd', 'e', 'f'].map((id) => logJob(id)),
        ];
        assert.deepEqual(found(nodes).sort(), [
            'alarm f',
            'battery-low a',
            'battery-low b off',
            'battery-low c',
            'battery-low d perhaps',
            'power-fail a',
            'power-fail b off',
            'power-fail d perhaps',
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
            { id: 'th', type: 'ups-threshold', ups: 'ups1', alarm: { enabled: true }, wires: [['up1']] },
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
        assert.deepEqual(waking({ mode: 'repeat', seconds: 180 }, 'off'), [], 'the end of an event does not repeat');
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
            warningsOf(nodes)
                .filter(({ kind }) => kind === 'contradiction')
                .map(({ event: id, data }) => [id, data.other]),
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
            ]).map(({ kind, data }) => [kind, data.has]);
        assert.deepEqual(late('battery.chargePercent', 15, 180), []);
        assert.deepEqual(late('battery.chargePercent', 5, 180), [['tooLate', 0]]);
        assert.deepEqual(late('derived.minutesRemaining', 4, 180), [['tooLate', 60]]);
    });

    it('none about what is disabled', () => {
        assert.deepEqual(told([unit(), event(['a']), rccmd('a', 'shutdown', 'x', { d: true })]), []);
    });

    it('none about the shipped staggered shutdown', () => {
        const nodes = JSON.parse(read('flows', 'staggered-shutdown.json')) as FlowNode[];
        assert.ok(found(nodes).length > 10);
        assert.deepEqual(told(nodes), []);
    });
});

describe('sidebar of jobs', () => {
    it('has every text that it puts together', () => {
        const texts = english(PLUGIN);
        const source = read('nodes', 'editor', 'ridethrough-jobs-sidebar.html');
        const filters = /const FILTERS = \{([\s\S]*?)\};/.exec(source)?.[1] ?? '';
        const names = [...filters.matchAll(/(\w+): \(/g)].map(([, name]) => `filter.${name}`);
        assert.ok(names.length >= 5);
        const does = ['down', 'off', 'on', 'run'].map((what) => `warning.noCounter.${what}`);
        const kinds = ['on', 'off', 'both', 'action', 'info'];
        for (const key of [...names, ...does, ...kinds]) assert.ok(texts.has(`jobs.${key}`), key);
    });

    it('follows a flow of thousands of nodes in no time', () => {
        const nodes: FlowNode[] = [unit()];
        for (let i = 0; i < 500; i++) {
            nodes.push(event([`t${i}`, `x${i}`], UPS_EVENT_IDS.slice(0, 5), `e${i}`));
            nodes.push(timing(`t${i}`, { mode: 'after', seconds: i }, `d${i}`), rccmd(`d${i}`, 'shutdown', `host${i}`));
            nodes.push(node(`x${i}`, 'function', {}, `u${i}`), rccmd(`u${i}`, 'wakeup', `host${i}`, { edge: 'off' }));
        }
        const started = performance.now();
        const graph = plugin.jobGraph(nodes);
        plugin.jobWarnings(graph, nodes);
        const took = performance.now() - started;
        assert.equal(graph.complete, true);
        assert.ok(took < 5000, `${took} ms`);
        console.log(`      ${nodes.length} nodes in ${Math.round(took)} ms`);
    });
});

describe('classes of jobs', () => {
    it('are known of every job, and every source of events', () => {
        const family = (name: string) =>
            nodeTypes.filter(([, file]) => file.includes(`/${name}/`)).map(([type]) => type);
        // They answer to messages of their own, not to events.
        const others = ['ups-settings', 'ups-rccmd-receiver', 'ups-remote-receiver'];
        for (const type of family('jobs')) {
            if (others.includes(type)) continue;
            const html = read(htmlOf(type));
            assert.ok(
                type in plugin.jobKinds || /^ {8}job:/m.test(html),
                `${type}: add it to R.jobKinds, or a line "job:"`,
            );
        }
        for (const type of [...family('events'), ...family('sensors')]) {
            if (['ups-status', 'ups-timing'].includes(type)) continue;
            const html = read(htmlOf(type));
            assert.ok(
                type in plugin.eventSources || /^ {8}eventSource:/m.test(html),
                `${type}: add it to R.eventSources`,
            );
        }
    });

    it('events of sources have names', () => {
        const texts = english('ups-unit');
        const sources: FlowNode[] = [
            { id: 's', type: 'ups-threshold', warning: { enabled: true }, alarm: { enabled: true } },
            { id: 's', type: 'ups-sensor', alarmLow: 1, preAlarmLow: 2, preAlarmHigh: 3, alarmHigh: 4 },
            ...['ups-schedule', 'ups-digital-input', 'ups-marker', 'ups-aux-input'].map((type) => ({ id: 's', type })),
        ];
        let count = 0;
        for (const source of sources) {
            for (const { event: id } of graphOf([source]).events) {
                const key = `ups-unit.events.${plugin.eventNamePrefixes[source.type] ?? ''}${id}.name`;
                assert.ok(texts.has(key), `${source.type} ${key}`);
                count++;
            }
        }
        assert.equal(count, 2 + 6 + 1 + 2 + 1 + 2);
    });

    it('a node of another file says its own in one line', () => {
        const nodes = [unit(), event(['x']), node('x', 'other-job')];
        const definitionOf = () => ({ job: { kind: 'action', does: 'down', to: ['host a'] } });
        const graph = plugin.jobGraph(nodes, { definitionOf });
        assert.equal(plugin.jobWarnings(graph, nodes)[0]?.kind, 'noCounter');
        assert.equal(plugin.jobKind({ type: 'other-job' }), undefined);
    });

    it('tell a command that shuts down from others', () => {
        const does = (command: unknown) => plugin.jobKind({ type: 'ups-ssh', command, hosts: 'a' })?.does;
        assert.equal(does(undefined), 'down');
        assert.equal(does('sudo /sbin/shutdown -h now'), 'down');
        assert.equal(does('systemctl restart app'), 'run');
    });
});
