import assert from 'node:assert/strict';
import { planSms } from '../../../../lib/core/sms/parts';

const LONG = 'a'.repeat(1000);

describe('an SMS that is too long', () => {
    it('is cut to one full SMS, with dots at its end', () => {
        const { cut, parts } = planSms(LONG, 1);
        assert.equal(cut, true);
        assert.deepEqual(parts, [{ alphabet: 'gsm7', text: `${'a'.repeat(157)}...`, number: 1, total: 1 }]);
    });

    it('is cut to full parts, none of which is longer than fits beside the header', () => {
        const { cut, parts } = planSms(LONG, 2);
        assert.equal(cut, true);
        assert.deepEqual(
            parts.map(({ text }) => text),
            ['a'.repeat(153), `${'a'.repeat(150)}...`],
        );
    });

    it('is cut in the other alphabet, too', () => {
        const text = 'ж'.repeat(200);
        assert.deepEqual(
            [1, 2].map((most) => planSms(text, most).parts.map((part) => part.text.length)),
            [[70], [67, 67]],
        );
    });

    it('is not cut if it just fits', () => {
        assert.deepEqual([planSms('a'.repeat(160), 1).cut, planSms('a'.repeat(306), 2).cut], [false, false]);
    });

    it('is sent in one part at least, and in 255 at most', () => {
        assert.equal(planSms(LONG, 0).parts.length, 1);
        assert.equal(planSms('a'.repeat(100_000), 1000).parts.length, 255);
    });
});
