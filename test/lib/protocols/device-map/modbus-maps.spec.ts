import assert from 'node:assert/strict';
import { decodeMap } from '../../../../lib/protocols/device-map/decode';
import { MODBUS_MAPS } from '../../../../lib/protocols/device-map/maps';
import { ReadValues } from '../../../../lib/protocols/modbus/register-reader';
import { RegisterReading } from '../../../../lib/protocols/modbus-map/registers';

/** What a shipped map makes of holding registers. */
function decoded(id: string, words: Record<number, number | string>) {
    const values = new ReadValues();
    for (const [address, value] of Object.entries(words)) {
        if (typeof value === 'number') values.set('holding', Number(address), value);
        else
            for (let i = 0; i < value.length; i += 2)
                values.set(
                    'holding',
                    Number(address) + i / 2,
                    (value.charCodeAt(i) << 8) | (value.charCodeAt(i + 1) || 0x20),
                );
    }
    const map = MODBUS_MAPS.find((each) => each.id === id)!;
    return decodeMap(map, new RegisterReading([values]), 0);
}

/** A Smart-UPS on mains, charged, by the maker's list: 1/512 %, 1/32 V, 1/128 °C, 1/256 %, 1/64 V, 1/128 Hz. */
const SMART_UPS = {
    0: 0,
    1: 0b10,
    18: 0,
    19: 0,
    23: 0b100,
    24: 0,
    128: 0,
    129: 3000,
    130: 51_200,
    131: 1755,
    135: 3136,
    136: 5888,
    140: 48,
    142: 14_720,
    144: 6400,
    150: 1,
    151: 14_784,
    532: 'Smart-UPS 1500  ',
};

describe('The map of APC Smart-UPS over Modbus', () => {
    it('tells a UPS on mains', () => {
        const { alarms, alarmsTold: _, ...status } = decoded('apc-smart-ups', SMART_UPS);
        assert.deepEqual(status, {
            time: 0,
            identity: { model: 'Smart-UPS 1500' },
            battery: {
                state: 'normal',
                minutesRemaining: 50,
                chargePercent: 100,
                voltage: 54.84,
                temperature: 24.5,
            },
            input: { lines: [{ voltage: 231 }] },
            output: { source: 'normal', frequency: 50, lines: [{ load: 23, current: 1.5, voltage: 230 }] },
            bypass: { lines: [] },
            test: { result: 'passed' },
        });
        assert.deepEqual(alarms, []);
    });

    const sources: [string, Record<number, number>, string, string[]][] = [
        ['on battery, with a bad input', { 1: 0b100_0100 }, 'battery', ['input-bad', 'on-battery']],
        ['in a test on battery', { 1: 0b1000_0100 }, 'battery', ['on-battery', 'test-in-progress']],
        ['in bypass', { 1: 0b1000 }, 'bypass', ['on-bypass']],
        ['switched off', { 1: 0b1_0000 }, 'none', ['ups-output-off']],
        ['boosting', { 1: 0b10, 150: 0b10_0001 }, 'booster', []],
        ['trimming', { 1: 0b10, 150: 0b100_0001 }, 'reducer', []],
        ['overloaded, by a bit of the upper word', { 0: 0b10_0000, 1: 0b10 }, 'normal', ['output-overload']],
        ['with a battery to replace', { 19: 0b100 }, 'normal', ['battery-replace']],
    ];
    for (const [what, words, source, alarms] of sources) {
        it(`tells one ${what}`, () => {
            const status = decoded('apc-smart-ups', { ...SMART_UPS, ...words });
            assert.equal(status.output?.source, source);
            assert.deepEqual(status.alarms, alarms);
        });
    }

    it('leaves out what is "not applicable"', () => {
        const status = decoded('apc-smart-ups', { ...SMART_UPS, 151: 65_535, 140: 65_535, 130: 65_535 });
        assert.deepEqual(status.input?.lines, []);
        assert.deepEqual(status.output?.lines, [{ load: 23, voltage: 230 }]);
        assert.equal(status.battery?.chargePercent, undefined);
    });
});

describe('The map of ADELSYSTEM DC UPS', () => {
    const CBI = {
        4: 4,
        5: 1,
        7: 27_100,
        10: 24_050,
        19: 3700,
        20: 98,
        22: 995,
        25: 298,
        28: 308,
        29: 231,
        34: 0,
        45: 0,
    };

    it('tells a supply on mains: its DC output is no AC line', () => {
        const { alarms, alarmsTold: _, ...status } = decoded('adelsystem-cbi', CBI);
        assert.deepEqual(status, {
            time: 0,
            identity: {},
            battery: { state: 'normal', charging: 'floating', chargePercent: 99.5, voltage: 27.1, temperature: 24.85 },
            input: { lines: [{ voltage: 231 }] },
            output: { source: 'normal', lines: [] },
            bypass: { lines: [] },
            test: {},
            dc: { outputVoltage: 24.05, outputCurrent: 3.7, temperature: 34.85 },
            channels: { 'state of health': { value: 98, unit: '%' } },
        });
        assert.deepEqual(alarms, []);
    });

    it('tells that the mains failed, and a low battery', () => {
        const status = decoded('adelsystem-cbi', { ...CBI, 5: 0, 45: 1, 34: 2, 29: 0, 44: 2 });
        assert.equal(status.output?.source, 'battery');
        assert.deepEqual(status.alarms, ['input-bad', 'low-battery', 'on-battery']);
        assert.equal(status.battery?.state, 'low');
        assert.equal(status.battery?.charging, 'discharging');
    });

    it('knows no temperature without a sensor', () => {
        assert.equal(decoded('adelsystem-cbi', { ...CBI, 25: 0 }).battery?.temperature, undefined);
    });
});
