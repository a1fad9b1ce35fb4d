import { strict as assert } from 'node:assert';
import { UpsError } from '../../../../lib/core/errors';
import { bareHost, bracketedHost, hostPortSetting, hostSetting } from '../../../../lib/protocols/shared/host';
import { inEnglish } from '../../../support/in-english';

const failure = (work: () => unknown): UpsError => {
    try {
        work();
    } catch (error) {
        assert.ok(error instanceof UpsError);
        return error;
    }
    throw new assert.AssertionError({ message: 'nothing was thrown' });
};

describe('the host of a setting', () => {
    for (const [typed, host] of [
        ['ups.example.org', 'ups.example.org'],
        ['ups.example.org.', 'ups.example.org.'],
        [' UPS_1 ', 'UPS_1'],
        ['büro-usv.local', 'büro-usv.local'],
        ['192.0.2.7', '192.0.2.7'],
        ['2001:db8::1', '2001:db8::1'],
        ['[2001:db8::1]', '2001:db8::1'],
        ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
        ['fe80::1%eth0', 'fe80::1%eth0'],
        ['[fe80::1%eth0.100]', 'fe80::1%eth0.100'],
        ['[fe80::1%25br-lan]', 'fe80::1%br-lan'],
        ['[fe80::1%2]', 'fe80::1%2'],
        ['fe80::1%25', 'fe80::1%25'],
    ] as const) {
        it(`takes ${typed}`, () => {
            assert.equal(hostSetting('host', typed), host);
            assert.deepEqual(hostPortSetting('hosts', typed, 6003), { host, port: 6003 });
            assert.equal(bareHost(typed), host);
        });
    }

    for (const typed of ['[192.0.2.7]', '192.0.2', '192.0.2.256', '[2001:db8::1', 'a b', '-ups', 'ups..net', 'ups@nut'])
        it(`refuses ${typed}`, () => {
            assert.equal(failure(() => hostSetting('host', typed)).code, 'config-invalid');
            assert.equal(failure(() => hostPortSetting('hosts', typed, 6003)).code, 'config-invalid');
        });

    it('asks for one', () => {
        for (const typed of [undefined, '', '  ']) {
            assert.deepEqual(failure(() => hostSetting('agent', typed)).data, { property: 'agent' });
        }
    });

    it('refuses a URL by saying what to leave out, and shows no password', () => {
        const { code, data } = failure(() => hostSetting('host', 'https://admin:secret@[2001:db8::1]/ups'));
        assert.equal(code, 'config-invalid');
        assert.match(inEnglish(data.expected), /without http:\/\/ and without a path/);
        assert.ok(!JSON.stringify(data).includes('secret'));
    });

    it('takes a port only where a port may stand', () => {
        assert.deepEqual(hostPortSetting('hosts', '[fe80::1%eth0]:7', 6003), { host: 'fe80::1%eth0', port: 7 });
        assert.deepEqual(hostPortSetting('hosts', 'ups:7', 6003), { host: 'ups', port: 7 });
        for (const typed of ['ups:3493', '192.0.2.7:3493', '[2001:db8::1]:3493']) {
            assert.match(inEnglish(failure(() => hostSetting('host', typed)).data.expected), /port has its own field/);
        }
        for (const typed of ['ups:0', 'ups:65536', 'ups:', ':7', '[::1]:x', 'ups:7:8']) {
            assert.equal(failure(() => hostPortSetting('hosts', typed, 6003)).code, 'config-invalid', typed);
        }
    });

    it('stands in brackets before a port', () => {
        assert.equal(bracketedHost('2001:db8::1'), '[2001:db8::1]');
        assert.equal(bracketedHost('[2001:db8::1]'), '[2001:db8::1]');
        assert.equal(bracketedHost('ups'), 'ups');
    });
});
