import { said, type Sentence } from '../../core/language/sentence';
import { quoted } from '../../core/quote';
import { refusedFile } from '../shared/refused-file';
import { decimalOf, mayBeThousands } from '../../core/units/value-text';
import { placeOf, writeIni, type IniEntry, type IniFile } from './ini-file';

/** A setting that a file may bring. */
export type IniSetting = {
    id: string;
    /** What a key for it may be called, for `suggest`. */
    names: readonly string[];
} & (NumberSetting | ChoiceSetting | { kind: 'text'; most: number });

interface NumberSetting {
    kind: 'number';
    unit?: string;
    /** Whole numbers alone. */
    whole?: boolean;
    /** Both included. */
    min?: number;
    max?: number;
    /** Not included. */
    above?: number;
}

interface ChoiceSetting {
    kind: 'choice';
    choices: readonly string[];
}

/** Which key of the file is which setting: chosen by the user, never assumed. */
export interface IniMapping {
    setting: string;
    section: string;
    key: string;
    /** For a choice: what each text of the file means. Without it the file has to have the words of the choice. */
    values?: Readonly<Record<string, string>>;
}

export interface ReadSettings {
    /** By the id of the setting. */
    values: Record<string, number | string>;
    /** Keys without a mapping: they only warn. */
    unmapped: IniEntry[];
    /** Mapped keys that the file lacks: their settings are not in `values`. */
    missing: IniMapping[];
    /** The same, for people. */
    warnings: Sentence[];
}

/**
 * The settings of a file. Either all mapped keys are good, or nothing of it is given.
 * @throws UpsError file-refused, with the line: ini.quote, ini.notNumber, ini.range, ini.choice, ini.text
 */
export function readSettings(
    file: IniFile,
    mapping: readonly IniMapping[],
    settings: readonly IniSetting[],
): ReadSettings {
    const places = new Map(file.entries.map((entry) => [placeOf(entry), entry]));
    const values: ReadSettings['values'] = {};
    const missing: IniMapping[] = [];
    const commas = hasCommas(file);
    const mapped = new Set<IniEntry>();
    for (const item of mapping) {
        const setting = settings.find(({ id }) => id === item.setting);
        const entry = places.get(placeOf(item));
        if (!setting) continue;
        if (entry) {
            mapped.add(entry);
            values[setting.id] = valueOf(entry, setting, item, commas);
        } else missing.push(item);
    }
    const unmapped = file.entries.filter((entry) => !mapped.has(entry));
    const warnings = [
        ...unmapped.map(({ key, line }) => said('ini.unmapped', { key: quoted(key), line })),
        ...missing.map(({ key }) => said('ini.lacks', { key })),
        ...file.strayLines.map((line) => said('ini.stray', { line })),
    ];
    return { values, unmapped, missing, warnings };
}

function valueOf(entry: IniEntry, setting: IniSetting, item: IniMapping, commas: boolean): number | string {
    const { key, line, value, broken } = entry;
    if (broken) throw refusedFile('ini.quote', { line, key });
    if (setting.kind === 'number') {
        const number = numberOf(value, commas);
        if (number === undefined) throw refusedFile('ini.notNumber', { line, key, value });
        const expected = unlike(number, setting);
        if (expected) throw refusedFile('ini.range', { line, key, value, expected });
        return number;
    }
    if (setting.kind === 'text') {
        if (value && value.length <= setting.most && !/\p{Cc}/u.test(value)) return value;
        throw refusedFile('ini.text', { line, key, most: setting.most });
    }
    const meaning = item.values ? ownValue(item.values, value) : value.toLowerCase();
    const choice = setting.choices.find((each) => each.toLowerCase() === meaning?.toLowerCase());
    if (choice !== undefined) return choice;
    const known = item.values ? Object.keys(item.values) : setting.choices;
    throw refusedFile('ini.choice', { line, key, value, expected: { list: known } });
}

/** `1.000` is a thousand or one in a file whose other numbers have decimal commas, as `1,000` is in every file. */
function numberOf(text: string, commas: boolean): number | undefined {
    return commas && mayBeThousands(text) ? undefined : decimalOf(text);
}

function ownValue(values: Readonly<Record<string, string>>, value: string): string | undefined {
    return Object.hasOwn(values, value) ? values[value] : undefined;
}

/** What is expected of a number, if this one is not it. */
export function unlike(number: number, { whole, min, max, above }: NumberSetting): Sentence | undefined {
    if (!Number.isFinite(number)) return said('expected.number');
    if (whole && !Number.isInteger(number)) return said('expected.whole');
    if (above !== undefined && number <= above) return said('ini.above', { min: above });
    const low = min ?? above;
    if ((min === undefined || number >= min) && (max === undefined || number <= max)) return undefined;
    if (low === undefined) return said('expected.numberTo', { max });
    return max === undefined
        ? said('expected.numberFrom', { min: low })
        : said('expected.numberBetween', { min: low, max });
}

/**
 * The bytes of the file with these settings, and everything else as it was. A value that the file has already is not touched, however it is written.
 * @param values by the id of the setting; those without a mapping are left out
 * @throws UpsError file-refused: ini.missing (key), ini.range, ini.choice, ini.text, ini.unwritable
 */
export function writeSettings(
    file: IniFile,
    mapping: readonly IniMapping[],
    settings: readonly IniSetting[],
    values: Readonly<Record<string, number | string>>,
): Uint8Array {
    const places = new Map(file.entries.map((entry) => [placeOf(entry), entry]));
    const comma = writesCommas(file);
    const commas = hasCommas(file);
    const changes = mapping.flatMap((item) => {
        const setting = settings.find(({ id }) => id === item.setting);
        const value = Object.hasOwn(values, item.setting) ? values[item.setting] : undefined;
        if (!setting || value === undefined) return [];
        const entry = places.get(placeOf(item));
        if (!entry) throw refusedFile('ini.missing', { key: item.key });
        const text = textOf(value, { entry, setting, item, comma, commas });
        return text === undefined ? [] : [{ section: item.section, key: item.key, value: text }];
    });
    return writeIni(file, changes);
}

interface Written {
    entry: IniEntry;
    setting: IniSetting;
    item: IniMapping;
    /** What is new gets a comma. */
    comma: boolean;
    /** Some number of the file has one. */
    commas: boolean;
}

/** As it is written; undefined if the file has this value already. */
function textOf(value: number | string, { entry, setting, item, comma, commas }: Written): string | undefined {
    const { key } = entry;
    if (setting.kind === 'number') {
        if (typeof value !== 'number') throw refusedFile('ini.notNumber', { key, value });
        const expected = unlike(value, setting);
        if (expected) throw refusedFile('ini.range', { key, value, expected });
        if (!entry.broken && numberOf(entry.value, commas) === value) return undefined;
        return decimalText(value, entry.value, { comma, commas }) ?? refuse('ini.notNumber', { key, value });
    }
    const text = String(value);
    if (setting.kind === 'text')
        return text && text.length <= setting.most ? text : refuse('ini.text', { key, most: setting.most });
    if (!setting.choices.includes(text))
        return refuse('ini.choice', { key, value, expected: { list: setting.choices } });
    if (!item.values) return entry.value.toLowerCase() === text.toLowerCase() ? undefined : text;
    if (ownValue(item.values, entry.value) === text) return undefined;
    const raw = Object.keys(item.values).find((each) => item.values![each] === text);
    return raw ?? refuse('ini.choice', { key, value, expected: { list: Object.values(item.values) } });
}

function refuse(...refusal: Parameters<typeof refusedFile>): never {
    throw refusedFile(...refusal);
}

/** Whether the file parts decimals with a comma somewhere. */
function hasCommas({ entries }: IniFile): boolean {
    return entries.some(({ value }) => /^[+-]?\d+,\d+$/.test(value));
}

/** It does so somewhere, and nowhere with a point; `1.000` says nothing. */
function writesCommas(file: IniFile): boolean {
    const hasPoint = file.entries.some(({ value }) => /^[+-]?\d+\.\d+$/.test(value) && !mayBeThousands(value));
    return hasCommas(file) && !hasPoint;
}

/** With as many decimals as the old text had at least. Undefined for what plain decimals cannot hold. */
function decimalText(
    value: number,
    old: string,
    { comma, commas }: Pick<Written, 'comma' | 'commas'>,
): string | undefined {
    const plain = String(value);
    if (!/^-?\d+(\.\d+)?$/.test(plain)) return undefined;
    const [whole, decimals = ''] = plain.split('.');
    const had = /^[+-]?\d+[.,](\d+)$/.exec(old)?.[1]?.length ?? 0;
    let padded = decimals.padEnd(had, '0');
    const mark = /[.,]/.exec(old)?.[0] ?? (comma ? ',' : '.');
    // `1,234` could be read as a thousand, and `1.234` beside commas: `1,2340` and `1.2340` cannot.
    if ((mark === ',' || commas) && padded.length === 3) padded += '0';
    return padded ? `${whole}${mark}${padded}` : whole!;
}
