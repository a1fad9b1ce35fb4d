import type { Sentence } from '../../core/language/sentence';
import type { SettingValue } from '../../core/status/status';
import type { ShownSetting } from '../../core/unit/write-settings';
import { refusedFile } from '../shared/refused-file';
import { encodeText } from '../shared/text-encoding';
import { duramaxSettings, readDuramaxSettings, type DuramaxLimits } from './duramax-settings';
import { placeOf, readIni, type IniFile } from './ini-file';
import { readSettings, writeSettings, type IniMapping, type IniSetting, type ReadSettings } from './ini-settings';
import { suggest } from './suggest';

/** The section with the names of our own: that of a file which this program has exported without a mapping. */
const OWN_SECTION = 'ridethrough';
/** Longest text of a setting, characters. Ours. */
const LONGEST = 80;

/** The settings of a device, by name. */
type Shown = Readonly<Record<string, ShownSetting>>;

export interface ImportedFile {
    values: Record<string, SettingValue>;
    /** What people should know: keys without a mapping, mapped keys that the file lacks. */
    warnings: Sentence[];
    /** For settings without a mapping: keys that are probably theirs. Nothing is done with them. */
    suggested: IniMapping[];
}

/**
 * Reads a settings file for a device. A key counts if the user has mapped it, or if it stands in the section of our own under the name of the setting.
 * @param shown the settings of the device, with their limits
 * @throws UpsError file-refused: then nothing of it counts
 */
export function importFile(bytes: Uint8Array, keys: readonly IniMapping[], shown: Shown): ImportedFile {
    const file = readIni(bytes);
    const mapping = [...keys, ...ownMapping(file, shown)];
    const { values: texts, unmapped, warnings } = readMapped(file, mapping, shown);
    const values = Object.fromEntries(Object.entries(texts).map(([id, value]) => [id, asOption(value, shown[id])]));
    const open = namedSettings(shown).filter(({ id }) => mapping.every(({ setting }) => setting !== id));
    return { values, warnings, suggested: suggest(unmapped, open) };
}

/**
 * Writes the present settings of a device.
 * @param base a file of the maker's program: its mapped keys get the values, and all else stays byte for byte. Without it: a new file of the mapped
 * keys; without a mapping too: a file with the names of our own, which no program of a maker knows
 * @throws UpsError file-refused; also for a base without a mapping: its keys are not known
 */
export function exportFile(base: Uint8Array | undefined, keys: readonly IniMapping[], shown: Shown): Uint8Array {
    if (base && keys.length === 0) throw refusedFile('ini.noMapping');
    const mine = Object.keys(shown).filter((name) => isWritable(shown[name]!));
    const mapping = keys.length > 0 ? keys : mine.map((name) => ({ setting: name, section: OWN_SECTION, key: name }));
    const known = mapping.filter(({ setting }) => shown[setting]?.value !== undefined);
    const values = Object.fromEntries(known.map(({ setting }) => [setting, plain(shown[setting]!.value!)]));
    const file = readIni(base ?? emptyFile(known));
    return writeSettings(file, base ? mapping : known, settingsOf(shown), values);
}

/** The rules of a DURAmax hold between its settings, too. */
function readMapped(file: IniFile, mapping: readonly IniMapping[], shown: Shown): ReadSettings {
    if (!isDuramax(shown)) return readSettings(file, mapping, settingsOf(shown));
    return readDuramaxSettings(file, mapping, { limits: limitsOf(shown), present: presentOf(shown) });
}

function isDuramax(shown: Shown): boolean {
    return 'dodUnit' in shown && 'deepDischargeThreshold' in shown;
}

/** The settings under the names that a program of the maker may give them. */
function namedSettings(shown: Shown): IniSetting[] {
    return isDuramax(shown) ? duramaxSettings().filter(({ id }) => id in shown) : settingsOf(shown);
}

/** Whether it can be written, now or at another time. */
function isWritable({ writable, lockedNow = false }: ShownSetting): boolean {
    return writable || lockedNow;
}

function ownMapping({ entries }: IniFile, shown: Shown): IniMapping[] {
    const names = new Map(Object.keys(shown).map((name) => [name.toLowerCase(), name]));
    return entries.flatMap(({ section, key }) => {
        const setting = section.toLowerCase() === OWN_SECTION ? names.get(key.toLowerCase()) : undefined;
        return setting !== undefined && isWritable(shown[setting]!) ? [{ setting, section, key }] : [];
    });
}

/** A file with these keys, and no values yet. */
function emptyFile(mapping: readonly IniMapping[]): Uint8Array {
    const sections = new Map<string, IniMapping[]>();
    for (const item of mapping) sections.set(item.section, [...(sections.get(item.section) ?? []), item]);
    // Keys without a section come first, or they would be of another one.
    const lines = [...sections]
        .sort(([a], [b]) => Number(a !== '') - Number(b !== ''))
        .flatMap(([section, items]) => [
            ...(section === '' ? [] : [`[${section}]`]),
            ...[...new Map(items.map((item) => [placeOf(item), item])).values()].map(({ key }) => `${key}=`),
        ]);
    return encodeText({ text: `${lines.join('\r\n')}\r\n`, encoding: 'utf-8', bom: false })!;
}

/** What a file may hold for each setting of a device. */
function settingsOf(shown: Shown): IniSetting[] {
    return Object.entries(shown).map(([id, { options, min, max, value, takesUnit }]): IniSetting => {
        const named = { id, names: [id] };
        if (options) return { ...named, kind: 'choice', choices: options.map(String) };
        const isNumber = typeof value === 'number' || takesUnit || min !== undefined || max !== undefined;
        return isNumber ? { ...named, kind: 'number' } : { ...named, kind: 'text', most: LONGEST };
    });
}

/** Limits and choices, but of the threshold whose unit the file may change. */
function limitsOf({ deepDischargeThreshold: _threshold, ...shown }: Shown): DuramaxLimits {
    return Object.fromEntries(
        Object.entries(shown).map(([name, { min, max, options }]) => [
            name,
            { min, max, options: options?.map(String) },
        ]),
    );
}

function presentOf({ dodUnit, bufferThreshold, deepDischargeThreshold }: Shown) {
    const number = (shown?: ShownSetting) => (typeof shown?.value === 'number' ? shown.value : undefined);
    const unit = dodUnit?.value;
    return {
        dodUnit: unit === 'V' || unit === '%' ? unit : undefined,
        bufferThreshold: number(bufferThreshold),
        deepDischargeThreshold: number(deepDischargeThreshold),
    } as const;
}

/** A file has no booleans. */
function asOption(value: SettingValue, { options = [] }: Partial<ShownSetting> = {}): SettingValue {
    return options.find((option) => typeof option === 'boolean' && String(option) === value) ?? value;
}

function plain(value: SettingValue): string | number {
    return typeof value === 'boolean' ? String(value) : value;
}
