import assert from 'node:assert/strict';
import type { NodeMessage } from 'node-red';
import upsBatteryStatus from '../../nodes/batteries/ups-battery-status';
import upsBattery from '../../nodes/config/ups-battery';
import type { LayoutView } from '../../nodes/shared/config/battery-papers';
import { all } from '../support/battery-bench';
import { helper, speakInWords, theFlow } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

interface Answer extends NodeMessage {
    topic: string;
    payload: unknown;
}

describe('what is known of a battery beyond its values', () => {
    let flow: SourceFlow;
    let sent: Answer[];

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        speakInWords(true);
        flow = new SourceFlow([upsBattery, upsBatteryStatus]);
        await load();
    });
    afterEach(async () => {
        speakInWords(false);
        await flow.close();
    });

    async function load(): Promise<void> {
        const installedOn = '2025-06-01';
        await flow.load([
            {
                ...{
                    id: 'b1',
                    type: 'ups-battery',
                    name: 'Battery 1',
                    site: 'site1',
                    staleSeconds: 86_400,
                    installedOn,
                },
                impedanceWaitMinutes: 0,
            },
            { id: 's1', type: 'ups-battery-status', name: 'Panel', battery: 'b1', send: 'request', wires: [['sent']] },
            { id: 'sent', type: 'helper' },
        ]);
        sent = [];
        flow.node('sent').on('input', (message) => sent.push(message as Answer));
    }
    const ask = async (topic: string, payload?: unknown) => {
        await flow.send('s1', { topic, payload });
        return sent.splice(0)[0]?.payload;
    };
    const read = (voltage = all(8, 13.5)) =>
        flow.send('s1', { topic: 'readings', payload: { strings: 2, blocks: { voltage } } });
    const noted = () =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries()
            .filter(({ kind }) => kind === 'system')
            .map(({ text }) => text);

    it('an inventory comes as CSV, stands in the log, is kept over a restart and goes out again', async () => {
        await read();
        const text = 'Inventory taken over (Panel); replaced, so that they begin anew: blocks 3';
        assert.deepEqual(await ask('inventory', 'module,replaced on,Maker\n3,2026-01-10,FIAMM\n'), {
            done: true,
            text,
            by: 'Panel',
        });
        assert.ok(noted().includes(text));
        await flow.unload();
        await load();
        await read();
        const { columns, blocks, csv } = (await ask('inventory')) as {
            columns: string[];
            blocks: unknown[];
            csv: string;
        };
        assert.deepEqual(columns, ['Maker']);
        assert.deepEqual(blocks, [null, null, { notes: ['FIAMM'], replacedOn: '2026-01-10' }]);
        assert.equal(csv.split('\r\n')[3], '3,1,2026-01-10,FIAMM');
        assert.equal(csv.split('\r\n').length, 10, 'a line for each block');
        const labels = (await ask('labels', '3-4')) as string;
        assert.match(labels, /<b>3<\/b><span>Battery 1<\/span><span>String 1<\/span><span>installed on 2026-01-10</);
        assert.match(labels, /<b>4<\/b>.*installed on 2025-06-01/);
        assert.doesNotMatch(labels, /<b>5<\/b>/);
    });

    it('a file that is wrong is refused with its line and column, and nothing of it is used', async () => {
        await read();
        await ask('inventory', 'module,Maker\n3,FIAMM\n');
        assert.equal(await ask('inventory', 'module,Maker\n3,FIAMM\n3,Yuasa\n'), undefined);
        assert.match(
            String(flow.calls('s1', 'error').at(-1)),
            /inCell \(line 3, column module, reason inventory\.twice \(module 3\)\)/,
        );
        assert.deepEqual(((await ask('inventory')) as { blocks: unknown[] }).blocks.length, 3);
    });

    it('a baseline is set for some blocks, exported, and taken over again whole or not at all', async () => {
        const path = '/ridethrough/batteries/b1/';
        const post = async (name: string, body: object) =>
            (await helper.request().post(`${path}${name}`).send(body).expect(200)).body as {
                ok: boolean;
                text: string;
            };
        const csv = async () =>
            (await helper.request().get(`${path}baseline.csv`).expect(200)).text.replace('\uFEFF', '');
        assert.equal(await csv(), 'module,impedance,at\r\n');
        await flow.send('s1', {
            topic: 'readings',
            payload: { strings: 2, blocks: { voltage: all(8, 13.5), impedance: all(8, 4, { 3: 4.5 }) } },
        });
        const { ok, text } = await post('set-baseline', { modules: '2-3' });
        assert.equal(ok, true, text);
        assert.match(text, /blocks 2-3$/);
        const exported = await csv();
        assert.match(exported, /^module,impedance,at\r\n2,4,\S+Z\r\n3,4\.5,\S+Z\r\n$/);
        assert.equal((await post('set-baseline', { modules: 'x' })).ok, false);

        const refused = await post('baseline', { text: 'module,impedance\n1,4\n9,4\n' });
        assert.equal(refused.ok, false);
        assert.match(refused.text, /line 3, column module.*most 8/);
        assert.equal(await csv(), exported);
        const taken = await post('baseline', { text: 'module,impedance\n1,4.2\n2,4.1\n' });
        assert.equal(taken.ok, true);
        assert.match(taken.text, /^Baseline of 2 blocks taken over \(.+\); the other 6 have none$/);
        assert.ok(noted().includes(taken.text));
        assert.match(await csv(), /\r\n1,4\.2,\S+\r\n2,4\.1,\S+\r\n$/);

        const told = (await ask('baseline-csv')) as { blocks: unknown[]; csv: string };
        assert.equal(told.blocks.length, 2);
        assert.deepEqual(await ask('baseline-csv', exported), {
            done: true,
            text: 'Baseline of 2 blocks taken over (Panel); the other 6 have none',
            by: 'Panel',
        });
        assert.equal(await csv(), exported);
        await flow.unload();
        await load();
        assert.equal(await csv(), exported);
    });

    it('the layout is checked, and the health says what it lacks', async () => {
        assert.equal(((await ask('layout')) as LayoutView).findings[0]!.code, 'unread');
        await read(all(8, 13.5, { 5: NaN }).map((volts) => (Number.isNaN(volts) ? null : volts)) as number[]);
        const { ok, findings } = (await ask('layout')) as LayoutView;
        assert.equal(ok, false);
        assert.match(findings[0]!.text, /^block 5 tells no value/);
        await read();
        assert.deepEqual(await ask('layout'), { ok: true, findings: [] });
        const health = (await ask('health')) as { lacks: string[]; ranking: unknown[] };
        assert.deepEqual(health.ranking, []);
        assert.match(health.lacks[0]!, /^Not judged yet/);
    });

    it('the dialog of the editor imports and exports it', async () => {
        await read();
        const path = '/ridethrough/batteries/b1/';
        const { body } = await helper
            .request()
            .post(`${path}inventory`)
            .send({ text: 'module,Maker\n2,FIAMM\n0,x\n' })
            .expect(200);
        assert.equal((body as { ok: boolean }).ok, false);
        await helper.request().post(`${path}inventory`).send({ text: 'module,Maker\n2,FIAMM\n' }).expect(200);
        const csv = await helper.request().get(`${path}inventory.csv`).expect(200);
        assert.match(csv.text, /\r\n2,1,,FIAMM\r\n/);
        const labels = await helper.request().get(`${path}labels?modules=2`).expect(200);
        assert.match(labels.text, /<li><b>2<\/b>/);
        await helper.request().get(`${path}health`).expect(200);
        await helper.request().get('/ridethrough/batteries/nobody/layout').expect(404);
    });
});
