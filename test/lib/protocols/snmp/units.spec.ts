import assert from 'node:assert/strict';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { decode, type DecoderMemory } from '../../../../lib/protocols/snmp/decode';
import { SYS_UP_TIME } from '../../../../lib/protocols/snmp/oids';
import { SETTINGS } from '../../../../lib/protocols/snmp/settings';
import type { SnmpValue } from '../../../../lib/protocols/snmp/transport';

const UPS = '1.3.6.1.2.1.33.1';
type Objects = Record<string, SnmpValue>;

const walk = (objects: Objects) =>
    new Map(Object.entries(objects).map(([path, value]) => [path.startsWith('1.3.') ? path : `${UPS}.${path}`, value]));

/** One card, read again and again; what it teaches goes through JSON, as over a restart. */
class Card {
    time = Date.UTC(2026, 0, 15, 3);
    memory: DecoderMemory = {};

    constructor(private readonly always: Objects = {}) {}

    read(objects: Objects, seconds = 1): PartialStatus {
        this.time += seconds * 1000;
        const { status, memory } = decode(walk({ ...this.always, ...objects }), this.time, this.memory);
        this.memory = JSON.parse(JSON.stringify(memory)) as DecoderMemory;
        return status;
    }

    /** Once per raw value. */
    each(path: string, raws: readonly number[], of: (status: PartialStatus) => unknown): unknown[] {
        return raws.map((raw) => of(this.read({ [path]: raw })));
    }
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const temperature = (status: PartialStatus) => status.battery?.temperature;
const charge = (status: PartialStatus) => status.battery?.chargePercent;
const load = (status: PartialStatus) => status.output?.lines[0]?.load;
const inputVoltage = (status: PartialStatus) => status.input?.lines[0]?.voltage;
const inputFrequency = (status: PartialStatus) => status.input?.lines[0]?.frequency;

const MAINS = { '4.1.0': 3, '2.1.0': 2, '2.2.0': 0 };
const BATTERY = { '4.1.0': 5, '2.1.0': 2, '2.2.0': 60 };

describe('RFC 1628 decoder: units of a card', () => {
    describe('temperature', () => {
        it('in tenths is known from the first that can be nothing else', () => {
            assert.deepEqual(new Card().each('2.7.0', [293, 200, 145, 60, 255], temperature), [
                29.3,
                20,
                14.5,
                undefined,
                25.5,
            ]);
        });
        it('in whole degrees stays so through a wild value, and rises to where a battery burns', () => {
            const card = new Card();
            card.each('2.7.0', times(10, 24), temperature);
            assert.deepEqual(card.each('2.7.0', [293, 25, 40, 60, 80, 95], temperature), [
                undefined,
                25,
                40,
                60,
                80,
                95,
            ]);
        });
        it('that is a tenth at once is unknown, and then another unit', () => {
            const card = new Card();
            card.each('2.7.0', times(10, 293), temperature);
            const read = card.each('2.7.0', times(11, 29), temperature);
            assert.deepEqual([read[0], read[8], read[10]], [undefined, undefined, 29]);
        });
        it('that falls to freezing in tenths stays in tenths', () => {
            const falling = Array.from({ length: 28 }, (_, i) => 290 - 10 * i);
            const card = new Card();
            assert.deepEqual(
                card.each('2.7.0', falling, temperature),
                falling.map((raw) => raw / 10),
            );
        });
        it('between 71 and 100 from a card that nothing is known of is unknown', () => {
            assert.deepEqual(
                [70, 71, 100].map((raw) => temperature(new Card().read({ '2.7.0': raw }))),
                [70, undefined, undefined],
            );
        });
        for (const raw of [-1, 255, 999, 9999, 65535, 601]) {
            it(`${raw} is unknown, and teaches nothing`, () => {
                const card = new Card();
                assert.deepEqual(card.each('2.7.0', [raw, 24], temperature), [undefined, 24]);
            });
        }
    });

    describe('frequency', () => {
        for (const [raw, hertz] of [
            [60, 60],
            [50, 50],
            [600, 60],
            [499, 49.9],
            [5002, 50.02],
            [4000, 400],
            [400, 40],
            [0, 0],
            [6, undefined],
            [100, undefined],
            [300, 30],
            [9999, undefined],
        ] as const) {
            it(`${raw} is ${hertz} Hz`, () => {
                assert.equal(inputFrequency(new Card().read({ '3.3.1.2.1': raw, '3.3.1.3.1': 230 })), hertz);
                assert.equal(new Card().read({ '4.2.0': raw }).output?.frequency, hertz);
                assert.equal(new Card().read({ '5.1.0': raw }).bypass?.frequency, hertz);
            });
        }
        it('each column for itself', () => {
            const { input, output, bypass } = new Card().read({
                '3.3.1.2.1': 60,
                '3.3.1.3.1': 120,
                '4.2.0': 600,
                '5.1.0': 6000,
            });
            assert.deepEqual([input?.lines[0]?.frequency, output?.frequency, bypass?.frequency], [60, 60, 60]);
        });
        it('of a dying generator is not that of the mains', () => {
            const card = new Card();
            card.each('3.3.1.2.1', times(10, 500), inputFrequency);
            assert.deepEqual(card.each('3.3.1.2.1', [400, 200, 50, 0, 500], inputFrequency), [
                40,
                undefined,
                undefined,
                0,
                50,
            ]);
        });
    });

    describe('load', () => {
        it('in tenths is known from the first beyond 200', () => {
            assert.deepEqual(
                new Card({ '4.4.1.2.1': 230 }).each('4.4.1.5.1', [250, 126, 1000, 50], load),
                [25, 12.6, 100, 5],
            );
        });
        it('an overload is one on a card in percent', () => {
            assert.deepEqual(new Card().each('4.4.1.5.1', [100, 112, 200], load), [100, 112, 200]);
        });
        it('is known from power and rating before that', () => {
            const card = new Card({ '9.6.0': 1000, '4.4.1.4.1': 126 });
            assert.deepEqual(card.each('4.4.1.5.1', [126, 130], load), [12.6, 13]);
            const percent = new Card({ '9.6.0': 1000, '4.4.1.4.1': 1120 });
            assert.deepEqual(percent.each('4.4.1.5.1', [112], load), [112]);
        });
        it('one wild value is forgotten', () => {
            const card = new Card();
            card.each('4.4.1.5.1', [40, 250], load);
            card.each('4.4.1.5.1', times(120, 40), load);
            assert.equal(load(card.read({ '4.4.1.5.1': 112 })), 112);
        });
    });

    describe('charge', () => {
        it('in tenths is told when it is sure', () => {
            const card = new Card(MAINS);
            assert.deepEqual(card.each('2.4.0', [1000, 1000, 1000, 1000, 987], charge), [
                undefined,
                undefined,
                undefined,
                100,
                98.7,
            ]);
        });
        it('in tenths falls below 10 % without turning full', () => {
            const card = new Card({ ...BATTERY, '2.1.0': 3 });
            card.each('2.4.0', [500, 460, 420, 380, 340, 300, 260, 220, 180, 140], charge);
            assert.deepEqual(card.each('2.4.0', [105, 100, 95, 60, 20], charge), [10.5, 10, 9.5, 6, 2]);
        });
        it('in percent that is 1000 for once is unknown, and no tenth of itself after', () => {
            const card = new Card(MAINS);
            assert.deepEqual(card.each('2.4.0', [97, 97, 97, 1000, 97, 97], charge), [97, 97, 97, undefined, 97, 97]);
            const fresh = new Card(MAINS);
            assert.deepEqual(fresh.each('2.4.0', [1000, 97, 97], charge), [undefined, undefined, 97]);
        });
        it('in tenths, after a restart in the outage: 87 is not 87 %', () => {
            const card = new Card(MAINS);
            card.each('2.4.0', times(12, 1000), charge);
            delete card.memory.recent;
            assert.equal(charge(card.read({ ...BATTERY, '2.4.0': 87 })), undefined);
            assert.equal(charge(card.read({ ...BATTERY, '2.1.0': 3, '2.4.0': 87 })), 8.7);
        });
    });

    describe('AC voltage', () => {
        it('input in volts and output in tenths, begun in an outage', () => {
            const card = new Card({ '4.4.1.2.1': 2300 });
            assert.equal(inputVoltage(card.read({ ...BATTERY, '3.3.1.3.1': 0 })), 0);
            assert.equal(inputVoltage(card.read({ ...MAINS, '3.3.1.3.1': 230 })), 230);
        });
        it('output in volts and input in tenths', () => {
            const { input, output } = new Card().read({ ...MAINS, '3.3.1.3.1': 2310, '4.4.1.2.1': 230 });
            assert.deepEqual([input?.lines[0]?.voltage, output?.lines[0]?.voltage], [231, 230]);
        });
        it('of 100 V mains in tenths', () => {
            assert.equal(inputVoltage(new Card().read({ ...MAINS, '3.3.1.3.1': 985 })), 98.5);
            assert.equal(inputVoltage(new Card().read({ ...MAINS, '3.3.1.3.1': 850, '4.4.1.2.1': 1001 })), 85);
        });
        it('what a dead input in tenths picks up is not the mains', () => {
            const card = new Card();
            card.each('3.3.1.3.1', times(10, 2300), inputVoltage);
            for (const raw of [120, 230, 400]) {
                assert.deepEqual(
                    times(20, inputVoltage(card.read({ ...BATTERY, '3.3.1.3.1': raw }))),
                    times(20, undefined),
                );
            }
            assert.equal(inputVoltage(card.read({ ...BATTERY, '3.3.1.3.1': 30 })), 3);
        });
        it('… nor of one that nothing is known of, beside an output in tenths', () => {
            const card = new Card();
            assert.equal(inputVoltage(card.read({ ...BATTERY, '3.3.1.3.1': 230, '4.4.1.2.1': 2300 })), undefined);
        });
        it('a live input is not dead because of what was learned wrongly', () => {
            const card = new Card();
            card.each('3.3.1.3.1', times(10, 2300), inputVoltage);
            const read = Array.from({ length: 12 }, () => inputVoltage(card.read({ ...MAINS, '3.3.1.3.1': 230 })));
            assert.deepEqual([read[0], read[11]], [undefined, 230]);
        });
        it('a wild value of a card in volts is unknown', () => {
            const card = new Card(MAINS);
            assert.deepEqual(card.each('3.3.1.3.1', [230, 230, 230, 2360, 231, 800], inputVoltage), [
                230,
                230,
                230,
                undefined,
                231,
                undefined,
            ]);
        });
        it('one phase that fails, in tenths', () => {
            const card = new Card(MAINS);
            const volts = (a: number, b: number) =>
                card.read({ '3.3.1.3.1': a, '3.3.1.3.2': b }).input?.lines.map(({ voltage }) => voltage);
            assert.deepEqual(volts(2300, 2310), [230, 231]);
            assert.deepEqual(volts(2300, 120), [230, 12]);
            assert.deepEqual(volts(2300, 0), [230, 0]);
        });
        for (const raw of [208, 230, 400, 480, 690]) {
            it(`${raw} V are volts`, () => assert.equal(inputVoltage(new Card(MAINS).read({ '3.3.1.3.1': raw })), raw));
        }
        it('ratings have their own unit, and are written in it', () => {
            const objects = { '3.3.1.3.1': 2300, '9.1.0': 230, '9.2.0': 60, '9.4.0': 5000 };
            const { input, settings } = new Card().read(objects);
            assert.equal(input?.nominalVoltage, 230);
            assert.deepEqual(settings, { upsConfigInputVoltage: 230, upsConfigInputFreq: 60, upsConfigOutputFreq: 50 });
            const sent = (name: string, value: number, values: Objects) =>
                SETTINGS.find((setting) => setting.name === name)!.write!(value, walk(values));
            assert.deepEqual(sent('upsConfigInputVoltage', 220, objects), { raw: 220 });
            assert.deepEqual(sent('upsConfigInputVoltage', 220, { '9.1.0': 2300 }), { raw: 2200 });
            assert.deepEqual(sent('upsConfigLowVoltageTransferPoint', 70, { '9.1.0': 1000, '9.9.0': 800 }), {
                raw: 700,
            });
            assert.deepEqual(sent('upsConfigInputFreq', 50, objects), { raw: 50 });
            assert.deepEqual(sent('upsConfigOutputFreq', 60, objects), { raw: 6000 });
        });
    });

    describe('battery voltage and currents', () => {
        it('volts of a battery that would be empty in tenths', () => {
            assert.equal(new Card().read({ '2.5.0': 54 }).battery?.voltage, 54);
            assert.equal(new Card().read({ '2.5.0': 540 }).battery?.voltage, 54);
        });
        it('a battery that comes off stays in tenths', () => {
            const card = new Card();
            assert.deepEqual(
                card.each('2.5.0', [544, 27, 5], ({ battery }) => battery?.voltage),
                [54.4, 2.7, 0.5],
            );
        });
        it('amperes, where power and voltage say so', () => {
            const line = { '4.4.1.2.1': 230, '4.4.1.4.1': 1500 };
            const amperes = (raw: number) => new Card(line).read({ '4.4.1.3.1': raw }).output?.lines[0]?.current;
            assert.deepEqual([70, 7], [70, 7]);
            assert.deepEqual([amperes(70), amperes(7)], [7, 7]);
        });
    });

    it('what is learned is JSON, small, and bounded', () => {
        const card = new Card({ ...MAINS, '3.3.1.3.1': 2300, '2.7.0': 293, '2.4.0': 100, '3.3.1.2.1': 500 });
        for (let i = 0; i < 100; i++) card.read({});
        assert.ok(JSON.stringify(card.memory).length < 800, JSON.stringify(card.memory));
        assert.deepEqual(card.memory.units?.inputVoltage, { divisor: 10, votes: 10 });
    });
});

describe('RFC 1628 decoder: lines that are counted', () => {
    const rows = (count: SnmpValue, volts: readonly SnmpValue[]): Objects => ({
        '3.2.0': count,
        '4.3.0': count,
        '5.2.0': count,
        ...Object.fromEntries(
            volts.flatMap((value, i) => [
                [`3.3.1.3.${i + 1}`, value],
                [`4.4.1.2.${i + 1}`, value],
                [`5.3.1.2.${i + 1}`, value],
            ]),
        ),
    });
    const lines = ({ input, output, bypass }: PartialStatus) =>
        [input, output, bypass].map((group) => group?.lines.map(({ voltage }) => voltage));

    for (const [count, volts, wanted] of [
        [1, [221, 0, 0], [221]],
        [2, [221, 222, 0], [221, 222]],
        [1, [0, 0, 0], [0]],
        [3, [221, 0, 222], [221, 0, 222]],
        [null, [221, 0, 0], [221, 0, 0]],
        [-1, [221, 0, 0], [221, 0, 0]],
        [65535, [221, 0, 0], [221, 0, 0]],
        [0, [221, 0, 0], [221, 0, 0]],
        [0, [0, 0, 0], []],
        [3, [221], [221]],
        ['1', [221, 0, 0], [221]],
    ] as const) {
        it(`${String(count)} of ${volts.join(', ')} V: ${wanted.join(', ') || 'none'}`, () =>
            assert.deepEqual(lines(new Card().read(rows(count, volts))), [wanted, wanted, wanted]));
    }

    it('rows without voltage, current and power are no lines beside a live one (Riello NetMan 204)', () => {
        const row = (entry: string, values: Record<number, readonly number[]>): Objects =>
            Object.fromEntries(
                Object.entries(values).flatMap(([column, cells]) =>
                    cells.map((value, i) => [`${entry}.${column}.${i + 1}`, value]),
                ),
            );
        const netman = {
            ...row('3.3.1', { 2: [501, 0, 0], 3: [242, 0, 0] }),
            ...row('4.4.1', { 2: [231, 0, 0], 3: [11, 0, 0], 4: [184, 0, 0], 5: [8, 0, 0] }),
            ...row('5.3.1', { 2: [242, 0, 0] }),
        };
        assert.deepEqual(lines(new Card().read(netman)), [[242], [231], [242]]);
        const mainsLost = { ...netman, ...row('3.3.1', { 2: [0, 0, 0], 3: [0, 0, 0] }) };
        assert.deepEqual(lines(new Card().read(mainsLost))[0], [0, 0, 0], 'an outage looks the same');
        const inThreePhases = { ...netman, ...row('3.3.1', { 3: [242, 0, 241] }) };
        assert.deepEqual(lines(new Card().read(inThreePhases))[0], [242, 0, 241]);
    });

    it('a count that is missing denies nothing', () => {
        assert.deepEqual(new Card().read({ '3.3.1.3.1': 221, '3.3.1.3.2': 0 }).input?.lines, [
            { voltage: 221 },
            { voltage: 0 },
        ]);
    });
    it('rows from 0 are counted as well', () => {
        assert.deepEqual(new Card().read({ '3.2.0': 1, '3.3.1.3.0': 221, '3.3.1.3.1': 0 }).input?.lines, [
            { voltage: 221 },
        ]);
    });
});

describe('RFC 1628 decoder: how long the agent runs', () => {
    const DAY = 86_400;
    const ticks = (seconds: number) => (seconds * 100) % 2 ** 32;
    it('is sysUpTime in seconds; absent, NULL or text it is unknown', () => {
        assert.equal(new Card().read({ [SYS_UP_TIME]: 123_45 }).agentUptime, 123.45);
        for (const value of [undefined, null, 'up', -1])
            assert.equal(new Card().read({ [SYS_UP_TIME]: value }).agentUptime, undefined);
    });
    it('goes on when its counter wraps after 497 days', () => {
        const card = new Card();
        const told = [496, 497, 498, 600, 995, 1000].map((day, i, days) => {
            const passed = i === 0 ? 1 : (day - days[i - 1]!) * DAY;
            return Math.round(card.read({ [SYS_UP_TIME]: ticks(day * DAY) }, passed).agentUptime! / DAY);
        });
        assert.deepEqual(told, [496, 497, 498, 600, 995, 1000]);
    });
    it('goes back when the agent restarts', () => {
        const card = new Card();
        card.read({ [SYS_UP_TIME]: ticks(100 * DAY) });
        assert.equal(card.read({ [SYS_UP_TIME]: 20_00 }, 40).agentUptime, 20);
        assert.equal(card.read({ [SYS_UP_TIME]: 21_00 }, 1).agentUptime, 21);
    });
    it('is not moved by our own clock', () => {
        const card = new Card();
        card.read({ [SYS_UP_TIME]: ticks(100 * DAY) });
        card.time += 3 * 365 * DAY * 1000;
        assert.equal(card.read({ [SYS_UP_TIME]: ticks(100 * DAY + 1) }).agentUptime, 100 * DAY + 1);
    });
    it('minutes at which the battery is low, and the voltage that the input is rated for', () => {
        const { battery, input } = new Card().read({ '9.7.0': 3, '9.1.0': 230 });
        assert.deepEqual([battery?.lowMinutes, input?.nominalVoltage], [3, 230]);
        const none = new Card().read({ '9.7.0': 0, '9.1.0': 0 });
        assert.deepEqual([none.battery?.lowMinutes, none.input?.nominalVoltage], [undefined, undefined]);
    });
});
