import { readFileSync } from 'node:fs';
import { layers } from './layers.mjs';

const MOST_LINES = 400;

/** The whole component counts, its template as well; what a linter is given of it are its scripts. */
const componentLines = {
    meta: { type: 'suggestion', schema: [] },
    create: (context) => ({
        Program(node) {
            const lines = readFileSync(context.filename, 'utf8').split('\n').length;
            if (lines <= MOST_LINES) return;
            context.report({ node, message: `The component has ${lines} lines; ${MOST_LINES} are allowed.` });
        },
    }),
};

/** Also where a comment stands in the block: it handles nothing. */
const noSwallowedError = {
    meta: { type: 'problem', schema: [] },
    create: (context) => ({
        'CatchClause > BlockStatement[body.length=0]'(node) {
            context.report({ node, message: 'A swallowed error: handle it, or let it pass.' });
        },
    }),
};

/** The rules of this house, for Oxlint. */
export default {
    meta: { name: 'ridethrough' },
    rules: { layers, 'component-lines': componentLines, 'no-swallowed-error': noSwallowedError },
};
