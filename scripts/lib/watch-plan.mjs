/** What `npm run watch` watches, from the project's folder. */
export const WATCHED = ['lib', 'nodes', 'locales', 'icons', 'simulators', 'examples', 'flows', 'packages'];

/** Runs in the browser only: bundled, and not compiled to dist (tsconfig.build.json). */
const BROWSER_ONLY = /^nodes\/editor\/(?!ridethrough-editor\.ts$)|\.editor\.ts$/;
/** What the bundle may import (scripts/lint/layers.mjs). */
const IN_BUNDLE = /^nodes\/editor\/|\.(editor|settings)\.ts$|^nodes\/shared\/fields\/|^lib\/(core|flow)\//;

/** The package of the pages is built as a whole, with its own tools. */
const OF_PAGES = /^packages\//;
const BUILT_PAGES = /^packages\/[^/]+\/(dist|resources)\//;

/** Whether a file matters: not what editors lay beside it, nor what the build itself writes to examples/. */
export function isSource(file) {
    if (/(^|\/)\.|~$/.test(file) || /^examples\/shipped-/.test(file) || BUILT_PAGES.test(file)) return false;
    return file === 'package.json' || WATCHED.includes(file.split('/')[0]);
}

/**
 * What is to be done for files that were saved, made or removed, named from the project's folder.
 * @returns `scripts`: those to compile; `bundle`: whether the editor plugin is made anew; `check`: whether types may be wrong now
 */
export function planOf(files) {
    const typescript = files.filter((file) => /\.(ts|vue)$/.test(file) && !file.endsWith('.d.ts'));
    return {
        scripts: typescript.filter((file) => !BROWSER_ONLY.test(file) && !OF_PAGES.test(file)),
        bundle: files.some((file) => IN_BUNDLE.test(file)),
        check: typescript.length > 0,
    };
}
