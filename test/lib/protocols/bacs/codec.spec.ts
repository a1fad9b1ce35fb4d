import assert from 'node:assert/strict';
import { BATTERY_EVENTS } from '../../../../lib/core/batteries/events';
import {
    decodeFlags,
    decodeModuleFlags,
    decodeStatus,
    encodeFlags,
    encodeModuleFlags,
    encodeStatus,
    MODULE_BITS,
    REGISTER_STATES,
    wordOfStates,
} from '../../../../lib/protocols/bacs/flags';
import {
    ALARM_STATES,
    alarmOf,
    auxColumns,
    LIMITS,
    MODULE_COLUMNS,
    SETTINGS,
    STATUS,
    STRING_COLUMNS,
    stateOfAlarm,
} from '../../../../lib/protocols/bacs/oids';
import {
    chargeAddress,
    inputAddress,
    meaningOf,
    moduleAddress,
    outputAddress,
    stringAddress,
    stringFieldAddress,
} from '../../../../lib/protocols/bacs/registers';
import { WORDS } from '../../../../lib/protocols/bacs/words';

describe('Registers of a BACS system', () => {
    it('are where the table has them', () => {
        assert.deepEqual([1, 10, 11, 12, 16].map(stringAddress), [1010, 1055, 2710, 2715, 2735]);
        assert.deepEqual([1, 2, 3, 330, 331, 332, 512].map(moduleAddress), [1060, 1065, 1070, 2705, 2740, 2745, 3645]);
        assert.deepEqual([1, 8, 510, 512].map(chargeAddress), [4004, 4011, 4513, 4515]);
        assert.deepEqual([inputAddress(1, 1), inputAddress(2, 3), inputAddress(4, 4)], [3650, 3656, 3665]);
        assert.deepEqual([outputAddress(1, 1), outputAddress(3, 2), outputAddress(4, 4)], [3666, 3675, 3681]);
        assert.equal(stringFieldAddress(10, 'average'), 1057);
        assert.equal(stringFieldAddress(16, 'ripple'), 2738);
        assert.equal(stringFieldAddress(11, 'voltage'), undefined);
    });

    it('are told from their addresses', () => {
        assert.deepEqual(meaningOf(1005), { what: 'flags', register: 1005 });
        assert.deepEqual(meaningOf(1004), { what: 'modules' });
        assert.deepEqual(meaningOf(1018), { what: 'string', string: 2, field: 'ripple' });
        assert.deepEqual(meaningOf(1064), { what: 'module', module: 1, field: 'equalizing' });
        assert.deepEqual(meaningOf(2708), { what: 'module', module: 330, field: 'alarms' });
        assert.deepEqual(meaningOf(2735), { what: 'string', string: 16, field: 'current' });
        assert.deepEqual(meaningOf(3647), { what: 'module', module: 512, field: 'impedance' });
        assert.deepEqual(meaningOf(3657), { what: 'input', device: 2, port: 4 });
        assert.deepEqual(meaningOf(3681), { what: 'output', device: 4, port: 4 });
        assert.deepEqual(meaningOf(4515), { what: 'module', module: 512, field: 'charge' });
        for (const nothing of [999, 1006, 1009, 1014, 1059, 2711, 2712, 2714, 2739, 3682, 4000, 4002, 4516])
            assert.equal(meaningOf(nothing), undefined, String(nothing));
    });

    it('each have one meaning, and each meaning has its register', () => {
        const counts = new Map<string, number>();
        for (let address = 900; address < 5000; address++) {
            const meaning = meaningOf(address);
            if (!meaning) continue;
            const key = JSON.stringify(meaning);
            assert.ok(!counts.has(key), key);
            counts.set(key, address);
        }
        // 4 flags, 4 of the system, 10 strings of 4 and 6 of 2 words, 512 modules of 6, 32 of GX_R_AUX.
        assert.equal(counts.size, 4 + 4 + 40 + 12 + 512 * 6 + 32);
    });
});

describe('Words of a BACS register', () => {
    it('are values, as the examples of the table say', () => {
        assert.deepEqual([0x7f, 0x80, 0x81].map(WORDS.temperature.decode), [24.5, 25, 25.5]);
        assert.equal(WORDS.blockVoltage.decode(12825), 12.825);
        assert.equal(WORDS.impedance.decode(4372), 43.72);
        assert.equal(WORDS.current.decode(0x10000 - 12345), -123.45);
        assert.equal(WORDS.stringVoltage.decode(5432), 543.2);
        assert.equal(WORDS.average.decode(13512), 13.512);
        assert.equal(WORDS.percent.decode(100), 100);
    });

    it('are unknown where the card says so, or the quantity cannot be so', () => {
        for (const kind of Object.values(WORDS)) {
            assert.ok(Number.isNaN(kind.decode(65535)), '-1');
            assert.ok(Number.isNaN(kind.decode(55537)), '-9999');
        }
        // No impedance was measured yet.
        assert.ok(Number.isNaN(WORDS.impedance.decode(0)));
        // 400 mΩ and 33 V are beyond the 16 bits of a word with a sign.
        assert.ok(Number.isNaN(WORDS.impedance.decode(40000)));
        assert.ok(Number.isNaN(WORDS.blockVoltage.decode(33000)));
        assert.ok(Number.isNaN(WORDS.temperature.decode(256)));
        assert.ok(Number.isNaN(WORDS.percent.decode(101)));
        // Both ends of a current: there may be more behind them.
        assert.ok(Number.isNaN(WORDS.current.decode(0x7fff)));
        assert.ok(Number.isNaN(WORDS.current.decode(0x8000)));
        // Only -9999 is no value; -99.73 A is one.
        assert.equal(WORDS.current.decode(0x10000 - 9973), -99.73);
    });

    it('are written as they are read', () => {
        const samples: [keyof typeof WORDS, number, number][] = [
            ['temperature', 24.5, 127],
            ['temperature', -39, 0],
            ['blockVoltage', 12.825, 12825],
            ['impedance', 43.72, 4372],
            ['current', -123.45, 53191],
            ['stringVoltage', 543.2, 5432],
            ['percent', 42, 42],
        ];
        for (const [name, value, word] of samples) {
            assert.equal(WORDS[name].encode(value), word, name);
            assert.equal(WORDS[name].decode(word), value, name);
        }
        assert.equal(WORDS.blockVoltage.encode(NaN), 55537);
        // -0.01 A would read as "not supported".
        assert.equal(WORDS.current.encode(-0.01), 0);
        // What a card sends beyond 16 bits is not known: the codec wraps around, as the worst case.
        assert.equal(WORDS.current.encode(330), 33000);
    });
});

describe('Flags of a BACS system', () => {
    it('are states by their masks', () => {
        const one = (register: 1000 | 1001 | 1002 | 1005, word: number) =>
            [...decodeFlags(new Map([[register, word]])).states].sort();
        assert.deepEqual(one(1000, 0x0008), ['discharging']);
        assert.deepEqual(one(1000, 0x0080), ['equalizing']);
        assert.deepEqual(one(1000, 0x0104), ['module-lost', 'system-alarm']);
        assert.deepEqual(one(1001, 0x0009), ['general-alarm', 'thermal-runaway']);
        assert.deepEqual(one(1001, 0x8000), ['current-sensor-lost']);
        assert.deepEqual(one(1002, 0x0002), ['system-alarm']);
        assert.deepEqual(one(1002, 0x8008), ['module-revision', 'voltage-low-alarm']);
        assert.deepEqual(one(1002, 0x0600), ['voltage-high-warning', 'voltage-low-warning']);
        assert.deepEqual(one(1005, 0x0010), ['equalizing-deactivated']);
        assert.deepEqual(one(1005, 0x3000), ['string-charge-low-alarm', 'string-charge-low-warning']);
        assert.deepEqual(one(1005, 0xc000), []);
        assert.deepEqual(decodeModuleFlags(0x0042), ['module-lost', 'impedance-high-alarm']);
    });

    it('tell nothing where a register is not supported', () => {
        const { states, tells } = decodeFlags(
            new Map([
                [1000, 8],
                [1001, 65535],
                [1005, 55537],
            ]),
        );
        assert.deepEqual([...states], ['discharging']);
        assert.ok(tells.has('charging'));
        assert.ok(!tells.has('breaker-open'));
        assert.ok(!tells.has('rcm-difference'));
        assert.deepEqual(decodeModuleFlags(65535), []);
    });

    it('are written as they are read, bit by bit', () => {
        for (const register of [1000, 1001, 1002, 1005] as const) {
            REGISTER_STATES[register].forEach(([own], bit) => {
                if (own === undefined) return;
                const words = encodeFlags(new Set([own]));
                assert.ok(words[register] & (1 << bit), own);
                assert.ok(decodeFlags(new Map([[register, words[register]]])).states.has(own), own);
            });
        }
        MODULE_BITS.forEach(([own], bit) => {
            assert.equal(encodeModuleFlags(new Set([own!])), 1 << bit);
            assert.equal(wordOfStates(MODULE_BITS, new Set(decodeModuleFlags(1 << bit))), 1 << bit);
        });
    });

    it('have the names of events', () => {
        const withoutEvent = /^connected$|-out-of-range$|-out-of-range-warning$/;
        const all = [...Object.values(REGISTER_STATES).flat(2), ...MODULE_BITS.flat(), ...ALARM_STATES];
        for (const state of all)
            assert.ok(BATTERY_EVENTS[state] ?? (withoutEvent.test(state) && state !== 'current-out-of-range'), state);
        // Every event that only a card can tell has a flag, but for those of the alarm inputs.
        for (const [id, { by }] of Object.entries(BATTERY_EVENTS)) if (by === 'card') assert.ok(all.includes(id), id);
    });
});

describe('Objects of a BACS system', () => {
    const MIB = '1.3.6.1.2.1.33.5';

    it('are where the tree has them', () => {
        assert.equal(SETTINGS.moduleType.oid, `${MIB}.1.1.0`);
        assert.equal(SETTINGS.battCap.oid, `${MIB}.1.4.0`);
        assert.equal(SETTINGS.voltageHighWarn.oid, `${MIB}.1.19.0`);
        assert.equal(SETTINGS.temperatureUnit.oid, `${MIB}.1.20.0`);
        assert.equal(SETTINGS.stringCurrentDeviationChargeWarn.oid, `${MIB}.1.28.0`);
        assert.equal(STATUS.numStrings.oid, `${MIB}.2.6.0`);
        assert.equal(MODULE_COLUMNS.resistance.oid, `${MIB}.2.5.1.5`);
        assert.equal(STRING_COLUMNS.alarm2.oid, `${MIB}.2.7.1.7`);
        assert.deepEqual(auxColumns('input', 1), { state: `${MIB}.5.2.1.2`, name: `${MIB}.5.2.1.3` });
        assert.deepEqual(auxColumns('output', 4), { state: `${MIB}.5.2.1.16`, name: `${MIB}.5.2.1.17` });
        for (const [event, setting] of Object.entries(LIMITS)) {
            assert.ok(BATTERY_EVENTS[event], event);
            assert.ok(SETTINGS[setting], setting);
        }
    });

    it('tell alarms by their OIDs', () => {
        assert.equal(stateOfAlarm(`${MIB}.3.3.6`), 'voltage-high-alarm');
        assert.equal(stateOfAlarm(`${MIB}.3.3.12.0`), 'equalizing-error');
        assert.equal(stateOfAlarm(`${MIB}.3.3.36`), 'current-deviation-charge-alarm');
        assert.equal(stateOfAlarm(`${MIB}.3.3.39`), 'current-deviation-discharge-warning');
        assert.equal(stateOfAlarm(`${MIB}.3.3.40`), undefined);
        assert.equal(stateOfAlarm('1.3.6.1.2.1.33.1.6.3.3'), undefined);
        assert.equal(alarmOf('thermal-runaway'), `${MIB}.3.3.22`);
        assert.equal(alarmOf('system-alarm'), `${MIB}.3.3.20`);
        assert.equal(alarmOf('polling'), undefined);
    });

    it('tell the state in 33 bits, of which an INTEGER has 32', () => {
        assert.deepEqual([...decodeStatus(0x80008).states].sort(), ['discharging', 'thermal-runaway']);
        const lost = decodeStatus(-0x80000000);
        assert.deepEqual([...lost.states], ['current-sensor-lost']);
        assert.ok(!lost.tells.has('gx-r-aux-lost'));
        assert.ok(decodeStatus(0x100000001).states.has('gx-r-aux-lost'));
        assert.equal(decodeStatus(-1).tells.size, 0);
        assert.equal(encodeStatus(new Set(['discharging', 'breaker-open', 'gx-r-aux-lost'])), 0x100040008);
    });
});
