import assert from 'node:assert/strict';
import { readMap } from '../../../../lib/protocols/device-map/check-map';
import { decodeMap, type RawReading } from '../../../../lib/protocols/device-map/decode';
import { SNMP_MAPS } from '../../../../lib/protocols/device-map/maps';
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
const PIECES = ['0', '9', '-', 'e9', '""', 'null', '*', '[', '}', '"scale":0,', '"bit":3,'];

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
});
