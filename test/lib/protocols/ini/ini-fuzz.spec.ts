import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { duramaxSettings, readDuramaxSettings } from '../../../../lib/protocols/ini/duramax-settings';
import { placeOf, readIni, writeIni, type IniFile } from '../../../../lib/protocols/ini/ini-file';
import { readSettings, type IniMapping } from '../../../../lib/protocols/ini/ini-settings';
import { damaged, fuzzRuns, seededDice, withoutStacks } from '../../../support/fuzz';
import { ENCODINGS, MAPPING } from './sample-files';

const SMALL =
    '[Battery]\r\nBufferThreshold=21,6\r\nDeepDischargeThreshold = "19.2" ; V\r\nMaxBufferTime=10\r\n[PC]\r\nDelayTime=15\r\n';
const NAMES = ['bufferThreshold', 'deepDischargeThreshold', 'maxBufferSeconds', 'delaySeconds'];
const SMALL_MAPPING = MAPPING.filter(({ setting }) => NAMES.includes(setting));
const PIECES = [
    '=',
    '"',
    "'",
    ';',
    '#',
    '[',
    ']',
    '\r',
    '\n',
    '\0',
    ',',
    '.',
    '-',
    'e5',
    '9',
    '[PC]\n',
    'DelayTime=',
    'NaN',
    '\ufeff',
    ' ; ',
];

/** What a person reads of a key in this text, found in another way than by the reader. */
function lookedUp(text: string, { section, key }: IniMapping): number[] {
    let within = '';
    return text.split(/\r\n|\r|\n/).flatMap((line) => {
        const head = /^\s*\[([^\]]*)\]/.exec(line);
        if (head) within = head[1]!.trim();
        const [, name, , number] = /^\s*([^=]*?)\s*=\s*(["']?)\s*([-+\d.,]+)\s*\2\s*(?:\s[;#].*)?$/.exec(line) ?? [];
        const isIt = name?.toLowerCase() === key.toLowerCase() && within.toLowerCase() === section.toLowerCase();
        return isIt ? [Number(number!.replace(',', '.'))] : [];
    });
}

function readWhole(bytes: Uint8Array): { file: IniFile; values: Record<string, unknown> } | undefined {
    try {
        const file = readIni(bytes);
        return { file, values: readSettings(file, SMALL_MAPPING, duramaxSettings('V')).values };
    } catch (error) {
        if (error instanceof UpsError && error.code === 'file-refused') return undefined;
        throw error;
    }
}

describe('damaged settings files (.ini)', function () {
    this.timeout(120_000);

    it(`${fuzzRuns()} of them: refused, or read as they stand there, and written back byte for byte`, () => {
        const dice = seededDice(14);
        const encodings = Object.values(ENCODINGS).map((encode) => encode(SMALL));
        let read = 0;
        let values = 0;
        for (let run = fuzzRuns(); run > 0; run--) {
            const bytes = damaged(encodings[dice(encodings.length)]!, dice, PIECES);
            const whole = withoutStacks(() => readWhole(bytes));
            if (!whole) continue;
            read++;
            if (!bytes.equals(writeIni(whole.file, []))) assert.fail(JSON.stringify(bytes.toString()));
            for (const item of SMALL_MAPPING) {
                const value: unknown = whole.values[item.setting];
                if (value === undefined) continue;
                values++;
                const seen = lookedUp(whole.file.text, item);
                if (seen.length !== 1 || seen[0] !== value)
                    assert.fail(`${item.key} is ${String(value)} in ${JSON.stringify(whole.file.text)}`);
            }
        }
        assert.ok(
            read > fuzzRuns(0.3) && values > fuzzRuns(0.8),
            `${read} read, ${values} values: the damage leaves too little to be seen`,
        );
    });

    it(`${fuzzRuns(0.1)} of them: a changed value changes nothing else`, () => {
        const dice = seededDice(15);
        for (let run = fuzzRuns(0.1); run > 0; run--) {
            const whole = withoutStacks(() => readWhole(damaged(Buffer.from(SMALL), dice, PIECES)));
            const entry = whole?.file.entries[dice(whole.file.entries.length)];
            if (!whole || !entry) continue;
            const value: string = String(dice(1000));
            const bytes = writeIni(whole.file, [{ ...entry, value }]);
            // What was Latin-1 because of this value alone may be read as UTF-8 without it.
            const again = readIni(bytes);
            if (again.encoding !== whole.file.encoding) continue;
            const expected = whole.file.entries.map((each) => (placeOf(each) === placeOf(entry) ? value : each.value));
            assert.deepEqual(
                again.entries.map((each) => each.value),
                expected,
                JSON.stringify(whole.file.text),
            );
        }
    });

    it('a file that is cut anywhere gives no setting another value, but for a number that is cut itself', () => {
        const whole = readDuramaxSettings(readIni(Buffer.from(SMALL)), SMALL_MAPPING, {
            present: { dodUnit: 'V' },
        }).values;
        for (let end = 0; end < SMALL.length; end++) {
            const { values = {} } = readWhole(Buffer.from(SMALL.slice(0, end))) ?? {};
            for (const [setting, value] of Object.entries(values)) {
                const isLast = setting === Object.keys(values).at(-1);
                assert.ok(value === whole[setting] || isLast, `${setting} of ${end} bytes`);
            }
        }
    });
});
