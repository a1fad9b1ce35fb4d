import { strict as assert } from 'node:assert';
import { UpsError } from '../../../../lib/core/errors';
import { plainAddress } from '../../../../lib/core/addresses/ip';
import { hostKey, parseHosts } from '../../../../lib/protocols/shared/hosts';
import { AllowedSenders, parseAddresses } from '../../../../lib/protocols/shared/senders';

const keys = (list: string) => parseHosts(list, 6003).map(hostKey);

describe('Lists of hosts', () => {
    it('takes the forms that people write', () => {
        assert.deepEqual(keys('192.168.3.1,192.168.3.18'), ['192.168.3.1:6003', '192.168.3.18:6003']);
        assert.deepEqual(keys(' a.example , b:7000;\n\n[fe80::1]:5\tfe80::2 [::1],c_1 '), [
            'a.example:6003',
            'b:7000',
            '[fe80::1]:5',
            '[fe80::2]:6003',
            '[::1]:6003',
            'c_1:6003',
        ]);
        assert.deepEqual(keys(''), []);
    });

    it('drops duplicates, whatever their case', () => {
        assert.deepEqual(keys('Host,host:6003,HOST:6004,10.0.0.1,10.0.0.1:6003'), [
            'host:6003',
            'host:6004',
            '10.0.0.1:6003',
        ]);
    });

    it('names the entry that is wrong', () => {
        const wrong = [
            '192.168.3',
            '192.168.3.300',
            '10.0.0.1:0',
            '10.0.0.1:65536',
            'a:b',
            'a:',
            ':6003',
            '[::1',
            '[1.2.3.4]',
        ];
        wrong.push('-a', 'a-', 'a..b', 'a/b', '$(reboot)', '1.2.3.4:1:2', '2130706433', 'x'.repeat(64));
        for (const entry of wrong) {
            assert.throws(
                () => parseHosts(`10.0.0.1, ${entry}, 10.0.0.2`, 6003),
                (error: unknown) =>
                    error instanceof UpsError && error.code === 'config-invalid' && error.data.value === entry,
                entry,
            );
        }
    });
});

describe('Allowed senders', () => {
    it('is nobody when empty and everybody with *', () => {
        assert.equal(new AllowedSenders('').allows('127.0.0.1'), false);
        assert.equal(new AllowedSenders('*').allows('203.0.113.9'), true);
        assert.equal(new AllowedSenders('*').allows('2001:db8::1'), true);
    });

    it('knows addresses and ranges, also of a dual-stack socket', () => {
        const senders = new AllowedSenders('10.1.0.0/16, 192.168.1.7\n2001:db8::/32 ::ffff:172.16.0.0/108');
        for (const yes of [
            '10.1.2.3',
            '::ffff:10.1.2.3',
            '192.168.1.7',
            '2001:db8:1::2',
            '2001:DB8::2%eth0',
            '172.16.9.9',
        ]) {
            assert.equal(senders.allows(yes), true, yes);
        }
        for (const no of [
            '10.2.0.1',
            '192.168.1.8',
            '::ffff:192.168.1.8',
            '2001:db9::1',
            '172.32.0.1',
            '::1',
            '',
            'x',
        ]) {
            assert.equal(senders.allows(no), false, no);
        }
    });

    it('names the entry that is wrong', () => {
        for (const entry of [
            'localhost',
            '10.0.0.0/33',
            '10.0.0.0/',
            '10.0.0.0/8/8',
            '10.0.0',
            '::/129',
            '10.0.0.0/-1',
            '**',
        ]) {
            assert.throws(
                () => new AllowedSenders(`10.0.0.1,${entry}`),
                (error: unknown) => error instanceof UpsError && error.data.value === entry,
                entry,
            );
        }
    });

    it('writes mapped addresses plainly', () => {
        for (const mapped of ['::ffff:10.0.0.1', '::FFFF:a00:1', '0:0:0:0:0:ffff:10.0.0.1', '10.0.0.1 ']) {
            assert.equal(plainAddress(mapped), '10.0.0.1', mapped);
        }
        assert.equal(plainAddress('fe80::1%eth0'), 'fe80::1');
        assert.equal(plainAddress('2001:ffff:1:2::'), '2001:ffff:1:2::');
        assert.deepEqual(parseAddresses('10.0.0.1, ::ffff:10.0.0.1 10.0.0.2', 'members'), ['10.0.0.1', '10.0.0.2']);
        assert.throws(() => parseAddresses('10.0.0.0/8', 'members'), UpsError);
    });
});
