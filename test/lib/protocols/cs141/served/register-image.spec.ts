import assert from 'node:assert/strict';
import { servedUps } from '../../../../../lib/core/served/served-ups';
import type { AlarmId } from '../../../../../lib/core/status/alarms';
import type { PartialStatus } from '../../../../../lib/core/status/status';
import { UNIT_DEFAULTS } from '../../../../../lib/core/unit/unit-config';
import { registerMap } from '../../../../../lib/protocols/cs141/maps';
import { RegisterImage, type UnknownAs } from '../../../../../lib/protocols/cs141/served/register-image';
import { servedStatusWord } from '../../../../../lib/protocols/cs141/served/served-alarms';
import { servedReading } from '../../../../../simulators/cs141-card/served-reading';
import { statusWord } from '../../../../../simulators/cs141-card/status-word';
import { onBattery, onMains, UnitBench } from '../../../../support/fake-ups';
import { processorMs } from '../../../../support/processor-time';

const SILENT_MS = (UNIT_DEFAULTS.staleSeconds + 5) * 1000;
const UNKNOWN = 0xffff;

describe('the registers of a UPS that is served', () => {
    let bench: UnitBench;
    beforeEach(() => (bench = new UnitBench()));
    afterEach(() => bench.unit.destroy());

    const image = (map = 'default', unknownAs?: UnknownAs) =>
        new RegisterImage({ map: registerMap(map)!, unknownAs, knowledge: () => ({ ups: servedUps(bench.unit) }) });
    const word = (address: number, map?: string) => image(map).readHoldingRegisters(address, 1)[0];
    const STATUS = 109;

    /** By the examples of the CS141 manual: 4, 5, 12, 28, 56, 68, 524. */
    const EXAMPLES: [what: string, reading: PartialStatus, status: number][] = [
        ['mains', onMains(), 4],
        ['bypass', onMains({ output: { source: 'bypass', lines: [] }, alarms: ['on-bypass'] }), 5],
        ['outage', onBattery(), 12],
        [
            'low battery in an outage',
            onBattery({ battery: { state: 'low' }, alarms: ['on-battery', 'low-battery'] }),
            28,
        ],
        [
            'hot, with a low battery, in an outage, and the inverter is not on',
            onBattery({
                output: { source: 'none', lines: [] },
                battery: { state: 'low' },
                alarms: ['on-battery', 'low-battery', 'temp-bad'],
            }),
            56,
        ],
        ['inverter failure in an outage', onBattery({ alarms: ['on-battery', 'inverter-failure'] }), 524],
        ['output off', onMains({ output: { source: 'none', lines: [] } }), 0],
        ['overload', onMains({ alarms: ['output-overload'] }), 4 + 0x100],
        ['battery to be replaced', onMains({ alarms: ['battery-replace'] }), 4 + 0x400],
    ];
    for (const [what, reading, status] of EXAMPLES)
        it(`have the status word ${status} for: ${what}`, () => {
            bench.readFor(3, () => reading);
            assert.equal(word(STATUS), status);
        });

    it('have 68 in a battery test, which is no outage, and its alarm that the battery is used', () => {
        bench.readFor(3, onMains);
        bench.readFor(3, () =>
            onBattery({
                input: { lines: [{ voltage: 230, frequency: 50 }] },
                alarms: ['on-battery', 'test-in-progress'],
                test: { result: 'in-progress' },
            }),
        );
        assert.deepEqual([word(STATUS), word(116), word(138)], [68, 1, 1]);
    });

    it('are an outage that the device tells by its source alone', () => {
        bench.readFor(3, () => ({ ...onBattery(), alarms: undefined }));
        assert.deepEqual([word(STATUS), word(116)], [12, 1]);
    });

    it('have values in whole units: output, load, charge, input, minutes, battery, frequency', () => {
        bench.readFor(3, () => onMains());
        assert.deepEqual(image().readHoldingRegisters(97, 18), [
            230, UNKNOWN, UNKNOWN, 50, UNKNOWN, UNKNOWN, 100, 230, UNKNOWN, UNKNOWN,
            UNKNOWN, 60, 4, 54, 50, UNKNOWN, UNKNOWN, UNKNOWN,
        ]); // prettier-ignore
        assert.deepEqual(image().readInputRegisters(97, 3), image().readHoldingRegisters(97, 3));
    });

    it('of a UPS that is silent on mains: 0x4000, and -1 for each value', () => {
        bench.readFor(3, () => onMains({ alarms: ['fan-failure'] }));
        bench.clock.advanceSync(SILENT_MS);
        assert.equal(word(STATUS), 0x4000);
        const values = image().readHoldingRegisters(97, 12);
        assert.deepEqual(values, Array(12).fill(UNKNOWN));
        assert.deepEqual([word(134), word(130), word(116)], [1, 0, 0]);
        assert.deepEqual(image('rittal-pmc').readDiscreteInputs(0, 10), Array(10).fill(false));
        assert.deepEqual(image('default', -9999).readHoldingRegisters(103, 1), [0x10000 - 9999]);
        assert.throws(() => image('default', 'exception').readHoldingRegisters(103, 1), { code: 2 });
        assert.deepEqual(image('default', 'exception').readHoldingRegisters(STATUS, 1), [0x4000]);
    });

    it('of a UPS that is silent in an outage: on battery, communication lost, counted down', () => {
        bench.readFor(3, onBattery);
        bench.clock.advanceSync(10 * 60_000);
        assert.equal(word(STATUS), 12 + 0x4000);
        const minutes = word(108)!;
        assert.ok(minutes >= 43 && minutes <= 44, `${minutes} min`);
        assert.deepEqual([word(116), word(134)], [1, 1]);
    });

    it('after a restart in mid-outage, before the device has answered: on battery', () => {
        bench.readFor(10, onBattery);
        bench.unit.destroy();
        bench = bench.restart(30_000);
        assert.equal((word(STATUS)! & 12) === 12, true);
    });

    it('cannot be written without a way for it', () => {
        assert.equal(image('rittal-pmc').writeCoils, undefined);
    });

    it('of 125 words need less than 0.1 ms of a processor', () => {
        bench.readFor(3, onMains);
        const served = servedUps(bench.unit);
        const registers = new RegisterImage({ map: registerMap('borri')!, knowledge: () => ({ ups: served }) });
        const { words } = registers.addresses;
        const start = words.findIndex((at, i) => words[i + 30] === at + 30);
        const read = () => {
            for (let n = 0; n < 1000; n++)
                for (let i = 0; i < 4; i++) registers.readHoldingRegisters(words[start]!, 31);
        };
        read();
        const best = Math.min(...[1, 2, 3].map(() => processorMs(read)));
        assert.ok(best <= 100, `${best} ms for 1000 times 124 words`);
    });

    it('have the same status word as the simulated card, which says it in its own way', () => {
        const told: AlarmId[] = ['on-battery', 'low-battery', 'test-in-progress', 'on-bypass', 'input-bad', 'general-fault', 'eco-mode', 'shutdown-imminent', 'temp-bad']; // prettier-ignore
        for (let mask = 0; mask < 2 ** told.length; mask++) {
            const reading = onMains({ alarms: told.filter((_, bit) => mask & (1 << bit)) });
            assert.equal(servedStatusWord(servedReading(reading)), statusWord(reading), JSON.stringify(reading.alarms));
        }
    });
});
