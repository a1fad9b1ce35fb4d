import assert from 'node:assert/strict';
import { faultsOf, readSettings } from '../../lib/core/settings';
import { parseRows } from '../../lib/protocols/wol/hosts';
import { settings } from '../../nodes/jobs/ups-wol.settings';

const faults = (config: object, credentials: object = {}) =>
    faultsOf(settings, config, credentials).map(({ property, rule }) => [property, rule]);
const mac = '02:00:00:00:00:01';
const staged = (hosts: unknown) => ({ mode: 'staged', hosts });

function accepts(work: () => unknown): boolean {
    try {
        work();
        return true;
    } catch {
        return false;
    }
}

describe('settings of ups-wol', () => {
    it('take a row exactly if the staged wake can use it', () => {
        const rows: object[] = [{ mac }, { mac: 'x' }, {}];
        for (const check of ['none', 'tcp', 'ping'] as const)
            for (const address of [undefined, '', 'srv', '192.0.2.256', '-f', '::1', 'a b'])
                for (const port of [undefined, 22, 0, 70000, 1.5]) rows.push({ mac, check, address, port });
        for (const row of rows)
            assert.equal(
                faults(staged([row])).length === 0,
                accepts(() => parseRows([row])),
                JSON.stringify(row),
            );
    });

    it('name each card once, however it is written', () => {
        assert.deepEqual(faults(staged([{ mac }, { mac: '0200.0000.0001' }])), [['hosts', 'eachMacOnce']]);
        assert.deepEqual(faults(staged([])), [['hosts', 'listEmpty']]);
        assert.deepEqual(faults({ mac: `${mac}, 0200.0000.0001` }), []);
        assert.deepEqual(faults({ mac: '' }), [['mac', 'listEmpty']]);
    });

    it('make a gate of its tick alone', () => {
        const { gateCharge, gateMains, gateLimit } = readSettings(settings, { mac, gate: true });
        assert.deepEqual([gateCharge, gateMains, gateLimit], [50, 300, 0]);
        assert.deepEqual(faults({ mac, gate: true, gateCharge: 101 }), [['gateCharge', 'numberBetween']]);
        assert.deepEqual(faults({ mac, gate: false, gateCharge: 101 }), []);
    });

    it('keep a SecureOn password out of what they say', () => {
        const secureOn = 'no such password';
        assert.deepEqual(faults({ mac }, { secureOn }), [['secureOn', 'secureOn']]);
        assert.ok(!JSON.stringify(faultsOf(settings, { mac }, { secureOn })).includes(secureOn));
        for (const good of ['00:11:22:33:44:55', '192.0.2.1', ' 192.0.2.1 '])
            assert.deepEqual(faults({ mac }, { secureOn: good }), [], good);
    });

    it('send to 32 addresses at most', () => {
        const address = Array.from({ length: 33 }, (_, n) => `192.0.2.${n}`);
        assert.deepEqual(faults({ mac, address: address.join() }), [['address', 'broadcasts']]);
        assert.deepEqual(faults({ mac, address: address.slice(1).join() }), []);
    });
});
