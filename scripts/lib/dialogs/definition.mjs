/** The script of a node's html: one literal `registerType`, which Node-RED's scanner has to see. */

const LOOKS = {
    config: { category: 'config', color: '#A9B7C6' },
    devices: { category: 'UPS devices', color: '#7FB8A4' },
    events: { category: 'UPS events', color: '#E5B567' },
    sensors: { category: 'UPS sensors', color: '#C3A6D8' },
    jobs: { category: 'UPS jobs', color: '#DB8E7E' },
    batteries: { category: 'UPS batteries', color: '#9CB86A' },
    servers: { category: 'UPS servers', color: '#8FA9D0' },
    history: { category: 'UPS history', color: '#B5AFA0' },
};
const PACKAGE = '@ridethrough/node-red-ups';

export function definitionScript(declaration) {
    const { type, family, ports } = declaration;
    const { category, color } = LOOKS[family];
    const config = family === 'config';
    const credentials = credentialsOf(declaration);
    const lines = [
        `category: ${quote(category)},`,
        `color: ${quote(color)},`,
        `icon: ${quote(`${type}.svg`)},`,
        `paletteLabel: function () { return this._(${quote(`${type}.palette`)}); },`,
        `defaults: {\n${defaults(declaration)}\n},`,
        ...(credentials ? [`credentials: {\n${credentials}\n},`] : []),
        ...(config ? [] : portsOf(type, ports)),
        'label: function () { return Ridethrough.form.label(this); },',
        ...(config ? [] : [`labelStyle: function () { return this.name ? 'node_label_italic' : ''; },`]),
        'oneditprepare: function () { Ridethrough.form.open(this); },',
        'oneditsave: function () { Ridethrough.form.save(this); },',
        'oneditcancel: function () { Ridethrough.form.cancel(this); },',
    ];
    return `<script type="text/javascript">\nRED.nodes.registerType(${quote(type)}, {\n${lines.join('\n')}\n});\n</script>`;
}

/** Also at runtime: what Node-RED keeps apart from the flow. */
function credentialsOf(declaration) {
    return Object.entries(declaration.fields)
        .filter(([, { options }]) => options.credential)
        .map(([property, { options, widget }]) => {
            const needed = widget.required && !options.when;
            const required = needed ? `, required: true, label: ${label(declaration, property)}` : '';
            return `${property}: { type: ${quote(options.credential)}${required} },`;
        })
        .join('\n');
}

function defaults(declaration) {
    const { type, fields, version, nameRequired, family } = declaration;
    const checked = `validate: function (v, opt) { return Ridethrough.form.verdict(${quote(type)}, 'name', this, v); }`;
    const name = nameRequired || family === 'config' ? `name: { value: '', ${checked} },` : `name: { value: '' },`;
    const rows = Object.entries(fields)
        .filter(([, { options }]) => !options.credential)
        .map(([property, field]) => `${property}: ${property_(declaration, property, field)},`);
    return [name, ...rows, `settingsVersion: { value: ${version} },`].join('\n');
}

function property_(declaration, property, field) {
    const { type } = declaration;
    const { kind, options, widget, initial } = field;
    const value = `value: ${JSON.stringify(initial)}`;
    const validate = `validate: function (v, opt) { return Ridethrough.form.verdict(${quote(type)}, ${quote(property)}, this, v); }`;
    if (kind !== 'reference') return `{ ${value}, ${validate} }`;
    const refers = `type: ${quote(widget.refersTo)}`;
    const named = `label: ${label(declaration, property)}`;
    // A reference that counts only sometimes is checked by our own rule; Node-RED's knows no condition.
    if (options.when && widget.required) return `{ ${value}, ${refers}, ${named}, ${validate} }`;
    return `{ ${value}, ${refers}, required: ${widget.required === true}, ${named} }`;
}

function label({ type, sections }, property) {
    const { shared } = sections.find(({ fields }) => property in fields) ?? {};
    const key = shared ? `ridethrough-editor:${shared}.label.${property}` : `${type}:${type}.label.${property}`;
    return `RED._(${quote(`${PACKAGE}/${key}`)})`;
}

function portsOf(type, { inputs, outputs, named = 'list' }) {
    const own = (name) => `this._(${quote(`${type}.output.${name}`)})`;
    const outputLabels =
        named === 'dynamic'
            ? 'function (index) { return Ridethrough.form.outputLabel(this, index); }'
            : outputs.length === 1
              ? `function () { return ${own(outputs[0])}; }`
              : `function (index) { return [${outputs.map(own).join(', ')}][index]; }`;
    return [
        `inputs: ${inputs},`,
        `outputs: ${outputs.length},`,
        ...(inputs ? [`inputLabels: function () { return this._(${quote(`${type}.input`)}); },`] : []),
        ...(outputs.length ? [`outputLabels: ${outputLabels},`] : []),
    ];
}

function quote(text) {
    return `'${String(text).replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
}
