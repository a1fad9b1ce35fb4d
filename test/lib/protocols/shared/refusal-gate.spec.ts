import assert from 'node:assert/strict';
import { RefusalGate } from '../../../../lib/protocols/shared/refusal-gate';
import { FakeClock } from '../../../support/fake-clock';

describe('refusals', () => {
    it('are told once a burst, and then how many were not', () => {
        const clock = new FakeClock();
        const gate = new RefusalGate(clock);
        assert.equal(gate.pass('a'), 0);
        for (let n = 0; n < 5; n++) {
            clock.advanceSync(30_000);
            assert.equal(gate.pass('a'), undefined);
        }
        assert.equal(gate.pass('b'), 0);
        clock.advanceSync(61_000);
        assert.equal(gate.pass('a'), 5);
        assert.equal(gate.pass('a'), undefined);
    });

    it('of ten thousand addresses are neither told nor remembered one by one', () => {
        const clock = new FakeClock();
        const gate = new RefusalGate(clock);
        const flood = () =>
            Array.from({ length: 10_000 }, (_, n) => gate.pass(`a${n}`)).filter((each) => each !== undefined);
        assert.equal(flood().length, 200);
        clock.advanceSync(61_000);
        assert.equal(flood().length, 200);
    });
});
