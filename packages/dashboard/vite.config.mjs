import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { transform } from 'esbuild';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** The dashboard gives its own Vue to widgets, as `window.Vue`; a second one could not share its components. */
const SHARED = { vue: 'window.Vue' };

const LANGUAGES = { en: 'en-US', de: 'de' };
/** Texts that come with the page that needs them, as `<name>_<language>`. */
const LATER = ['battery'];
/** Events of batteries of many blocks: their names are a module of their own, `names_<language>`. */
const BLOCKS = 'blocks-';
const CATALOGUE = 'ridethrough:catalogue/';
/**
 * All texts of a language as one module: those of ui/texts, and of the main package what it says of events and of rules, so that both say it in the
 * same words.
 */
const catalogues = {
    name: 'catalogues',
    resolveId: (id) => (id.startsWith(CATALOGUE) ? `\0${id}` : undefined),
    load(id) {
        if (!id.startsWith(`\0${CATALOGUE}`)) return undefined;
        const [language, later] = id
            .slice(CATALOGUE.length + 1)
            .split('_')
            .reverse();
        const read = (...path) => {
            const file = resolve(import.meta.dirname, ...path);
            this.addWatchFile(file);
            return JSON.parse(readFileSync(file, 'utf8'));
        };
        const ofMain = (name) => read('../../locales', LANGUAGES[language], `${name}.json`);
        const { events } = ofMain('ups-unit')['ups-unit'];
        const named = (wanted) =>
            Object.fromEntries(
                Object.entries(events)
                    .filter(([name]) => wanted(name.startsWith(BLOCKS)))
                    .map(([name, texts]) => [name, texts.name]),
            );
        if (later === 'names') return `export default ${JSON.stringify({ event: named((ofBlocks) => ofBlocks) })};`;
        if (later) return `export default ${JSON.stringify(read('ui/texts', language, `${later}.json`))};`;
        const event = named((ofBlocks) => !ofBlocks);
        const all = readdirSync(resolve(import.meta.dirname, 'ui/texts', language));
        const own = all.filter((file) => !LATER.includes(file.replace(/\.json$/, '')));
        const texts = own.map((file) => read('ui/texts', language, file));
        return `export default ${JSON.stringify(Object.assign({ rule: ofMain('ridethrough-editor').rule, event }, ...texts))};`;
    },
};

/** A chunk and all that it needs before it runs, in that order. */
function withImports(chunk, bundle, found = new Set()) {
    if (found.has(chunk)) return found;
    for (const file of chunk.imports) if (bundle[file]) withImports(bundle[file], bundle, found);
    return found.add(chunk);
}

/** Scripts that hold their styles: the dashboard loads nothing but the first of them. What comes later brings its own. */
const oneScript = {
    name: 'one-script',
    enforce: 'post',
    async generateBundle(_options, bundle) {
        const chunks = Object.values(bundle).filter(({ type }) => type === 'chunk');
        const entry = chunks.find(({ isEntry }) => isEntry);
        const atOnce = withImports(entry, bundle);
        const stylesOf = (some) =>
            [...some]
                .flatMap(({ viteMetadata }) => [...viteMetadata.importedCss])
                .map((file) => String(bundle[file].source))
                .join('');
        const styles = new Map(
            chunks.map((chunk) => [
                chunk,
                chunk === entry ? stylesOf(atOnce) : atOnce.has(chunk) ? '' : stylesOf([chunk]),
            ]),
        );
        for (const fileName of Object.keys(bundle)) if (fileName.endsWith('.css')) delete bundle[fileName];
        for (const chunk of chunks) {
            chunk.code = chunk.code.replace(
                /import\s*(?:\{([^}]*)\}|\*\s*as\s+([\w$]+))\s*from\s*["'](\w+)["'];?/g,
                (whole, names, all, from) => {
                    if (!SHARED[from]) return whole;
                    return all
                        ? `const ${all}=${SHARED[from]};`
                        : `const {${names.replace(/\bas\b/g, ':')}}=${SHARED[from]};`;
                },
            );
            // In a library vite leaves the spaces for the bundler of others.
            const { code } = await transform(chunk.code, { minify: true, format: 'esm', target: 'es2022' });
            chunk.code = code;
            const css = styles.get(chunk);
            if (!css) continue;
            const adds = `const s=document.createElement("style");s.dataset.of="ridethrough";s.textContent=${JSON.stringify(css)};document.head.append(s);`;
            chunk.code = `{${adds}}\n${chunk.code}`;
        }
    },
};

export default defineConfig({
    root: import.meta.dirname,
    logLevel: 'warn',
    plugins: [vue(), catalogues, oneScript],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
        target: 'es2022',
        outDir: 'resources',
        emptyOutDir: true,
        cssCodeSplit: true,
        lib: { entry: 'ui/index.ts', formats: ['es'], fileName: () => 'ui-ups.js' },
        rolldownOptions: {
            external: ['vue'],
            checks: { pluginTimings: false },
            output: {
                // Many small scripts are packed less well than one: what nearly every page needs is one.
                codeSplitting: {
                    groups: [{ name: 'shared', test: /[\\/](ui[\\/]lib|ui[\\/]components[\\/](?!ChartTable))/ }],
                },
                chunkFileNames: ({ name }) => `ui-ups-${name.replace(/^.*[:/]/, '')}-[hash].js`,
            },
        },
    },
});
