import assert from 'node:assert/strict';
import { plainText, said } from '../../../../lib/core/language/sentence';

describe('a sentence where there is no catalogue', () => {
    it('is its key, with its data in brackets if it has any', () => {
        assert.equal(plainText(said('map.nothing')), 'map.nothing');
        assert.equal(plainText(said('order.left', { seconds: { seconds: 20 } })), 'order.left (seconds 20 s)');
        const left = said('order.left', { outputs: { list: ['one', 'two'] }, why: said('map.nothing') });
        assert.equal(plainText(left), 'order.left (outputs one, two, why map.nothing)');
    });

    it('is the text, the number or the moment itself', () => {
        assert.equal(plainText('as it is'), 'as it is');
        assert.equal(plainText(12.5), '12.5');
        assert.equal(plainText({ time: 0 }), '1970-01-01T00:00:00.000Z');
        assert.equal(plainText(undefined), '');
    });
});
