import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jobWarnings } from '../../../../lib/flow/graph/job-warnings';
import { jobKindOf } from '../../../../lib/flow/graph/node-role';
import { timingOf } from '../../../../lib/flow/graph/path-timings';
import { ROLES } from '../../../support/roles';
import { event, graphOf, logJob, node, timing, unit } from './flows';

const manifest = JSON.parse(readFileSync(join(__dirname, '../../../../package.json'), 'utf8')) as {
    'node-red': { nodes: Record<string, string> };
};
const typesOf = (family: string) =>
    Object.entries(manifest['node-red'].nodes)
        .filter(([, file]) => file.includes(`/${family}/`))
        .map(([type]) => type);

describe('roles of nodes in the graph', () => {
    it('are known of every job, and of every source of events', () => {
        // They answer to messages of their own, not to events.
        const others = ['ups-rccmd-receiver', 'ups-remote-receiver'];
        for (const type of typesOf('jobs').filter((each) => !others.includes(each)))
            assert.ok(ROLES[type]?.job, `${type} declares no job`);
        const passing = ['ups-status', 'ups-timing'];
        for (const type of [...typesOf('events'), ...typesOf('sensors')].filter((each) => !passing.includes(each)))
            assert.ok(ROLES[type]?.source, `${type} declares no source`);
    });

    it('show a job that writes settings of a UPS, and ask for nothing that undoes it', () => {
        const nodes = [
            unit(),
            event(['change']),
            node('change', 'change', { wires: [['set']] }),
            node('set', 'ups-settings', { ups: 'ups1' }),
        ];
        const graph = graphOf(nodes);
        const [job] = graph.events.flatMap(({ jobs }) => jobs);
        assert.deepEqual([job?.nodeId, job?.edge, job?.sure], ['set', 'both', false]);
        assert.deepEqual(
            jobWarnings(graph, nodes).map(({ kind }) => kind),
            [],
        );
    });

    it('may be told of a type that this package does not have', () => {
        const nodes = [unit(), event(['x']), node('x', 'other-job')];
        const roles = {
            ...ROLES,
            'other-job': { job: { kind: 'action', does: 'down', to: ['host a'] } } as const,
        };
        assert.equal(jobWarnings(graphOf(nodes, { roles }), nodes)[0]?.kind, 'noCounter');
        assert.deepEqual(graphOf(nodes).events[0]?.jobs, []);
    });

    it('are none of a type that is called as what every object has', () => {
        assert.equal(jobKindOf(node('x', 'constructor'), ROLES), undefined);
    });

    it('tell a command that shuts down from others', () => {
        const does = (command: unknown) => {
            const kind = jobKindOf(node('x', 'ups-ssh', { command, hosts: 'a' }), ROLES);
            return kind?.kind === 'action' && kind.does;
        };
        assert.equal(does(undefined), 'down');
        assert.equal(does('sudo /sbin/shutdown -h now'), 'down');
        assert.equal(does('systemctl restart app'), 'run');
    });

    it('stand whatever a program has written into a flow', () => {
        const odd = [null, 7, 'text', {}, [null, 7, {}]];
        for (const type of Object.keys(ROLES)) {
            for (const value of odd) {
                const settings = [
                    'events',
                    'hosts',
                    'targets',
                    'callable',
                    'warning',
                    'wires',
                    'links',
                    'rules',
                    'ups',
                ];
                const over = Object.fromEntries(settings.map((name) => [name, value]));
                const nodes = [unit(), event(['x', 's', 'l']), node('x', type, over)];
                const passing = ['switch', 'link out', 'link call', 'subflow:s'].map((each) => node('s', each, over));
                for (const each of passing)
                    assert.doesNotThrow(() => graphOf([...nodes, each]), `${type} ${JSON.stringify(value)}`);
            }
        }
    });
});

describe('a timing in the graph', () => {
    it('without a mode or a time waits as its node does: never at once unless that was chosen', () => {
        assert.deepEqual(timingOf(timing('t', {})), {
            nodeId: 't',
            mode: 'after',
            seconds: 300,
            repeat: 0,
            runtime: 'smaller',
        });
        assert.equal(timingOf(timing('t', { mode: 'on-battery', seconds: '' })).seconds, 300);
        assert.equal(timingOf(timing('t', { mode: 'immediately', seconds: 300 })).seconds, 0);
        const nodes = [unit(), event(['t']), timing('t', {}, 'a'), logJob('a')];
        assert.equal(graphOf(nodes).events[0]?.jobs[0]?.after, 300);
    });
});
