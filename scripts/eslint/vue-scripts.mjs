import { parse } from 'vue/compiler-sfc';

const MOST_LINES = 400;
const lengths = new Map();

/** ESLint processor: the scripts of a Vue component as TypeScript, each at its own lines. Templates are checked by vue-tsc. */
export const vueScripts = {
    meta: { name: 'vue-scripts', version: '1' },
    supportsAutofix: false,
    preprocess(text, file) {
        lengths.set(file, text.split('\n').length);
        const { descriptor } = parse(text, { filename: file, ignoreEmpty: true });
        return [descriptor.script, descriptor.scriptSetup]
            .filter((block) => block)
            .map(({ content, loc }, index) => ({
                filename: `${index}.ts`,
                text: '\n'.repeat(loc.start.line - 1) + content,
            }));
    },
    postprocess(found, file) {
        const lines = lengths.get(file) ?? 0;
        lengths.delete(file);
        const messages = found.flat();
        if (lines > MOST_LINES) {
            const message = `File has too many lines (${lines}). Maximum allowed is ${MOST_LINES}.`;
            messages.push({ ruleId: 'max-lines', severity: 2, message, line: MOST_LINES + 1, column: 1 });
        }
        return messages;
    },
};
