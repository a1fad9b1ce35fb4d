import assert from 'node:assert/strict';
import { namesIn } from '../../../lib/core/names-in';
import { splitList } from '../../../lib/core/split-list';

describe('names in a text that was split', () => {
    const atCommas = (text: string) => text.split(',');
    const known = ['charge', 'channel Volts', 'channel Volts, battery', 'contact Door'];

    it('are whole again where a known one holds commas, the longest first', () => {
        const names = (text: string) => namesIn(atCommas(text), known, atCommas);
        assert.deepEqual(names('channel Volts, battery,charge'), ['channel Volts, battery', 'charge']);
        assert.deepEqual(names('channel Volts,charge'), ['channel Volts', 'charge']);
        assert.deepEqual(names('channel Volts'), ['channel Volts']);
    });

    it('are whole again where people type blanks between them', () => {
        const names = (text: string) => namesIn(splitList(text), known, splitList);
        assert.deepEqual(names('charge contact Door, channel Volts battery'), [
            'charge',
            'contact Door',
            'channel Volts, battery',
        ]);
    });

    it('that nobody knows stay as they are', () => {
        assert.deepEqual(namesIn(['load1', ' battery'], known, atCommas), ['load1', ' battery']);
        assert.deepEqual(namesIn([], known, atCommas), []);
        assert.deepEqual(namesIn(['charge'], [], atCommas), ['charge']);
    });
});
