/** Text of a user in a page. */
export function escaped(text: string | number): string {
    return String(text).replace(
        /[&<>"]/g,
        (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char,
    );
}

/** A whole page. `body` is HTML. */
export function page(title: string, body: string): string {
    return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title></head>
<body>
${body}
<p>Simulated device with made-up objects and pages; not the pages of any real device.</p>
</body>
</html>
`;
}

/** A value of a table; `html` is put in as it is. */
export type Cell = string | number | boolean | { html: string };

/** Rows of a label and a value. */
export function table(rows: readonly (readonly [string, Cell])[]): string {
    const line = ([label, cell]: readonly [string, Cell]) =>
        `<tr><th>${escaped(label)}</th><td>${render(cell)}</td></tr>`;
    return `<table>\n${rows.map(line).join('\n')}\n</table>`;
}

export function render(cell: Cell): string {
    if (typeof cell === 'object') return cell.html;
    return escaped(typeof cell === 'boolean' ? (cell ? 'Yes' : 'No') : cell);
}

/** A form of one button that posts `fields` to the page itself. */
export function button(label: string, fields: Readonly<Record<string, string | number>>): string {
    const inputs = Object.entries(fields).map(
        ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
    );
    return `<form method="post">${inputs.join('')}<button>${escaped(label)}</button></form>`;
}

export function link(href: string, text: string): string {
    return `<a href="${escaped(href)}">${escaped(text)}</a>`;
}
