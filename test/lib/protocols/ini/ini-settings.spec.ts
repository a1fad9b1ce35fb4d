import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { duramaxSettings, readDuramaxSettings } from '../../../../lib/protocols/ini/duramax-settings';
import { readIni } from '../../../../lib/protocols/ini/ini-file';
import { readSettings, writeSettings, type IniMapping } from '../../../../lib/protocols/ini/ini-settings';
import { suggest } from '../../../../lib/protocols/ini/suggest';
import { errorInEnglish, inEnglish } from '../../../support/in-english';
import { ENCODINGS, MAPPING, PLAIN } from './sample-files';

const file = (text: string) => readIni(Buffer.from(text));
const VALUES = {
    bufferThreshold: 21.6,
    chargeCurrent: 0.5,
    batterySelection: 'DURA ECO LA-BAT 24V 7AH',
    deepDischargeThreshold: 19.2,
    maxBufferSeconds: 10,
    dodProtection: 'on',
    dodUnit: 'V',
    delaySeconds: 10,
    shutdownSeconds: 20,
    idleSeconds: 30,
};

function refusal(run: () => unknown): string {
    try {
        run();
    } catch (error) {
        assert.ok(error instanceof UpsError && error.code === 'file-refused', String(error));
        return errorInEnglish(error).replace('The file is not used: ', '');
    }
    return assert.fail('not refused');
}

describe('the settings of a DURAmax in a file', () => {
    it('are read by the keys that the user has mapped, in every encoding', () => {
        for (const encode of Object.values(ENCODINGS))
            assert.deepEqual(readDuramaxSettings(readIni(encode(PLAIN)), MAPPING).values, VALUES);
    });

    it('only warn of keys without a mapping, of mapped keys that are not there, and of stray lines', () => {
        const mapping = [...MAPPING, { setting: 'inputOvp', section: 'Battery', key: 'OVP' }];
        const { values, warnings, missing } = readDuramaxSettings(file(`${PLAIN}what?\n`), mapping);
        assert.deepEqual(values, VALUES);
        assert.deepEqual(
            missing.map(({ setting }) => setting),
            ['inputOvp'],
        );
        assert.deepEqual(warnings.map(inEnglish), [
            'line 15: "Vendor.Flag" belongs to no setting; it stays as it is',
            'the file has no key "OVP"; its setting stays as it is',
            'line 16 is neither a section nor a key; it stays as it is',
        ]);
    });

    const faults: [string, string, string][] = [
        [
            'BufferThreshold=21,6',
            'BufferThreshold=high',
            'line 3: "BufferThreshold" is "high": that is no number, or can be read as two different ones.',
        ],
        [
            'BufferThreshold=21,6',
            'BufferThreshold=21,600',
            'line 3: "BufferThreshold" is "21,600": that is no number, or can be read as two different ones.',
        ],
        [
            'BufferThreshold=21,6',
            'BufferThreshold=',
            'line 3: "BufferThreshold" is "": that is no number, or can be read as two different ones.',
        ],
        [
            'BufferThreshold=21,6',
            'BufferThreshold=NaN',
            'line 3: "BufferThreshold" is "NaN": that is no number, or can be read as two different ones.',
        ],
        ['BufferThreshold=21,6', 'BufferThreshold=0', 'line 3: "BufferThreshold" is 0; it must be a number above 0.'],
        [
            'BufferThreshold=21,6',
            'BufferThreshold="21,6',
            'line 3: the quotes of "BufferThreshold" are not closed, or something follows them.',
        ],
        [
            'BufferThreshold=21,6',
            'BufferThreshold=19,2',
            'line 6: the deep discharge threshold (19.2 V) must be below the buffer threshold (19.2 V).',
        ],
        ['DelayTime=10', 'DelayTime=10,5', 'line 12: "DelayTime" is 10,5; it must be a whole number.'],
        ['DelayTime=10', 'DelayTime=-1', 'line 12: "DelayTime" is -1; it must be a number of at least 0.'],
        ['DODProtection=1', 'DODProtection=2', 'line 8: "DODProtection" is "2"; it must be one of: 0 and 1.'],
        [
            '"DURA ECO LA-BAT 24V 7AH"',
            '""',
            'line 5: "BatterySelection" must be a text of 1 to 80 characters in one line.',
        ],
    ];
    for (const [good, bad, sentence] of faults)
        it(`are refused whole: ${bad}`, () =>
            assert.equal(
                refusal(() => readDuramaxSettings(file(PLAIN.replace(good, bad)), MAPPING)),
                sentence,
            ));

    it('are refused where a point may part the thousands: beside numbers with decimal commas', () => {
        const mixed = PLAIN.replace('DelayTime=10', 'DelayTime=1.000');
        const line = PLAIN.split('\n').findIndex((each) => each.startsWith('DelayTime')) + 1;
        assert.match(
            refusal(() => readDuramaxSettings(file(mixed), MAPPING)),
            new RegExp(`^line ${line}: "DelayTime" is "1\\.000": that is no number, or can be read as two`),
        );
        const points = mixed.replaceAll(',', '.');
        assert.equal(readDuramaxSettings(file(points), MAPPING).values.delaySeconds, 1, 'no commas: decimals');
    });

    it('take the deep discharge threshold as a percentage if the file says so', () => {
        const percent = PLAIN.replace('DOD=0', 'DOD=1');
        assert.equal(
            readDuramaxSettings(file(percent.replace('19,20', '40')), MAPPING).values.deepDischargeThreshold,
            40,
        );
        assert.match(
            refusal(() => readDuramaxSettings(file(percent.replace('19,20', '101')), MAPPING)),
            /from 0 to 100/,
        );
        // A voltage of the device is not compared with a percentage of the file.
        const present = { dodUnit: 'V', deepDischargeThreshold: 25 } as const;
        const mapping = MAPPING.filter(({ setting }) => setting !== 'deepDischargeThreshold');
        assert.equal(readDuramaxSettings(file(percent), mapping, { present }).values.dodUnit, '%');
        assert.match(
            refusal(() => readDuramaxSettings(file(PLAIN), mapping, { present })),
            /line 3: the deep discharge threshold \(25 V\)/,
        );
    });

    it('have the limits that the user knows, and no others', () => {
        const limits = { bufferThreshold: { min: 18, max: 21 }, delaySeconds: { min: 5 } };
        assert.match(
            refusal(() => readDuramaxSettings(file(PLAIN), MAPPING, { limits })),
            /21,6; it must be a number from 18 to 21\.$/,
        );
        const far = PLAIN.replace('21,6', '9999').replace('DelayTime=10', 'DelayTime=999999');
        assert.equal(readDuramaxSettings(file(far), MAPPING).values.bufferThreshold, 9999);
        assert.match(
            refusal(() =>
                readDuramaxSettings(file(PLAIN.replace('DelayTime=10', 'DelayTime=4')), MAPPING, {
                    limits: { delaySeconds: { min: 5 } },
                }),
            ),
            /at least 5/,
        );
    });

    it('need their own words where the user has not said what a text means', () => {
        const mapping: IniMapping[] = [{ setting: 'inputOvp', section: '', key: 'ovp' }];
        assert.deepEqual(readSettings(file('OVP=Auto'), mapping, duramaxSettings()).values, { inputOvp: 'auto' });
        assert.match(
            refusal(() => readSettings(file('OVP=1'), mapping, duramaxSettings())),
            /one of: auto and latch/,
        );
        const proto: IniMapping[] = [{ ...mapping[0]!, values: { a: 'auto' } }];
        assert.match(
            refusal(() => readSettings(file('OVP=constructor'), proto, duramaxSettings())),
            /"constructor"; it must be one of: a/,
        );
    });

    describe('when they are written', () => {
        const written = (text: string, values: Record<string, number | string>) =>
            Buffer.from(writeSettings(file(text), MAPPING, duramaxSettings('V'), values)).toString();

        it('leave the file as it was where nothing changes, however a number is written', () => {
            assert.equal(written(PLAIN, VALUES), PLAIN);
        });

        it('change the value alone: decimals as the file has them, quotes, comments', () => {
            const expected = PLAIN.replace('21,6', '22,0')
                .replace('19,20', '18,50')
                .replace('=10   ;', '=15   ;')
                .replace('DODProtection=1', 'DODProtection=0')
                .replace('7AH', '12AH');
            const values = {
                bufferThreshold: 22,
                deepDischargeThreshold: 18.5,
                maxBufferSeconds: 15,
                dodProtection: 'off',
                batterySelection: 'DURA ECO LA-BAT 24V 12AH',
            };
            assert.equal(written(PLAIN, { ...VALUES, ...values }), expected);
        });

        it('take the comma where the file has it, also for a number that had no decimals', () => {
            assert.match(written(PLAIN.replace('21,6', '21'), { bufferThreshold: 21.5 }), /BufferThreshold=21,5\n/);
            assert.match(
                written(PLAIN.replaceAll(',', '.').replace('21.6', '21'), { bufferThreshold: 21.5 }),
                /BufferThreshold=21\.5\n/,
            );
        });

        it('are read again as what they were, also with three decimals', () => {
            for (const value of [21.625, 1.234, 0.001, 100, 12.3456, 999.999]) {
                const text = written(PLAIN.replace('DeepDischargeThreshold=19,20', ''), { bufferThreshold: value });
                assert.equal(
                    readSettings(file(text), MAPPING, duramaxSettings('V')).values.bufferThreshold,
                    value,
                    text,
                );
            }
        });

        it('take the place of one that could be read as two, and are none', () => {
            const mixed = PLAIN.replace('BufferThreshold=21,6', 'BufferThreshold=1.234');
            for (const value of [1.234, 2, 2.345]) {
                const text = written(mixed, { bufferThreshold: value });
                assert.notEqual(text, mixed);
                const read = readSettings(file(text), MAPPING, duramaxSettings('V'));
                assert.equal(read.values.bufferThreshold, value, text);
            }
        });

        it('are refused as they would be when read', () => {
            for (const [values, sentence] of [
                [{ bufferThreshold: NaN }, /it must be a number\.$/],
                [{ bufferThreshold: Infinity }, /it must be a number\.$/],
                [{ bufferThreshold: '21' }, /no number/],
                [{ bufferThreshold: 1e-9 }, /no number/],
                [{ delaySeconds: 1.5 }, /whole number/],
                [{ dodProtection: 'maybe' }, /one of: on and off/],
                [{ batterySelection: '' }, /1 to 80/],
            ] as const)
                assert.match(
                    refusal(() => written(PLAIN, values as Record<string, number | string>)),
                    sentence,
                );
            assert.match(
                refusal(() => written('a=1', { bufferThreshold: 21 })),
                /no key "BufferThreshold"/,
            );
        });
    });

    describe('when a mapping is suggested', () => {
        const suggested = (keys: string[]) =>
            Object.fromEntries(
                suggest(
                    keys.map((key) => ({ section: 's', key })),
                    duramaxSettings(),
                ).map(({ setting, key }) => [setting, key]),
            );

        it('are found by the names on the screen of the manager', () => {
            const keys = [
                'Buffer Threshold (V)',
                'Charge Current (A)',
                'Battery Selection',
                'Deep Discharge Threshold (V)',
                'Max. Buffer Time (Sec)',
                'DOD protection',
                'DOD [V / %]',
                'Input OVP',
                'Delay Time (s)',
                'Shut Down Time (s)',
                'Idle Time (s)',
            ];
            assert.deepEqual(Object.values(suggested(keys)), keys);
            assert.equal(Object.keys(suggested(keys)).length, duramaxSettings().length);
        });

        it('are found however programs write such names', () => {
            assert.deepEqual(
                suggested([
                    'buffer_threshold',
                    'ChargeCurrent',
                    'DELAYTIME',
                    'shutdownTime',
                    'UPS_IdleTime_s',
                    'MaxBufferTime',
                ]),
                {
                    bufferThreshold: 'buffer_threshold',
                    chargeCurrent: 'ChargeCurrent',
                    delaySeconds: 'DELAYTIME',
                    shutdownSeconds: 'shutdownTime',
                    idleSeconds: 'UPS_IdleTime_s',
                    maxBufferSeconds: 'MaxBufferTime',
                },
            );
        });

        it('are left open where the names do not decide', () => {
            assert.deepEqual(suggested(['P1', 'P2', 'Threshold', 'Time', 'Current', 'x']), {});
            // Two keys that could be it.
            assert.deepEqual(
                suggest(
                    [
                        { section: 'a', key: 'DelayTime' },
                        { section: 'b', key: 'Delay_Time' },
                    ],
                    duramaxSettings(),
                ),
                [],
            );
        });
    });
});
