import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import upsRccmd from '../../../nodes/jobs/ups-rccmd';
import upsMarker from '../../../nodes/sensors/ups-marker';
import { helper, theFlow } from '../../support/node-red';
import { SourceFlow } from '../../support/source-flow';

describe('a dry run in the middle of an event', () => {
    let bench: SourceFlow;
    let server: Server;
    let got: string[];

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        bench = new SourceFlow([upsMarker, upsRccmd]);
        got = [];
        server = createServer((socket) => {
            socket.on('error', () => {});
            socket.on('data', (data) => {
                got.push(String(data));
                socket.end('OK\r\n');
            });
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterEach(async () => {
        await bench.close();
        server.close();
    });

    const flow = () => {
        const { port } = server.address() as AddressInfo;
        const rccmd = {
            type: 'ups-rccmd',
            hosts: '127.0.0.1',
            port,
            transport: 'tcp',
            log: 'always',
            wires: [['out']],
        };
        return [
            {
                id: 'marker1',
                type: 'ups-marker',
                name: 'Hot',
                site: 'site1',
                topics: ['hot'],
                logic: 'or',
                wires: [['down1', 'up1']],
            },
            { ...rccmd, id: 'down1', name: 'Servers down', action: 'shutdown', edge: 'on' },
            { ...rccmd, id: 'up1', name: 'Servers up', action: 'wakeup', edge: 'off' },
        ];
    };
    const errors = () =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries()
            .filter(({ level }) => level === 'error');

    it('names loudly what was done to computers for real and is taken back in rehearsal only', async () => {
        await bench.load(flow());
        await bench.send('marker1', { topic: 'hot', payload: true });
        await bench.onWire(() => got.length === 1);
        bench.siteSettings = { dryRun: true };
        await bench.reload(flow());
        await bench.send('marker1', { topic: 'hot', payload: false });
        await bench.onWire(() => errors().length > 0);
        assert.equal(got.length, 1, 'a dry run sends nothing');
        assert.deepEqual(
            errors().map(({ source, text }) => [source, text]),
            [['Servers up', 'realActsStand']],
        );
        assert.equal(bench.status('up1').fill, 'red');
    });

    it('has nothing to say of what a job has only told computers', async () => {
        const told = flow().map((node) =>
            node.id === 'down1' ? { ...node, action: 'message', text: 'the mains have failed' } : node,
        );
        await bench.load(told);
        await bench.send('marker1', { topic: 'hot', payload: true });
        await bench.onWire(() => got.length === 1);
        bench.siteSettings = { dryRun: true };
        await bench.reload(told);
        await bench.send('marker1', { topic: 'hot', payload: false });
        await bench.settle();
        assert.deepEqual(errors(), []);
    });

    it('has nothing to say where all was rehearsed, or all was done', async () => {
        bench.siteSettings = { dryRun: true };
        await bench.load(flow());
        await bench.send('marker1', { topic: 'hot', payload: true }, { topic: 'hot', payload: false });
        bench.siteSettings = {};
        await bench.reload(flow());
        await bench.send('marker1', { topic: 'hot', payload: true });
        await bench.onWire(() => got.length === 1);
        await bench.send('marker1', { topic: 'hot', payload: false });
        await bench.onWire(() => got.length === 2);
        assert.deepEqual(errors(), []);
    });

    it('runs once for real, when it is switched off, what was rehearsed and holds still', async () => {
        bench.siteSettings = { dryRun: true };
        await bench.load(flow());
        await bench.send('marker1', { topic: 'hot', payload: true });
        assert.equal(got.length, 0);
        bench.siteSettings = {};
        await bench.reload(flow());
        await bench.onWire(() => got.length === 1);
        await bench.reload(flow());
        await bench.settle();
        assert.equal(got.length, 1);
        await bench.send('marker1', { topic: 'hot', payload: false });
        await bench.onWire(() => got.length === 2);
    });
});
