import assert from 'node:assert/strict';
import { servedUps } from '../../../../../lib/core/served/served-ups';
import { registerMap } from '../../../../../lib/protocols/cs141/maps';
import { ServedCard, type CoilOrder } from '../../../../../lib/protocols/cs141/served/served-card';
import { answerTo } from '../../../../../lib/protocols/modbus-server/pdu';
import { onMains, UnitBench } from '../../../../support/fake-ups';

describe('the UPSs of a Modbus server', () => {
    let bench: UnitBench;
    let orders: string[];
    let finish: (() => void)[];
    beforeEach(() => {
        bench = new UnitBench();
        orders = [];
        finish = [];
    });
    afterEach(() => bench.unit.destroy());

    const card = ({ writes = true, answerAnyUnit = false, mayOrder = (_client: string): boolean => true } = {}) =>
        new ServedCard({
            units: [
                {
                    unitId: 3,
                    map: registerMap('rittal-pmc')!,
                    served: () => servedUps(bench.unit),
                    mayOrder,
                    ...(writes && {
                        order: (order: CoilOrder, client: string) => {
                            orders.push(`${order} by ${client}`);
                            return new Promise<void>((done) => finish.push(done));
                        },
                    }),
                },
                { unitId: 4, map: registerMap('default')!, served: () => undefined },
            ],
            unknownAs: -1,
            answerAnyUnit,
        });
    const ask = (hex: string, served = card(), unitId = 3) =>
        answerTo(Buffer.from(hex.replaceAll(' ', ''), 'hex'), served.unit(unitId)!, (error) => assert.fail(String(error)), '192.0.2.9').toString('hex'); // prettier-ignore

    it('answer to their unit ids alone, and the first one to 0 and 255 if so asked', () => {
        const ids = (served: ServedCard) => Array.from({ length: 256 }, (_, id) => id).filter((id) => served.unit(id));
        assert.deepEqual(ids(card()), [3, 4]);
        assert.deepEqual(ids(card({ answerAnyUnit: true })), [0, 3, 4, 255]);
    });

    it('have exception 6 without a reading, and where there is no UPS', () => {
        assert.equal(ask('03 006d 0001'), '8306');
        assert.equal(ask('01 0000 0001'), '8106');
        assert.equal(ask('05 0001 ff00'), '8506');
        assert.equal(ask('03 006d 0001', card(), 4), '8306');
        assert.deepEqual(orders, []);
    });

    it('answer who may not write as if nothing could be written', () => {
        bench.readFor(3, onMains);
        const asked: string[] = [];
        const served = card({ mayOrder: (client) => (asked.push(client), false) });
        for (const request of ['05 0001 ff00', '05 0001 0000', '05 0100 ff00'])
            assert.equal(ask(request, served), '8501');
        assert.deepEqual([asked, orders], [['192.0.2.9', '192.0.2.9', '192.0.2.9'], []]);
        assert.equal(ask('01 0000 0002', served), '010100');
    });

    it('refuse as the protocol says: functions 1, addresses 2, counts and values 3', () => {
        bench.readFor(3, onMains);
        for (const [request, answer] of [
            ['03 006d 0001', '03020004'],
            ['04 006d 0001', '04020004'],
            ['03 0000 0001', '83 02'],
            ['03 00a2 0002', '8302'],
            ['03 006d 0000', '8303'],
            ['03 006d 007e', '8303'],
            ['01 0000 07d1', '8103'],
            ['05 0000 0001', '8503'],
            ['06 006d 0001', '8601'],
            ['10 006d 0001 02 0001', '9001'],
            ['0f 0000 0001 01 01', '8f01'],
            ['11', '9101'],
            ['2b 0e 01 00', 'ab01'],
            ['05 0100 ff00', '8502'],
            ['05 0002 ff00', '8502'],
        ] as const) {
            const got = ask(request);
            // Function 4 has the table of input registers of this map as well.
            if (request === '03 0000 0001') assert.match(got, /^0302/);
            else assert.equal(got, answer.replaceAll(' ', ''), request);
        }
    });

    it('pass on what is written, with who, and are busy for a second order meanwhile', async () => {
        bench.readFor(3, onMains);
        const served = card();
        assert.equal(ask('05 0001 ff00', served), '050001ff00');
        assert.deepEqual(orders, ['shutdown by 192.0.2.9']);
        assert.equal(ask('05 0000 ff00', served), '8506');
        assert.equal(ask('03 006d 0001', served), '03020004');
        finish[0]!();
        await Promise.resolve();
        await Promise.resolve();
        assert.equal(ask('05 0000 ff00', served), '050000ff00');
        assert.equal(ask('05 0001 0000', card()), '0500010000');
        assert.deepEqual(orders, ['shutdown by 192.0.2.9', 'startup by 192.0.2.9']);
        assert.equal(ask('01 0000 0002', served), '010103');
    });

    it('refuse function 5 where nothing may be written', () => {
        bench.readFor(3, onMains);
        assert.equal(ask('05 0001 ff00', card({ writes: false })), '8501');
    });
});
