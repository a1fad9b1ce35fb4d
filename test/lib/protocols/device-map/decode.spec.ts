import assert from 'node:assert/strict';
import { decodeMap, saysAnything, type RawReading } from '../../../../lib/protocols/device-map/decode';
import type { ColumnPlace, DeviceMap, MapItem } from '../../../../lib/protocols/device-map/device-map';
import type { RawValue } from '../../../../lib/protocols/device-map/raw-value';

type Item = Omit<MapItem, 'id' | 'at'> & { at?: MapItem['at'] };

/** Each item reads the value of its own number, unless it has a place. */
function decoded(items: Item[], values: Record<string, RawValue>) {
    const map = {
        version: 1 as const,
        id: 'test',
        name: 'test',
        judgedBy: 'this test',
        items: items.map((item, i) => ({ ...item, id: `i${i}`, at: item.at ?? { oid: `1.${i}` } })),
    };
    const reading: RawReading = {
        at: (place) => ('oid' in place ? values[place.oid] : undefined),
        rows: ({ column }: ColumnPlace) => {
            const rows = Object.entries(values).filter(([oid]) => oid.startsWith(`${column}.`));
            return values[column] === null
                ? []
                : rows.length > 0
                  ? rows.map(([oid, value]) => ({ row: oid.slice(column.length + 1), value }))
                  : undefined;
        },
    };
    return decodeMap(map, reading, 0);
}

/** The value of one item for a raw value. */
function charge(item: Partial<Item>, raw: RawValue): unknown {
    const { battery } = decoded([{ kind: 'number', to: 'battery.chargePercent', ...item }], { '1.0': raw });
    return battery?.chargePercent;
}

describe('Decoding by a device map', () => {
    it('scales, shifts and rounds numbers without the noise of binary fractions', () => {
        const volts = (item: Partial<Item>, raw: RawValue) =>
            decoded([{ kind: 'number', to: 'battery.voltage', ...item }], { '1.0': raw }).battery?.voltage;
        assert.equal(volts({ scale: 0.1 }, 2716), 271.6);
        assert.equal(volts({ scale: 0.001, digits: 1 }, 53_449), 53.4);
        assert.equal(volts({ scale: 0.1, offset: -40 }, 650), 25);
        assert.equal(volts({}, '27.1'), 27.1);
        assert.equal(volts({}, '27,1'), 27.1);
    });

    it('takes a number with its unit behind it, if that is the unit of the item', () => {
        const volts = (unit: string | undefined, raw: string) =>
            decoded([{ kind: 'number', to: 'channel:v', unit }], { '1.0': raw }).channels?.v;
        assert.deepEqual(volts('V', '13.2 Volts'), { value: 13.2, unit: 'V' });
        assert.deepEqual(volts('Volts', '13.2V'), { value: 13.2, unit: 'Volts' });
        assert.deepEqual(volts('V', '13.2 Amps'), { unit: 'V' });
        assert.deepEqual(volts('V', '13.2 mV'), { value: 0.0132, unit: 'V' });
        assert.deepEqual(volts('V', '1,234'), { unit: 'V' }, 'decimals here, thousands there');
        assert.deepEqual(volts(undefined, '13.2 Volts'), {}, 'the channel exists, and is not known');
        assert.deepEqual(volts('V', 'Volts'), { unit: 'V' });
    });

    /** The value at a target for a raw value. */
    function valueAt(to: string, item: Partial<Item>, raw: RawValue): unknown {
        const status = decoded([{ kind: 'number', ...item, to }], { '1.0': raw });
        if (to.startsWith('channel:')) return status.channels?.[to.slice('channel:'.length)]?.value;
        return to.split('.').reduce<unknown>((at, key) => {
            const index = Number.isNaN(Number(key)) ? key : Number(key) - 1;
            return (at as Record<string, unknown> | undefined)?.[index];
        }, status);
    }

    const units: [to: string, item: Partial<Item>, raw: RawValue, value: number | undefined][] = [
        // A unit of the same quantity is converted to that of the target.
        ['dc.temperature', { unit: '°F' }, 90.5, 32.5],
        ['dc.temperature', { unit: 'F', scale: 0.1 }, 905, 32.5],
        ['temperature', { unit: 'K', scale: 0.1 }, 2982, 25.05],
        ['battery.voltage', { unit: 'mV' }, 13_200, 13.2],
        ['dc.outputCurrent', { unit: 'mA', offset: -500 }, 1500, 1],
        ['output.lines.1.power', { unit: 'kW', scale: 0.01 }, 523, 5230],
        ['output.lines.1.apparentPower', { unit: 'kVA' }, 3, 3000],
        ['output.energy', { unit: 'Wh' }, 1500, 1.5],
        ['battery.minutesRemaining', { unit: 's' }, 90, 1.5],
        ['battery.minutesRemaining', { unit: 'h', scale: 0.1 }, 15, 90],
        ['battery.secondsOnBattery', { unit: 'ms' }, 2500, 2.5],
        ['battery.secondsOnBattery', { unit: 'min' }, 2, 120],
        ['environment.humidity', { unit: '% RH' }, 45, 45],
        // Scale, offset, bounds and digits are of the unit of the item.
        ['battery.voltage', { unit: 'mV', min: 10_000, max: 15_000 }, 9_999, undefined],
        ['battery.voltage', { unit: 'mV', min: 10_000, max: 15_000 }, 10_000, 10],
        ['battery.voltage', { unit: 'mV', digits: 0 }, 13_249.4, 13.249],
        ['dc.temperature', { unit: '°F', max: 200 }, 212, undefined],
        // What is possible is judged in the unit of the target.
        ['dc.temperature', { unit: '°F' }, 303, undefined],
        ['dc.temperature', { unit: '°F' }, 212, 100],
        // A text with the unit of the item, with another one, and with none.
        ['dc.temperature', { unit: '°F' }, '90.5 F', 32.5],
        ['dc.temperature', { unit: '°F' }, '32.5 C', 32.5],
        ['dc.temperature', { unit: '°F' }, '90.5', 32.5],
        ['dc.temperature', {}, '90.5 F', 32.5],
        ['dc.temperature', {}, '90.5 Volts', undefined],
        ['battery.voltage', { unit: 'mV' }, '13200 mV', 13.2],
        ['battery.voltage', { unit: 'mV' }, '13.2 Volts', 13.2],
        ['battery.voltage', { unit: 'V' }, '13.2 Amps', undefined],
        ['battery.voltage', {}, '13200 mV', 13.2],
        ['battery.voltage', {}, '13.2 widgets', undefined],
        ['battery.minutesRemaining', {}, '1.5 hours', 90],
        // A scale is for a bare number: whether it is for this one, too, is not known.
        ['input.lines.1.voltage', { scale: 0.1 }, '116.7 Volts', undefined],
        ['input.lines.1.voltage', { unit: 'V', scale: 0.1 }, '116.7 Volts', undefined],
        ['input.lines.1.voltage', { unit: 'V', scale: 0.1 }, '1167', 116.7],
        ['battery.voltage', { scale: 0.001 }, '13200 mV', undefined],
        ['battery.voltage', { unit: 'mV', scale: 2 }, '6600 mV', undefined],
        ['dc.temperature', { unit: '°C', scale: 5 / 9, offset: -160 / 9 }, '90.5 F', undefined],
        ['dc.temperature', { unit: '°C', scale: 5 / 9, offset: -160 / 9 }, 90.5, 32.5],
        // A raw value that means "not known" does so with its unit, too.
        ['dc.temperature', { absent: [-1] }, '-1 F', undefined],
        ['battery.voltage', { absent: [-1] }, '-1 mV', undefined],
        // Counts have no unit.
        ['input.lineBads', {}, '3', 3],
        ['input.lineBads', { unit: 'outages' }, '3 outages', 3],
        ['input.lineBads', {}, '3 V', undefined],
        // Channels are in the unit of their item.
        ['channel:t', { unit: '°F' }, '90.5 F', 90.5],
        ['channel:t', { unit: '°C' }, '90.5 F', 32.5],
        ['channel:t', { unit: 'mV' }, '13.2 Volts', 13_200],
        ['channel:t', { unit: 'mV' }, '13200 mV', 13_200],
        ['channel:t', { unit: 'mV' }, '13.2 A', undefined],
        ['channel:t', { unit: 'widgets' }, '7 widgets', 7],
        ['channel:t', { unit: 'widgets' }, '7 V', undefined],
    ];
    for (const [to, item, raw, value] of units)
        it(`${to} of ${JSON.stringify(raw)} by ${JSON.stringify(item)}: ${value}`, () => {
            assert.equal(valueAt(to, item, raw), value);
        });

    it('tells a text of a channel with its unit, and none of another quantity', () => {
        const told = (text: string) =>
            decoded([{ kind: 'text', to: 'channel:v', unit: 'V' }], { '1.0': text }).channels?.v;
        assert.deepEqual(told('13.2 Volts'), { state: '13.2 Volts' }, 'it tells its unit itself');
        assert.deepEqual(told('13.2'), { state: '13.2', unit: 'V' });
        assert.deepEqual(told('broken'), { state: 'broken' });
        assert.deepEqual(told('13.2 Amps'), { unit: 'V' }, 'not known');
    });

    const unknown: [string, Partial<Item>, RawValue][] = [
        ['that is missing', {}, undefined],
        ['that is NULL', {}, null],
        ['that is an empty text', {}, ' '],
        ['that is a word', {}, 'n/a'],
        ['that the item lists as absent', { absent: [0] }, 0],
        ['that the item lists as absent text', { absent: ['none'] }, 'none'],
        ['below its least', { min: 1 }, 0],
        ['above its greatest', { max: 90 }, 91],
        ['that is impossible for its target', {}, 101],
        ['that is not finite', {}, NaN],
    ];
    for (const [what, item, raw] of unknown)
        it(`knows nothing of a value ${what}`, () => {
            assert.equal(charge(item, raw), undefined);
        });

    it('knows a state by its raw value as number or text, and no other', () => {
        const source = (raw: RawValue) =>
            decoded([{ kind: 'state', to: 'output.source', states: { 3: 'battery', Online: 'normal' } }], {
                '1.0': raw,
            }).output?.source;
        assert.equal(source(3), 'battery');
        assert.equal(source('3'), 'battery');
        assert.equal(source('online'), 'normal');
        assert.equal(source(4), undefined);
        assert.equal(source(''), undefined);
        assert.equal(source('toString'), undefined);
    });

    it('takes the first known of several items with one target', () => {
        const items: Item[] = [
            { kind: 'number', to: 'battery.voltage', scale: 0.1 },
            { kind: 'number', to: 'battery.voltage' },
        ];
        assert.equal(decoded(items, { '1.0': 271, '1.1': 27 }).battery?.voltage, 27.1);
        assert.equal(decoded(items, { '1.1': 27 }).battery?.voltage, 27);
    });

    it('reads bits of a word and characters of a text as alarms, and says which it could see', () => {
        const alarm = (id: string, at: MapItem['at']): Item => ({
            kind: 'state',
            to: `alarm:${id}`,
            at,
            states: { 1: 'on', 0: 'off' },
        });
        const items = [
            alarm('on-battery', { oid: '1.0', char: 1 }),
            alarm('low-battery', { oid: '1.0', char: 2 }),
            alarm('output-overload', { oid: '1.1', bit: 3 }),
            alarm('fan-failure', { oid: '1.2' }),
        ];
        const { alarms, alarmsTold } = decoded(items, { '1.0': '010', '1.1': 8 });
        assert.deepEqual(alarms, ['on-battery', 'output-overload']);
        assert.deepEqual(alarmsTold, ['low-battery', 'on-battery', 'output-overload']);
        assert.equal(decoded(items, {}).alarms, undefined, 'nothing read: alarms are unknown');
        assert.deepEqual(decoded(items, { '1.0': '0' }).alarms, undefined, 'the text is too short');
    });

    it('reads a list of alarms: what it does not name is not active, what the map does not know is told in the words of the device', () => {
        const list: Item = {
            kind: 'state',
            to: 'alarm',
            at: { column: '1.9', row: '*' },
            states: { '1.3.6.1.1': 'on-battery', '1.3.6.1.2': 'low-battery', '1.3.6.1.3': '' },
        };
        const rows = decoded([list], { '1.9.1': '1.3.6.1.1', '1.9.2': '1.3.6.1.77', '1.9.3': '1.3.6.1.3' });
        assert.deepEqual(rows.alarms, ['on-battery', 'vendor:1.3.6.1.77']);
        assert.ok(rows.alarmsTold?.includes('low-battery'));
        assert.ok(rows.alarmsTold?.includes('vendor:*'), 'whatever else it lists is over when it is gone');
        assert.deepEqual(decoded([list], { '1.9': null }).alarms, [], 'an empty list');
        assert.equal(decoded([list], {}).alarms, undefined, 'a list that was not read');
        assert.deepEqual(decoded([list], { '1.9.1': '1.3.6.1.1.0' }).alarms, ['on-battery'], 'a name with an instance');
        assert.deepEqual(decoded([list], { '1.9.1': '0.0' }).alarms, [], 'zeroDotZero in an empty row');
    });

    it('tells no value of a UPS that the card has lost: what it still says of it is old', () => {
        const items: Item[] = [
            { kind: 'number', to: 'battery.chargePercent' },
            { kind: 'state', to: 'alarm:communications-lost', states: { 1: 'on', 2: 'off' } },
            { kind: 'text', to: 'identity.model' },
            { kind: 'number', to: 'environment.temperature' },
        ];
        const values = { '1.0': 80, '1.1': 1, '1.2': 'M1', '1.3': 21 };
        assert.deepEqual(decoded(items, values), {
            time: 0,
            identity: { model: 'M1' },
            alarms: ['communications-lost'],
            alarmsTold: ['communications-lost'],
            environment: { temperature: 21 },
        });
        assert.equal(decoded(items, { ...values, '1.1': 2 }).battery?.chargePercent, 80);
    });

    it('fills lines by the rows of a column, and cuts them by the count of the device', () => {
        const items: Item[] = [
            { kind: 'number', to: 'output.lines.*.load', at: { column: '1.4', row: '*' } },
            { kind: 'number', to: 'output.lines.2.voltage' },
            { kind: 'number', to: 'output.lineCount' },
        ];
        const values = { '1.4.1': 10, '1.4.2': 20, '1.4.3': 0, '1.1': 231 };
        assert.deepEqual(decoded(items, values).output?.lines, [{ load: 10 }, { load: 20, voltage: 231 }, { load: 0 }]);
        assert.deepEqual(decoded(items, { ...values, '1.2': 2 }).output?.lines.length, 2);
        assert.deepEqual(
            decoded(items, { ...values, '1.2': 0 }).output?.lines.length,
            3,
            'a card that starts counts none',
        );
        assert.ok(!('lineCount' in decoded(items, { ...values, '1.2': 2 }).output!));
    });

    it('names outlets and channels by the rows of a column', () => {
        const items: Item[] = [
            { kind: 'text', to: 'outletName:*', at: { column: '1.4', row: '*' } },
            { kind: 'state', to: 'outlet:*', at: { column: '1.5', row: '*' }, states: { 1: 'on', 2: 'off' } },
            { kind: 'number', to: 'channel:string *', unit: 'A', at: { column: '1.6', row: '*' } },
        ];
        const { outlets, channels } = decoded(items, { '1.4.7': 'Rack', '1.5.7': 2, '1.5.8': 1, '1.6.2': 3 });
        assert.deepEqual(outlets, [
            { id: '7', name: 'Rack', on: false },
            { id: '8', on: true },
        ]);
        assert.deepEqual(channels, { 'string 2': { value: 3, unit: 'A' } });
    });

    it('reads days in the order that the item tells', () => {
        const day = (text: string, date: MapItem['date']) =>
            decoded([{ kind: 'text', to: 'battery.installedOn', date }], { '1.0': text }).battery?.installedOn;
        assert.equal(day('09/27/2014', 'mdy'), '2014-09-27');
        assert.equal(day('27.9.14', 'dmy'), '2014-09-27');
        assert.equal(day('2014-09-27', 'ymd'), '2014-09-27');
        assert.equal(day('13/13/2014', 'mdy'), undefined);
        assert.equal(day('02/30/2014', 'mdy'), undefined);
        assert.equal(day('unknown', 'mdy'), undefined);
    });
});

describe('Whether a reading says anything', () => {
    const item = (to: string, oid: string): MapItem => ({ id: to, at: { oid }, kind: 'number', to });
    const sensor = { environment: { temperature: 21, contacts: {} } };

    it('of a UPS, the sensor of its card does not', () => {
        const ofUps: DeviceMap = {
            version: 1,
            id: 'ups',
            name: 'UPS',
            judgedBy: 'this test',
            items: [
                { id: 'source', at: { oid: '1.3.1' }, kind: 'state', states: { 1: 'normal' }, to: 'output.source' },
            ],
        };
        assert.equal(saysAnything(sensor, ofUps), false);
        assert.equal(saysAnything({ ...sensor, channels: { Rack: { value: 20 } } }, ofUps), false);
        assert.equal(saysAnything({ ...sensor, battery: { chargePercent: 90 } }, ofUps), true);
        assert.equal(saysAnything({ alarms: ['communications-lost'] }, ofUps), true);
        const ofSensor = { ...ofUps, items: [item('environment.temperature', '1.3.2')] };
        assert.equal(saysAnything(sensor, ofSensor), true);
        assert.equal(saysAnything({ channels: { Rack: { value: 20 } } }, ofSensor), true);
    });
});
