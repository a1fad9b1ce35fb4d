import assert from 'node:assert/strict';
import { BOOT_TRAPS, trapOid } from '../../../../lib/protocols/snmp/trap-oid';

describe('the name of a trap', () => {
    it('is that of its varbind in version 2', () => {
        const varbinds = [
            { oid: '1.3.6.1.2.1.1.3.0', value: 12 },
            { oid: '1.3.6.1.6.3.1.1.4.1.0', value: '1.3.6.1.6.3.1.1.5.1' },
        ];
        assert.ok(BOOT_TRAPS.has(trapOid({ varbinds })!));
    });

    it('is the same for the same trap of version 1', () => {
        assert.equal(trapOid({ enterprise: '1.3.6.1.4.1.9', generic: 0, specific: 0 }), '1.3.6.1.6.3.1.1.5.1');
        assert.equal(trapOid({ enterprise: '1.3.6.1.4.1.9', generic: 1, specific: 0 }), '1.3.6.1.6.3.1.1.5.2');
        assert.ok(!BOOT_TRAPS.has(trapOid({ enterprise: '1.3.6.1.4.1.9', generic: 3, specific: 0 })!));
        assert.equal(trapOid({ enterprise: '1.3.6.1.4.1.9', generic: 6, specific: 7 }), '1.3.6.1.4.1.9.0.7');
    });

    it('is unknown where there is none', () => {
        assert.equal(trapOid({}), undefined);
        assert.equal(trapOid({ generic: 6, specific: 1 }), undefined);
        assert.equal(trapOid({ varbinds: [{ oid: '1.3.6.1.6.3.1.1.4.1.0', value: Buffer.from('x') }] }), undefined);
    });
});
