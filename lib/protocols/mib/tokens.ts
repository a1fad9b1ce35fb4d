/** A piece of a MIB file: a word, a text in quotes (with them), or a sign. */
export interface Token {
    text: string;
    /** From 1. */
    line: number;
    /** Where it stands in the text. */
    start: number;
    end: number;
}

export interface Tokens {
    tokens: Token[];
    /** The line of a quote that is never closed. */
    openQuote?: number;
}

/**
 * Blanks; a comment; a text; a word (`ifIndex`, `SNMPv2-SMI`, `-1`); `::=`; any other sign. Two hyphens begin a comment within a word, too. It ends at the
 * next pair of hyphens or at the end of its line (X.680, 12.6.3). Three hyphens and more are, in MIB files, a drawn line: they end none.
 */
const PIECE = /([^\S\n]+)|(\n)|(-{2,}(?:[^\n-]+|-(?!-)|-{3,})*(?:--)?)|("[^"]*"?)|(-?\w+(?:-(?!-)\w*)*|::=|[^\s"])/y;

/** The pieces of a MIB file, without comments (RFC 2578, section 3; RFC 1155). @param text with LF at the ends of its lines */
export function tokensOf(text: string): Tokens {
    const tokens: Token[] = [];
    let line = 1;
    for (let start = 0; start < text.length;) {
        PIECE.lastIndex = start;
        const [whole, , newline, , quoted, other] = PIECE.exec(text)!;
        const end = start + whole.length;
        if (newline) line++;
        const token = quoted ?? other;
        if (token !== undefined) tokens.push({ text: token, line, start, end });
        if (quoted !== undefined) {
            if (quoted.length < 2 || !quoted.endsWith('"')) return { tokens, openQuote: line };
            for (const char of quoted) if (char === '\n') line++;
        }
        start = end;
    }
    return { tokens };
}
