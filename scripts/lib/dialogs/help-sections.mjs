/** The parts of a help page that are lists: what one sees when it fails, what each status means, one message. */

/** Columns that a line of an example has in the help tab of the side bar. */
const WIDTH = 56;

/** @param rows `[what one sees, what to do]`, or a name of rows or of a sentence under `help.shared` of the editor's catalogue */
export function failureHtml(rows, heads) {
    return rows && tableHtml(rows, heads, [heads.see, heads.todo]);
}

/** @param rows `[what it shows, what that means]`, or a name as above */
export function statusHtml(rows, heads) {
    return rows && tableHtml(rows, heads, [heads.shown, heads.means]);
}

function tableHtml(rows, { shared }, titles) {
    const all = rows.flatMap((row) => (typeof row === 'string' ? sharedRows(shared, row) : [row]));
    const sentences = all.filter((row) => typeof row === 'string').map((text) => `<p>${text}</p>`);
    const lines = all.filter((row) => typeof row !== 'string').map((row) => line('td', row));
    return [...sentences, '<table>', line('th', titles), ...lines, '</table>'].join('\n');
}

/** @throws Error naming what is not there */
function sharedRows(shared, name) {
    const found = shared[name];
    if (found === undefined) throw new Error(`help.shared has no "${name}"`);
    return Array.isArray(found) ? found : [found];
}

function line(cell, texts) {
    return `<tr>${texts.map((text) => `<${cell}>${text}</${cell}>`).join('')}</tr>`;
}

/** A message as it reads best: what fits in a line stands in one. */
export function exampleText(value, indent = '') {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const flat = flatText(value);
    if (indent && indent.length + flat.length <= WIDTH) return flat;
    const inner = `${indent}  `;
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    const parts = Object.entries(value).map(([key, part]) => {
        const name = Array.isArray(value) ? '' : `${JSON.stringify(key)}: `;
        return `${inner}${name}${exampleText(part, inner)}`;
    });
    return `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}

function flatText(value) {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    if (Array.isArray(value)) return `[${value.map(flatText).join(', ')}]`;
    const parts = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${flatText(part)}`);
    return parts.length ? `{ ${parts.join(', ')} }` : '{}';
}

/** `base` with what `over` says otherwise. */
export function merged(base, over) {
    if (over === undefined) return base;
    if (typeof base !== 'object' || base === null || Array.isArray(base)) return over;
    return {
        ...base,
        ...Object.fromEntries(Object.entries(over).map(([key, part]) => [key, merged(base[key], part)])),
    };
}
