import assert from 'node:assert/strict';
import { jobGraph } from '../../../lib/flow/graph/job-graph';
import { ROLES } from '../../support/roles';
import { UNDONE_BY } from '../../../lib/flow/graph/node-role';
import type { FlowNode } from '../../../lib/flow/graph/flow-node';
import { rolesOf } from '../../../nodes/editor/flow-roles';
import { graphEventName, timingWords, warningWords } from '../../../nodes/editor/job-words';
import { JOB_FILTERS } from '../../../nodes/editor/jobs-of-flow';
import type { NodeDefinition } from '../../../nodes/editor/red';
import { inBrowser, inEnglish } from './browser';
import { PLUGIN, english } from './contract';

describe('sidebar of jobs', () => {
    const definitions: Record<string, NodeDefinition> = {
        'other-job': { category: 'x', job: { kind: 'info' } },
        'other-source': { category: 'x', eventSource: ({ id }: FlowNode) => ({ source: id, events: ['on'] }) },
    };
    inBrowser({ _: inEnglish, nodes: { getType: (type) => definitions[type] } });

    it('has every text that it puts together', () => {
        const texts = english(PLUGIN);
        const filters = Object.keys(JOB_FILTERS).map((name) => `filter.${name}`);
        const does = Object.keys(UNDONE_BY).map((what) => `warning.noCounter.${what}`);
        const kinds = ['on', 'off', 'both', 'action', 'info'];
        for (const key of [...filters, ...does, ...kinds]) assert.ok(texts.has(`jobs.${key}`), key);
    });

    it('names the events of every source', () => {
        const sources: FlowNode[] = [
            {
                id: 's',
                type: 'ups-threshold',
                warning: { enabled: true, comparison: 'less-than', low: 40 },
                alarm: { enabled: true, comparison: 'less-than', low: 15 },
            },
            { id: 's', type: 'ups-sensor', alarmLow: 1, preAlarmLow: 2, preAlarmHigh: 3, alarmHigh: 4 },
            ...['ups-schedule', 'ups-digital-input', 'ups-marker', 'ups-aux-input'].map((type) => ({ id: 's', type })),
        ];
        const names = sources.flatMap((source) =>
            jobGraph([source], { roles: ROLES }).events.map((event) => graphEventName(event, ROLES)),
        );
        assert.equal(names.length, 2 + 6 + 1 + 2 + 1 + 2);
        for (const name of names) assert.doesNotMatch(name, /^ups-unit\.events\./);
    });

    it('says how timings make a job run, and what is wrong', () => {
        const wired: FlowNode[] = [
            { id: 'ups1', type: 'ups-unit', holdMinutes: 10, shutdownSeconds: 120 },
            { id: 'e', type: 'ups-event', ups: 'ups1', events: ['power-fail'], wires: [['t']] },
            { id: 't', type: 'ups-timing', mode: 'after', seconds: 300, wires: [['u']] },
            { id: 'u', type: 'ups-timing', mode: 'remaining', seconds: 600, repeat: 30, wires: [['j']] },
            { id: 'j', type: 'ups-rccmd', action: 'shutdown', hosts: 'a' },
        ];
        const [job] = jobGraph(wired, { roles: ROLES }).events[0]!.jobs;
        assert.equal(timingWords(job!), 'after 5 min → at 10 min remaining, every 30 s');
        const at = { source: 'ups1', event: 'power-fail', nodeId: 'j' };
        assert.match(warningWords({ ...at, kind: 'noCounter', data: { does: 'down', targets: ['a', '*'] } }), /a, /);
        const late = { has: 60, needs: 120, hold: 600, over: false };
        assert.match(warningWords({ ...at, kind: 'tooLate', data: late }), /1 min.*2 min/);
    });

    it('knows a node of another package by one line of its definition', () => {
        const roles = rolesOf([{ type: 'other-job' }, { type: 'other-source' }]);
        const nodes: FlowNode[] = [
            { id: 's', type: 'other-source', wires: [['j']] },
            { id: 'j', type: 'other-job' },
        ];
        assert.deepEqual(
            jobGraph(nodes, { roles }).events.map(({ event, jobs }) => [event, jobs.map(({ nodeId }) => nodeId)]),
            [['on', ['j']]],
        );
    });
});
