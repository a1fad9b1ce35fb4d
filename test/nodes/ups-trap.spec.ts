import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import snmp from 'net-snmp';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sinon from 'sinon';
import type { EventMessage } from '../../lib/core/messages';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsEvent from '../../nodes/events/ups-event';
import upsTrap from '../../nodes/jobs/ups-trap';
import type { UpsUnitNode } from '../../nodes/shared/config/config-nodes';
import { FakeDriver, onBattery, onMains } from '../support/fake-ups';
import { freePort } from '../support/free-port';
import { helper, theFlow } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

const TRAP_OID = '1.3.6.1.6.3.1.1.4.1.0';
const UPS = '1.3.6.1.2.1.33';

interface Heard {
    pdu: { varbinds: { oid: string; value: unknown }[] };
}

/** A receiver of traps; tells the last number of each trap's identifier. */
class Receiver {
    readonly heard: Heard[] = [];
    private readonly receiver: { close(): void };

    constructor(port: number) {
        const options = { port, address: '127.0.0.1', disableAuthorization: true, transport: 'udp4' };
        this.receiver = snmp.createReceiver(
            options as never,
            ((_error: unknown, heard: Heard) => {
                if (heard) this.heard.push(heard);
            }) as never,
        ) as never;
    }

    get traps(): number[] {
        return this.heard.map(({ pdu }) =>
            Number(
                String(pdu.varbinds.find(({ oid }) => oid === TRAP_OID)?.value)
                    .split('.')
                    .at(-1),
            ),
        );
    }

    values(oid: string): unknown[] {
        return this.heard.flatMap(({ pdu }) =>
            pdu.varbinds.filter((varbind) => varbind.oid === oid).map(({ value }) => value),
        );
    }

    close(): void {
        this.receiver.close();
    }
}

describe('ups-trap', () => {
    let bench: SourceFlow;
    let receiver: Receiver;
    let port: number;
    let driver: FakeDriver;
    const job = (more: object = {}) => ({
        id: 'job1',
        type: 'ups-trap',
        hosts: `127.0.0.1:${port}`,
        version: '2c',
        kind: 'trap',
        timeout: 0.3,
        retries: 0,
        log: 'always',
        wires: [['out']],
        ...more,
    });
    const flow = (more: object = {}) => [
        { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1' },
        {
            id: 'event1',
            type: 'ups-event',
            ups: 'unit1',
            events: ['power-fail', 'overload', 'test-failed'],
            wires: [['job1']],
        },
        job(more),
    ];
    const attach = () => {
        const { unit } = bench.node('unit1') as unknown as UpsUnitNode;
        driver = new FakeDriver();
        unit.addDriver(
            'fake',
            driver,
            () => {},
            () => {},
        );
    };
    const logged = () =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries()
            .filter(({ kind }) => kind === 'job')
            .map(({ text }) => text);

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        bench = new SourceFlow([upsUnit, upsEvent, upsTrap]);
        port = await freePort();
        receiver = new Receiver(port);
    });
    afterEach(async () => {
        await bench.close();
        receiver.close();
    });

    /** Lets packets travel while the timers stand still. */
    const travel = async () => {
        for (let turn = 0; turn < 40; turn++) await new Promise((done) => setImmediate(done));
    };

    it('tells battery operation at once, and its end', async () => {
        await bench.load(flow());
        attach();
        driver.read(onMains());
        driver.read(onBattery({ battery: { minutesRemaining: 37 } }));
        await bench.onWire(() => receiver.traps.join() === '1');
        assert.deepEqual(receiver.values(`${UPS}.1.2.3.0`), [37]);
        driver.read(onMains());
        await bench.onWire(() => receiver.traps.join() === '1,4');
        assert.deepEqual(receiver.values(`${UPS}.1.6.2.1.2.1`), [`${UPS}.1.6.3.2`]);
        await bench.onWire(() => logged().some((text) => /1 time\b/.test(text)));
    });

    it('goes on with the minutes over a restart', async () => {
        await bench.load(flow());
        attach();
        driver.read(onMains());
        driver.read(onBattery());
        await bench.onWire(() => receiver.traps.length === 1);
        // A minute passes while Node-RED is away.
        await helper.unload();
        await bench.clock.advance(61_000);
        await bench.load(flow());
        attach();
        driver.read(onBattery());
        await bench.onWire(() => receiver.traps.join() === '1,1');
        driver.read(onMains());
        await bench.onWire(() => receiver.traps.join() === '1,1,4');
        await travel();
        assert.equal(receiver.traps.length, 3);
    });

    it('tells each minute those who listen, however long one takes who does not acknowledge', async () => {
        const silent = await freePort();
        await bench.load(
            flow({ hosts: `127.0.0.1:${silent}, 127.0.0.1:${port}`, kind: 'inform', timeout: 60, retries: 5 }),
        );
        attach();
        driver.read(onMains());
        driver.read(onBattery());
        for (let minute = 0; minute < 3; minute++) {
            await travel();
            await bench.clock.advance(60_500);
        }
        await travel();
        assert.equal(receiver.traps.join(), '1,1,1,1');
    });

    it('tells alarms with one row for begin and end, and tests', async () => {
        await bench.load(flow());
        attach();
        driver.read(onMains());
        driver.read(onMains({ alarms: ['output-overload'] }));
        await bench.onWire(() => receiver.traps.join() === '3');
        driver.read(onMains({ alarms: ['output-overload', 'diagnostic-test-failed'] }));
        await bench.onWire(() => receiver.traps.join() === '3,2,3');
        assert.deepEqual(receiver.values(`${UPS}.1.6.2.1.2.1`), [`${UPS}.1.6.3.8`]);
        assert.deepEqual(receiver.values(`${UPS}.1.7.3.0`), [3]);
    });

    it('serves every receiver, and names those that did not acknowledge', async () => {
        const silent = await freePort();
        await bench.load([job({ hosts: `127.0.0.1:${silent}, 127.0.0.1:${port}`, kind: 'inform', site: 'site1' })]);
        await bench.send('job1', {
            topic: 'Door/on',
            payload: true,
            event: {
                id: 'on',
                source: 'Door',
                sourceId: 'gone',
                level: 'alarm',
                active: true,
                since: 1,
                at: 1,
                episode: 'e1',
                text: 'open',
            },
        } as EventMessage);
        await bench.onWire(() => logged().length === 1);
        assert.equal(receiver.traps.join(), '3');
        assert.match(logged()[0], new RegExp(`127.0.0.1:${silent}`));
        assert.equal(bench.calls('job1', 'error').length, 1);
    });

    it('goes on with the address it knew when the name server has died with the mains', async () => {
        const lookup = sinon.stub(dns, 'lookup');
        try {
            lookup.callsFake((async () => ({ address: '127.0.0.1', family: 4 })) as never);
            await bench.load(flow({ hosts: `nms.example:${port}` }));
            attach();
            await bench.onWire(() => lookup.called);
            lookup.callsFake((async () => {
                throw Object.assign(new Error('EAI_AGAIN'), { code: 'EAI_AGAIN' });
            }) as never);
            driver.read(onMains());
            driver.read(onBattery());
            await bench.onWire(() => receiver.traps.join() === '1');
        } finally {
            lookup.restore();
        }
    });

    describe('the count of starts for v3 traps', () => {
        const ENGINE_ID = '80000d390574657374';
        const v3 = () => job({ version: '3', engineId: ENGINE_ID });
        const load = async (site: object[]) => {
            const flow = [...site, v3(), { id: 'out', type: 'helper' }];
            await helper.load([upsSite, upsTrap] as never, flow as never, { job1: { user: 'trapper' } } as never);
        };
        const site = (directory = bench.directory) => [{ id: 'site1', type: 'ups-site', directory }];
        const kept = () =>
            theFlow().registry.site('site1')!.store.getValue('counters', `snmp-engine/${ENGINE_ID}`) as {
                boots: number;
            };
        const warned = () => bench.onWire(() => bench.calls('job1', 'warn')[0]);

        it('is kept by the site, and stays the same over a deploy', async () => {
            await load(site());
            const { boots } = await bench.onWire(() => kept());
            await helper.unload();
            await load(site());
            await bench.settle();
            assert.equal(kept().boots, boots);
            assert.deepEqual(bench.calls('job1', 'warn'), []);
        });

        it('is said to be kept by nobody where there is no site', async () => {
            await load([]);
            assert.equal(await warned(), 'bootsWithoutSite');
        });

        it('is said to be in memory while the disk of the site fails', async () => {
            writeFileSync(join(bench.directory, 'file'), '');
            await load(site(join(bench.directory, 'file', 'store')));
            assert.equal(await warned(), 'bootsInMemory');
        });
    });

    it('in a dry run sends nothing', async () => {
        const site = { id: 'site1', type: 'ups-site', name: 'Site', directory: bench.directory, dryRun: true };
        await helper.load(
            [upsSite, upsUnit, upsEvent, upsTrap] as never,
            [site, ...flow(), { id: 'out', type: 'helper' }] as never,
        );
        attach();
        driver.read(onMains());
        driver.read(onBattery());
        await bench.onWire(() => logged().length === 1);
        assert.match(logged()[0], /SNMP notification to 127\.0\.0\.1/);
        await travel();
        assert.equal(receiver.traps.length, 0);
    });

    for (const [more, said] of [
        [{ hosts: '' }, /hosts/],
        [{ version: '1', kind: 'inform' }, /kind/],
        [{ version: '3' }, /engineId/],
        // Half an octet would be left off without a word, and receivers would know another engine.
        [{ version: '3', engineId: '80000000010' }, /engineId/],
        [{ alarmRoot: 'enterprise' }, /object identifier/],
        [{ version: '4' }, /version/],
    ] as const) {
        it(`says what is wrong with ${JSON.stringify(more)}`, async () => {
            await bench.load([job(more)], { job1: { user: 'x' } });
            assert.match(String(bench.calls('job1', 'error')[0]), said);
        });
    }
});
