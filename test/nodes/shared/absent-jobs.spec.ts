import assert from 'node:assert/strict';
import upsUnit from '../../../nodes/config/ups-unit';
import upsEvent from '../../../nodes/events/ups-event';
import upsTiming from '../../../nodes/events/ups-timing';
import upsLog from '../../../nodes/jobs/ups-log';
import upsOutlet from '../../../nodes/jobs/ups-outlet';
import type { UpsUnitNode } from '../../../nodes/shared/config/config-nodes';
import { FakeDriver, onBattery, onMains } from '../../support/fake-ups';
import { helper, speakInWords, theFlow } from '../../support/node-red';
import { SourceFlow } from '../../support/source-flow';

interface Drawn {
    id: string;
    [setting: string]: unknown;
}

const site: Drawn = { id: 'site1', type: 'ups-site', name: 'Site', language: 'de' };
const unit: Drawn = { id: 'unit1', type: 'ups-unit', name: 'U', site: 'site1' };
const event: Drawn = {
    ...{ id: 'event1', type: 'ups-event', z: 'tab1', ups: 'unit1', events: ['power-fail'] },
    wires: [['log1', 'outlet1', 'sub1']],
};
const log: Drawn = { id: 'log1', type: 'ups-log', z: 'tab1', name: 'Note', edge: 'both', wires: [] };
const outlet: Drawn = {
    ...{ id: 'outlet1', type: 'ups-outlet', z: 'tab1', name: 'Outlet on', ups: 'unit1', outlet: '1', action: 'on' },
    ...{ edge: 'off', wires: [] },
};
const inside: Drawn = { ...outlet, id: 'inner1', z: 'flow1', name: 'Inner' };
const template: Drawn = {
    ...{ id: 'flow1', type: 'subflow', name: 'Outlets', in: [{ wires: [{ id: 'inner1' }] }], out: [] },
};
const instance: Drawn = { id: 'sub1', type: 'subflow:flow1', z: 'tab1', wires: [] };

describe('a job that somebody disables or deletes in the running flow', () => {
    let bench: SourceFlow;
    let driver: FakeDriver;
    let drawn: Drawn[];

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        bench = new SourceFlow([upsUnit, upsEvent, upsTiming, upsLog, upsOutlet]);
        bench.siteSettings = { language: 'de' };
        drawn = [
            { ...site, directory: bench.directory },
            { id: 'tab1', type: 'tab' },
        ];
        const onCanvas = [event, log, outlet, inside, instance].map((node) => ({ ...node, x: 0, y: 0 }));
        drawn.push(unit, template, ...onCanvas, { id: 'out', type: 'helper', z: 'tab1' });
        await bench.load(drawn.slice(1, -1));
        drive();
        speakInWords(true);
        await read(onMains());
    });
    afterEach(() => {
        speakInWords(false);
        return bench.close();
    });

    const drive = () => {
        driver = new FakeDriver();
        const { unit: ups } = bench.node('unit1') as unknown as UpsUnitNode;
        ups.addDriver(
            'd1',
            driver,
            () => {},
            () => {},
        );
    };
    const read = async (reading: ReturnType<typeof onMains>, seconds = 1) => {
        for (let left = seconds; left > 0; left--) {
            driver.read(reading);
            await bench.clock.advance(1000);
        }
    };

    const deploy = async (flow: Drawn[], type = 'nodes') => {
        const { setFlows } = helper as unknown as { setFlows(flow: object[], type: string): Promise<void> };
        const deployed = setFlows.call(helper, structuredClone(flow), type);
        let over = false;
        void deployed.finally(() => (over = true));
        while (!over) await bench.clock.advance(10);
        await deployed;
        await bench.clock.advance(10);
        if (type === 'full') drive();
    };
    const without = (id: string) => drawn.filter((node) => node.id !== id);
    const disabled = (id: string) => drawn.map((node) => (node.id === id ? { ...node, d: true } : node));

    const lines = (source: string) =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries({ kinds: ['job'] })
            .filter((entry) => entry.source === source)
            .map(({ level, text }) => `${level}: ${text.replace(/\(.*?\)/, '(then)')}`)
            .reverse();

    for (const type of ['nodes', 'flows', 'full']) {
        it(`stands in the event log in the language of the site: ${type}`, async () => {
            await deploy(disabled('log1'), type);
            await read(onBattery());
            const [line, ...others] = lines('Note');
            assert.match(line!, /^warning: Nicht ausgeführt: Der Node war deaktiviert .*\(then\): Netz ausgefallen/);
            assert.equal(others.length, 0);
        });
    }

    it('stands there when it is put back, if it was deleted', async () => {
        await deploy(without('log1'));
        await read(onBattery());
        assert.deepEqual(lines('Note'), []);
        await deploy(drawn);
        assert.match(lines('Note').join(), /^warning: Nicht ausgeführt/);
    });

    it('runs as a counter job when it is put back, also within a subflow', async () => {
        await read(onBattery(), 5);
        await deploy(disabled('outlet1').map((node) => (node.id === 'sub1' ? { ...node, d: true } : node)));
        await read(onMains(), 30);
        for (const name of ['Outlet on', 'Inner']) assert.match(lines(name).join(), /^error: Nicht ausgeführt/);
        assert.deepEqual(driver.executed, []);
        await deploy(drawn);
        await read(onMains(), 5);
        assert.equal(driver.executed.length, 2);
        await deploy(drawn, 'full');
        await read(onMains(), 5);
        assert.equal(driver.executed.length, 0);
    });
});
