import assert from 'node:assert/strict';
import type { UpsCommand } from '../../../../lib/core/driver';
import type { OutletWrite } from '../../../../lib/protocols/device-map/device-map';
import { SnmpDriver } from '../../../../lib/protocols/snmp/driver';
import { SYS_OBJECT_ID, SYS_UP_TIME } from '../../../../lib/protocols/snmp/oids';
import type { SnmpSetVarbind, SnmpValue } from '../../../../lib/protocols/snmp/transport';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryAgent } from '../../../support/snmp-memory';

const MAKER = '1.3.6.1.4.1.8072.9999.9999.77';
const OUTLET = `${MAKER}.1.0`;
const on: UpsCommand = { type: 'outlet', outlet: 'load', action: 'on' };

/** Switches the outlet on, of a card that tells `value` for it. */
async function switched(value: SnmpValue, states: Record<string, string>, write: OutletWrite) {
    const agent = new MemoryAgent([
        [SYS_OBJECT_ID, MAKER],
        [SYS_UP_TIME, 100],
        [OUTLET, value],
        [`${MAKER}.2.0`, 13],
    ]);
    const sent: SnmpSetVarbind[] = [];
    agent.onSet = (varbinds) => sent.push(...varbinds);
    const clock = new FakeClock();
    const map = {
        version: 1 as const,
        id: 'own',
        name: 'own',
        judgedBy: 'this test',
        items: [
            { id: 'o', at: { oid: OUTLET }, kind: 'state' as const, states, write, to: 'outlet:load' },
            { id: 'v', at: { oid: `${MAKER}.2.0` }, kind: 'number' as const, to: 'channel:v' },
        ],
    };
    const driver = new SnmpDriver({
        clock,
        host: 'card',
        intervalMs: 1000,
        transport: agent,
        maps: [map],
        dialect: 'own',
    });
    driver.start({ status: () => {}, state: () => {} });
    await clock.advance(0);
    const result = driver.execute(on).catch((error: unknown) => error);
    await clock.advance(0);
    const outcome = await result;
    await driver.stop();
    return { outcome, sent };
}

describe('An outlet that is switched by the objects of a map', () => {
    const TEXTS = { ON: 'on', OFF: 'off' };
    const NUMBERS = { 1: 'on', 0: 'off' };

    it('gets an OCTET STRING where a text is read', async () => {
        const { outcome, sent } = await switched('OFF', TEXTS, { on: 'ON', off: 'OFF' });
        assert.deepEqual(sent, [{ oid: OUTLET, type: 'text', value: 'ON' }]);
        assert.deepEqual(outcome, { confirmed: true });
        const digits = await switched('0', NUMBERS, { on: 1, off: 0 });
        assert.deepEqual(digits.sent, [{ oid: OUTLET, type: 'text', value: '1' }]);
        assert.deepEqual(digits.outcome, { confirmed: true });
    });

    it('gets an INTEGER where a number is read, also from a map that writes it as a text', async () => {
        for (const write of [
            { on: 1, off: 0 },
            { on: '1', off: '0' },
        ]) {
            const { outcome, sent } = await switched(0, NUMBERS, write);
            assert.deepEqual(sent, [{ oid: OUTLET, type: 'integer', value: 1 }]);
            assert.deepEqual(outcome, { confirmed: true });
        }
    });

    it('gets the type that the map gives', async () => {
        const gauge = await switched(0, NUMBERS, { on: 1, off: 0, type: 'gauge' });
        assert.deepEqual(gauge.sent, [{ oid: OUTLET, type: 'gauge', value: 1 }]);
        const text = await switched(0, NUMBERS, { on: 1, off: 0, type: 'text' });
        assert.deepEqual(text.sent, [{ oid: OUTLET, type: 'text', value: '1' }]);
    });

    it('is sent nothing if the device tells a number, and the map writes a word', async () => {
        const { outcome, sent } = await switched(7, TEXTS, { on: 'ON', off: 'OFF' });
        assert.deepEqual(sent, []);
        const { code, data } = outcome as { code: string; data: Record<string, unknown> };
        assert.equal(code, 'config-invalid');
        assert.deepEqual([data.property, data.value], ['write', 'ON']);
    });

    it('gets the type of what the map writes if the object cannot be read', async () => {
        const texts = await switched(undefined, TEXTS, { on: 'ON', off: 'OFF' });
        assert.deepEqual(texts.sent, [{ oid: OUTLET, type: 'text', value: 'ON' }]);
        const numbers = await switched(null, NUMBERS, { on: 1, off: 0 });
        assert.deepEqual(numbers.sent, [{ oid: OUTLET, type: 'integer', value: 1 }]);
    });
});
