import assert from 'node:assert/strict';
import { deliveryKey } from '../../../../lib/core/journal/journal';
import type { EventMessage } from '../../../../lib/core/messages';

const key = (active: boolean, firing?: string) =>
    deliveryKey({ event: { episode: 'e1', active, firing } } as EventMessage);

describe('the key of a delivery', () => {
    it('tells firings apart, and knows the end of an occurrence by whatever way it comes', () => {
        assert.notEqual(key(true, 'a#1'), key(true, 'b#1'));
        assert.notEqual(key(true, 'a#1'), key(true, 'a#2'));
        assert.equal(key(false, 'a'), key(false, 'b'));
        assert.equal(key(false, 'a#1/b'), key(false));
        assert.notEqual(key(false), key(true));
    });
});
