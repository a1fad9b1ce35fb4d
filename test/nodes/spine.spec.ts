import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import { eventuallyBy } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';
import { helper, liveBy, theFlow } from '../support/node-red';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsEvent from '../../nodes/events/ups-event';
import upsStatus from '../../nodes/events/ups-status';
import upsTiming from '../../nodes/events/ups-timing';
import upsLog from '../../nodes/jobs/ups-log';

const NODES = [upsSite, upsUnit, upsSimulator, upsEvent, upsStatus, upsTiming, upsLog] as never;

let clock: FakeClock;

const eventually = <T>(condition: () => T) => eventuallyBy(clock, condition);

/** site - unit - simulator (100 times as fast as life) - event - timing - log; `h…` nodes collect what is sent. */
function flow(directory: string, over: { site?: object; timing?: object; log?: object; event?: object } = {}) {
    return [
        { id: 'site1', type: 'ups-site', name: 'Site', directory, ...over.site },
        { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
        { id: 'sim1', type: 'ups-simulator', ups: 'unit1', interval: 1, speed: 100, wires: [['hs']] },
        {
            id: 'event1',
            type: 'ups-event',
            ups: 'unit1',
            events: ['power-fail'],
            wires: [['timing1', 'he']],
            ...over.event,
        },
        { id: 'timing1', type: 'ups-timing', mode: 'after', seconds: 20, wires: [['log1', 'ht']], ...over.timing },
        {
            id: 'log1',
            type: 'ups-log',
            site: 'site1',
            text: '{{ups.name}}: {{event.text}}, {{battery.chargePercent}} %',
            wires: [['hl']],
            ...over.log,
        },
        { id: 'hs', type: 'helper' },
        { id: 'he', type: 'helper' },
        { id: 'ht', type: 'helper' },
        { id: 'hl', type: 'helper' },
    ];
}

const load = (nodes: object[]) => helper.load(NODES, nodes as never);

type Collected = EventMessage & { job: JobResult };

function collect(id: string): Collected[] {
    const messages: Collected[] = [];
    (helper.getNode(id) as Node).on('input', (message) => messages.push(message as unknown as Collected));
    return messages;
}

const entries = () => theFlow().registry.sites()[0].store.logEntries().reverse();
const texts = (kind: string) =>
    entries()
        .filter((entry) => entry.kind === kind)
        .map(({ text }) => text);
const mains = (on: boolean) => (helper.getNode('sim1') as Node).receive({ topic: 'mains', payload: on } as never);

describe('site, unit, simulator, event, timing, log', () => {
    let directory: string;

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        clock = new FakeClock();
        liveBy(clock);
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
    });
    afterEach(async () => {
        await helper.unload();
        assert.equal(theFlow().registry.sites().length, 0, 'sites are gone after close');
        assert.equal(theFlow().registry.sources().length, 0, 'sources are gone after close');
        rmSync(directory, { recursive: true });
    });

    it('plays an outage: event at once, job after its time, off edge at the end', async () => {
        await load(flow(directory));
        const [he, ht, hl] = ['he', 'ht', 'hl'].map(collect);
        await eventually(() => theFlow().registry.source('unit1')?.status());
        mains(false);
        await eventually(() => hl.length === 1);
        assert.equal(he[0].topic, 'UPS 1/power-fail');
        assert.equal(he[0].payload, true);
        assert.equal(he[0].event.sourceId, 'unit1');
        assert.equal(ht[0].event.firing, 'timing1#1');
        assert.equal(ht[0].event.episode, he[0].event.episode);
        assert.match(texts('log')[0], /^UPS 1: .*, 9\d(\.\d)? %$/);
        const result = hl[0].job;
        assert.equal(result.ok, true);
        assert.equal(result.type, 'ups-log');
        mains(true);
        await eventually(() => ht.length === 2 && he.length === 2);
        assert.equal(he[1].payload, false);
        assert.equal(ht[1].payload, false);
        assert.equal(hl.length, 1, 'the job runs on the on edge only');
    });

    it('a load that the simulator does not have is a message that is not understood, no setting', async () => {
        await load(flow(directory));
        const sim = helper.getNode('sim1') as Node;
        sim.receive({ topic: 'load', payload: { name: '127.0.9.1', on: false } } as never);
        const { args } = sim.error as unknown as { args: unknown[][] };
        await eventually(() => args.length > 0);
        assert.match(String(args[0]![0]), /payload-unknown.*127\.0\.9\.1/);
    });

    it('cancels what has not fired, and passes no off edge then', async () => {
        await load(flow(directory, { timing: { seconds: 3000 } }));
        const [he, ht] = ['he', 'ht'].map(collect);
        await eventually(() => theFlow().registry.source('unit1')?.status());
        mains(false);
        await eventually(() => he.length === 1);
        mains(true);
        await eventually(() => he.length === 2);
        assert.equal(ht.length, 0);
        assert.deepEqual(theFlow().registry.sites()[0].store.timings('timing1'), []);
    });

    it('runs a counter job on the off edge', async () => {
        await load(flow(directory, { timing: { mode: 'immediately' }, log: { edge: 'off' } }));
        const [he, hl] = ['he', 'hl'].map(collect);
        await eventually(() => theFlow().registry.source('unit1')?.status());
        mains(false);
        await eventually(() => he.length === 1);
        assert.equal(hl.length, 0);
        mains(true);
        await eventually(() => hl.length === 1);
        assert.equal(hl[0]?.payload, false);
    });

    it('says in a dry run what it would do', async () => {
        await load(flow(directory, { site: { dryRun: true }, timing: { mode: 'immediately' } }));
        const hl = collect('hl');
        await eventually(() => theFlow().registry.source('unit1')?.status());
        mains(false);
        await eventually(() => hl.length === 1);
        assert.equal(hl[0].job.dryRun, true);
        assert.deepEqual(texts('log'), []);
        assert.equal(entries().filter((entry) => entry.kind === 'job' && entry.dryRun === true).length, 1);
    });

    it('goes on after a redeploy in the middle: nothing twice, nothing lost, at the true time', async () => {
        await load(flow(directory, { timing: { seconds: 100 } }));
        let he = collect('he');
        await eventually(() => theFlow().registry.source('unit1')?.status());
        mains(false);
        await eventually(() => he.length === 1);
        const failedAt = clock.now();
        await clock.advance(300);
        await helper.unload();
        await clock.advance(100);
        await load(flow(directory, { timing: { seconds: 100 } }));
        he = collect('he');
        const hl = collect('hl');
        await eventually(() => hl.length === 1);
        const tookMs = clock.now() - failedAt;
        assert.ok(tookMs > 900 && tookMs < 1400, `fired ${tookMs} ms after the onset`);
        assert.equal(he.length, 0, 'the on edge is not sent again');
        // What a job sends is settled after a quarter of a second; before, a node without a journal would get it twice.
        await clock.advance(300);
        await helper.unload();
        await load(flow(directory, { timing: { seconds: 100 } }));
        const again = collect('hl');
        await clock.advance(400);
        assert.equal(again.length, 0);
        assert.equal(texts('log').length, 1);
        assert.equal(entries().filter(({ eventId, kind }) => kind === 'event' && eventId === 'power-fail').length, 1);
    });

    it('takes changed settings into a running outage, counted from its onset', async () => {
        await load(flow(directory, { timing: { seconds: 10_000 } }));
        const he = collect('he');
        await eventually(() => theFlow().registry.source('unit1')?.status());
        mains(false);
        await eventually(() => he.length === 1);
        await clock.advance(200);
        await helper.unload();
        await load(flow(directory, { timing: { seconds: 15 } }));
        const hl = collect('hl');
        await eventually(() => hl.length === 1);
    });

    it('sends the off edge of an outage that ended while it was away', async () => {
        await load(flow(directory, { timing: { mode: 'immediately' }, log: { edge: 'off' } }));
        const ht = collect('ht');
        await eventually(() => theFlow().registry.source('unit1')?.status());
        mains(false);
        await eventually(() => ht.length === 1);
        mains(true);
        await helper.unload();
        await load(flow(directory, { timing: { mode: 'immediately' }, log: { edge: 'off' } }));
        const hl = collect('hl');
        await eventually(() => hl.length === 1 || texts('log').length === 1);
        assert.equal(texts('log').length, 1);
    });

    it('fires in silence as if the outage went on', async () => {
        await load(flow(directory, { timing: { seconds: 200 } }));
        const [he, hl] = ['he', 'hl'].map(collect);
        await eventually(() => theFlow().registry.source('unit1')?.status());
        mains(false);
        await eventually(() => he.length === 1);
        (helper.getNode('sim1') as Node).receive({ topic: 'silent', payload: true } as never);
        await eventually(() => hl.length === 1);
    });

    it('a UPS that somebody deletes in mid-outage sets off nothing any more, and goes on when it is put back', async () => {
        const inRealTime = (node: { id: string }) => (node.id === 'sim1' ? { ...node, speed: 1 } : node);
        await load(flow(directory, { timing: { seconds: 1 } }).map(inRealTime));
        const [he, ht] = ['he', 'ht'].map(collect);
        await eventually(() => theFlow().registry.source('unit1')?.status());
        mains(false);
        await eventually(() => he.length === 1);
        const unit = theFlow().registry.source('unit1')!;
        theFlow().registry.removeSource(unit);
        await clock.advance(1500);
        assert.equal(ht.length, 0);
        theFlow().registry.addSource(unit, theFlow().registry.site('site1'));
        await eventually(() => ht.length === 1);
    });

    it('takes plain messages of core nodes for events', async () => {
        await load(flow(directory, { timing: { mode: 'immediately' } }));
        const [ht, hl] = ['ht', 'hl'].map(collect);
        const timing = helper.getNode('timing1') as Node;
        timing.receive({ topic: 'gate/open', payload: true } as never);
        await eventually(() => hl.length === 1);
        timing.receive({ topic: 'gate/open', payload: true } as never);
        timing.receive({ topic: 'gate/open', payload: false } as never);
        await eventually(() => ht.length === 2);
        assert.deepEqual(
            ht.map(({ payload, event }) => [payload, event.id, event.source]),
            [
                [true, 'open', 'gate'],
                [false, 'open', 'gate'],
            ],
        );
    });

    it('tells what is missing, and lives', async () => {
        const errors: string[] = [];
        await load([
            { id: 'event1', type: 'ups-event', ups: 'nobody', events: [], wires: [[]] },
            { id: 'status1', type: 'ups-status', ups: '', wires: [[]] },
            { id: 'sim1', type: 'ups-simulator', ups: 'nobody', wires: [[]] },
            { id: 'timing1', type: 'ups-timing', mode: 'sometimes', wires: [[]] },
        ]);
        helper.log().args.forEach(([entry]: { level: number; msg: unknown; id?: string }[]) => {
            if (entry.level === 20) errors.push(`${entry.id}: ${String(entry.msg)}`);
        });
        for (const id of ['event1', 'status1', 'sim1', 'timing1']) {
            assert.ok(
                errors.some((error) => error.startsWith(`${id}:`)),
                `${id} tells nothing: ${errors.join('; ')}`,
            );
        }
    });

    it('reports a failed job once through done()', async () => {
        await load([
            { id: 'log1', type: 'ups-log', text: 'x', wires: [['hl']] },
            { id: 'catch1', type: 'catch', wires: [['hc']], scope: ['log1'] },
            { id: 'hl', type: 'helper' },
            { id: 'hc', type: 'helper' },
        ]);
        const [hl, hc] = ['hl', 'hc'].map(collect);
        (helper.getNode('log1') as Node).receive({ topic: 'a/b', payload: true } as never);
        await eventually(() => hc.length === 1);
        assert.equal(hl[0].job.ok, false);
        assert.equal(hc.length, 1);
    });

    it('answers a request for the status, and sends readings', async () => {
        await load([
            ...flow(directory),
            { id: 'status1', type: 'ups-status', ups: 'unit1', send: 'changes', wires: [['hx']] },
            { id: 'status2', type: 'ups-status', ups: 'unit1', send: 'request', wires: [['hy']] },
            { id: 'hx', type: 'helper' },
            { id: 'hy', type: 'helper' },
        ]);
        const [hx, hy] = ['hx', 'hy'].map(collect);
        await eventually(() => hx.length > 0);
        assert.equal(hy.length, 0);
        (helper.getNode('status2') as Node).receive({ payload: 'now' } as never);
        await eventually(() => hy.length === 1);
        assert.equal((hy[0].payload as unknown as { output: { source: string } }).output.source, 'normal');
    });
});
