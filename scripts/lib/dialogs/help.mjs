/** The help page of a node: what is written by hand, with the table of its settings, which its declaration and catalogue make. */
import { escape, optionKey } from './template.mjs';

/** Where a page has its table. */
export const MARK = '<!-- settings -->';

/**
 * @param page the page as it is written, or undefined: then the catalogue's `help` is the page
 * @param words the catalogue of the type, in the language of the page
 * @param shared the catalogue of the editor, in that language: what jobs have in common, and the words of the table
 */
export function helpHtml(declaration, page, words, shared) {
    const table = settingsTable(declaration, words, shared);
    const whole = page ?? pageOf(declaration.type, words.help ?? {}, shared.help);
    if (whole.includes(MARK)) return whole.replace(MARK, table);
    return whole;
}

function pageOf(type, help, heads) {
    const part = (name) =>
        help[name] ? [`<h3>${escape(heads[name])}</h3>`, ...[help[name]].flat().map((text) => `<p>${text}</p>`)] : [];
    return [
        `<script type="text/html" data-help-name="${type}">`,
        `<p>${help.summary ?? ''}</p>`,
        ...part('inputs'),
        ...part('outputs'),
        MARK,
        ...part('details'),
        ...part('failure'),
        ...part('status'),
        ...part('example'),
        ...part('references'),
        '</script>',
        '',
    ].join('\n');
}

/** The table: what the dialog calls a setting, its name in the flow, what it means, what may stand there. */
export function settingsTable(declaration, words, shared) {
    const heads = shared.help;
    const lines = declaration.sections.flatMap(({ name, fields, shared: key }) => {
        const own = key ? shared[key] : words;
        const title = key ? shared[key].section : words.section?.[name];
        const heading = name || key ? [`<tr><th colspan="3">${escape(title ?? '')}</th></tr>`] : [];
        const rows = Object.entries(fields)
            .filter(([, { kind }]) => kind !== 'stored')
            .map(([property, field]) => row(property, field, own, words, heads));
        return [...heading, ...rows];
    });
    if (lines.length === 0) return '';
    return [
        `<h3>${escape(heads.settings)}</h3>`,
        '<table class="ridethrough-settings">',
        `<tr><th>${escape(heads.setting)}</th><th>${escape(heads.meaning)}</th><th>${escape(heads.value)}</th></tr>`,
        ...lines,
        '</table>',
    ].join('\n');
}

function row(property, field, own, words, heads) {
    const meaning = [own.check?.[property], own.tip?.[property]].filter(Boolean).map(sentence).join(' ');
    const label = own.label?.[property] ?? property;
    const cells = [
        `${escape(label)}<br><code>${property}</code>`,
        escape(meaning),
        valueCell(property, field, own, words, heads),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function sentence(text) {
    const first = text.charAt(0).toUpperCase() + text.slice(1);
    return /[.!?…]$/.test(first) ? first : `${first}.`;
}

function valueCell(property, field, own, words, heads) {
    const { kind, widget, options, empty, initial } = field;
    const parts = [];
    const unit = widget.unit ? ` ${words.unit?.[widget.unit] ?? widget.unit}` : kind === 'seconds' ? ' s' : '';
    const option = (value) => own.option?.[property]?.[optionKey(value)] ?? value;
    if (kind === 'choice')
        parts.push(...widget.values.map((value) => `<code>${escape(value)}</code> ${escape(option(value))}`));
    if (['whole', 'number', 'seconds'].includes(kind)) parts.push(escape(range(widget, heads, unit)));
    if (kind === 'tick') parts.push('<code>true</code>, <code>false</code>');
    if (kind === 'reference' || kind === 'node') parts.push(`<code>${widget.refersTo}</code>`);
    if (kind === 'rows') {
        const columns = Object.entries(widget.columns).map(
            ([key]) => `${escape(words.column?.[key] ?? key)} (<code>${key}</code>)`,
        );
        parts.push(columns.join(', '));
    }
    if (options.credential) parts.push(escape(heads.secret));
    const needed = 'fault' in empty;
    if (needed) parts.push(escape(heads.needed));
    else if (!Array.isArray(initial) && initial !== '' && typeof initial !== 'object') {
        const shown =
            kind === 'choice'
                ? `<code>${escape(initial)}</code>`
                : `<code>${escape(String(initial))}</code>${escape(unit)}`;
        parts.push(`${escape(heads.default)}: ${shown}`);
    }
    return parts.filter(Boolean).join('<br>');
}

function range({ min, max, whole }, heads, unit) {
    const kind = whole ? heads.whole : heads.number;
    if (min === undefined && max === undefined) return `${kind}${unit}`;
    if (max === undefined) return `${kind}, ${heads.from} ${min}${unit}`;
    if (min === undefined) return `${kind}, ${heads.to} ${max}${unit}`;
    return `${kind}, ${min} … ${max}${unit}`;
}
