import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Flow, flowWires, type Plan, type PlannedJob, type PlannedSource } from '../../nodes';
import { FakeClock } from '../support/fake-clock';
import { codes } from '../support/fake-flow';
import { root } from './editor/contract';

describe('the package, for programs', () => {
    const example = (name: string) =>
        JSON.parse(readFileSync(join(root, 'examples', `${name}.json`), 'utf8')) as object[];
    const planOf = (flow: unknown): Plan =>
        new Flow({ clock: new FakeClock(), texts: codes, wires: () => flowWires(flow) }).plan();

    it('plans an exported flow: which jobs an event would run, and when', () => {
        const flow = example('ups-timing');
        const { sources, complete } = planOf(flow);
        assert.equal(complete, true);
        const jobs = sources.flatMap(({ events }: PlannedSource) => events).flatMap((event) => event.jobs);
        assert.ok(jobs.length > 0);
        assert.ok(jobs.some(({ timings, edge }: PlannedJob) => timings.length > 0 && edge === 'on'));
        assert.deepEqual(planOf({ flows: flow }), planOf(flow));
    });

    it('says what it cannot read', () => {
        assert.throws(() => flowWires('flow'), TypeError);
    });
});
