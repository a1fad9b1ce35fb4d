import assert from 'node:assert/strict';
import { decode } from '../../../../lib/protocols/snmp/decode';
import type { SnmpValue } from '../../../../lib/protocols/snmp/transport';

const UPS = '1.3.6.1.2.1.33.1';

/** Objects by their path under upsObjects. */
const status = (objects: Record<string, SnmpValue>) =>
    decode(new Map(Object.entries(objects).map(([path, value]) => [`${UPS}.${path}`, value])), 0).status;

describe('RFC 1628 decoder: GENEREX extensions', () => {
    it('battery condition', () => {
        assert.deepEqual(
            [0, 1, 2, 3].map((raw) => status({ '2.8.0': raw }).battery?.condition),
            ['good', 'weak', 'replace', undefined],
        );
    });
    it('day of installation', () => {
        const day = (value: string) => status({ '2.9.0': value }).battery?.installedOn;
        assert.deepEqual([day('07.03.2022'), day('1.12.2021')], ['2022-03-07', '2021-12-01']);
        assert.deepEqual(
            [day('31.02.2022'), day('00.00.0000'), day('2022-03-07'), day('')],
            [undefined, undefined, undefined, undefined],
        );
    });
    it('serial number, apparent power and energy', () => {
        const { identity, output } = status({ '1.7.0': 'SN 4711', '4.4.1.6.1': 512, '4.5.0': 123456 });
        assert.equal(identity?.serial, 'SN 4711');
        assert.deepEqual(output, { energy: 1234.56, lines: [{ apparentPower: 512 }] });
    });
    it('status of the battery from the alarm table', () => {
        const charging = (n: number) => status({ '6.1.0': 1, '6.2.1.2.1': `${UPS}.6.3.${n}` }).battery?.charging;
        assert.deepEqual([charging(148), charging(149), charging(2)], ['discharging', 'charging', undefined]);
    });
    it('AUX ports, sensors and digital inputs', () => {
        const { environment } = status({
            '11.1.0': 1,
            '11.2.0': 0,
            '11.3.0': 2,
            '12.1.1.0': 234,
            '12.1.3.0': '°C',
            '12.2.1.0': 455,
            '12.2.3.0': '%rH',
            '12.3.1.0': 999,
            '12.3.3.0': 'bar',
            '12.9.1.0': 1,
            '12.9.2.0': 'Door',
            '12.10.1.0': 0,
            '12.10.2.0': '',
        });
        assert.deepEqual(environment, {
            temperature: 23.4,
            humidity: 45.5,
            contacts: { aux1: true, aux2: false, Door: true, input2: false },
        });
    });
});
