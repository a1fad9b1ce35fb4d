import assert from 'node:assert/strict';
import { BatteryBank } from '../../../../lib/simulation/battery/bank';
import type { BatteryBankOptions } from '../../../../lib/simulation/battery/options';

const HOUR = 3_600_000;

function near(value: number, wanted: number, by: number, what = ''): void {
    assert.ok(Math.abs(value - wanted) <= by, `${what} ${value} is not ${wanted} ± ${by}`);
}

/** Equal blocks of 12 V and 100 Ah in a room of 25 °C that neither day nor year changes, at float since a day. */
function bankOf(options: BatteryBankOptions = {}): BatteryBank {
    const bank = new BatteryBank({
        modules: 4,
        strings: 1,
        spread: 0,
        ambient: 25,
        dailyKelvin: 0,
        yearlyKelvin: 0,
        ageing: 0,
        ...options,
    });
    bank.advance(24 * HOUR);
    return bank;
}

/** Hours until block `i` has come down to `volts`. */
function hoursUntil(bank: BatteryBank, i: number, volts: number, longest = 20): number {
    const start = bank.time;
    while (bank.blocks.voltage[i]! > volts && bank.time - start < longest * HOUR) bank.advance(30_000);
    return (bank.time - start) / HOUR;
}

function discharge(bank: BatteryBank, amps: number): void {
    bank.setLoad({ amps });
    bank.setCharger(false);
}

describe('A simulated battery of blocks', () => {
    it('floats at 13.5 V with 0.5 mA for each Ah', () => {
        const bank = bankOf();
        for (const volts of bank.blocks.voltage) near(volts, 13.5, 0.002);
        near(bank.busVolts, 54, 0.001);
        // 50 mA, and what the warmer block and the last missing charge take.
        bank.advance(3 * 24 * HOUR);
        near(bank.current[0]!, 0.055, 0.006);
        near(bank.blocks.charge[0]!, 1, 0.001);
    });

    it('gives its capacity in ten hours, down to 1.8 V per cell', () => {
        const bank = bankOf();
        discharge(bank, 10);
        near(hoursUntil(bank, 0, 10.8), 10, 0.3);
        assert.ok(bank.blocks.voltage.every((volts) => volts < 10.9));
    });

    it('gives 64 % of it in an hour, as Peukert has it, and dips at the onset', () => {
        const bank = bankOf();
        discharge(bank, 60);
        bank.advance(100_000);
        const dip = bank.blocks.voltage[0]!;
        bank.advance(200_000);
        const after = bank.blocks.voltage[0]!;
        assert.ok(after - dip > 0.06, `${dip} V is a dip before ${after} V`);
        // (10/60)^0.25 = 0.639: 63.9 Ah at 60 A are 1.065 h, and 3 % more as it warms by 5 K.
        near(hoursUntil(bank, 0, 10.8) + 300 / 3600, 1.1, 0.04);
    });

    it('has less in the cold', () => {
        const bank = bankOf({ ambient: 0 });
        discharge(bank, 10);
        // 0.6 % for each of 25 K: 85 Ah.
        near(hoursUntil(bank, 0, 10.8), 8.5, 0.4);
    });

    it('lets a block of 70 % reach the end first', () => {
        const bank = bankOf();
        bank.blocks.capacity[2] = 0.7;
        discharge(bank, 10);
        // 10 A are 1.43 times its rate: 70 Ah · 0.7^0.25 = 64 Ah.
        near(hoursUntil(bank, 2, 10.8), 6.4, 0.25);
        assert.ok(bank.blocks.voltage[0]! > 11.8, 'the others are far from it');
    });

    it('shares a load in W among strings, less to the one that has a higher resistance', () => {
        const bank = bankOf({ modules: 8, strings: 2 });
        bank.blocks.resistance.fill(2, 4);
        bank.setLoad({ watts: 2000 });
        bank.setCharger(false);
        bank.advance(HOUR / 4);
        near((bank.current[0]! + bank.current[1]!) * bank.busVolts, -2000, 2);
        assert.ok(bank.current[0]! < bank.current[1]!, 'the stronger string gives more');
        for (const s of [0, 1]) {
            const volts = bank.blocks.voltage.slice(4 * s, 4 * s + 4).reduce((sum, v) => sum + v, 0);
            near(volts, bank.busVolts, 0.01, 'the strings have one voltage');
        }
    });

    it('takes out what flows, and charges with its limit, then at its voltage', () => {
        const bank = bankOf();
        discharge(bank, 20);
        bank.advance(2 * HOUR);
        near(bank.blocks.charge[0]!, 0.6, 0.005);
        bank.setCharger(true);
        bank.advance(HOUR / 2);
        near(bank.current[0]!, 10, 0.01);
        near(bank.blocks.charge[0]!, 0.65, 0.005);
        assert.ok(bank.busVolts < 53.9);
        bank.advance(5 * HOUR);
        near(bank.busVolts, 54, 0.01);
        assert.ok(bank.current[0]! < 5 && bank.current[0]! > 0.5);
        bank.advance(40 * HOUR);
        near(bank.blocks.charge[0]!, 1, 0.003);
    });

    it('cuts the load off before the blocks are ruined, and gives it back with the charger', () => {
        const bank = bankOf();
        discharge(bank, 100);
        bank.advance(2 * HOUR);
        assert.equal(bank.cutOff, true);
        near(bank.current[0]!, 0, 0.001);
        bank.setCharger(true);
        assert.equal(bank.cutOff, false);
    });

    it('is 2 V lower with a shorted cell, which the others of the string share', () => {
        const bank = bankOf({ modules: 20 });
        bank.equalizing.fill(0);
        bank.blocks.cells[3] = 5;
        bank.advance(12 * HOUR);
        near(bank.blocks.voltage[3]!, 13.5 - 2.2, 0.25);
        near(bank.blocks.voltage[0]!, 13.5 + 2.2 / 19, 0.03);
    });

    it('heats in a runaway, and its neighbours with it, until the breaker opens', () => {
        const bank = bankOf({ modules: 8 });
        bank.blocks.runaway[3] = 40;
        const start = bank.time;
        while (bank.blocks.temperature[3]! < 60 && bank.time - start < 24 * HOUR) bank.advance(60_000);
        const hours = (bank.time - start) / HOUR;
        assert.ok(hours > 2 && hours < 12, `60 °C after ${hours} h`);
        assert.ok(bank.blocks.temperature[4]! > bank.blocks.temperature[7]! + 0.5);
        bank.setBreaker(1, true);
        bank.advance(HOUR);
        assert.ok(bank.blocks.temperature[3]! < 60);
        near(bank.current[0]!, 0, 0);
        bank.advance(24 * HOUR);
        near(bank.blocks.temperature[3]!, 25, 2);
        near(bank.blocks.voltage[0]!, 12.78, 0.05, 'at rest');
    });

    it('brings different blocks to one voltage by equalizing', () => {
        const bank = bankOf({ modules: 20, spread: 1 });
        const spread = () => Math.max(...bank.blocks.voltage) - Math.min(...bank.blocks.voltage);
        bank.equalizing.fill(0);
        bank.advance(24 * HOUR);
        assert.ok(spread() > 0.06, `${spread()} V apart`);
        bank.equalizing.fill(1);
        bank.advance(12 * HOUR);
        assert.ok(spread() < 0.01, `${spread()} V apart`);
        const power = [...bank.equalizingPower];
        near(Math.min(...power), 0, 0.001);
        assert.ok(Math.max(...power) < 0.3);
    });

    it('loses 3 % in 30 days at rest, and 2 % of its capacity in a year at 20 °C', () => {
        const resting = bankOf();
        resting.setBreaker(1, true);
        resting.advance(30 * 24 * HOUR);
        near(resting.blocks.charge[0]!, 0.97, 0.003);
        const bank = bankOf({ ambient: 20, ageing: 1, modules: 2 });
        bank.advance(364 * 24 * HOUR);
        near(bank.blocks.capacity[0]!, 0.98, 0.002);
        near(bank.blocks.resistance[0]!, 1.025, 0.003);
    });

    it('is the same whatever the steps in which it lives', () => {
        const course = (step: number) => {
            const bank = bankOf({ modules: 2, strings: 1 });
            const run = (hours: number) => {
                for (let t = 0; t < hours * HOUR; t += step) bank.advance(step);
            };
            discharge(bank, 30);
            run(1);
            const volts = bank.blocks.voltage[0]!;
            bank.setCharger(true);
            run(6);
            return [volts, bank.blocks.charge[0]!, bank.current[0]!] as const;
        };
        const [fine, coarse] = [course(5000), course(1_800_000)];
        near(coarse[0], fine[0], 0.003);
        near(coarse[1], fine[1], 0.002);
        near(coarse[2], fine[2], 0.05);
    });

    it('is the same battery by the same seed, and another by another', () => {
        const of = (seed: number) => {
            const bank = new BatteryBank({ seed });
            bank.advance(HOUR);
            return [...bank.blocks.voltage, ...bank.blocks.capacity];
        };
        assert.deepEqual(of(7), of(7));
        assert.notDeepEqual(of(7), of(8));
    });

    it('refuses a battery that cannot be', () => {
        for (const wrong of [
            { modules: 513 },
            { modules: 10, strings: 3 },
            { nominalVoltage: 13 },
            { capacityAh: 0 },
            { floatPerCell: NaN },
        ])
            assert.throws(() => new BatteryBank(wrong), { code: 'out-of-range' }, JSON.stringify(wrong));
    });
});
