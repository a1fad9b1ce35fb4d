import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { writeBacsObject } from '../../../../lib/protocols/bacs/write-object';
import { SnmpError, type SnmpSetVarbind, type SnmpTransport } from '../../../../lib/protocols/snmp/transport';
import { SimulatedBattery } from '../../../../lib/simulation/battery/simulated-battery';
import { BacsCard } from '../../../../simulators/bacs/card';
import { FakeClock } from '../../../support/fake-clock';

const SETTINGS = {
    host: '192.0.2.10',
    port: 161,
    version: '2c',
    community: 'private',
    user: '',
    authProtocol: 'none',
    authKey: '',
    privProtocol: 'none',
    privKey: '',
    timeout: 1,
    retries: 0,
} as const;
/** Of an arc for experiments, as the simulated card has it. */
const PAUSE = '1.3.6.1.4.1.8072.9999.9999.33.5.1.0';

describe('An object of a BACS card', () => {
    let sets: SnmpSetVarbind[];
    let closed: number;
    const transport = (failure?: SnmpError) =>
        ({
            set: (varbinds: readonly SnmpSetVarbind[]) => {
                sets.push(...varbinds);
                return failure ? Promise.reject(failure) : Promise.resolve([]);
            },
            close: () => closed++,
        }) as unknown as SnmpTransport;

    beforeEach(() => {
        sets = [];
        closed = 0;
    });

    it('is set as INTEGER if it is a whole number, else as text', async () => {
        for (const value of ['120', ' -1 ', '2.5', 'pause', '12345678901']) {
            await writeBacsObject(SETTINGS, '.1.3.6.1.4.1.99999.1.0', value, transport());
        }
        const oid = '1.3.6.1.4.1.99999.1.0';
        assert.deepEqual(sets, [
            { oid, type: 'integer', value: 120 },
            { oid, type: 'integer', value: -1 },
            { oid, type: 'text', value: '2.5' },
            { oid, type: 'text', value: 'pause' },
            { oid, type: 'text', value: '12345678901' },
        ]);
        assert.equal(closed, 5);
    });

    it('that the card refuses is told as such, and nothing stays open', async () => {
        const refusal = new SnmpError('refused', 'notWritable', { status: 'notWritable' });
        await assert.rejects(writeBacsObject(SETTINGS, PAUSE, '1', transport(refusal)), (error) => {
            assert.ok(error instanceof UpsError);
            assert.equal(error.code, 'not-supported');
            return true;
        });
        assert.equal(closed, 1);
    });

    it('pauses the equalizing of the simulated card over SNMP', async () => {
        const clock = new FakeClock();
        const battery = new SimulatedBattery(clock, { bank: { modules: 4, strings: 1 } });
        const card = new BacsCard({ battery, clock, tcp: {}, snmp: { community: 'private' } });
        await card.start();
        try {
            const settings = { ...SETTINGS, host: '127.0.0.1', port: card.agent!.port } as const;
            const equalizes = () => {
                clock.advanceSync(60_000);
                return battery.flags().states.has('equalizing');
            };
            assert.ok(equalizes());
            await writeBacsObject(settings, PAUSE, '2');
            assert.ok(!equalizes());
            await writeBacsObject(settings, PAUSE, '0');
            assert.ok(equalizes());
        } finally {
            await card.stop();
        }
    });
});
