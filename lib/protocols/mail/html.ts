const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The plain-text alternative of an HTML mail. */
export function htmlToText(html: string): string {
    return html
        .replace(/<(style|script|head)\b[\s\S]*?<\/\1\s*>/gi, '')
        .replace(/<!--[\s\S]*?-->/g, '')
        .replace(/\s+/g, ' ')
        .replace(/<\/(?:td|th)\s*>/gi, '\t')
        .replace(/<(?:br|hr)\b[^>]*>|<\/(?:p|div|li|tr|table|ul|ol|h[1-6])\s*>/gi, '\n')
        .replace(/<li\b[^>]*>/gi, '- ')
        .replace(/<\/?[a-z][^>]*>/gi, '')
        .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,5}));/gi, decodeEntity)
        .split('\n')
        .map((line) => line.trim())
        .join('\n')
        .replace(/\n{3,}/g, '\n\n')
        .trim();
}

function decodeEntity(whole: string, decimal?: string, hex?: string, name?: string): string {
    if (name) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
