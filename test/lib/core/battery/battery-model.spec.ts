import assert from 'node:assert/strict';
import { BatteryModel, type BatteryReading, type Learned } from '../../../../lib/core/battery/battery-model';

const MINUTE = 60_000;
const TEN_COMPUTERS = { ratedVA: 1000, loadVA: 1000, holdMinutes: 60, rechargeMinutes: 240 };

function near(actual: number | undefined, expected: number, tolerance = 0.01): void {
    assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual} is not near ${expected}`);
}

/** A discharge as a real gauge shows it: whole percents, a reading every `seconds`. */
function discharge(
    model: BatteryModel,
    span: { from: number; minutes: number; charge: number; perMinute: number; seconds?: number },
    extra: Partial<BatteryReading>,
): { at: number; charge: number } {
    const step = (span.seconds ?? 1) * 1000;
    let at = span.from;
    let charge = span.charge;
    for (; at <= span.from + span.minutes * MINUTE; at += step) {
        charge = span.charge - (span.perMinute * (at - span.from)) / MINUTE;
        model.update({ at, onBattery: true, chargePercent: Math.floor(charge), ...extra });
    }
    return { at: at - step, charge };
}

describe('battery model: runtime by the nameplate', () => {
    it('gives the hold time at full load and full charge, and half of it at half the charge', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 0, onBattery: false, chargePercent: 100, loadVA: 1000 });
        near(model.estimate(0).minutesRemaining, 60);
        model.update({ at: 1000, onBattery: true, chargePercent: 50, loadVA: 1000 });
        near(model.estimate(1000).minutesRemaining, 30);
    });

    it('moves with the load as in the case study: half the computers, twice the time, same charge', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 0, onBattery: true, chargePercent: 50, loadVA: 1000 });
        near(model.estimate(0).minutesRemaining, 30);
        model.update({ at: 1000, onBattery: true, chargePercent: 50, loadVA: 500 });
        near(model.estimate(1000).minutesRemaining, 60);
        near(model.estimate(1000).chargePercent, 50);
        near(model.estimate(1000).depletionPerMinute, 100 / 120);
    });

    it('takes a load in percent of the rated power', () => {
        const model = new BatteryModel({ ratedVA: 2000, loadVA: 1000, holdMinutes: 60 });
        model.update({ at: 0, onBattery: true, chargePercent: 100, loadPercent: 25 });
        near(model.estimate(0).minutesRemaining, 120);
    });

    it('reckons with the configured load when the device tells none', () => {
        const model = new BatteryModel({ loadVA: 400, ratedVA: 1000, holdMinutes: 20 });
        model.update({ at: 0, onBattery: true, chargePercent: 50 });
        near(model.estimate(0).minutesRemaining, 10);
    });

    it('says 0 depletion on mains, and how long the batteries would last', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 0, onBattery: false, chargePercent: 100, loadVA: 500 });
        assert.deepEqual(model.estimate(0), { minutesRemaining: 120, chargePercent: 100, depletionPerMinute: 0 });
    });

    it('does not let an idle output last for ever', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 0, onBattery: true, chargePercent: 100, loadVA: 0 });
        near(model.estimate(0).minutesRemaining, 6000);
    });

    it('takes figures that the editor left as strings, and leaves out empty ones', () => {
        const model = new BatteryModel({ loadVA: '1000' as never, holdMinutes: '60' as never, ratedVA: '' as never });
        model.update({ at: 0, onBattery: true, chargePercent: 100, loadVA: 500 });
        near(model.estimate(0).minutesRemaining, 120);
    });
});

describe('battery model: what nobody told is not invented', () => {
    it('knows nothing before the first reading', () => {
        assert.deepEqual(new BatteryModel(TEN_COMPUTERS).estimate(0), {});
    });

    it('gives no runtime with neither hold time nor experience nor a runtime of the device', () => {
        const model = new BatteryModel({ ratedVA: 1000, loadVA: 500 });
        model.update({ at: 0, onBattery: true, chargePercent: 80, loadVA: 500 });
        const estimate = model.estimate(MINUTE);
        assert.equal(estimate.minutesRemaining, undefined);
        assert.equal(estimate.depletionPerMinute, undefined);
        assert.equal(estimate.chargePercent, 80);
    });

    it('gives no charge when it could only guess', () => {
        const model = new BatteryModel({});
        model.update({ at: 0, onBattery: true });
        assert.equal(model.estimate(MINUTE).chargePercent, undefined);
    });

    it('counts the runtime of a device that gives nothing else down by the minute, on battery only', () => {
        const model = new BatteryModel({});
        model.update({ at: 0, onBattery: false, deviceMinutesRemaining: 20 });
        near(model.estimate(5 * MINUTE).minutesRemaining, 20);
        model.update({ at: 5 * MINUTE, onBattery: true, deviceMinutesRemaining: 20 });
        const later = model.estimate(12 * MINUTE);
        near(later.minutesRemaining, 13);
        assert.equal(later.chargePercent, undefined);
        assert.equal(model.estimate(99 * MINUTE).minutesRemaining, 0);
    });

    it("counts down by the device's own runtime and charge when there is no nameplate", () => {
        const model = new BatteryModel({});
        model.update({ at: 0, onBattery: true, chargePercent: 80, deviceMinutesRemaining: 40 });
        const later = model.estimate(10 * MINUTE);
        near(later.chargePercent, 60);
        near(later.minutesRemaining, 30);
    });
});

describe('battery model: a device that falls silent in an outage', () => {
    it('counts charge and runtime down from the last reading at the last load', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 0, onBattery: true, chargePercent: 50, loadVA: 500 });
        const later = model.estimate(12 * MINUTE);
        near(later.chargePercent, 40);
        near(later.minutesRemaining, 48);
    });

    it('ends at nothing, never below', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 0, onBattery: true, chargePercent: 10, loadVA: 1000 });
        const later = model.estimate(60 * MINUTE);
        assert.equal(later.chargePercent, 0);
        assert.equal(later.minutesRemaining, 0);
    });

    it('takes the next reading as the truth again', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 0, onBattery: true, chargePercent: 50, loadVA: 1000 });
        model.update({ at: 20 * MINUTE, onBattery: true, chargePercent: 45, loadVA: 1000 });
        near(model.estimate(20 * MINUTE).chargePercent, 45);
    });

    it('does not recharge in silence on mains what the device had told', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 0, onBattery: false, chargePercent: 50, loadVA: 1000 });
        near(model.estimate(120 * MINUTE).chargePercent, 50);
    });
});

describe('battery model: a device that tells no charge', () => {
    it('keeps its own account: full, discharged by load, recharged over the recharge time', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 0, onBattery: false, loadVA: 1000 });
        model.update({ at: MINUTE, onBattery: true, loadVA: 1000 });
        model.update({ at: 31 * MINUTE, onBattery: true, loadVA: 500 });
        near(model.estimate(31 * MINUTE).chargePercent, 50);
        near(model.estimate(31 * MINUTE).minutesRemaining, 60);
        model.update({ at: 61 * MINUTE, onBattery: false, loadVA: 500 });
        near(model.estimate(61 * MINUTE).chargePercent, 25);
        near(model.estimate(121 * MINUTE).chargePercent, 50);
        model.update({ at: 900 * MINUTE, onBattery: false, loadVA: 500 });
        near(model.estimate(900 * MINUTE).chargePercent, 100);
    });

    it('has several short outages in a row add up', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 0, onBattery: true, loadVA: 1000 });
        model.update({ at: 7 * MINUTE, onBattery: false, loadVA: 1000 });
        model.update({ at: 8 * MINUTE, onBattery: true, loadVA: 1000 });
        model.update({ at: 15 * MINUTE, onBattery: false, loadVA: 1000 });
        near(model.estimate(15 * MINUTE).chargePercent, 100 - 14 / 0.6 + 1 / 2.4);
    });

    it('survives a restart in mid-outage, and pays for the time it did not see', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 0, onBattery: true, loadVA: 1000, secondsOnBattery: 0 });
        model.update({ at: 6 * MINUTE, onBattery: true, loadVA: 1000, secondsOnBattery: 360 });
        const kept = JSON.parse(JSON.stringify(model.learned())) as Learned;
        const next = new BatteryModel(TEN_COMPUTERS, kept);
        next.update({ at: 77, onBattery: true, loadVA: 1000, secondsOnBattery: 540 });
        near(next.estimate(77).chargePercent, 85);
        const another = new BatteryModel(TEN_COMPUTERS, kept);
        another.update({ at: 77, onBattery: true, loadVA: 1000, secondsOnBattery: 60 });
        near(another.estimate(77).chargePercent, 90 - 1 / 0.6);
    });

    it('started for the first time in mid-outage, takes the batteries to have been full at its onset', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        model.update({ at: 5, onBattery: true, loadVA: 1000, secondsOnBattery: 600 });
        near(model.estimate(5).minutesRemaining, 50);
    });
});

describe('battery model: learning from discharges', () => {
    it('corrects a nameplate that promises too much, while the discharge is still going on', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        const end = discharge(model, { from: 0, minutes: 15, charge: 100, perMinute: 100 / 30 }, { loadVA: 1000 });
        const truth = end.charge / (100 / 30);
        const estimate = model.estimate(end.at).minutesRemaining ?? NaN;
        assert.ok(estimate < truth * 1.2 && estimate > truth * 0.9, `${estimate} for ${truth}`);
    });

    it('comes closer with every discharge', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        let from = 0;
        for (let outage = 0; outage < 4; outage++, from += 400 * MINUTE) {
            discharge(model, { from, minutes: 12, charge: 100, perMinute: 100 / 30 }, { loadVA: 1000 });
            model.update({ at: from + 13 * MINUTE, onBattery: false, chargePercent: 60, loadVA: 1000 });
        }
        model.update({ at: from, onBattery: false, chargePercent: 100, loadVA: 1000 });
        near(model.estimate(from).minutesRemaining, 30, 2);
    });

    it('learns without any nameplate, and applies it to another load', () => {
        const model = new BatteryModel({});
        const end = discharge(model, { from: 0, minutes: 10, charge: 100, perMinute: 2 }, { loadPercent: 40 });
        model.update({ at: end.at + 1000, onBattery: true, chargePercent: 80, loadPercent: 20 });
        near(model.estimate(end.at + 1000).minutesRemaining, 80, 2);
    });

    it('draws no conclusion from less than three percentage points', () => {
        const model = new BatteryModel({});
        discharge(model, { from: 0, minutes: 1.4, charge: 100, perMinute: 2 }, { loadPercent: 40 });
        assert.equal(model.learned().capacity, undefined);
    });

    it('is not misled by a gauge of whole percents read at any moment', () => {
        for (const offset of [0, 0.3, 0.7, 0.99]) {
            const model = new BatteryModel({});
            discharge(model, { from: 0, minutes: 3.5, charge: 90 + offset, perMinute: 2 }, { loadVA: 500 });
            near(model.learned().capacity?.loadMinutes, 25_000, 25_000 * 0.03);
        }
    });

    it('measures each load of a discharge by itself', () => {
        const model = new BatteryModel({});
        const half = discharge(model, { from: 0, minutes: 6, charge: 100, perMinute: 2 }, { loadVA: 1000 });
        discharge(model, { from: half.at + 1000, minutes: 12, charge: half.charge, perMinute: 1 }, { loadVA: 500 });
        near(model.learned().capacity?.loadMinutes, 50_000, 1500);
    });

    it('does not take a gauge that drops at the change of load for depletion', () => {
        const model = new BatteryModel({});
        discharge(model, { from: 0, minutes: 2.5, charge: 100, perMinute: 1 }, { loadVA: 500 });
        discharge(model, { from: 151_000, minutes: 4.5, charge: 80.5, perMinute: 2 }, { loadVA: 1000 });
        near(model.learned().capacity?.loadMinutes, 50_000, 1500);
    });

    it('does not take the sag of a gauge at the start of an outage for depletion', () => {
        const model = new BatteryModel({});
        const sag = [100, 99, 98, 97, 96, 95, 95, 94, 94, 93, 93, 93, 92, 92, 92, 92, 92, 91];
        sag.forEach((chargePercent, second) =>
            model.update({
                at: second * 1000,
                onBattery: true,
                chargePercent,
                deviceMinutesRemaining: 50,
                loadPercent: 40,
            }),
        );
        near(model.estimate(18_000).minutesRemaining, 50, 1);
        discharge(model, { from: 18_000, minutes: 10, charge: 91, perMinute: 1.8 }, { loadPercent: 40 });
        near(model.estimate(618_000).minutesRemaining, 73 / 1.8, 2);
    });

    it('learns nothing across a silence', () => {
        const model = new BatteryModel({});
        for (let n = 0; n < 6; n++) {
            model.update({ at: n * 10 * MINUTE, onBattery: true, chargePercent: 100 - n * 2, loadVA: 500 });
        }
        assert.equal(model.learned().capacity, undefined);
    });

    it('stays within sane bounds of the nameplate', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        discharge(model, { from: 0, minutes: 2, charge: 100, perMinute: 45 }, { loadVA: 1000 });
        model.update({ at: 10 * MINUTE, onBattery: false, chargePercent: 100, loadVA: 1000 });
        const minutes = model.estimate(10 * MINUTE).minutesRemaining ?? NaN;
        assert.ok(minutes >= 12 && minutes < 20, String(minutes));
    });

    it('hands on what it learned, and forgets it under another nameplate or with new batteries', () => {
        const model = new BatteryModel(TEN_COMPUTERS);
        discharge(model, { from: 0, minutes: 12, charge: 100, perMinute: 100 / 30 }, { loadVA: 1000 });
        const kept = JSON.parse(JSON.stringify(model.learned())) as Learned;
        const full = { at: 0, onBattery: false, chargePercent: 100, loadVA: 1000 };

        const same = new BatteryModel(TEN_COMPUTERS, kept);
        same.update(full);
        assert.ok((same.estimate(0).minutesRemaining ?? NaN) < 40);
        same.forget();
        near(same.estimate(0).minutesRemaining, 60);

        const other = new BatteryModel({ ...TEN_COMPUTERS, holdMinutes: 30 }, kept);
        other.update(full);
        near(other.estimate(0).minutesRemaining, 30);
        other.reconfigure({ ...TEN_COMPUTERS, holdMinutes: 45 });
        near(other.estimate(0).minutesRemaining, 45);
    });

    it('does not choke on what another version kept', () => {
        const kept = { capacity: { basis: 'kWh', loadMinutes: 'x', points: null }, modelled: {} } as never;
        const model = new BatteryModel(TEN_COMPUTERS, kept);
        model.update({ at: 0, onBattery: false, loadVA: 1000 });
        near(model.estimate(0).minutesRemaining, 60);
    });
});
