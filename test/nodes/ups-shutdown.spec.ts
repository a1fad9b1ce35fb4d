import assert from 'node:assert/strict';
import type { Node } from 'node-red';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsContacts from '../../nodes/devices/ups-contacts';
import upsShutdown from '../../nodes/jobs/ups-shutdown';
import { CardFlow } from '../support/card-flow';
import { helper, theFlow } from '../support/node-red';

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
        const message = await flow.eventually(() => flow.messages.find(({ event }) => event.id === 'power-fail'));
        const { store } = theFlow().registry.site('site1')!;
        store.beginJob({ nodeId: 'job', key: 'e1', message, at: flow.clock.now() });
        store.saveJobProgress('job', 'e1', { sentAt: flow.clock.now() });
    }

    it('really switches the output off over SNMP, confirmed, and is logged', async () => {
        await flow.load(SHUTDOWN);
        const { job } = await flow.send();
        assert.equal(job?.ok, true);
        assert.deepEqual(job?.detail, { confirmed: true });
        await flow.eventually(() => flow.ups.reading().output?.source === 'none');
        assert.ok(flow.log.some((text) => text.includes('output off in 1 s: confirmed')));
        await flow.eventually(() => flow.events.includes('output-off on'));
    });

    it('comes back after the restore time', async () => {
        await flow.load({ ...SHUTDOWN, restoreSeconds: '1' });
        await flow.send();
        await flow.eventually(() => flow.ups.reading().output?.source === 'none');
        await flow.eventually(() => flow.ups.reading().output?.source === 'normal', 4000);
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
        ['with a wrong action', { action: 'shutdwn' }, {}],
        ['with a reboot longer than a device knows', { action: 'reboot', seconds: '301' }, {}],
    ] as const) {
        it(`fails ${what}, and sends nothing`, async () => {
            await flow.load({ ...SHUTDOWN, ...over }, options);
            const { job } = await flow.send();
            assert.equal(job?.ok, false);
            assert.ok(job?.error);
            assert.deepEqual(flow.sets, []);
        });
    }

    const errors = () =>
        (helper.getNode('job') as unknown as { error: { args: [string][] } }).error.args.map(([text]) => text);

    it('says at the deploy that its settings are wrong', async () => {
        await flow.load({ ...SHUTDOWN, seconds: 'soon' });
        assert.match(errors().join(), /config-invalid.*seconds/);
    });

    it('waits as long as its dialog has it where nothing is said: at once would be before the servers are down', async () => {
        await flow.load({ type: 'ups-shutdown' });
        assert.deepEqual(errors(), []);
        const { job } = await flow.send();
        assert.equal(job?.ok, true);
        assert.ok(flow.log.some((text) => text.includes('output off in 3 min')));
        assert.notEqual(flow.ups.reading().output?.source, 'none');
    });

    it('turns on again what was shut down', async () => {
        await flow.load({ ...SHUTDOWN, action: 'startup', seconds: '0' });
        flow.execute({ type: 'shutdown', seconds: 0, scope: 'output' });
        await flow.eventually(() => flow.ups.reading().output?.source === 'none');
        const { job } = await flow.send();
        assert.equal(job?.ok, true);
        await flow.eventually(() => flow.ups.reading().output?.source === 'normal', 4000);
        assert.ok(flow.log.some((text) => text.includes('UPS 1: turn on: ')));
    });

    it('reboots: off, and on again after the time', async () => {
        await flow.load({ ...SHUTDOWN, action: 'reboot' });
        const { job } = await flow.send();
        assert.equal(job?.ok, true);
        await flow.eventually(() => flow.ups.reading().output?.source === 'none');
        await flow.eventually(() => flow.ups.reading().output?.source === 'normal', 4000);
        assert.ok(flow.log.some((text) => text.includes('UPS 1: reboot, off for 1 s: ')));
        assert.equal(flow.sets.filter((oid) => oid.endsWith('.33.1.8.4.0')).length, 1);
    });

    it('is not rebooted once more after an interruption: it may have been', async () => {
        const reboot = { ...SHUTDOWN, action: 'reboot', seconds: '60' };
        await flow.load(reboot);
        await interrupted();
        theFlow().registry.site('site1')!.store.saveJobProgress('job', 'e1', 'sent');
        await flow.unload();
        await flow.load(reboot);
        await flow.eventually(() =>
            flow.log.some((text) => text.includes('sent before the interruption, not confirmed')),
        );
        assert.deepEqual(flow.sets, []);
    });

    it('says once the device has answered that it cannot do it, and in a dry run', async () => {
        await helper.load(
            [upsSite, upsUnit, upsContacts, upsShutdown] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory: flow.directory, dryRun: true },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1' },
                {
                    id: 'device1',
                    type: 'ups-contacts',
                    ups: 'unit1',
                    source: 'message',
                    interval: 0.1,
                    debounce: 0,
                    contacts: [{ contact: 'power-fail', type: 'no', input: 'a' }],
                },
                { id: 'job', ups: 'unit1', ...SHUTDOWN, action: 'reboot', wires: [['out']] },
                { id: 'out', type: 'helper' },
            ] as never,
        );
        assert.deepEqual(errors(), []);
        (helper.getNode('device1') as Node).receive({ topic: 'a', payload: false } as never);
        await flow.eventually(() => errors().some((text) => /not-supported.*reboot/.test(text)));
        const told: { job?: { ok: boolean; error?: string } }[] = [];
        (helper.getNode('out') as Node).on('input', (message) => told.push(message as never));
        (helper.getNode('job') as Node).receive({ topic: 'button', payload: true } as never);
        const { job } = await flow.eventually(() => told[0]);
        assert.equal(job?.ok, false);
        assert.match(job?.error ?? '', /not-supported.*reboot/);
    });

    it('is not sent again after an interruption while the device shows it: it is looked at first', async () => {
        await flow.load(SHUTDOWN);
        await interrupted();
        flow.execute({ type: 'shutdown', seconds: 60, scope: 'output' });
        await flow.unload();
        await flow.load(SHUTDOWN);
        await flow.eventually(() => flow.log.some((text) => text.includes('confirmed: it had arrived before')));
        assert.deepEqual(flow.sets, []);
    });

    it('is sent again, once, when nothing is pending there after an interruption and the outage goes on', async () => {
        await flow.load({ ...SHUTDOWN, seconds: '60' });
        await interrupted();
        await flow.unload();
        await flow.load({ ...SHUTDOWN, seconds: '60' });
        await flow.eventually(() => flow.log.some((text) => text.includes('output off in 1 min: confirmed')));
        assert.equal(flow.sets.filter((oid) => oid.endsWith('.33.1.8.2.0')).length, 1);
    });

    it('is not sent after an interruption when the outage is over', async () => {
        await flow.load({ ...SHUTDOWN, seconds: '60' });
        await interrupted();
        await flow.unload();
        flow.ups.setMains(true);
        await flow.load({ ...SHUTDOWN, seconds: '60' });
        await flow.eventually(() => flow.log.some((text) => /overtaken/.test(text)));
        assert.deepEqual(flow.sets, []);
    });

    it('is taken back at the device when a person aborts it, in mid-outage', async () => {
        await flow.load({ ...SHUTDOWN, seconds: '60' });
        flow.ups.setMains(false);
        const message = await flow.eventually(() => flow.messages.find(({ event }) => event.id === 'power-fail'));
        const { job } = await flow.send(message);
        assert.equal(job?.ok, true);
        assert.ok(flow.ups.reading().alarms?.includes('shutdown-pending'));
        const { orders, registry } = theFlow();
        const { sourceId, id: eventId, episode } = message.event;
        const step = { jobId: 'job', sourceId, eventId, episode, path: '', others: [] };
        const at = flow.clock.now();
        orders.put(registry.site('site1')!.store, { ...step, action: 'aborted', who: 'Ada', at, withdraw: message });
        orders.tell();
        await flow.eventually(() => !flow.ups.reading().alarms?.includes('shutdown-pending'));
        await flow.eventually(() => flow.log.some((text) => text.includes('stepWithdrawn')));
        assert.equal(orders.all()[0]!.withdraw, undefined, 'once');
    });

    it('two nested ones are sent one after the other, for the device has one countdown', async () => {
        await flow.load(
            { ...SHUTDOWN, seconds: '1', restoreSeconds: '9' },
            { second: { scope: 'system', seconds: '4', restoreSeconds: '2' } },
        );
        flow.ups.setMains(false);
        const message = await flow.eventually(() => flow.messages.find(({ event }) => event.id === 'power-fail'));
        const { job } = await flow.send(message);
        assert.equal(job?.ok, true);
        const second = flow.send(message, 9000, 'job2');
        assert.ok(!flow.log.some((text) => text.includes('system off')), 'nothing is confirmed that was not sent');
        await flow.eventually(() => flow.ups.reading().output?.source === 'none');
        await second;
        const text = await flow.eventually(() => flow.log.find((each) => each.includes('system off in 4 s')), 9000);
        assert.match(text, /sent when the outputs had gone off.*confirmed/);
    }).timeout(15_000);

    it('what a later one has taken the place of is sent again after it, and not called confirmed before', async () => {
        await flow.load(
            { ...SHUTDOWN, seconds: '60', scope: 'system' },
            { second: { scope: 'output', seconds: '1', restoreSeconds: '' } },
        );
        flow.ups.setMains(false);
        const message = await flow.eventually(() => flow.messages.find(({ event }) => event.id === 'power-fail'));
        assert.equal((await flow.send(message)).job?.ok, true);
        const { job } = await flow.send(message, 9000, 'job2');
        assert.equal(job?.ok, true);
        await flow.eventually(() => flow.ups.reading().output?.source === 'none');
        assert.ok(flow.log.some((text) => /output off in 1 s: .*the UPS itself.*sent again after it: /.test(text)));
        assert.equal(flow.sets.filter((oid) => oid.endsWith('.33.1.8.2.0')).length, 3);
    }).timeout(15_000);

    it('refuses what is not nested in the same outage, and has forgotten it in the next', async () => {
        await flow.load(
            { ...SHUTDOWN, seconds: '60', scope: 'system' },
            { second: { scope: 'output', seconds: '90' } },
        );
        const outage = (count: number) => {
            flow.ups.setMains(false);
            const begun = () => flow.messages.filter(({ event }) => event.id === 'power-fail' && event.active);
            return flow.eventually(() => begun()[count]);
        };
        const first = await outage(0);
        assert.equal((await flow.send(first)).job?.ok, true);
        const sets = flow.sets.length;
        const { job } = await flow.send(first, 3000, 'job2');
        assert.match(job?.error ?? '', /outputsOffFirst/);
        assert.equal(flow.sets.length, sets);
        flow.ups.setMains(true);
        await flow.eventually(() => flow.events.includes('power-fail off'));
        assert.equal((await flow.send(await outage(1), 3000, 'job2')).job?.ok, true);
    });

    it('tells at once that the device is gone, and goes on trying', async () => {
        await flow.load(SHUTDOWN);
        await flow.card.stop();
        (helper.getNode('job') as Node).receive({ topic: 'button', payload: true } as never);
        await flow.onWire(() => flow.log.some((text) => /orderRetried.*127\.0\.0\.1/.test(text)), 8000);
    }).timeout(10_000);

    it('is tried until a device that is silent answers again, while the outage lasts', async () => {
        await flow.load({ ...SHUTDOWN, seconds: '60' });
        flow.ups.setMains(false);
        const message = await flow.eventually(() => flow.messages.find(({ event }) => event.id === 'power-fail'));
        await flow.card.stop();
        (helper.getNode('job') as Node).receive(message as never);
        await flow.onWire(() => flow.log.some((text) => text.includes('orderRetried')), 8000);
        await flow.card.start();
        assert.equal((await flow.onWire(() => flow.told[0], 20_000)).job?.ok, true);
        assert.ok(flow.ups.reading().alarms?.includes('shutdown-pending'));
    }).timeout(30_000);
});
