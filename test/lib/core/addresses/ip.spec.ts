import assert from 'node:assert/strict';
import * as net from 'node:net';
import { isIPv4, isIPv6, readRange } from '../../../../lib/core/addresses/ip';

describe('IP addresses', () => {
    const four = [
        '0',
        '9',
        '10',
        '99',
        '100',
        '199',
        '200',
        '249',
        '250',
        '255',
        '256',
        '1000',
        '01',
        '00',
        '',
        'x',
        '-1',
    ];
    const fours = [
        ...four.map((part) => `192.0.2.${part}`),
        ...four.map((part) => `${part}.0.2.1`),
        ...['1.2.3', '1.2.3.4.5', '1.2.3.4.', '.1.2.3.4', '1..3.4', ' 1.2.3.4', '1.2.3.4 ', '1,2,3,4', '0.0.0.0'],
    ];
    const sixes = [
        ...['::', '::1', '1::', '1::8', 'fe80::1', '2001:db8::', '2001:DB8::1', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::'],
        ...['::2:3:4:5:6:7:8', '1::3:4:5:6:7:8', '1:2:3:4::5:6:7:8', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7', '12345::'],
        ...['1::2::3', ':::', ':', '', ':1', '1:', ':1::', '1:::2', 'g::1', '::1 ', ' ::1', '[::1]', '::1/64'],
        ...['::ffff:1.2.3.4', '::1.2.3.4', '1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:7:1.2.3.4', '1.2.3.4::', '::1.2.3'],
        ...['::1.2.3.256', '1.2.3.4:5::', '::01.2.3.4', '1.2.3.4', '::1:1.2.3.4:1', '1::1.2.3.4', '::00001', '::0001'],
    ];

    it('are those that Node.js takes', () => {
        for (const text of [...fours, ...sixes]) {
            assert.equal(isIPv4(text), net.isIPv4(text), `IPv4: "${text}"`);
            assert.equal(isIPv6(text), net.isIPv6(text), `IPv6: "${text}"`);
        }
    });

    it('stand for a range by the bits that count', () => {
        assert.deepEqual(readRange('192.0.2.0/24'), { address: '192.0.2.0', family: 'ipv4', prefix: 24 });
        assert.deepEqual(readRange('[2001:db8::]/32'), { address: '2001:db8::', family: 'ipv6', prefix: 32 });
        assert.deepEqual(readRange('::ffff:10.0.0.0/104'), { address: '10.0.0.0', family: 'ipv4', prefix: 8 });
        assert.deepEqual(readRange('192.0.2.1'), { address: '192.0.2.1', family: 'ipv4' });
        for (const wrong of [
            '192.0.2.0/33',
            '192.0.2.0/',
            '192.0.2.0/x',
            '192.0.2.0/24/8',
            'host/24',
            '::ffff:10.0.0.0/64',
        ])
            assert.equal(readRange(wrong), undefined, wrong);
    });
});
