import assert from 'node:assert/strict';
import type { UpsError } from '../../../../lib/core/errors';
import type { ShownSetting } from '../../../../lib/core/unit/write-settings';
import { exportFile, importFile } from '../../../../lib/protocols/ini/device-file';

const DURAMAX: Record<string, ShownSetting> = {
    operationMode: { writable: false, options: ['user', 'pc', 'other'], value: 'pc' },
    bufferThreshold: { writable: true, unit: 'V', min: 20, max: 24, value: 21.6 },
    batterySelection: { writable: true, options: ['7 Ah', '12 Ah'], value: '7 Ah' },
    deepDischargeThreshold: {
        writable: false,
        lockedNow: true,
        unit: 'V',
        min: 18,
        max: 22,
        value: 19.2,
        takesUnit: true,
    },
    dodUnit: { writable: true, options: ['V', '%'], value: 'V' },
    idleSeconds: { writable: true, unit: 's', min: 0, max: 3600, value: 10 },
};
const CARD: Record<string, ShownSetting> = {
    name: { writable: true, value: 'UPS 1' },
    low: { writable: true, min: 1, max: 9, value: 2 },
    restart: { writable: true, options: [true, false], value: true },
};
const bytes = (text: string) => Buffer.from(text);
const text = (file: Uint8Array) => Buffer.from(file).toString();
const IDLE = { setting: 'idleSeconds', section: 'PC', key: 'Idle' };

describe('A settings file of a device', () => {
    it('brings the mapped keys, warns of the others, and proposes some by their names', () => {
        const { values, warnings, suggested } = importFile(
            bytes('[PC]\nIdle=33\nBuffer Threshold=22,0\nfoo=1\n'),
            [IDLE],
            DURAMAX,
        );
        assert.deepEqual(values, { idleSeconds: 33 });
        assert.equal(warnings.length, 2);
        assert.deepEqual(suggested, [{ setting: 'bufferThreshold', section: 'PC', key: 'Buffer Threshold' }]);
    });

    it('is refused whole: beyond a limit, a number that is none, thresholds in the wrong order', () => {
        const keys = [IDLE, { setting: 'bufferThreshold', section: 'PC', key: 'B' }];
        for (const file of [
            '[PC]\nIdle=3601\nB=22\n',
            '[PC]\nIdle=9\nB=25\n',
            '[PC]\nIdle=x\n',
            '[PC]\nIdle=9\nB=19\n',
        ])
            assert.throws(() => importFile(bytes(file), keys, DURAMAX), { code: 'file-refused' }, file);
    });

    it('is refused with a choice that the device does not have, with its line', () => {
        const keys = ['batterySelection', 'dodUnit'].map((setting) => ({ setting, section: '', key: setting }));
        const read = (text: string) => importFile(bytes(text), keys, DURAMAX).values;
        assert.throws(
            () => read('dodUnit=V\nbatterySelection=nonsense\n'),
            (error: UpsError) => {
                assert.equal(error.code, 'file-refused');
                assert.match(JSON.stringify(error.data), /"line":2.*ini\.choice/);
                return true;
            },
        );
        assert.deepEqual(read('batterySelection=12 ah\n'), { batterySelection: '12 Ah' });
        const { options: _options, ...battery } = DURAMAX.batterySelection!;
        const free = importFile(bytes('batterySelection=9 Ah\n'), keys, { ...DURAMAX, batterySelection: battery });
        assert.deepEqual(free.values, { batterySelection: '9 Ah' });
    });

    it('may change the unit of the threshold, whose limits in V do not hold in %', () => {
        const keys = [
            { setting: 'dodUnit', section: '', key: 'u', values: { a: 'V', b: '%' } },
            { setting: 'deepDischargeThreshold', section: '', key: 'd' },
        ];
        assert.deepEqual(importFile(bytes('u=b\nd=60\n'), keys, DURAMAX).values, {
            dodUnit: '%',
            deepDischargeThreshold: 60,
        });
        assert.throws(() => importFile(bytes('u=a\nd=60\n'), keys, DURAMAX), { code: 'file-refused' });
    });

    it('of our own holds all that can be written, now or at another time, and is read back', () => {
        const file = exportFile(undefined, [], DURAMAX);
        assert.equal(
            text(file),
            [
                '[ridethrough]',
                'bufferThreshold=21.6',
                'batterySelection=7 Ah',
                'deepDischargeThreshold=19.2',
                'dodUnit=V',
                'idleSeconds=10',
                '',
            ].join('\r\n'),
        );
        const { operationMode: _mode, ...writable } = DURAMAX;
        const { values, warnings } = importFile(file, [], DURAMAX);
        assert.deepEqual(
            values,
            Object.fromEntries(Object.entries(writable).map(([name, { value }]) => [name, value])),
        );
        assert.deepEqual(warnings, []);
    });

    it('of our own does for any device, booleans and texts too', () => {
        const file = exportFile(undefined, [], CARD);
        assert.deepEqual(importFile(file, [], CARD).values, { name: 'UPS 1', low: 2, restart: true });
    });

    it('with keys and no base has these keys alone, those without a section first', () => {
        const keys = [IDLE, { setting: 'dodUnit', section: '', key: 'DOD', values: { '0': 'V', '1': '%' } }];
        assert.equal(text(exportFile(undefined, keys, DURAMAX)), 'DOD=0\r\n[PC]\r\nIdle=10\r\n');
    });

    it('with a base stays as it is, byte for byte, but for the values that differ', () => {
        const base = '; by hand\r\n[PC]\r\nIdle = "10" ; s\r\nother=1\r\n';
        assert.equal(text(exportFile(bytes(base), [IDLE], DURAMAX)), base);
        assert.equal(text(exportFile(bytes(base.replace('"10"', '"9"')), [IDLE], DURAMAX)), base);
        assert.throws(() => exportFile(bytes(base), [], DURAMAX), { code: 'file-refused' });
    });
});
