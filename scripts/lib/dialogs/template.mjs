/** The html of a node's dialog, made of its declaration and of what its catalogue has: tips, examples and units exist where it names them. */

const PACKAGE = '@ridethrough/node-red-ups';
const EDITOR = `${PACKAGE}/ridethrough-editor`;

/** @param words the catalogue of the type in en-US: `{label, tip, placeholder, check, unit, ...}` */
export function templateHtml(declaration, words) {
    const { type, sections } = declaration;
    const page = new Page(declaration, words);
    const body = [page.nameRow(), ...sections.flatMap((section) => page.section(section)), ...page.extra()];
    return [
        `<script type="text/html" data-template-name="${type}">`,
        '    <div class="ridethrough-dialog">',
        ...body.map((line) => `        ${line}`),
        '    </div>',
        '</script>',
    ].join('\n');
}

class Page {
    constructor(declaration, words) {
        this.type = declaration.type;
        this.words = words;
        this.declaration = declaration;
        this.prefix = declaration.family === 'config' ? 'node-config-input' : 'node-input';
    }

    nameRow() {
        const id = `${this.prefix}-name`;
        const text = `data-i18n="${EDITOR}:name"`;
        const label = `<label for="${id}"><i class="fa fa-tag"></i> <span ${text}></span></label>`;
        return `<div class="form-row">${label}<input type="text" id="${id}" data-i18n="[placeholder]${EDITOR}:name" /></div>`;
    }

    section({ name, fields, shared }) {
        const heading = shared ? `${EDITOR}:${shared}.section` : `${this.type}.section.${name}`;
        const rows = Object.entries(fields)
            .filter(([, { kind }]) => kind !== 'stored')
            .map(([property, field]) => this.row(property, field, shared));
        const marked = `data-section="${name || shared}"`;
        return name || shared ? [`<h4 ${marked} data-i18n="${heading}"></h4>`, ...rows] : rows;
    }

    /** What every job has: its Test button. */
    extra() {
        const { role, fields } = this.declaration;
        // A node may have a setting of that name.
        const id = 'test' in fields ? 'testButton' : 'test';
        return role?.job && role.hasTest !== false ? [`<div class="form-row" id="${this.prefix}-${id}"></div>`] : [];
    }

    row(property, field, shared) {
        const { kind, options } = field;
        const id = `${this.prefix}-${property}`;
        const boxed = ['rows', 'events', 'special'].includes(kind);
        const icon = options.icon ? `<i class="fa fa-${options.icon}"></i> ` : '';
        const words = `<span class="ridethrough-label" data-i18n="${this.key('label', property, shared)}"></span>`;
        const label = `<label id="${id}-label"${boxed ? '' : ` for="${id}"`}>${icon}${words}</label>`;
        const widget = boxed ? box(kind, id) : this.input(id, property, field, shared);
        return `<div class="form-row" data-setting="${property}">${label}${widget}${this.tip(property, options, shared)}</div>`;
    }

    key(group, property, shared) {
        return shared ? `${EDITOR}:${shared}.${group}.${property}` : `${this.type}.${group}.${property}`;
    }

    has(group, property) {
        return this.words[group]?.[property] !== undefined;
    }

    tip(property, { warn }, shared) {
        if (!shared && !this.has('tip', property)) return '';
        if (shared && !this.words.shared?.[shared]?.tip?.[property]) return '';
        const look = warn ? 'ridethrough-tip ridethrough-warning' : 'ridethrough-tip';
        return `<div class="${look}" data-i18n="${this.key('tip', property, shared)}"></div>`;
    }

    input(id, property, { kind, options, widget }, shared) {
        const size = options.width ? ` class="ridethrough-${options.width}"` : '';
        const example = this.has('placeholder', property)
            ? ` data-i18n="[placeholder]${this.type}.placeholder.${property}"`
            : options.example
              ? ` placeholder="${escape(options.example)}"`
              : '';
        const unit = this.unit(widget.unit);
        switch (kind) {
            case 'whole':
            case 'number':
                return `<input type="number"${bounds(widget)} id="${id}"${size}${example} />${unit}`;
            case 'seconds':
                return `<input type="number" id="${id}" data-widget="duration"${example} />`;
            case 'choice':
                return `<select id="${id}"${size}>${this.choices(property, widget, shared)}</select>`;
            case 'node':
                return `<select id="${id}"${size}></select>`;
            case 'tick':
                return `<input type="checkbox" id="${id}" />${this.check(property, shared)}`;
            case 'day':
                return `<input type="date" id="${id}"${size} />`;
            case 'moment':
                return `<input type="datetime-local" id="${id}" class="ridethrough-moment" />`;
            case 'time':
                return `<input type="time" id="${id}" class="ridethrough-clock" />`;
            case 'reference':
                return `<input type="text" id="${id}" />`;
            default:
                if (widget.picked) return `<select id="${id}"${size}></select>`;
                // A field of one line would run the entries of a list into one.
                if (widget.lines > 1 || widget.rowEach)
                    return `<textarea rows="${widget.lines}" id="${id}"${size}${example}></textarea>`;
                return `<input type="${options.credential === 'password' ? 'password' : 'text'}" id="${id}"${size}${example} />${unit}`;
        }
    }

    check(property, shared) {
        const key = this.key('check', property, shared);
        return `<span class="ridethrough-check" data-i18n="${key}"></span>`;
    }

    choices(property, { values, groups }, shared) {
        const option = (value) =>
            `<option value="${escape(value)}" data-i18n="${this.key('option', property, shared)}.${escape(optionKey(value))}"></option>`;
        if (!groups) return values.map(option).join('');
        return Object.entries(groups)
            .map(([group, own]) => {
                const heading = `data-i18n="[label]${this.type}.group.${group}"`;
                return `<optgroup ${heading}>${own.map(option).join('')}</optgroup>`;
            })
            .join('');
    }

    unit(unit) {
        if (!unit) return '';
        const words = this.has('unit', unit) ? `<span data-i18n="${this.type}.unit.${unit}"></span>` : escape(unit);
        return `<span class="ridethrough-unit">${words}</span>`;
    }
}

/** Several controls, which the label of the row names together. */
function box(kind, id) {
    const tag = kind === 'rows' ? 'ol' : 'div';
    const inner = `<${tag} id="${id}-${kind === 'special' ? 'box' : 'list'}"></${tag}>`;
    return `<div class="ridethrough-field" role="group" aria-labelledby="${id}-label">${inner}</div>`;
}

function bounds({ min, max, whole }) {
    const from = min === undefined ? '' : ` min="${min}"`;
    const to = max === undefined || max > 1e6 ? '' : ` max="${max}"`;
    return `${from}${to} step="${whole ? 1 : 'any'}"`;
}

/** A value as a key of the catalogue: no dots, and a word for the empty one. */
export function optionKey(value) {
    return value === '' ? 'default' : value.replaceAll('.', '-');
}

export function escape(text) {
    return String(text).replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
