import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LANGUAGES = ['en-US', 'de'];
const COLOUR = '#7fb3c8';

/**
 * What Node-RED looks for beside the script of each widget node: its dialog, its texts and help in each language, its icon. All widgets have the same
 * dialog; one with settings of its own has them in `SETTINGS`. Throws where a widget lacks something, because Node-RED would not say.
 * @returns pairs of a path in the package and its content
 */
export function widgetFiles(folder) {
    const { 'node-red': entries } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const read = (...path) => readFileSync(join(folder, ...path), 'utf8');
    const files = [];
    for (const type of Object.keys(entries.nodes)) {
        files.push([join('dist', 'nodes', `${type}.html`), dialogOf(type)]);
        files.push([join('dist', 'nodes', 'icons', `${type}.svg`), read('icons', `${type}.svg`)]);
        for (const language of LANGUAGES) {
            const shared = JSON.parse(read('locales', language, 'shared.json'));
            const own = JSON.parse(read('locales', language, `${type}.json`));
            const texts = { [type]: merged(shared.widget, own[type]), palette: shared.palette };
            const target = join('dist', 'nodes', 'locales', language);
            files.push([join(target, `${type}.json`), `${JSON.stringify(texts, null, 4)}\n`]);
            const help = read('locales', language, `${type}.html`).trim();
            files.push([
                join(target, `${type}.html`),
                `<script type="text/html" data-help-name="${type}">\n${help}\n</script>\n`,
            ]);
        }
        if (!existsSync(join(folder, 'nodes', `${type}.ts`))) throw new Error(`${type} has no nodes/${type}.ts`);
    }
    return files;
}

/** The groups of texts of both; where both have one, the second. */
function merged(shared, own) {
    const groups = Object.entries(own).map(([key, text]) => [
        key,
        typeof text === 'object' ? { ...shared[key], ...text } : text,
    ]);
    return { ...shared, ...Object.fromEntries(groups) };
}

/** Settings beside those that all widgets have: as they stand in `defaults`, and their row in the dialog. */
const SETTINGS = {
    'ui-ups-bar': [{ name: 'logo' }, { name: 'links' }],
    'ui-ups-unit': [{ name: 'ups', type: 'ups-unit', tip: true }],
    'ui-ups-battery': [{ name: 'battery', type: 'ups-battery', tip: true }],
};
const ROW_ICONS = { logo: 'picture-o', links: 'link', ups: 'battery-full', battery: 'th' };

function dialogOf(type) {
    const own = SETTINGS[type] ?? [];
    const defaults = own.map(({ name, type: of }) =>
        of
            ? `            ${name}: { type: '${of}', value: '', required: false },`
            : `            ${name}: { value: '' },`,
    );
    const rows = own.map(
        ({ name, tip }) => `    <div class="form-row">
        <label for="node-input-${name}"><i class="fa fa-${ROW_ICONS[name]}"></i> <span data-i18n="${type}.label.${name}"></span></label>
        <input type="text" id="node-input-${name}" data-i18n="[placeholder]${type}.placeholder.${name}">
    </div>${tip ? `\n    <div class="form-tips" data-i18n="${type}.tip.${name}"></div>` : ''}`,
    );
    return `<script type="text/javascript">
    RED.nodes.registerType('${type}', {
        category: 'UPS_pages',
        color: '${COLOUR}',
        icon: '${type}.svg',
        inputs: 0,
        outputs: 0,
        defaults: {
            name: { value: '' },
            group: { type: 'ui-group', required: true },
            order: { value: 0 },
            width: {
                value: 0,
                validate(value) {
                    const group = RED.nodes.node($('#node-input-group').val() || this.group);
                    const isValid = !group || Number(value || 0) >= 0;
                    $('#node-input-size').toggleClass('input-error', !isValid);
                    return isValid;
                },
            },
            height: { value: 0 },
            className: { value: '' },
${[...defaults, ''].join('\n')}        },
        paletteLabel() {
            return this._('${type}.palette');
        },
        label() {
            return this.name || this._('${type}.palette');
        },
        labelStyle() {
            return this.name ? 'node_label_italic' : '';
        },
        oneditprepare() {
            $('#node-input-size').elementSizer?.({
                width: '#node-input-width',
                height: '#node-input-height',
                group: '#node-input-group',
            });
        },
    });
</script>

<script type="text/html" data-template-name="${type}">
    <div class="form-row">
        <label for="node-input-name"><i class="fa fa-tag"></i> <span data-i18n="${type}.label.name"></span></label>
        <input type="text" id="node-input-name" data-i18n="[placeholder]${type}.palette">
    </div>
    <div class="form-row">
        <label for="node-input-group"><i class="fa fa-table"></i> <span data-i18n="${type}.label.group"></span></label>
        <input type="text" id="node-input-group">
    </div>
    <div class="form-row">
        <label><i class="fa fa-object-group"></i> <span data-i18n="${type}.label.size"></span></label>
        <input type="hidden" id="node-input-width">
        <input type="hidden" id="node-input-height">
        <button class="editor-button" id="node-input-size"></button>
    </div>
${[...rows, ''].join('\n')}    <div class="form-row">
        <label for="node-input-className"><i class="fa fa-code"></i> <span data-i18n="${type}.label.className"></span></label>
        <input type="text" id="node-input-className" data-i18n="[placeholder]${type}.placeholder.className">
    </div>
</script>
`;
}
