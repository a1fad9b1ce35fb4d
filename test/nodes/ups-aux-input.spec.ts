import assert from 'node:assert/strict';
import upsAuxModule from '../../nodes/config/ups-aux-module';
import upsAuxSwitch from '../../nodes/jobs/ups-aux-switch';
import upsAuxInput from '../../nodes/sensors/ups-aux-input';
import type { UpsAuxModuleNode } from '../../nodes/shared/config/config-nodes';
import { helper } from '../support/node-red';
import { event, job, module } from '../support/aux-flow';
import { SourceFlow } from '../support/source-flow';

describe('ups-aux-input', () => {
    let bench: SourceFlow;
    const input = (more: object = {}) => ({
        id: 'input1',
        type: 'ups-aux-input',
        name: 'Door',
        site: 'site1',
        module: 'module1',
        port: 'Door',
        debounce: 0,
        timeout: 0,
        level: 'alarm',
        wires: [['out']],
        ...more,
    });

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => (bench = new SourceFlow([upsAuxModule, upsAuxSwitch, upsAuxInput])));
    afterEach(() => bench.close());

    it('tells what a contact does', async () => {
        await bench.load([module(), input()]);
        await bench.send('input1', { payload: 'closed' });
        assert.deepEqual(bench.told(), ['Door/on true']);
        assert.equal(bench.status('input1').fill, 'red');
        await bench.send('input1', { payload: 0 });
        assert.deepEqual(bench.told(), ['Door/on false']);
    });

    it('does not lose a module between two of its readings', async () => {
        await bench.load([module({ interval: 0.4 }), input({ timeout: 0.1 })]);
        let readings = 0;
        const stop = (bench.node('module1') as UpsAuxModuleNode).module!.onReading(() => readings++);
        await bench.eventually(() => readings >= 2);
        stop();
        assert.deepEqual(bench.told(), []);
    });

    it('tells when an output is switched: so relays behind other nodes are driven', async () => {
        await bench.load([
            module({ backend: 'message' }),
            input({ name: 'Fan', port: 'Fan', level: 'info' }),
            job({ wires: [[]] }),
        ]);
        await bench.send('switch1', event(true));
        assert.deepEqual(bench.told(), ['Fan/on true']);
        assert.equal(bench.status('input1').fill, 'blue');
    });

    it('says what is wrong', async () => {
        await bench.load([module(), input({ port: 'Roof' })]);
        assert.match(String(bench.calls('input1', 'error')[0]), /port/);
        await bench.send('input1', { payload: true });
    });

    it('refuses a contact that is told to a module that reads its own', async () => {
        await bench.load([module({ backend: 'gpio', gpioRoot: bench.directory }), input()]);
        await bench.send('input1', { payload: true });
        assert.match(String(bench.calls('input1', 'error').at(-1)), /contactByMessage/);
    });
});
