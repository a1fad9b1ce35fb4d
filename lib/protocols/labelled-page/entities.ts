/** The characters from U+00A0 to U+00FF by their names in HTML, in this order. */
const LATIN =
    'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm ' +
    'raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde ' +
    'Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave ' +
    'eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

const NAMED: ReadonlyMap<string, string> = new Map([
    ...LATIN.split(' ').map((name, at) => [name, String.fromCharCode(0xa0 + at)] as const),
    ...Object.entries({
        amp: '&',
        lt: '<',
        gt: '>',
        quot: '"',
        apos: "'",
        colon: ':',
        minus: '\u2212',
        ndash: '\u2013',
        mdash: '\u2014',
        hellip: '\u2026',
        bull: '\u2022',
        euro: '\u20ac',
        ohm: '\u03a9',
        Omega: '\u03a9',
        mu: '\u03bc',
        ensp: '\u2002',
        emsp: '\u2003',
        thinsp: '\u2009',
        zwnj: '',
        zwj: '',
    }),
]);

const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,31}));?/gi;

/** A text of HTML with its character references replaced. What is none stays as it is. */
export function withoutEntities(text: string): string {
    if (!text.includes('&')) return text;
    return text.replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
        if (name) return NAMED.get(name) ?? whole;
        return character(decimal ? Number(decimal) : Number.parseInt(hex!, 16)) ?? whole;
    });
}

const WINDOWS = new TextDecoder('windows-1252');

/** By its number; those of control characters mean the characters that Windows has there, as browsers read them. */
function character(code: number): string | undefined {
    if (code >= 0x80 && code <= 0x9f) return WINDOWS.decode(Uint8Array.of(code));
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : undefined;
}
