import assert from 'node:assert/strict';
import { hub } from '../../nodes/shared/hub';
import upsShutdown from '../../nodes/jobs/ups-shutdown';
import { CardFlow } from '../support/card-flow';
import { eventually } from '../support/eventually';
import { helper } from '../support/node-red';

const SHUTDOWN = { type: 'ups-shutdown', action: 'shutdown', scope: 'output', seconds: '1', restoreSeconds: '' };

describe('ups-shutdown', () => {
    let flow: CardFlow;
    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        flow = new CardFlow(upsShutdown);
    });
    afterEach(() => flow.end());

    /** In an outage, as if Node-RED had been killed when the command was on its way. */
    async function interrupted(): Promise<void> {
        flow.ups.setMains(false);
        const message = await eventually(() => flow.messages.find(({ event }) => event.id === 'power-fail'));
        const { store } = hub.sites.get('site1')!;
        store.beginJob({ nodeId: 'job', key: 'e1', message, at: Date.now() });
        store.saveJobProgress('job', 'e1', { sentAt: Date.now() });
    }

    it('really switches the output off over SNMP, confirmed, and is logged', async () => {
        await flow.load(SHUTDOWN);
        const { job } = await flow.send();
        assert.equal(job?.ok, true);
        assert.deepEqual(job?.detail, { confirmed: true });
        await eventually(() => flow.ups.reading().output?.source === 'none');
        assert.ok(flow.log.some((text) => text.includes('output off in 1 s: confirmed')));
        await eventually(() => flow.events.includes('output-off on'));
    });

    it('comes back after the restore time', async () => {
        await flow.load({ ...SHUTDOWN, restoreSeconds: '1' });
        await flow.send();
        await eventually(() => flow.ups.reading().output?.source === 'none');
        await eventually(() => flow.ups.reading().output?.source === 'normal', 4000);
    });

    it('aborts a shutdown', async () => {
        flow.execute({ type: 'shutdown', seconds: 60, scope: 'output' });
        await flow.load({ ...SHUTDOWN, action: 'abort' });
        assert.ok(flow.ups.reading().alarms?.includes('shutdown-pending'));
        const { job } = await flow.send();
        assert.deepEqual(job?.detail, { confirmed: true });
        assert.ok(!flow.ups.reading().alarms?.includes('shutdown-pending'));
    });

    it('only says in a dry run what it would do', async () => {
        await flow.load(SHUTDOWN, { dryRun: true });
        const { job } = await flow.send();
        assert.equal(job?.dryRun, true);
        assert.deepEqual(flow.sets, []);
    });

    for (const [what, over, options] of [
        ['without a UPS', {}, { ups: '' }],
        ['with a wrong time', { seconds: 'soon' }, {}],
        ['with a negative time', { seconds: '-1' }, {}],
        ['without a time', { seconds: '' }, {}],
    ] as const) {
        it(`fails ${what}, and sends nothing`, async () => {
            await flow.load({ ...SHUTDOWN, ...over }, options);
            const { job } = await flow.send();
            assert.equal(job?.ok, false);
            assert.ok(job?.error);
            assert.deepEqual(flow.sets, []);
        });
    }

    it('is not sent again after it was interrupted: it looks whether the device shows it', async () => {
        await flow.load(SHUTDOWN);
        await interrupted();
        flow.execute({ type: 'shutdown', seconds: 60, scope: 'output' });
        await helper.unload();
        await flow.load(SHUTDOWN);
        await eventually(() => flow.log.some((text) => text.includes('sent before the interruption, confirmed')));
        assert.deepEqual(flow.sets, []);
    });

    it('fails if what was sent before an interruption is not seen, and does not send it', async () => {
        await flow.load(SHUTDOWN);
        await interrupted();
        await helper.unload();
        await flow.load(SHUTDOWN);
        await eventually(() => flow.log.some((text) => text.includes('sent before the interruption, not confirmed')));
        assert.deepEqual(flow.sets, []);
    });

    it('refuses what is not nested in the same outage, and has forgotten it in the next', async () => {
        await flow.load(
            { ...SHUTDOWN, seconds: '60', scope: 'system' },
            { second: { scope: 'output', seconds: '90' } },
        );
        const outage = (count: number) => {
            flow.ups.setMains(false);
            const begun = () => flow.messages.filter(({ event }) => event.id === 'power-fail' && event.active);
            return eventually(() => begun()[count]);
        };
        const first = await outage(0);
        assert.equal((await flow.send(first)).job?.ok, true);
        const sets = flow.sets.length;
        const { job } = await flow.send(first, 3000, 'job2');
        assert.match(job?.error ?? '', /before the system/);
        assert.equal(flow.sets.length, sets);
        flow.ups.setMains(true);
        await eventually(() => flow.events.includes('power-fail off'));
        assert.equal((await flow.send(await outage(1), 3000, 'job2')).job?.ok, true);
    });

    it('tells that the device is gone', async () => {
        await flow.load(SHUTDOWN);
        await flow.card.stop();
        const { job } = await flow.send(undefined, 8000);
        assert.equal(job?.ok, false);
        assert.match(job?.error ?? '', /127\.0\.0\.1/);
    }).timeout(10_000);
});
