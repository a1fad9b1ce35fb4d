import assert from 'node:assert/strict';
import {
    INDICATOR_COLOURS,
    indicatorState,
    rankOf,
    WORST_FIRST,
    type IndicatorFacts,
} from '../../../../lib/core/status/indicator';

const colour = (facts: IndicatorFacts) => INDICATOR_COLOURS[indicatorState(facts)];

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
        assert.equal(indicatorState({ ...read, silent: true, onBattery: true }), 'outage', 'presumed to go on');
        assert.equal(
            indicatorState({ silent: true, onBattery: true }),
            'outage',
            'after a restart, before any reading',
        );
        assert.equal(indicatorState({ ...read, onBattery: true, testing: true }), 'testing', 'the test is the reason');
        assert.equal(indicatorState({ ...read, testing: true, levels: ['alarm'] }), 'alarm');
        assert.equal(indicatorState({ ...read, silent: true, levels: ['alarm'] }), 'lost', 'what was told is old');
    });

    it('ranks every state of the table of colours, red before all', () => {
        assert.deepEqual([...WORST_FIRST].sort(), Object.keys(INDICATOR_COLOURS).sort());
        const colours = WORST_FIRST.map((state) => INDICATOR_COLOURS[state]);
        assert.equal(colours.lastIndexOf('red') < colours.indexOf('yellow'), true);
        assert.equal(rankOf('outage') < rankOf('alarm') && rankOf('alarm') < rankOf('ok'), true);
    });
});
