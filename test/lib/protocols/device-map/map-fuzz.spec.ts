import assert from 'node:assert/strict';
import { mapFaultText, readMap } from '../../../../lib/protocols/device-map/check-map';
import { decodeMap, type RawReading } from '../../../../lib/protocols/device-map/decode';
import { FRAME_MAPS, MODBUS_MAPS, SNMP_MAPS } from '../../../../lib/protocols/device-map/maps';
import { plausible } from '../../../../lib/core/status/plausible';
import { NUMBER_TARGETS } from '../../../../lib/protocols/device-map/targets';
import { damaged, fuzzRuns, seededDice } from '../../../support/fuzz';

/** Each place reads something else, often something that no map expects. */
const RAW = [
    0,
    1,
    2,
    3,
    -1,
    65_535,
    4_294_967_295,
    132,
    '13.2 Volts',
    '90.5 F',
    '13200 mV',
    '',
    ' ',
    null,
    undefined,
    'on',
    NaN,
    '01/02/20',
    '1'.repeat(64),
];

/** What may fall into a map and still leave one. */
const PIECES = [
    '0',
    '9',
    '-',
    'e9',
    '""',
    'null',
    '*',
    '[',
    '}',
    '"scale":0,',
    '"bit":3,',
    '"unit":"°F",',
    '"unit":"mV",',
];

describe('A damaged device map', () => {
    it('is refused, or reads no impossible value', function () {
        this.timeout(120_000);
        const dice = seededDice(7);
        const texts = SNMP_MAPS.map((map) => JSON.stringify(map)).filter((text) => text.length < 20_000);
        let used = 0;
        for (let run = 0; run < fuzzRuns(0.1); run++) {
            const text = damaged(Buffer.from(texts[run % texts.length]!), dice, PIECES).toString();
            const { map, faults } = readMap(text);
            if (!map) {
                assert.ok(faults.length > 0);
                continue;
            }
            used++;
            let turn = run;
            const next = () => RAW[turn++ % RAW.length];
            const reading: RawReading = {
                at: next,
                rows: () => [
                    { row: '1', value: next() },
                    { row: '2', value: next() },
                ],
            };
            const status = decodeMap(map, reading, 0) as unknown as Record<string, Record<string, unknown>>;
            for (const [path, kind] of Object.entries(NUMBER_TARGETS)) {
                if (path.includes('*')) continue;
                const [group, name] = path.split('.') as [string, string?];
                const value = name === undefined ? status[group] : status[group]?.[name];
                if (value === undefined) continue;
                assert.equal(plausible(kind, value as number), value, `${path}: ${text}`);
            }
        }
        assert.ok(used > 0, 'some of them are still maps');
    });

    it('is refused where a value has become one that no text can be made of', function () {
        this.timeout(120_000);
        const dice = seededDice(11);
        const texts = [...SNMP_MAPS, ...MODBUS_MAPS, ...FRAME_MAPS]
            .map((map) => JSON.stringify(map))
            .filter((text) => text.length < 20_000);
        const hostile = ['{"toString":1,"valueOf":1}', '[{"toString":1}]', '{"__proto__":{"toString":1}}'];
        const deep = ['['.repeat(40_000) + ']'.repeat(40_000), '{"a":'.repeat(20_000) + '0' + '}'.repeat(20_000)];
        for (let run = 0; run < fuzzRuns(0.1); run++) {
            const text = texts[run % texts.length]!;
            // Of a value that is a text or a number: what stands behind a colon.
            const values = [...text.matchAll(/:("[^"]*"|-?[\d.]+)(?=[,}])/g)];
            const { index, 1: old } = values[dice(values.length)]!;
            const pieces = run % 50 === 0 ? deep : hostile;
            const at = index + 1;
            const damagedText = text.slice(0, at) + pieces[dice(pieces.length)]! + text.slice(at + old!.length);
            const { faults = [] } = readMap(damagedText);
            assert.ok(faults.length > 0, `${at}: ${damagedText.slice(0, 2000)}`);
            for (const fault of faults) assert.ok(JSON.stringify(mapFaultText(fault)).length < 2000);
        }
    });
});
