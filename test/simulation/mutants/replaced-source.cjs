// Required before anything else: the source file REPLACED_FILE reads as the text that stands in REPLACED_BY, for whoever loads it.
const fs = require('node:fs');
const path = require('node:path');

const file = process.env.REPLACED_FILE && path.resolve(process.env.REPLACED_FILE);
if (file) {
    const { readFileSync } = fs;
    const text = readFileSync(process.env.REPLACED_BY);
    fs.readFileSync = (asked, options) => {
        const isIt = typeof asked === 'string' && path.resolve(asked.replace(/^file:\/\//, '')) === file;
        if (!isIt) return readFileSync(asked, options);
        return options ? text.toString(typeof options === 'string' ? options : options.encoding) : text;
    };
}
