import assert from 'node:assert/strict';
import { LAMP_COLOURS, lampState, type LampFacts } from '../../../../lib/core/status/lamp';

const colour = (facts: LampFacts) => LAMP_COLOURS[lampState(facts)];

describe('lamp', () => {
    const read = { read: true };

    it('has the colours of the CS141 manual, "Overview – the color code"', () => {
        assert.equal(colour({ disabled: true, ...read }), 'grey', 'disabled');
        assert.equal(colour({}), 'grey', 'being looked for');
        assert.equal(colour({ failed: true }), 'blue', 'never established');
        assert.equal(colour({ silent: true }), 'blue', 'never established, and no more asked');
        assert.equal(colour(read), 'green');
        assert.equal(colour({ ...read, levels: ['info'] }), 'green', 'news is no warning');
        assert.equal(colour({ ...read, levels: ['info', 'warning'] }), 'yellow');
        assert.equal(colour({ ...read, testing: true }), 'yellow', 'a running test');
        assert.equal(colour({ ...read, levels: ['warning', 'alarm'] }), 'red');
        assert.equal(colour({ ...read, silent: true }), 'red', 'a connection that was there is lost');
        assert.equal(colour({ ...read, onBattery: true }), 'red');
    });

    it('shows of several things the one that must be known first', () => {
        assert.equal(lampState({ ...read, silent: true, onBattery: true }), 'outage', 'presumed to go on');
        assert.equal(lampState({ silent: true, onBattery: true }), 'outage', 'after a restart, before any reading');
        assert.equal(lampState({ ...read, onBattery: true, testing: true }), 'testing', 'the test is the reason');
        assert.equal(lampState({ ...read, testing: true, levels: ['alarm'] }), 'alarm');
        assert.equal(lampState({ ...read, silent: true, levels: ['alarm'] }), 'lost', 'what was told is old');
    });
});
