import assert from 'node:assert/strict';
import { CardCopies } from '../../bench/support/card-copies';
import { freePort } from '../support/free-port';
import { messageOf, parseMessage } from '../../bench/support/snmp-parts';
import { SystemClock } from '../../lib/core/clock';
import { targetOf } from '../../lib/protocols/snmp/config';
import { NetSnmpTransport } from '../../lib/protocols/snmp/net-snmp-transport';
import { SCALARS } from '../../lib/protocols/snmp/oids';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';

const SOURCE = SCALARS.upsOutputSource;
const NORMAL = 3;
const BATTERY = 5;

describe('bench: copies of a card', () => {
    let ups: SimulatedUps;
    let copies: CardCopies;
    const transports: NetSnmpTransport[] = [];

    beforeEach(async () => {
        const clock = new SystemClock();
        ups = new SimulatedUps(clock, { holdMinutes: 600 });
        copies = new CardCopies(clock, ups);
        await copies.start(['127.0.1.1', '127.0.1.2'], await freePort());
    });

    afterEach(async () => {
        for (const transport of transports.splice(0)) transport.close();
        await copies.stop();
        ups.destroy();
    });

    function ask(n: number): NetSnmpTransport {
        const { address: host, port } = copies.addresses[n];
        const transport = new NetSnmpTransport(
            targetOf({ host, port, version: '2c', community: 'public', timeout: 2, retries: 0 } as never),
        );
        transports.push(transport);
        return transport;
    }

    const source = async (n: number) => (await ask(n).get([SOURCE]))[0]?.value;

    it('answers at each address, many at once, as the card itself would', async () => {
        const many = Array.from({ length: 50 }, (_, n) => source(n % 2));
        assert.deepEqual(
            await Promise.all(many),
            Array.from({ length: 50 }, () => NORMAL),
        );
        assert.equal(copies.requests, 50);
        const next = await ask(0).getNext([SOURCE.replace(/\.0$/, '')]);
        assert.deepEqual(next, [{ oid: SOURCE, value: NORMAL }]);
    });

    it('tells of an outage at once: nothing that was told before it is told again', async () => {
        assert.equal(await source(0), NORMAL);
        ups.setMains(false);
        assert.deepEqual([await source(0), await source(1)], [BATTERY, BATTERY]);
        ups.setMains(true);
        assert.equal(await source(1), NORMAL);
    });

    it('takes a message apart and puts it together, whatever its lengths', () => {
        for (const id of [0, 127, 128, 70_000, 2 ** 31 - 1])
            for (const length of [10, 120, 200, 1400]) {
                const parts = { version: 1, community: Buffer.from('public'), type: 0xa0, id, rest: rest(length) };
                assert.deepEqual(parseMessage(messageOf(parts)), parts);
            }
        assert.throws(() => parseMessage(Buffer.from([4, 1, 0])));
    });
});

/** Error status, error index, and varbinds of so many bytes. */
function rest(length: number): Buffer {
    return Buffer.concat([Buffer.from([2, 1, 0, 2, 1, 0]), Buffer.alloc(length, 5)]);
}
