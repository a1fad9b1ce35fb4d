/**
 * The help page of a node: what it does, in sentences, is written by hand; the table of its settings comes from its declaration; what one
 * sees and what to do then, the statuses, the example and the references stand in its catalogue, under `help`.
 */
import { exampleText, failureHtml, merged, statusHtml } from './help-sections.mjs';
import { escape, optionKey } from './template.mjs';

/** Where a page has its table. */
export const MARK = '<!-- settings -->';

/**
 * @param page what is written by hand, up to the details, or undefined: then the catalogue's `help` says that, too
 * @param words the catalogue of the type, in the language of the page
 * @param shared the catalogue of the editor, in that language: what several pages say alike, and the words of the tables
 * @param english the catalogue of the type in English: of an example, other languages say only what differs
 */
export function helpHtml(declaration, page, words, shared, english) {
    const help = { ...words.help, example: merged(english.help?.example, words.help?.example) };
    const whole = page ?? pageOf(declaration.type, help, shared.help);
    const end = whole.lastIndexOf('</script>');
    return [
        whole
            .slice(0, end)
            .trimEnd()
            .replace(MARK, settingsTable(declaration, words, shared)),
        ...section(shared.help.failure, failureHtml(help.failure, shared.help)),
        ...section(shared.help.status, statusHtml(help.status, shared.help)),
        ...section(shared.help.example, help.example && `<pre>${asText(exampleText(help.example))}</pre>`),
        ...section(shared.help.references, listHtml(help.references)),
        '</script>',
        '',
    ].join('\n');
}

function section(heading, html) {
    return html ? [`<h3>${escape(heading)}</h3>`, html] : [];
}

/** Text between tags, where quotes may stand as they are. */
function asText(text) {
    return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}

function listHtml(items) {
    return items && `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

function pageOf(type, help, heads) {
    const part = (name) =>
        section(
            heads[name],
            help[name] &&
                [help[name]]
                    .flat()
                    .map((text) => `<p>${text}</p>`)
                    .join(''),
        );
    return [
        `<script type="text/html" data-help-name="${type}">`,
        `<p>${help.summary ?? ''}</p>`,
        ...part('inputs'),
        ...part('outputs'),
        MARK,
        ...part('details'),
        '</script>',
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
        parts.push(...widget.values.map((value) => `<code>${escape(value)}</code>: ${escape(option(value))}`));
    if (['whole', 'number', 'seconds'].includes(kind)) parts.push(escape(range(widget, heads, unit)));
    if (kind === 'tick') parts.push('<code>true</code>, <code>false</code>');
    if (widget.refersTo !== undefined) parts.push(`<code>${widget.refersTo}</code>`);
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

/** Beyond this, a bound is that of the computer and tells people nothing. */
const LARGEST = 1e6;

function range({ min, max: most, whole }, heads, unit) {
    const max = most > LARGEST ? undefined : most;
    const kind = whole ? heads.whole : heads.number;
    if (min === undefined && max === undefined) return `${kind}${unit}`;
    if (max === undefined) return `${kind}, ${heads.from} ${min}${unit}`;
    if (min === undefined) return `${kind}, ${heads.to} ${max}${unit}`;
    return `${kind}, ${min} … ${max}${unit}`;
}
