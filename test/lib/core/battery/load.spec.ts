import assert from 'node:assert/strict';
import { loadOf } from '../../../../lib/core/battery/load';
import { emptyStatus, type OutputLine } from '../../../../lib/core/status/status';

function load(lines: OutputLine[], ratedVA?: number) {
    const status = emptyStatus(0);
    status.output.lines = lines;
    return loadOf(status, ratedVA);
}

describe('load of a status', () => {
    it('is unknown when no line tells anything', () => {
        assert.deepEqual(load([]), {});
        assert.deepEqual(load([{ voltage: 230 }, {}]), {});
    });

    it('adds apparent power over the lines', () => {
        assert.deepEqual(load([{ apparentPower: 100 }, { apparentPower: 200 }, {}]), { loadVA: 300 });
    });

    it('averages percentages, ignoring lines without, and applies them to the rated power', () => {
        assert.deepEqual(load([{ load: 10 }, { load: 20 }, { voltage: 230 }], 3000), { loadVA: 450, loadPercent: 15 });
        assert.deepEqual(load([{ load: 10 }]), { loadPercent: 10 });
    });

    it('falls back to power, an idle phase reading slightly negative', () => {
        assert.deepEqual(load([{ power: -4 }, { power: 469 }, { power: -26 }]), { watts: 439 });
        assert.deepEqual(load([{ power: -4 }]), { watts: 0 });
    });

    it('falls back to current times voltage', () => {
        assert.deepEqual(load([{ current: 2, voltage: 230 }]), { loadVA: 460 });
    });

    it('does not take the sum of some phases for the load', () => {
        assert.deepEqual(load([{ power: 100 }, { current: 1 }]), {});
        assert.deepEqual(load([{ apparentPower: 100, power: 90 }, { power: 80 }]), { watts: 170 });
    });
});
