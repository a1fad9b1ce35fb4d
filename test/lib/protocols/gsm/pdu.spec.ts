import assert from 'node:assert/strict';
import { septetsOf } from '../../../../lib/core/sms/gsm-alphabet';
import { packSeptets, unpackSeptets } from '../../../../lib/protocols/gsm/gsm7';
import { planSms } from '../../../../lib/core/sms/parts';
import { decodeSubmit, encodeSubmit } from '../../../../lib/protocols/gsm/pdu';
import { parseRecipients } from '../../../../lib/protocols/gsm/recipients';

const one = (text: string) => planSms(text, 255).parts[0]!;

describe('SMS PDUs', () => {
    it('are those of 3GPP 23.040, put together by hand', () => {
        // 11 submit with validity, 00 reference, 0C 91 the number, 00 PID, 00 DCS, A7 a day, 0A septets, "hellohello" packed.
        assert.deepEqual(encodeSubmit('+491761234567', one('hellohello'), 7), {
            hex: '0011000C9194711632547600' + '00A7' + '0AE8329BFD4697D9EC37',
            length: 23,
        });
        // An odd national number: type 81, filled with F. UCS-2, as Cyrillic letters need it.
        assert.equal(
            encodeSubmit('01761234567', one('Мир'), 7).hex,
            '0011000B811067214365F7' + '0008A7' + '06041C04380440',
        );
        // The euro sign takes the escape 1B and 65.
        assert.equal(encodeSubmit('110', one('€'), 0).hex, '001100038111F0' + '0000A7' + '029B32');
    });

    it('hold 160 septets or 70 units alone, and 153 or 67 beside a header', () => {
        const count = (text: string) => planSms(text, 255).parts.map(({ text: part }) => part.length);
        assert.deepEqual(count('x'.repeat(160)), [160]);
        assert.deepEqual(count('x'.repeat(161)), [153, 8]);
        assert.deepEqual(count('€'.repeat(80)), [80]);
        assert.deepEqual(count('€'.repeat(81)), [76, 5], 'no euro sign is torn in two');
        assert.deepEqual(count('ж'.repeat(70)), [70]);
        assert.deepEqual(count('ж'.repeat(71)), [67, 4]);
        assert.deepEqual(count('😀'.repeat(40)), [66, 14], 'no surrogate pair is torn in two');
        assert.deepEqual(count(''), [0]);
    });

    it('begin the text behind a header on a septet boundary', () => {
        const [first, second] = planSms('a'.repeat(161), 255).parts;
        const hex = encodeSubmit('+491', first!, 0x2a).hex;
        // 51 with header; A0 = 7 + 153 septets; header 05 00 03 reference, total, number; one fill bit, so that "aa" is C2 E1.
        assert.ok(hex.startsWith('005100039194F10000A7A00500032A0201C2E1'), hex.slice(0, 40));
        assert.ok(encodeSubmit('+491', second!, 0x2a).hex.startsWith('005100039194F10000A70F0500032A0202C2E1'));
    });

    for (const text of [
        '@£$ Ääöüß [x] {y} ~|^\\ €',
        'Ω Ξ Δ\nzwei',
        'x'.repeat(400),
        'Привет '.repeat(30),
        '😀 ok'.repeat(40),
    ]) {
        it(`come back as they went: ${text.slice(0, 20).replace('\n', '/')}`, () => {
            const { parts } = planSms(text, 255);
            const back = parts.map((part) => decodeSubmit(encodeSubmit('+491761234567', part, 200).hex));
            assert.equal(back.map((part) => part.text).join(''), text.trim());
            back.forEach((part, index) => {
                assert.equal(part.to, '+491761234567');
                assert.equal(part.length, encodeSubmit('+491761234567', parts[index]!, 200).length);
                if (parts.length > 1)
                    assert.deepEqual(part.concatenated, { reference: 200, total: parts.length, number: index + 1 });
            });
        });
    }

    it('pack every number of septets, with every number of fill bits', () => {
        for (let length = 0; length < 20; length++)
            for (let fill = 0; fill < 7; fill++) {
                const septets = Array.from({ length }, (_, index) => (index * 37 + fill + 1) & 0x7f);
                assert.deepEqual(unpackSeptets(packSeptets(septets, fill), length, fill), septets);
            }
        assert.equal(septetsOf('ж'), undefined);
    });

    it('that are broken are refused', () => {
        for (const hex of ['', 'zz', '00', '0011000C91', '0001000C91947116325476000AFF'])
            assert.throws(() => decodeSubmit(hex), { code: 'protocol' }, hex);
    });

    it('are cut where the limit is, and say so', () => {
        const { parts, cut } = planSms('x'.repeat(1000), 2);
        assert.equal(cut, true);
        assert.deepEqual(
            parts.map(({ text }) => text.length),
            [153, 153],
        );
        assert.ok(parts[1]!.text.endsWith('x...'));
        const single = planSms('x'.repeat(1000), 1);
        assert.deepEqual(
            single.parts.map(({ text, total }) => [text.length, total]),
            [[160, 1]],
        );
    });
});

describe('SMS recipients', () => {
    it('are taken as people write them, each once', () => {
        const typed = '0176123456,0175543124; +49 (0)176/12-34.567\n+491761234567';
        assert.deepEqual(parseRecipients(typed), ['0176123456', '0175543124', '+491761234567']);
    });
    it('that are none are refused', () => {
        assert.throws(() => parseRecipients(' , '), { code: 'config-missing' });
        for (const typed of ['admin', '12', '+49176x', '1'.repeat(21)])
            assert.throws(() => parseRecipients(typed), { code: 'config-invalid' });
    });
});
