import assert from 'node:assert/strict';
import type { Node } from 'node-red';
import upsSettings from '../../nodes/jobs/ups-settings';
import type { UpsUnitNode } from '../../nodes/shared/config/config-nodes';
import { CardFlow } from '../support/card-flow';
import { helper } from '../support/node-red';

type Shown = Record<string, { value?: unknown; writable?: boolean; [key: string]: unknown }>;

describe('ups-settings', () => {
    let flow: CardFlow;
    const ask = async (payload?: unknown) => (await flow.send({ payload })).payload as Shown;
    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        flow = new CardFlow(upsSettings);
    });
    afterEach(() => flow.end());

    it('reads the settings of a card over SNMP, with what may be written', async () => {
        await flow.load({ type: 'ups-settings' });
        for (const payload of [undefined, 'read']) {
            const shown = await ask(payload);
            assert.deepEqual(shown.upsConfigAudibleStatus, {
                writable: true,
                options: ['disabled', 'enabled', 'muted'],
                value: 'enabled',
            });
            assert.equal(shown.upsConfigLowVoltageTransferPoint?.unit, 'V');
            assert.equal(shown.upsStartupAfterDelay?.writable ?? false, false);
        }
        assert.deepEqual(flow.sets, []);
    });

    it('writes, reads back, and tells each outcome; the buzzer is one of them', async () => {
        await flow.load({ type: 'ups-settings' });
        const told = await ask({ upsConfigLowBattTime: 7, upsConfigAudibleStatus: 'muted' });
        assert.deepEqual(told.upsConfigLowBattTime, { ok: true, confirmed: true, before: 2, after: 7 });
        assert.equal(told.upsConfigAudibleStatus?.confirmed, true);
        assert.equal(flow.sets.length, 2);
        const { unit } = helper.getNode('unit1') as unknown as UpsUnitNode;
        await flow.eventually(() => unit.status()?.settings?.upsConfigLowBattTime === 7);
        assert.equal((await ask('read')).upsConfigLowBattTime?.value, 7);
    });

    it('refuses what the device cannot do before it is sent, tells it, and writes the rest', async () => {
        await flow.load({ type: 'ups-settings' });
        const told = await ask({ upsConfigAudibleStatus: 'loud', nonsense: 1, upsConfigLowBattTime: 9 });
        assert.equal(told.upsConfigAudibleStatus?.ok, false);
        assert.match(String(told.nonsense?.error), /has no setting "nonsense". It has: .*upsConfigAudibleStatus, /);
        assert.equal(told.upsConfigLowBattTime?.confirmed, true);
        assert.equal(flow.sets.length, 1);
    });

    it('writes nothing in a dry run', async () => {
        await flow.load({ type: 'ups-settings' }, { dryRun: true });
        const told = await ask({ upsConfigLowBattTime: 7 });
        assert.equal(told.upsConfigLowBattTime?.dryRun, true);
        assert.deepEqual(flow.sets, []);
    });

    it('sends nothing on without a UPS or with a payload that it does not know', async () => {
        for (const [payload, ups] of [
            ['read', ''],
            [42, 'unit1'],
        ]) {
            await flow.load({ type: 'ups-settings' }, { ups: ups as string });
            const job = helper.getNode('job') as Node & { status: { args: [{ fill: string }][] } };
            job.receive({ payload } as never);
            await flow.eventually(() => job.status.args.at(-1)?.[0].fill === 'red');
            await flow.unload();
        }
        assert.deepEqual(flow.told, []);
    });
});
