import { deepEqual } from 'node:assert/strict';
import { measureSms } from '../../../../lib/core/sms/parts';

describe('the length of an SMS', () => {
    for (const [what, text, expected] of [
        ['nothing', '', { alphabet: 'gsm7', length: 0, alone: 160, parts: 1 }],
        ['what just fits', 'a'.repeat(160), { alphabet: 'gsm7', length: 160, alone: 160, parts: 1 }],
        ['one more', 'a'.repeat(161), { alphabet: 'gsm7', length: 161, alone: 160, parts: 2 }],
        ['signs that take two places', '€[x]', { alphabet: 'gsm7', length: 7, alone: 160, parts: 1 }],
        ['another alphabet', 'ж'.repeat(71), { alphabet: 'ucs2', length: 71, alone: 70, parts: 2 }],
    ] as const) {
        it(`is counted as it is sent: ${what}`, () => deepEqual(measureSms(text), expected));
    }

    it('counts a sign that does not fit at the end of a part in the next', () => {
        // 152 septets, and a sign of two at the border of 153.
        deepEqual(measureSms(`${'a'.repeat(152)}€${'a'.repeat(152)}`).parts, 3);
    });
});
