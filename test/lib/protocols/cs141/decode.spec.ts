import assert from 'node:assert/strict';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { decode } from '../../../../lib/protocols/cs141/decode';
import { inferOutage, InputWatch, OutputWatch } from '../../../../lib/protocols/cs141/inferred-outage';
import { allRegisters, REGISTER_MAPS, registerMap } from '../../../../lib/protocols/cs141/maps';
import { Phases } from '../../../../lib/protocols/cs141/phases';
import { Readings } from '../../../../lib/protocols/cs141/readings';
import { rawOf } from '../../../../lib/protocols/cs141/register-values';
import { hasRegister, sensorModule } from '../../../../lib/protocols/cs141/sensor-modules';
import type { ModbusTable } from '../../../../lib/protocols/modbus/line';
import { ReadValues } from '../../../../lib/protocols/modbus/register-reader';

type Given = Record<number, number>;

interface Over {
    sensors?: string;
    sensorScale?: number;
    phases?: Phases;
    outputs?: OutputWatch;
    inferOutages?: boolean;
    table?: ModbusTable;
}

function read(
    id: string,
    given: Given,
    {
        sensors = 'none',
        sensorScale = 1,
        phases = new Phases(),
        outputs = new OutputWatch(),
        inferOutages = true,
        table,
    }: Over = {},
): PartialStatus {
    const map = registerMap(id)!;
    const module = sensorModule(sensors)!;
    const values = new ReadValues();
    for (const [address, value] of Object.entries(given))
        values.set(table ?? 'holding', Number(address), value & 0xffff);
    const readings = new Readings(
        allRegisters(map).filter((row) => hasRegister(module, row) && row.address < 30_000 !== row.address >= 50_000),
        values,
    );
    return decode(readings, { map, sensors: module, sensorScale, phases, outputs, inferOutages }, 1000);
}

/** Texts in registers, two characters each. */
function text(address: number, words: string): Given {
    const padded = words.length % 2 ? `${words}\0` : words;
    return Object.fromEntries(
        Array.from({ length: padded.length / 2 }, (_, index) => [
            address + index,
            (padded.charCodeAt(2 * index) << 8) | padded.charCodeAt(2 * index + 1),
        ]),
    );
}

const alarmsOff = (from: number): Given => Object.fromEntries(Array.from({ length: 24 }, (_, i) => [from + i, 0]));

/** A single-phase UPS on mains, by the default map. */
const ON_MAINS: Given = {
    97: 230, 98: 0, 99: 0, 100: 23, 101: 0, 102: 0, 103: 100, 104: 231, 105: 0, 106: 0, 107: 25, 108: 42,
    109: 4, 110: 271, 111: 50, 112: 0, 113: 0, 114: 3, ...alarmsOff(115), 139: 0, 140: 1, 141: 0, 142: 0,
}; // prettier-ignore

describe('CS141 registers as a status', () => {
    it('reads a UPS on mains by the default map', () => {
        assert.deepEqual(read('default', ON_MAINS), {
            time: 1000,
            identity: {},
            battery: { state: 'normal', minutesRemaining: 42, chargePercent: 100, voltage: 271, temperature: 25 },
            input: { lineBads: 3, lines: [{ frequency: 50, voltage: 231 }] },
            output: { source: 'normal', lines: [{ voltage: 230, load: 23 }] },
            bypass: { lines: [] },
            alarms: [],
            test: {},
            environment: { contacts: { aux1: false, aux2: true, aux3: false, aux4: false } },
        });
    });

    // The examples of the CS141 manual: "Section OEM: Default addresses", "UPSMAN Status Bytes", "Short tutorial: How MODBUS addressing
    // works".
    for (const [word, source, alarms] of [
        [4, 'normal', []],
        [5, 'bypass', ['on-bypass']],
        [12, 'battery', ['on-battery']],
        [28, 'battery', ['low-battery', 'on-battery']],
        [68, 'normal', ['test-in-progress']],
        [56, 'battery', ['low-battery', 'on-battery', 'temp-bad']],
        [524, 'battery', ['inverter-failure', 'on-battery']],
        [0, 'none', []],
    ] as const) {
        it(`takes status ${word} for ${source}${alarms.length ? ` with ${alarms.join(', ')}` : ''}`, () => {
            const status = read('default', { ...ON_MAINS, 109: word });
            assert.equal(status.output?.source, source);
            assert.deepEqual(status.alarms, alarms);
            if (word === 68) assert.equal(status.test?.result, 'in-progress');
        });
    }

    it('takes each alarm register for its alarm, in the order of RFC 1628 but for the names', () => {
        const raised = (address: number) => read('default', { ...ON_MAINS, [address]: 1 }).alarms;
        assert.deepEqual(raised(115), ['battery-bad']);
        assert.deepEqual(raised(116), ['on-battery']);
        assert.deepEqual(raised(122), ['output-overload']);
        assert.deepEqual(raised(134), ['communications-lost']);
        assert.deepEqual(raised(137), ['shutdown-imminent']);
        assert.equal(read('default', { ...ON_MAINS, 116: 1 }).output?.source, 'battery');
        assert.equal(read('default', { ...ON_MAINS, 118: 1 }).battery?.state, 'depleted');
    });

    it('knows nothing of what reads -1 or -9999, or was not read', () => {
        const status = read('default', {
            ...ON_MAINS,
            97: 0xffff,
            103: -1,
            104: -9999,
            107: -1,
            108: -1,
            110: -1,
            114: 0xffff,
        });
        assert.deepEqual(status.battery, { state: 'normal' });
        assert.deepEqual(status.input, { lines: [{ frequency: 50 }] });
        assert.deepEqual(status.output?.lines, [{ load: 23 }]);
        const nothing = read('default', { 103: 50 });
        assert.equal(nothing.alarms, undefined);
        assert.equal(nothing.output?.source, undefined);
    });

    it('knows -9973, which is a value; only -9999 is none', () => {
        const [register] = allRegisters(registerMap('default')!).filter(
            ({ signed, table }) => signed && table === 'holding',
        );
        const values = new ReadValues();
        values.set('holding', register!.address, 0x10000 - 9973);
        assert.equal(rawOf(values, register!), -9973);
        values.set('holding', register!.address, 0x10000 - 9999);
        assert.equal(rawOf(values, register!), undefined);
    });

    it('knows a negative temperature, but no charge of 300 %', () => {
        const status = read('default', { ...ON_MAINS, 107: -5, 103: 300 });
        assert.equal(status.battery?.temperature, -5);
        assert.equal(status.battery?.chargePercent, undefined);
    });

    it('does not take 0 minutes on mains for an empty battery', () => {
        assert.equal(read('default', { ...ON_MAINS, 108: 0 }).battery?.minutesRemaining, undefined);
        const inOutage = { ...ON_MAINS, 108: 0, 109: 12 };
        assert.equal(read('default', inOutage).battery?.minutesRemaining, undefined, 'a full battery contradicts it');
        assert.equal(read('default', { ...inOutage, 103: 5 }).battery?.minutesRemaining, 0);
        assert.equal(read('default', { ...inOutage, 103: -1 }).battery?.minutesRemaining, 0);
        assert.equal(read('default', { ...inOutage, 109: 28 }).battery?.minutesRemaining, 0);
    });

    it('keeps the phases that it has seen when the mains fail', () => {
        const phases = new Phases();
        const three = { ...ON_MAINS, 105: 229, 106: 232 };
        assert.equal(read('default', three, { phases }).input?.lines.length, 3);
        const failed = read('default', { ...three, 104: 0, 105: 0, 106: 0, 109: 12 }, { phases });
        assert.deepEqual(
            failed.input?.lines.map(({ voltage }) => voltage),
            [0, 0, 0],
        );
    });

    it('reads sensors, inputs and outputs of the module that is there, and none else', () => {
        const wired = { ...ON_MAINS, 143: 215, 144: 480, 145: 7, 50000: 1, 50001: 0, 50064: 1, 50072: 215, 50073: 480 };
        const none = read('default', wired);
        assert.deepEqual(Object.keys(none.environment!.contacts!), ['aux1', 'aux2', 'aux3', 'aux4']);
        assert.equal(none.settings, undefined);
        const climate = read('default', wired, { sensors: 'sm-t-h-com', sensorScale: 0.1 });
        assert.equal(climate.environment?.temperature, 21.5);
        assert.equal(climate.environment?.humidity, 48);
        assert.deepEqual(climate.settings, { sensor1: 21.5, sensor2: 48 });
        const site = read('default', wired, { sensors: 'sitemanager' });
        assert.equal(site.environment?.contacts?.input1, true);
        assert.equal(site.environment?.contacts?.input2, false);
        assert.equal(site.environment?.contacts?.output1, true);
        assert.equal(site.environment?.temperature, undefined);
        assert.equal(site.settings?.sensor3, 7);
    });

    it('scales by the map: tenths, hundredths, kW', () => {
        const m600 = read('m600', {
            13: 2301,
            19: 4998,
            25: 2305,
            28: 123,
            31: 5001,
            40: 15,
            46: 425,
            50: 1355,
            51: 1362,
            52: -35,
            55: 1234,
            56: 998,
        });
        assert.deepEqual(m600.input?.lines[0], { frequency: 49.98, voltage: 230.1 });
        assert.deepEqual(m600.output?.lines[0], { voltage: 230.5, current: 12.3, power: 1500, load: 42.5 });
        assert.equal(m600.output?.frequency, 50.01);
        assert.deepEqual(
            [m600.battery?.positiveVoltage, m600.battery?.negativeVoltage, m600.battery?.current],
            [135.5, 136.2, -3.5],
        );
        assert.equal(m600.battery?.minutesRemaining, 123.4);
        assert.equal(m600.battery?.chargePercent, 99.8);
        const x33 = read('aeg-protect-x33', { 122: 501, 130: 5436, 134: 253, 135: 499, 132: 17 });
        assert.deepEqual(x33.battery, { minutesRemaining: 17, voltage: 543.6, temperature: 25.3 });
        assert.equal(x33.output?.frequency, 49.9);
    });

    it('tells which alarms a map can tell, when these are not all', () => {
        const aeg = read('aeg-protect-3m20', { 100: 1, 101: 0, 102: 1, 104: 0 });
        assert.deepEqual(aeg.alarms, ['on-battery']);
        assert.deepEqual(aeg.alarmsTold, ['general-fault', 'on-battery', 'on-bypass']);
        assert.equal(aeg.output?.source, 'battery');
        assert.equal(aeg.environment?.contacts?.['normal operation'], true);
        assert.equal(read('default', ON_MAINS).alarmsTold, undefined);
    });

    it('reads names, the source and the time on battery by the map of Borri', () => {
        const status = read('borri', {
            ...text(1, 'Borri'),
            ...text(17, 'V1.2'),
            ...text(65, 'B4000 20kVA'),
            97: 12,
            98: 80,
            99: 1,
            143: 33,
        });
        assert.deepEqual(status.identity, { manufacturer: 'Borri', model: 'B4000 20kVA', firmware: 'V1.2' });
        assert.equal(status.output?.source, 'battery');
        assert.deepEqual(status.alarms, ['on-battery']);
        assert.equal(status.battery?.secondsOnBattery, 33);
        assert.equal(status.battery?.charging, 'discharging');
    });

    it('reads test results and battery states by their numbers', () => {
        assert.equal(read('netminder-eon', { 137: 4 }).test?.result, 'failed');
        assert.equal(read('netminder-eon', { 137: 0 }).test?.result, undefined);
        assert.equal(read('invt', { 224: 1, 208: 2 }).test?.result, 'passed');
        assert.equal(read('invt', { 208: 2, 109: 4 }).battery?.charging, 'charging');
        assert.equal(read('abb-newave', { 182: 2 }).battery?.condition, 'replace');
    });

    it('takes any number but 0 for active where the CS141 manual forgets to shift', () => {
        assert.ok(read('trimod', { 120: 8, 136: 0x8000 }).alarms?.includes('input-bad'));
        assert.ok(read('trimod', { 120: 0, 136: 0x8000 }).alarms?.includes('shutdown-pending'));
    });

    it('reads a transfer switch', () => {
        const good = read('transfer-switches', { 1: 0, 4: 1, 5: 0, 6: 0, 7: 0, 8: 0, 9: 1, 11: 1 });
        assert.equal(good.output?.source, 'normal');
        assert.deepEqual(good.alarms, ['redundancy-lost', 'vendor:source B failure']);
        assert.equal(good.environment?.contacts?.['on static switch A'], true);
        assert.equal(read('transfer-switches', { 4: 0, 5: 0, 6: 1, 7: 0 }).output?.source, 'bypass');
        const sts = read('sts-tumel', { 100: 230, 104: 228, 103: 50, 113: 230, 119: 500, 127: 1, 128: 0, 132: 0 });
        assert.equal(sts.input?.lines[0]?.voltage, 230);
        assert.equal(sts.bypass?.lines[0]?.voltage, 228);
        assert.deepEqual(sts.alarms, ['vendor:source 2 failed']);
        const stuck = read('sts-tumel', { 100: 230, 127: 1, 128: 1, 132: 1 });
        assert.deepEqual(stuck.alarms, ['vendor:transfer not possible']);
    });

    it('reads RITTAL by bits and input registers', () => {
        const bits = read('rittal-pmc', { 0: 0, 7: 1, 9: 1, 10: 1 }, { table: 'discrete' });
        assert.deepEqual(bits.alarms, ['low-battery', 'on-battery']);
        assert.equal(bits.battery?.charging, 'discharging', 'bit 10 knows charging and floating only');
        const mains = read('rittal-pmc', { 0: 0, 7: 0, 9: 0, 10: 1 }, { table: 'discrete' });
        assert.equal(mains.battery?.charging, 'charging');
        assert.equal(read('rittal-pmc', { 0: 2304 }, { table: 'input' }).input?.lines[0]?.voltage, 230.4);
    });

    it('keeps values without a place under their names', () => {
        assert.deepEqual(read('masterguard', { 141: 12, 146: 3 }).settings, {
            'fault code 1': 12,
            'bad battery block 2': 3,
        });
    });

    describe('where a map has no word for an outage', () => {
        const M600 = { 1: 2300, 13: 2301, 14: 2302, 15: 2299, 25: 2305, 26: 2304, 27: 2303, 52: 12, 56: 998 };
        const EVEREXCEED = { 101: 50, 102: 230, 103: 50, 104: 230, 105: 400, 106: 4, 107: 0, 108: 0, 110: 0, 111: 0 };

        it('is on battery when only the output has a voltage', () => {
            const m600 = read('m600', { ...M600, 1: 0, 13: 0, 14: 0, 15: 0, 52: -420 });
            assert.deepEqual(m600.alarms, ['on-battery']);
            assert.equal(m600.output?.source, 'battery');
            assert.equal(m600.battery?.charging, 'discharging');
            const inverter = read('everexceed', { ...EVEREXCEED, 101: 0, 102: 0 });
            assert.deepEqual(inverter.alarms, ['on-battery']);
            assert.equal(inverter.output?.source, 'battery');
        });

        it('is on battery by the sign of its current when a phase of the mains is missing, or too low', () => {
            const outage = (given: Given) => read('m600', { ...M600, ...given }).alarms;
            assert.deepEqual(outage({ 52: -420, 14: 0 }), ['on-battery']);
            assert.deepEqual(outage({ 52: -420, 13: 1600, 14: 1600, 15: 1600 }), ['on-battery']);
            assert.deepEqual(outage({ 52: -420 }), [], 'a test');
            assert.deepEqual(outage({ 52: 0, 14: 0 }), [], 'it does not discharge');
            assert.deepEqual(outage({ 52: 0, 13: 0, 14: 0, 15: 0 }), [], 'the bypass feeds it');
        });

        it('is not on battery on mains; what a map cannot tell from the bypass is not called normal', () => {
            const m600 = read('m600', M600);
            assert.deepEqual([m600.alarms, m600.alarmsTold], [[], ['on-battery']]);
            assert.equal(m600.output?.source, 'other');
            assert.equal(m600.battery?.charging, 'charging');
            const inverter = read('everexceed', EVEREXCEED);
            assert.equal(inverter.output?.source, 'normal');
            assert.ok(inverter.alarmsTold?.includes('on-battery'));
            assert.equal(read('everexceed', { ...EVEREXCEED, 106: 5, 108: 1, 102: 0 }).output?.source, 'bypass');
        });

        it('knows nothing of an outage when the output is dead as well, until the mains are back', () => {
            const dead = { ...M600, 1: 0, 13: 0, 14: 0, 15: 0, 25: 0, 26: 0, 27: 0, 52: 0 };
            assert.equal(read('m600', dead).alarms, undefined);
            assert.equal(read('m600', dead).output?.source, undefined);
            assert.deepEqual(read('m600', { ...dead, 13: 2300 }).alarms, []);
            assert.equal(read('m600', { 52: -420, 25: 2300 }).alarms, undefined, 'no input is told');
        });

        it('concludes nothing when told not to', () => {
            const over = { inferOutages: false };
            const m600 = read('m600', { ...M600, 1: 0, 13: 0, 14: 0, 15: 0, 52: -420 }, over);
            assert.deepEqual([m600.alarms, m600.output?.source], [undefined, undefined]);
            assert.equal(m600.battery?.charging, 'discharging', 'that is printed');
            const inverter = read('everexceed', { ...EVEREXCEED, 102: 0 }, over);
            assert.equal(inverter.output?.source, undefined, 'not normal');
            assert.equal(read('everexceed', { ...EVEREXCEED, 106: 0 }, over).output?.source, 'none');
        });

        it('concludes it for a card that lacks the registers with the word, too', () => {
            const bare = { 97: 230, 104: 0, 105: 0, 106: 0 };
            assert.deepEqual(read('default', bare).alarms, ['on-battery']);
            assert.deepEqual(read('default', { ...bare, 116: 0 }).alarms, [], 'the word goes first');
        });
    });

    for (const [id, on] of [
        ['netminder-eon', { 110: 230, 113: 40, 122: 230, 138: 0, 147: 0, 155: 0 }],
        ['borri', { 99: 0, 101: 230, 104: 5, 107: 40, 122: 230 }],
    ] as const) {
        it(`does not say normal with the output off, by the map ${id}`, () => {
            const outputs = new OutputWatch();
            const off = Object.fromEntries(
                Object.entries(on).map(([at, value]) => [
                    at,
                    value === 230 && at !== '122' ? 0 : value === 230 ? 230 : 0,
                ]),
            );
            assert.equal(
                read(id, off, { outputs }).output?.source,
                'other',
                'registers that are not filled read 0, too',
            );
            assert.equal(read(id, on, { outputs }).output?.source, 'normal');
            assert.equal(read(id, off, { outputs }).output?.source, 'none');
        });
    }

    it('gives the current of a battery a direction where the map prints no sign', () => {
        assert.equal(read('netminder-other', { 121: 65_481 }).battery?.current, -55);
        assert.equal(read('aeg-protect-x31', { 129: 65_481 }).battery?.current, -5.5);
        assert.equal(read('borri', { 148: 55, 144: 65_480 }).battery?.current, 55);
        assert.equal(read('borri', { 144: 65_480 }).settings?.['battery current, positive half'], -56);
        assert.equal(read('borri', { 148: 7000 }).battery?.current, undefined, 'no battery gives 7000 A');
    });

    it('takes 12, 24 and 48 V for the living input of a DC system, unless more has been seen there', () => {
        const map = registerMap('borri')!;
        const at = (means: string) => map.registers.find((row) => row.means === means)!.address;
        const volts = (input: number, output: number) => ({
            [at('input.1.voltage')]: input,
            [at('output.1.voltage')]: output,
        });
        const outage = (given: Given, inputs?: InputWatch) => {
            const values = new ReadValues();
            for (const [address, value] of Object.entries(given)) values.set('holding', Number(address), value);
            return inferOutage(new Readings(map.registers, values), map, inputs);
        };
        for (const dc of [12, 24, 28, 48]) {
            assert.equal(outage(volts(dc, 230)), false, `${dc} V`);
            assert.equal(outage(volts(dc, 230), new InputWatch({ highest: 231 })), true, `${dc} V left on an AC line`);
        }
        assert.equal(outage(volts(3, 230)), true);
        assert.equal(outage(volts(3, 24)), true, 'a DC output');
        assert.equal(outage(volts(24, 24)), false);
    });

    describe('of a card that does not know its UPS yet', () => {
        const filled = (id: string, value: number): Given =>
            Object.fromEntries(allRegisters(registerMap(id)!).map(({ address }) => [address, value]));
        for (const { id } of REGISTER_MAPS) {
            for (const value of [0, 0xffff, -9999]) {
                it(`knows nothing where all reads ${value}: ${id}`, () => {
                    const phases = new Phases();
                    const outputs = new OutputWatch();
                    // Seen alive before it restarted.
                    const alive = { ...filled(id, 0), ...Object.fromEntries([97, 104, 122].map((at) => [at, 230])) };
                    read(id, alive, { phases, outputs });
                    const status = read(id, filled(id, value), { phases, outputs });
                    assert.equal(status.alarms, undefined);
                    assert.equal(status.output?.source, undefined);
                    assert.equal(status.battery?.state, undefined);
                    assert.deepEqual(status.input?.lines ?? [], []);
                });
            }
        }

        it('tells its own ports and sensors, and that it has lost its UPS', () => {
            const nothing = Object.fromEntries(Object.keys(ON_MAINS).map((at) => [at, 0]));
            const own = read('default', { ...nothing, 114: 7, 140: 1, 143: 21, 109: 0x4000 }, { sensors: 'sm-t-com' });
            assert.deepEqual(own.alarms, ['communications-lost']);
            assert.deepEqual(own.alarmsTold, ['communications-lost']);
            assert.equal(own.environment?.temperature, 21);
            assert.equal(own.environment?.contacts?.aux2, true);
            assert.equal(own.output, undefined);
        });

        it('is not blank when a bit is set, or anything is measured', () => {
            const nothing = Object.fromEntries(Object.keys(ON_MAINS).map((at) => [at, 0]));
            assert.equal(read('default', { ...nothing, 109: 8 }).output?.source, 'battery');
            assert.equal(read('default', { ...nothing, 116: 1 }).output?.source, 'battery');
            assert.equal(read('default', { ...nothing, 110: 48 }).output?.source, 'none');
        });

        it('calls no battery normal whose low alarm was not read', () => {
            const { 117: _, 109: __, ...rest } = ON_MAINS;
            assert.equal(read('default', rest).battery?.state, undefined);
            assert.equal(read('default', ON_MAINS).battery?.state, 'normal');
        });

        it('takes a charge of 0 % for none that is told where minutes and battery contradict it', () => {
            assert.equal(read('default', { ...ON_MAINS, 103: 0 }).battery?.chargePercent, undefined);
            assert.equal(read('default', { ...ON_MAINS, 103: 0, 117: 1 }).battery?.chargePercent, 0);
            assert.equal(read('default', { ...ON_MAINS, 103: 0, 108: 0 }).battery?.chargePercent, 0);
        });
    });
});
