import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventMessage, JobResult } from '../../../../lib/core/messages';
import { FinishedRuns } from '../../../../lib/flow/jobs/finished-runs';
import type { Run } from '../../../../lib/flow/jobs/job-run';
import { Registry } from '../../../../lib/flow/registry';
import type { Site } from '../../../../lib/flow/site';
import { FakeClock } from '../../../support/fake-clock';

const NODE = 'job1';
const HOSTS = ['a', 'b'];
const SETTLED = { a: { ok: true }, b: { ok: false, error: 'no answer' } };

describe('finished runs of a job', () => {
    let journal: MemoryJournal;
    let runs: FinishedRuns;
    let now: number;
    beforeEach(() => {
        journal = new MemoryJournal();
        now = 1_000_000;
        restart();
    });

    function restart(): void {
        const clock = new FakeClock();
        const registry = new Registry(clock);
        registry.addSite({ id: 'site1', name: 'Site', store: journal, clock } as unknown as Site);
        runs = new FinishedRuns(registry as never, NODE);
    }

    const event = (episode: string, active: boolean, firing?: string): EventMessage['event'] => ({
        id: 'power-fail',
        source: 'UPS 1',
        sourceId: 'u1',
        level: 'alarm',
        active,
        since: 1,
        at: 1,
        episode,
        text: 'Mains failed',
        ...(firing ? { firing } : {}),
    });
    const note = (
        result: Partial<JobResult>,
        of: {
            episode?: string;
            active?: boolean;
            firing?: string;
            acts?: boolean;
            key?: string;
            progress?: unknown;
        } = {},
    ) => {
        const { episode = 'e1', active = true, firing, acts = true, key = 'key', progress } = of;
        const message = { topic: 't', payload: active, event: event(episode, active, firing), status: {} };
        const run = { message, key, journal, progress } as unknown as Run;
        const job = { type: 'ups-rccmd', name: 'x', ok: true, dryRun: false, endedAt: ++now, ...result } as JobResult;
        runs.note(run, job, { whom: HOSTS, acts });
    };
    const failed = { ok: false, error: 'no answer', detail: [] };
    const told = () => runs.views().map(({ episode, active, state }) => `${episode} ${active ? 'on' : 'off'} ${state}`);

    it('are told once, before and after a restart, with what is needed to run one again', () => {
        note(failed, { progress: { settled: SETTLED } });
        for (const when of ['before', 'after']) {
            assert.deepEqual(told(), ['e1 on failed'], when);
            const [view] = runs.views();
            assert.equal(runs.messageOf(view!)?.event.episode, 'e1');
            assert.equal('status' in runs.messageOf(view!)!, false, 'the reading of that time is not kept');
            restart();
        }
        const [view] = runs.views();
        assert.deepEqual(runs.take(view!), { settled: { a: { ok: true } } });
        assert.deepEqual(told(), []);
        assert.equal(runs.messageOf(view!), undefined);
        note({}, {});
        restart();
        assert.deepEqual(told(), ['e1 on done']);
    });

    it('of off edges outlive the process only while they can be run again', () => {
        note(failed, { active: false });
        restart();
        assert.deepEqual(told(), ['e1 off failed']);
        note({}, { active: false });
        assert.deepEqual(told(), ['e1 off done']);
        restart();
        assert.deepEqual(told(), []);
    });

    it('that failed in an earlier outage stay, beside the latest of the same edge', () => {
        note(failed, { episode: 'e1', active: false });
        note({}, { episode: 'e2', active: false });
        assert.deepEqual(told(), ['e1 off failed', 'e2 off done']);
        note(failed, { episode: 'e1', active: false });
        assert.deepEqual(told(), ['e1 off failed'], 'run again, and failed again');
    });

    it('by another path of the same edge: the latest failure can be run again, both show how they went', () => {
        note(failed, { firing: 'a#1' });
        const [first] = runs.views();
        note(failed, { firing: 'b#1' });
        assert.deepEqual(told(), ['e1 on failed', 'e1 on failed']);
        assert.equal(runs.messageOf(first!), undefined);
        assert.equal(runs.messageOf(runs.views()[1]!)?.event.firing, 'b#1');
    });

    it('that only inform and went well, a dry run, and one without an episode, cost no write', () => {
        let writes = 0;
        const setValue = journal.setValue.bind(journal);
        journal.setValue = (...all) => {
            writes++;
            setValue(...all);
        };
        for (let n = 0; n < 5; n++) note({}, { acts: false, firing: `a#${n}` });
        note({ dryRun: true }, { acts: false, episode: 'e2' });
        note(failed, { key: '' });
        assert.equal(writes, 0);
        assert.equal(runs.views().length, 2, 'the latest of each path');
    });

    it('that went on after a failure of a job that only informs replace it', () => {
        note(failed, { acts: false });
        note({}, { acts: false });
        restart();
        assert.deepEqual(told(), ['e1 on done']);
    });

    it('are limited: twenty to run again, of the last week', () => {
        for (let n = 0; n < 30; n++) note(failed, { episode: `e${n}`, active: false });
        restart();
        assert.equal(runs.views().length, 20);
        now += 8 * 86_400_000;
        note(failed, { episode: 'late', active: false });
        restart();
        assert.deepEqual(told(), ['late off failed']);
    });

    it('of an earlier version, which kept them twice, are taken over', () => {
        const view = (episode: string, endedAt: number, state: string) => ({
            ...{ sourceId: 'u1', eventId: 'power-fail', episode, active: true, state, dryRun: false, endedAt },
        });
        const bad = view('e2', 2000, 'failed');
        journal.setValue(NODE, 'past', [{ ...view('e1', 1000, 'done'), firing: 'a#1' }, bad]);
        const off = { ...view('e1', 1500, 'failed'), active: false };
        journal.setValue(NODE, 'failed-runs', [
            { run: off, message: { topic: 't', payload: false, event: event('e1', false) } },
            {
                run: bad,
                message: { topic: 't', payload: true, event: event('e2', true) },
                progress: { settled: SETTLED },
            },
        ]);
        restart();
        assert.deepEqual(told(), ['e1 on done', 'e1 off failed', 'e2 on failed']);
        assert.equal(runs.messageOf(off as never)?.event.active, false);
        assert.deepEqual(runs.take(bad as never), { settled: { a: { ok: true } } });
        restart();
        assert.deepEqual(told(), ['e1 on done', 'e1 off failed']);
        assert.deepEqual(
            [journal.getValue(NODE, 'past'), journal.getValue(NODE, 'failed-runs')],
            [undefined, undefined],
        );
    });
});
