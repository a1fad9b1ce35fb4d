import assert from 'node:assert/strict';
import snmp, { ObjectType } from 'net-snmp';
import type { UpsCommand } from '../../../../lib/core/driver';
import { emptyStatus } from '../../../../lib/core/status/status';
import type { ServedTarget } from '../../../../lib/protocols/snmp-agent/serving';
import { FakeClock } from '../../../support/fake-clock';
import { servedSample } from '../../../support/served-sample';
import { get, set, SnmpWire, WRITER } from '../../../support/snmp-wire';

const UPS = '1.3.6.1.2.1.33.1';
const NAME = `${UPS}.1.5.0`;
const TEST_ID = `${UPS}.7.1.0`;
const SPIN_LOCK = `${UPS}.7.2.0`;
const TYPE = `${UPS}.8.1.0`;
const DELAY = `${UPS}.8.2.0`;
const QUICK = `${UPS}.7.7.4`;

const number = (oid: string, value: number) => ({ oid, type: ObjectType.Integer, value });
const text = (value: string | Buffer) => ({ oid: NAME, type: ObjectType.OctetString, value });
const test = (value = QUICK) => ({ oid: TEST_ID, type: ObjectType.OID, value });

describe('SETs of the SNMP agent', () => {
    let clock: FakeClock;
    let orders: UpsCommand[];
    let settings: Record<string, string | number | boolean>;
    let fails: (command: UpsCommand) => boolean;
    let wire: SnmpWire;

    const target: ServedTarget = {
        served: () => servedSample({}, { ...emptyStatus(0), settings, test: { result: 'none' } }),
        supports: () => true,
        order: (command) => {
            orders.push(command);
            return fails(command) ? Promise.reject(new Error('no')) : Promise.resolve();
        },
    };
    const values = async (...oids: string[]) => (await get(wire.manager(WRITER), ...oids)).map(({ value }) => value);
    const refusal = async (...varbinds: Parameters<typeof set>[1][]) => {
        const before = wire.sent.length;
        const error = await set(wire.manager('act'), ...varbinds).then(
            () => assert.fail('was accepted'),
            (reason: Error & { status?: number }) => reason,
        );
        assert.ok(wire.sent.length > before, 'no answer');
        return error.message;
    };

    beforeEach(async () => {
        clock = new FakeClock();
        orders = [];
        settings = {};
        fails = () => false;
        wire = await new SnmpWire(clock, { ups: target }).start();
    });

    it('takes the variables of a SET as if at once, in whatever order they stand', async () => {
        await set(wire.manager('act'), number(DELAY, 60), number(TYPE, 2));
        assert.deepEqual(orders, [{ type: 'shutdown', seconds: 60, scope: 'system' }]);
    });

    it('shuts down what the same SET chooses, also where the UPS itself keeps the choice', async () => {
        settings = { upsShutdownType: 'output' };
        await set(wire.manager('act'), number(DELAY, 60), number(TYPE, 2));
        assert.deepEqual(orders, [
            { type: 'set', setting: 'upsShutdownType', value: 'system' },
            { type: 'shutdown', seconds: 60, scope: 'system' },
        ]);
    });

    it('does nothing of a SET of which one variable is wrong', async () => {
        assert.match(await refusal(number(SPIN_LOCK, 1), test(), number(DELAY, -7)), /WrongValue.*8\.2\.0/);
        assert.match(await refusal(number(TYPE, 2), { ...number(DELAY, 5), type: ObjectType.Gauge }), /WrongType/);
        assert.match(await refusal(number(TYPE, 2), number(DELAY, 60), number(`${UPS}.2.4.0`, 5)), /NotWritable/);
        assert.deepEqual(orders, []);
        assert.deepEqual(await values(TEST_ID, SPIN_LOCK, TYPE), [`${UPS}.7.7.1`, 1, 1]);
    });

    it('takes back the lock and the test of a command that failed, and names its variable', async () => {
        fails = () => true;
        assert.match(await refusal(number(SPIN_LOCK, 1), test()), /CommitFailed.*7\.1\.0/);
        assert.match(await refusal(number(TYPE, 2), number(DELAY, 60)), /CommitFailed.*8\.2\.0/);
        assert.deepEqual(await values(TEST_ID, SPIN_LOCK, TYPE), [`${UPS}.7.7.1`, 1, 1]);
        fails = () => false;
        await set(wire.manager('act'), number(SPIN_LOCK, 1), test());
        assert.deepEqual(await values(TEST_ID, SPIN_LOCK), [QUICK, 2]);
    });

    it('says undoFailed if a command before the failed one was carried out', async () => {
        fails = ({ type }) => type === 'shutdown';
        assert.match(await refusal(test(), number(DELAY, 60)), /UndoFailed/);
        assert.deepEqual(
            orders.map(({ type }) => type),
            ['test', 'shutdown'],
        );
    });

    it('takes no text with control characters, and none that is longer than the MIB allows', async () => {
        assert.match(await refusal(text('a\u0007\nb')), /WrongValue/);
        assert.match(await refusal(text('x'.repeat(64))), /WrongLength/);
        // 63 octets, whatever characters they are.
        assert.match(await refusal(text('ü'.repeat(32))), /WrongLength/);
        assert.match(await refusal(text(Buffer.from([0xff, 0xfe]))), /WrongEncoding/);
        assert.deepEqual(orders, []);
        await set(wire.manager('act'), text(`${'ü'.repeat(31)}x`));
        assert.deepEqual(orders, [{ type: 'set', setting: 'upsIdentName', value: `${'ü'.repeat(31)}x` }]);
    });

    it('answers a manager of v1 with errors of v1', async () => {
        wire.serving.versions = ['1', '2c', '3'];
        const refused = (as: string, ...varbinds: Parameters<typeof set>[1][]) =>
            set(wire.manager(as, '', snmp.Version1), ...varbinds).then(
                () => 'accepted',
                ({ message }: Error) => message.split(':')[0],
            );
        assert.equal(await refused('look', number(DELAY, 60)), 'NoSuchName');
        assert.equal(await refused('act', number(`${UPS}.2.4.0`, 60)), 'NoSuchName');
        assert.equal(await refused('act', number(DELAY, -7)), 'BadValue');
        assert.equal(
            await refused('act', { ...number(DELAY, 60), type: ObjectType.OctetString, value: 'x' } as never),
            'BadValue',
        );
        assert.equal(await refused('act', number(SPIN_LOCK, 7)), 'BadValue');
        fails = () => true;
        assert.equal(await refused('act', number(DELAY, 60)), 'GeneralError');
    });
});
