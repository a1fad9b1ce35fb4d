import assert from 'node:assert/strict';
import { batterySweep } from '../../../../lib/protocols/device-map/battery-sweep';
import { checkMap, mapFaultText } from '../../../../lib/protocols/device-map/check-map';
import { decodeMap, type RawReading } from '../../../../lib/protocols/device-map/decode';
import type { DeviceMap } from '../../../../lib/protocols/device-map/device-map';
import { registersOf, RegisterReading } from '../../../../lib/protocols/modbus-map/registers';
import { ReadValues } from '../../../../lib/protocols/modbus/register-reader';
import { inEnglish } from '../../../support/in-english';

const holding = (register: number, more: object = {}) => ({ register, table: 'holding', ...more });
const number = (to: string, at: object, more: object = {}) => ({ id: to, at, kind: 'number', to, ...more });
const whole = (...items: object[]) => ({ version: 1, id: 'bms', name: 'BMS', judgedBy: 'this test', items });
const faults = (...items: object[]) =>
    (checkMap(whole(...items)).faults ?? []).map((fault) => inEnglish(mapFaultText(fault)));

function map(...items: object[]): DeviceMap {
    const { map: checked } = checkMap(whole(...items));
    assert.ok(checked, faults(...items).join('; '));
    return checked;
}

function registers(words: Record<number, number>): RegisterReading {
    const values = new ReadValues();
    for (const [address, word] of Object.entries(words)) values.set('holding', Number(address), word);
    return new RegisterReading([values]);
}

const lists = (of: object) =>
    JSON.parse(
        JSON.stringify(Object.entries(of).map(([name, values]) => [name, ...(values as Float64Array)])),
    ) as unknown;

describe('the blocks of a battery by a device map', () => {
    it('are read one by one and by a run of registers; what is not known is NaN', () => {
        const bms = map(
            number('block:*.voltage', holding(100, { rows: 3, step: 4 }), { scale: 0.01, absent: [65_535] }),
            number('block:*.temperature', holding(101, { rows: 3, step: 4, type: 's16' }), { unit: '°F' }),
            number('block:2.impedance', holding(50), { scale: 0.01 }),
            number('block:3.impedance', holding(51), { scale: 0.01 }),
            number('string:1.current', holding(60, { type: 's16' }), { unit: 'mA', scale: 100 }),
        );
        const words = { 100: 1352, 101: 77, 104: 65_535, 105: 0xffec, 108: 1349, 50: 412, 51: 0, 60: 0xff83 };
        const sweep = batterySweep(bms, registers(words))!;
        assert.deepEqual([sweep.modules, sweep.strings], [3, 1]);
        assert.deepEqual(lists(sweep.blocks), [
            ['voltage', 13.52, null, 13.49],
            ['temperature', 25, -28.8888888889, null],
            ['impedance', null, 4.12, null],
        ]);
        assert.deepEqual(lists(sweep.byString), [['current', -12.5]]);
        assert.equal(batterySweep(bms, registers({})), undefined, 'nothing of any is known');
        assert.deepEqual(decodeMap(bms, registers(words), 7).battery, {}, 'no value of a UPS');
        assert.deepEqual(
            registersOf(bms)
                .fast.map(({ address, length }) => [address, length])
                .slice(0, 3),
            [
                [50, 1],
                [51, 1],
                [60, 1],
            ],
        );
    });

    it('512 blocks with three quantities fit; a second run goes on where the first one ends', () => {
        const run = (quantity: string, at: number) => [
            number(`block:*.${quantity}`, holding(at, { rows: 256 })),
            { ...number(`block:*.${quantity}`, holding(at + 5000, { rows: 256, first: 257 })), id: `${quantity} 2` },
        ];
        const bms = map(...run('voltage', 0), ...run('temperature', 1000), ...run('impedance', 2000));
        const words: Record<number, number> = {};
        for (let i = 0; i < 10_000; i++) words[i] = i;
        const { modules, blocks } = batterySweep(bms, registers(words))!;
        assert.equal(modules, 512);
        assert.deepEqual([blocks.voltage![255], blocks.voltage![256], blocks.impedance![511]], [255, 5000, 7255]);
    });

    it('are the rows of a column of SNMP, numbered from 0 or from 1', () => {
        const bms = map(
            number('block:*.voltage', { column: '1.3.6.1.4.1.9', row: '*' }, { scale: 0.1 }),
            number('block:*.charge', { column: '1.3.6.1.4.1.8', row: '*' }),
        );
        const reading = (rows: string[]): RawReading => ({
            at: () => undefined,
            rows: (place) => {
                const isVoltage = 'column' in place && place.column.endsWith('9');
                return rows.map((row) => ({ row, value: isVoltage ? 130 + Number(row) : 101 }));
            },
        });
        const voltages = (rows: string[]) => lists(batterySweep(bms, reading(rows))!.blocks);
        assert.deepEqual(voltages(['0', '1']), [['voltage', 13, 13.1], ['charge', null, null]]); // prettier-ignore
        assert.deepEqual(voltages(['1', '3']), [['voltage', 13.1, null, 13.3], ['charge', null, null, null]]); // prettier-ignore
    });

    it('a map with a fault is refused, and says where', () => {
        const at = (more: object) => number('block:*.voltage', holding(10, more));
        assert.match(faults(number('block:0.voltage', holding(1)))[0]!, /“block:0\.voltage”, which is no value/);
        assert.equal(faults(number('block:513.voltage', holding(1))).length, 1);
        assert.equal(faults(number('string:17.current', holding(1))).length, 1);
        assert.equal(faults(number('block:1.colour', holding(1))).length, 1);
        assert.match(faults(number('block:*.voltage', holding(1)))[0]!, /or rows of registers/);
        assert.match(faults(number('block:1.voltage', holding(1, { rows: 2 })))[0]!, /takes one value/);
        assert.match(faults(number('block:1.voltage', holding(1), { unit: 'A' }))[0]!, /the target is in V/);
        assert.match(faults(at({ rows: 513 }))[0]!, /rows: write a whole number from 1 to 512/);
        assert.match(faults(at({ rows: 300, first: 214 }))[0]!, /last row has number 513, .* at most 512/);
        assert.match(faults(at({ rows: 3, type: 'f32', step: 1 }))[0]!, /step: write a whole number from 2 to 1000/);
        assert.match(faults(at({ rows: 512, step: 200 }))[0]!, /would end at register 102210/);
        assert.match(faults(number('block:1.voltage', holding(10, { step: 2 })))[0]!, /step is only for rows/);
        assert.match(
            faults({
                id: 'o',
                at: { register: 1, table: 'coil', rows: 4 },
                kind: 'state',
                states: { 1: 'on' },
                to: 'outlet:*',
            })[0]!,
            /an outlet or setting has a place of its own/,
        );
        const many = Array.from({ length: 9 }, (_, i) => ({ ...at({ rows: 512 }), id: String(i) }));
        assert.match(faults(...many)[0]!, /4608 values by their rows: a map has at most 4096/);
    });

    it('a run of registers also serves lines and channels', () => {
        const reading = registers({ 10: 230, 11: 231, 12: 232 });
        const { output, channels } = decodeMap(
            map(
                number('output.lines.*.voltage', holding(10, { rows: 3 })),
                number('channel:cell *', holding(10, { rows: 2, first: 7 })),
            ),
            reading,
            7,
        );
        assert.deepEqual(
            output?.lines.map(({ voltage }) => voltage),
            [230, 231, 232],
        );
        assert.deepEqual(channels, { 'cell 7': { value: 230 }, 'cell 8': { value: 231 } });
    });
});
