import assert from 'node:assert/strict';
import { faultError, faultsOf, readSettings, type Declaration } from '../../../../lib/core/settings';
import { checkMap } from '../../../../lib/protocols/device-map/check-map';
import { MODBUS_MAPS, SNMP_MAPS } from '../../../../lib/protocols/device-map/maps';
import { settings as modbus } from '../../../../nodes/devices/ups-modbus.settings';
import { settings as snmp } from '../../../../nodes/devices/ups-snmp.settings';
import { wordsIn } from '../../../../nodes/shared/words/site-words';
import { errorText } from '../../../../nodes/shared/words/texts';

const item = { id: 'volts', at: { oid: '1.3.6.1.4.1.1.1.0' }, kind: 'number', to: 'battery.voltage' };
const map = (items: object[], more: object = {}) => ({
    version: 1,
    id: 'own',
    name: 'Own',
    judgedBy: 'this test',
    items,
    ...more,
});
const card = { ups: 'u', host: '192.0.2.1', dialect: 'own' };

/** What a person reads of the first fault. */
function said(own: unknown, language: string, node: object = card, declaration: unknown = snmp): string {
    const typed = declaration as Declaration;
    const [fault] = faultsOf(typed, { ...node, [typed.type === 'ups-snmp' ? 'map' : 'ownMap']: own });
    assert.ok(fault, 'no fault');
    return errorText(wordsIn(language), faultError(fault, typed));
}

describe('The setting of a device map of one’s own', () => {
    it('is the map itself, also as JSON text in an environment variable', () => {
        const own = map([item]);
        assert.deepEqual(readSettings(snmp, { ...card, map: own }).map, own);
        assert.deepEqual(readSettings(snmp, { ...card, map: JSON.stringify(own) }).map, own);
    });

    it('does not count beside another choice, whatever it holds', () => {
        assert.equal(readSettings(snmp, { ...card, dialect: 'auto', map: map([]) }).map, undefined);
        assert.equal(readSettings(snmp, { ...card, dialect: undefined, map: 'rubbish' }).dialect, 'auto');
    });

    for (const nothing of ['', undefined, null]) {
        it(`is missing if it is ${JSON.stringify(nothing)}`, () => {
            const [fault] = faultsOf(snmp, { ...card, map: nothing });
            assert.equal(fault?.code, 'config-missing');
            assert.equal(fault?.property, 'map');
        });
    }

    it('names each fault with its item, in words of both languages', () => {
        const own = map([{ ...item, scale: 0 }, { ...item, id: 'amps', to: 'battery.amps' }, { ...item }]);
        assert.equal(
            said(own, 'en-US'),
            'Own map: volts: scale is 0: write a number that is not 0; ' +
                'amps: to is “battery.amps”, which is no value of a UPS: choose one of the list, or write channel: and a name; ' +
                'volts: volts is there twice: give each its own',
        );
        assert.equal(
            said(own, 'de'),
            'Eigener Geräteplan: volts: scale ist 0: schreiben Sie eine Zahl, die nicht 0 ist; ' +
                'amps: to ist „battery.amps“, das ist kein Wert einer USV: wählen Sie einen aus der Liste, oder schreiben Sie channel: und einen Namen; ' +
                'volts: volts kommt zweimal vor: geben Sie jedem einen eigenen Namen',
        );
    });

    it('tells three faults, and how many more there are', () => {
        const own = map(Array.from({ length: 6 }, (_, i) => ({ ...item, id: `v${i}`, scale: 0 })));
        const text = said(own, 'en-US');
        assert.equal(text.split('scale is 0').length - 1, 3);
        assert.match(text, /; and 3 more$/);
    });

    it('refuses a map for another protocol, by item or by command', () => {
        const register = { ...item, at: { register: 4, table: 'holding' } };
        assert.match(said(map([item, { ...register, id: 'r' }]), 'en-US'), /r: this node reads objects of SNMP/);
        const command = { does: 'test.battery', set: [{ at: { oid: '1.3.6.1.4.1.1.2.0' }, value: 1 }] };
        const own = map([register], { commands: [command] });
        const node = { ups: 'u', host: '192.0.2.1', map: 'own' };
        assert.match(said(own, 'en-US', node, modbus), /test\.battery: this node reads registers of Modbus/);
        assert.deepEqual(readSettings(modbus, { ...node, ownMap: map([register]) }).ownMap, map([register]));
    });

    it('refuses a map that is too large, and one of a later version', () => {
        const long = map([{ ...item, unit: 'V' }], { judgedBy: 'ä'.repeat(140_000) });
        assert.match(said(long, 'en-US'), /larger than 256 KiB/);
        assert.match(said({ ...map([item]), version: 2 }, 'en-US'), /version 2 is not known/);
        assert.match(said('no json', 'en-US'), /no JSON/);
    });
});

describe('The shipped device maps', () => {
    const choicesOf = (declaration: unknown, property: string) =>
        (declaration as Declaration).fields[property]!.widget.values ?? [];

    it('are the choices of ups-snmp and ups-modbus, in their order', () => {
        assert.deepEqual(choicesOf(snmp, 'dialect'), ['auto', 'rfc1628', ...SNMP_MAPS.map(({ id }) => id), 'own']);
        assert.deepEqual(choicesOf(modbus, 'map'), [...MODBUS_MAPS.map(({ id }) => id), 'own']);
    });

    for (const shipped of [...SNMP_MAPS, ...MODBUS_MAPS]) {
        it(`${shipped.id} is valid, and may be the beginning of one’s own`, () => {
            assert.deepEqual(
                checkMap(JSON.parse(JSON.stringify({ ...shipped, id: `${shipped.id}-own` }))).faults,
                undefined,
            );
            assert.ok(JSON.stringify(shipped).length < 256 * 1024);
        });
    }
});
