import assert from 'node:assert/strict';
import type { UnitView } from '../../../lib/views';
import { emptyStatus } from '../../../lib/core/status/status';
import { Formats } from '../ui/lib/formats';
import { voltsOf } from '../ui/pages/unit/diagram';
import { tellsBattery, tellsSource } from '../ui/pages/unit/told';

const formats = new Formats('en-GB', 'UTC');
const plain = (text: string) => text.replace(/\u00a0/g, ' ');

describe('a DC supply on its page', () => {
    it('has a battery and a source where it tells one', () => {
        const supply = { dcSupply: true } as UnitView;
        assert.deepEqual([tellsBattery(supply), tellsSource(supply)], [false, false]);
        assert.equal(tellsBattery({ ...supply, status: { ...emptyStatus(0), battery: { state: 'unknown' } } }), false);
        assert.equal(tellsBattery({ ...supply, status: { ...emptyStatus(0), battery: { voltage: 13.2 } } }), true);
        assert.equal(tellsBattery({ ...supply, charge: 0 }), true);
        assert.equal(tellsBattery({ ...supply, secondsOnBattery: 3 }), true);
        assert.equal(tellsSource({ ...supply, source: 'none' }), true);
    });

    it('is not asked that of a UPS: what is unknown of it is a dash', () => {
        const ups = {} as UnitView;
        assert.deepEqual([tellsBattery(ups), tellsSource(ups)], [true, true]);
    });

    it('shows its volts where there are no AC lines', () => {
        const site = { significantDigits: 4 };
        assert.equal(plain(voltsOf([], 13.824, formats, undefined)), '13.8 V');
        assert.equal(plain(voltsOf([], 13.824, formats, site)), '13.82 V');
        assert.equal(plain(voltsOf([{ voltage: 230 }], 13.8, formats, site)), '230 V');
        assert.equal(plain(voltsOf(undefined, undefined, formats, site)), '–');
    });
});
