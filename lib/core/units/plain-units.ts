/** A unit, and what a raw number has to be multiplied with to be in it. */
export interface PlainUnit {
    /** `V`, `A`, `W`, `VA`, `var`, `Hz`, `%`, `°C`, `°F`, `K`, `s`, `min`, `h`, `d`, `Ah`, `Wh`, `Ω`. */
    unit: string;
    scale: number;
}

/** The words of each unit, in lower case and in the singular. */
const WORDS: Readonly<Record<string, string>> = {
    volt: 'V',
    ampere: 'A',
    amp: 'A',
    watt: 'W',
    'volt-amp': 'VA',
    'volt amp': 'VA',
    'volt-ampere': 'VA',
    'volt ampere': 'VA',
    voltampere: 'VA',
    var: 'var',
    hertz: 'Hz',
    percent: '%',
    percentage: '%',
    prozent: '%',
    'percent rh': '%',
    '% relative humidity': '%',
    '%rh': '%',
    '% rh': '%',
    '% r.h.': '%',
    celsius: '°C',
    centigrade: '°C',
    'degree celsius': '°C',
    'degree centigrade': '°C',
    'deg celsius': '°C',
    'degree c': '°C',
    'deg c': '°C',
    'deg. c': '°C',
    'grad celsius': '°C',
    fahrenheit: '°F',
    'degree fahrenheit': '°F',
    'degree f': '°F',
    'deg f': '°F',
    'deg. f': '°F',
    'grad fahrenheit': '°F',
    kelvin: 'K',
    second: 's',
    sec: 's',
    sekunde: 's',
    sekunden: 's',
    minute: 'min',
    minuten: 'min',
    mins: 'min',
    hour: 'h',
    hr: 'h',
    hrs: 'h',
    stunde: 'h',
    stunden: 'h',
    day: 'd',
    tage: 'd',
    'amp hour': 'Ah',
    'amp-hour': 'Ah',
    'ampere hour': 'Ah',
    'ampere-hour': 'Ah',
    'watt hour': 'Wh',
    'watt-hour': 'Wh',
    ohm: 'Ω',
};

/** Symbols, where capitals count: `mW` is not `MW`. */
const SYMBOLS: Readonly<Record<string, string>> = {
    V: 'V',
    v: 'V',
    VDC: 'V',
    Vdc: 'V',
    VAC: 'V',
    Vac: 'V',
    A: 'A',
    ADC: 'A',
    Adc: 'A',
    AAC: 'A',
    Aac: 'A',
    W: 'W',
    VA: 'VA',
    Hz: 'Hz',
    HZ: 'Hz',
    hz: 'Hz',
    '%': '%',
    C: '°C',
    '°C': '°C',
    '° C': '°C',
    'º C': '°C',
    ºC: '°C',
    F: '°F',
    '°F': '°F',
    '° F': '°F',
    ºF: '°F',
    K: 'K',
    '°K': 'K',
    s: 's',
    min: 'min',
    h: 'h',
    d: 'd',
    Ah: 'Ah',
    AH: 'Ah',
    Wh: 'Wh',
    Ω: 'Ω',
};

/** Of symbols: `mV`, `kW`. Not of those for which another thing is meant by it: `min`, `%`, temperatures. */
const SYMBOL_PREFIXES: Readonly<Record<string, number>> = { m: 0.001, k: 1000 };
const WITH_PREFIX = new Set(['V', 'A', 'W', 'VA', 'var', 'Hz', 'Ah', 'Wh', 'Ω', 's']);
const WORD_PREFIXES: Readonly<Record<string, number>> = { milli: 0.001, kilo: 1000, centi: 0.01, deci: 0.1 };

/** `tenths of volts`, `tenth of a volt`, `hundredths of Amps`. */
const FRACTION = /^(?:1 )?(tenth|hundredth|thousandth)s?(?: of)?(?: an?)? (.+)$/i;
const FRACTIONS: Readonly<Record<string, number>> = { tenth: 0.1, hundredth: 0.01, thousandth: 0.001 };
/** `0.1 Volts`, `.1V`, `1/10 Volt`. Numbers that are no power of ten might be anything. */
const FACTOR = /^(0?[.,]0*1|1\/10{1,3}|1)\s*(\D.*)$/;

/**
 * The unit that a text states plainly, as the UNITS of a MIB file do: `Volts`, `V DC`, `RMS Volts`, `0.1 Volts`, `tenths of volts`, `mV`,
 * `degrees Centigrade`. Undefined for everything that leaves room to guess, such as `Volts x 10`.
 */
export function plainUnit(text: string): PlainUnit | undefined {
    const plain = text.trim().replace(/\s+/g, ' ');
    if (plain.length > 64) return undefined;
    const fraction = FRACTION.exec(plain);
    if (fraction) return scaled(namedUnit(fraction[2]!), FRACTIONS[fraction[1]!.toLowerCase()]!);
    const factor = FACTOR.exec(plain);
    if (factor) return scaled(namedUnit(factor[2]!), numberOf(factor[1]!));
    return namedUnit(plain);
}

/** Symbols in any capitals, without blanks and degree signs. Only where somebody has said that it is a unit: in a sentence, `a` and `s` are words. */
const BARE: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(SYMBOLS)
        // A small k is no kelvin: it is what is left of a kilo.
        .filter(([, unit]) => unit !== 'K')
        .map(([symbol, unit]) => [bare(symbol), unit]),
);
/** `MW`, `MWh`: of what comes so large. */
const WITH_MEGA = new Set(['V', 'W', 'VA', 'var', 'Wh', 'Ω']);

/**
 * The unit that a text means which is a unit: as `plainUnit`, in other capitals too (`volts`, `KVA`, `c`), and `MW` is a million watts. A text
 * that scales its unit (`0.1 V`, `tenths of volts`) means none: whether the number beside it is scaled already is not plain.
 */
export function meantUnit(text: string): PlainUnit | undefined {
    const plain = text.trim().replace(/\s+/g, ' ');
    if (plain.length > 64) return undefined;
    const named = namedUnit(plain) ?? bareUnit(bare(plain));
    if (named) return named;
    const behind = bareUnit(bare(plain.slice(1)));
    if (!behind || !WITH_PREFIX.has(behind.unit)) return undefined;
    const prefix = plain[0]!;
    if (prefix === 'M') return WITH_MEGA.has(behind.unit) ? { ...behind, scale: 1e6 } : undefined;
    const scale = own(SYMBOL_PREFIXES, prefix === 'K' ? 'k' : prefix);
    return scale === undefined ? undefined : { ...behind, scale };
}

function bareUnit(symbol: string): PlainUnit | undefined {
    const unit = own(BARE, symbol);
    return unit === undefined ? undefined : { unit, scale: 1 };
}

function bare(symbol: string): string {
    return symbol.replace(/[\s°º]/g, '').toLowerCase();
}

function numberOf(factor: string): number {
    const [numerator, denominator] = factor.replace(',', '.').split('/').map(Number);
    return numerator! / (denominator ?? 1);
}

function scaled(unit: PlainUnit | undefined, scale: number): PlainUnit | undefined {
    // Three digits are enough for powers of ten, and 0.1 × 0.001 is not quite 0.0001.
    return unit && { unit: unit.unit, scale: Number((unit.scale * scale).toPrecision(3)) };
}

/** How a voltage or a current is meant does not change its unit. */
const KIND = /^(?:rms|ac|dc) | (?:\(?(?:rms|ac|dc)\)?)$/i;

function namedUnit(text: string): PlainUnit | undefined {
    const name = text.replace(KIND, '').replace(KIND, '').trim();
    const symbol = own(SYMBOLS, name) ?? wordUnit(name);
    if (symbol) return { unit: symbol, scale: 1 };
    const prefixed = own(SYMBOLS, name.slice(1));
    const factor = own(SYMBOL_PREFIXES, name.slice(0, 1));
    if (prefixed && factor && WITH_PREFIX.has(prefixed)) return { unit: prefixed, scale: factor };
    for (const [prefix, scale] of Object.entries(WORD_PREFIXES)) {
        if (!name.toLowerCase().startsWith(prefix)) continue;
        const unit = wordUnit(name.slice(prefix.length).replace(/^[ -]/, ''));
        if (unit && WITH_PREFIX.has(unit)) return { unit, scale };
    }
    return undefined;
}

function wordUnit(name: string): string | undefined {
    const lower = name.toLowerCase().replace(/^degrees /, 'degree ');
    return own(WORDS, lower) ?? own(WORDS, lower.replace(/(?<=[a-z]{3})s$/, ''));
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
    return Object.hasOwn(table, key) ? table[key] : undefined;
}
