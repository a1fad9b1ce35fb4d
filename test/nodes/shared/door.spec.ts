import assert from 'node:assert/strict';
import type { DoorChange } from '../../../lib/door';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import { ApiFlow } from '../../support/api-flow';
import { whileItGoes } from '../../support/eventually';
import { fakeTime, type FakeTime } from '../../support/fake-time';
import { helper, theFlow } from '../../support/node-red';

describe('the door', () => {
    const time = fakeTime();
    let api: ApiFlow;
    let told: DoorChange[];
    const listen = () => api.door.subscribe((change) => told.push(change));
    const kinds = () => [...new Set(told.map(({ kind }) => kind))].sort();
    const unit = () => theFlow().registry.source('unit1') as UpsUnit;
    const mains = (payload: boolean) => helper.getNode('sim1').receive({ topic: 'mains', payload } as never);

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        told = [];
        api = new ApiFlow(time as FakeTime);
        await api.load();
    });
    afterEach(() => api.close());

    it('tells a change of a UPS at most once a second', async () => {
        await time.clock.advance(5000);
        const end = listen();
        await time.clock.advance(100);
        told = [];
        const stop = unit().subscribe(() => {});
        for (let poll = 0; poll < 50; poll++) {
            helper.getNode('sim1').receive({ topic: 'load', payload: 400 + poll } as never);
            await time.clock.advance(100);
        }
        stop();
        const ofUnit = told.filter(({ kind, id }) => kind === 'unit' && id === 'unit1');
        assert.ok(ofUnit.length >= 4 && ofUnit.length <= 6, `${ofUnit.length} in 5 s`);
        end();
    });

    it('tells an outage at once: the UPS, the plan and the log', async () => {
        await time.clock.advance(5000);
        listen();
        await time.clock.advance(2000);
        told = [];
        mains(false);
        await time.eventually(() => unit().stateOf('power-fail').active);
        await time.clock.advance(1000);
        for (const kind of ['unit', 'plan', 'log']) assert.ok(kinds().includes(kind as DoorChange['kind']), kind);
    });

    it('tells a job that failed', async () => {
        listen();
        await time.clock.advance(2000);
        told = [];
        const { store } = theFlow().registry.site('site1')!;
        store.append({ at: time.clock.now(), kind: 'job', level: 'error', source: 'Down', text: 'x', nodeId: 'j' });
        await time.clock.advance(10);
        assert.ok(kinds().includes('failures'));
    });

    it('tells relays, and goes on over a deploy', async () => {
        listen();
        await time.clock.advance(2000);
        const flows = structuredClone(
            (helper as unknown as { _redNodes: { getFlows(): { flows: object[] } } })._redNodes.getFlows().flows,
        ) as { id: string; staleSeconds?: number }[];
        flows.find(({ id }) => id === 'unit1')!.staleSeconds = 40;
        const before = unit();
        await whileItGoes(time.clock, helper.setFlows(flows as never, 'full' as never) as unknown as Promise<void>);
        await time.eventually(() => unit() !== before && unit().status());
        await time.clock.advance(6000);
        told = [];
        mains(false);
        await time.eventually(() => unit().stateOf('power-fail').active);
        await time.clock.advance(1000);
        assert.ok(told.some(({ kind, id }) => kind === 'unit' && id === 'unit1'));
        assert.equal(api.door.unit('unit1')!.staleSeconds, 40);
        told = [];
        await api.ask('POST', 'ports', { body: { port: 'module1/Fan', on: true } });
        await time.clock.advance(1500);
        assert.ok(told.some(({ kind, id }) => kind === 'source' && id === 'module1'));
    });

    it('costs nothing while nobody listens', async () => {
        await time.clock.advance(2000);
        const pending = time.clock.pending;
        const [first, second] = [listen(), listen()];
        await time.clock.advance(1500);
        first();
        first();
        told = [];
        await time.clock.advance(2000);
        assert.ok(told.length > 0, 'the second goes on');
        second();
        told = [];
        mains(false);
        await time.clock.advance(5000);
        assert.deepEqual(told, []);
        mains(true);
        await time.clock.advance(60_000);
        assert.ok(time.clock.pending <= pending + 1, `${time.clock.pending} timers, ${pending} before`);
    });

    it('goes on when a listener throws', async () => {
        let calls = 0;
        api.door.subscribe(() => {
            calls++;
            throw new Error('broken page');
        });
        listen();
        await time.clock.advance(5000);
        assert.ok(calls > 2 && told.length > 2);
        assert.equal(unit().isSilent, false);
    });
});
