import { join } from 'node:path';
import { root } from './run.mjs';

/** The static checks: what they are called, and what is run by the project's Node. */
export const CHECKS = {
    typecheck: typecheck('tsconfig.json'),
    // What runs in the browser: without the types of Node.
    'typecheck editor': typecheck('nodes/editor/tsconfig.json'),
    'typecheck pages': ['vue-tsc/bin/vue-tsc.js', '--noEmit', '-p', 'packages/dashboard/ui/tsconfig.json'],
    // They import no component.
    'typecheck specs of pages': typecheck('packages/dashboard/test/tsconfig.json'),
    lint: ['oxlint/bin/oxlint', '.'],
    format: ['oxfmt/bin/oxfmt', '--check', '.'],
};

/** One checker: several look at the same declarations each, which takes a quarter more of the processor. */
function typecheck(project) {
    return ['typescript-7/bin/tsc', '--noEmit', '--checkers', '1', '-p', project];
}

/** Arguments for the project's Node that run a program of a package. */
export function packageProgram([program, ...args]) {
    return [join(root, 'node_modules', program), ...args];
}
