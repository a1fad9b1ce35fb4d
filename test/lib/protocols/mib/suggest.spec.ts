import assert from 'node:assert/strict';
import { ModuleStore } from '../../../../lib/protocols/mib/module-store';
import { readMib, type MibObject } from '../../../../lib/protocols/mib/objects';
import { suggestItem } from '../../../../lib/protocols/mib/suggest';
import { SMI_V1, SMI_V2 } from './sample-mibs';

const store = new ModuleStore();
const objects = [SMI_V2, SMI_V1].flatMap((text) => readMib(Buffer.from(text), store));
const named = (name: string) => objects.find((object) => object.name === name)!;
const withUnits = (units: string): MibObject => ({ ...named('plantVoltage'), units });
const BASE = '1.3.6.1.4.1.8072.9999.9999.77';

describe('the item that is suggested for an object of a MIB', () => {
    it('has the scale that UNITS states plainly', () => {
        assert.deepEqual(suggestItem(named('plantVoltage')), {
            id: 'plantVoltage',
            at: { oid: `${BASE}.1.2.0` },
            to: 'channel:plantVoltage',
            kind: 'number',
            unit: 'V',
            scale: 0.1,
            digits: 1,
        });
        const cases: [string, object][] = [
            ['Volts', { unit: 'V' }],
            ['mV', { unit: 'V', scale: 0.001, digits: 3 }],
            ['kW', { unit: 'W', scale: 1000 }],
            ['hundredths of Amps', { unit: 'A', scale: 0.01, digits: 2 }],
            // Not plain: it stands there as it is, and nothing is scaled.
            ['Volts x 10', { unit: 'Volts x 10' }],
            ['widgets', { unit: 'widgets' }],
            ['in steps of whatever suits', {}],
        ];
        for (const [units, expected] of cases) {
            const { id: _, at: __, to: ___, kind, ...rest } = suggestItem(withUnits(units))!;
            assert.equal(kind, 'number');
            assert.deepEqual(rest, expected, units);
        }
    });

    it('has the decimals of a DISPLAY-HINT, but not together with a scale in UNITS', () => {
        const { scale, digits, unit } = suggestItem(named('plantTemperature'))!;
        assert.deepEqual({ scale, digits, unit }, { scale: 0.1, digits: 1, unit: '°C' });
        const both = suggestItem({ ...named('plantTemperature'), units: '0.1 Volts' })!;
        assert.deepEqual([both.scale, both.unit], [undefined, '0.1 Volts']);
    });

    it('has the states of an enumeration, of its own or of its type', () => {
        assert.deepEqual(suggestItem(named('plantSource'))!.states, { 1: 'mains', 2: 'battery', 3: 'none' });
        assert.deepEqual(suggestItem(named('plantArmed'))!.states, { 1: 'true', 2: 'false' });
        assert.equal(suggestItem(named('plantArmed'))!.kind, 'state');
    });

    it('is never one to write, also for what can be written', () => {
        for (const object of objects) assert.equal(suggestItem(object)?.write, undefined, object.name);
    });

    it('is at a row of a column', () => {
        assert.deepEqual(suggestItem(named('relayState'), { row: '3' }), {
            id: 'relayState.3',
            at: { column: '1.3.6.1.4.1.8072.9999.9999.78.5.1.1.2', row: '3' },
            to: 'channel:relayState.3',
            kind: 'state',
            states: { 1: 'off', 2: 'on' },
        });
    });

    it('is a number if the text that the device tells now is one', () => {
        assert.equal(suggestItem(named('reading'))!.kind, 'text');
        assert.equal(suggestItem(named('reading'), { live: 'CLOSED' })!.kind, 'text');
        const { kind, unit, scale } = suggestItem(named('reading'), { live: '13.2 Volts' })!;
        assert.deepEqual([kind, unit, scale], ['number', 'V', undefined]);
    });

    it('counts ticks as hundredths of a second', () => {
        const { kind, unit, scale } = suggestItem(named('plantUptime'))!;
        assert.deepEqual([kind, unit, scale], ['number', 's', 0.01]);
    });

    it('is none for bits, octets and what has no known type', () => {
        assert.equal(suggestItem(named('plantFlags')), undefined);
        assert.equal(suggestItem(named('plantAddress')), undefined);
        assert.equal(suggestItem({ ...named('load'), type: { kind: 'unknown' } }), undefined);
    });
});
