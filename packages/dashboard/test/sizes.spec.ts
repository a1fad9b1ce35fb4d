import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const RESOURCES = resolve(__dirname, '../resources');
/** As it comes over the network, bytes. */
const AT_ONCE_MOST = 60_000;
const CHART_MOST = 35_000;
const LATER_MOST = 20_000;

const scripts = readdirSync(RESOURCES).filter((file) => file.endsWith('.js'));
const read = (file: string) => readFileSync(join(RESOURCES, file));
const packed = (files: Iterable<string>) => [...files].reduce((sum, file) => sum + gzipSync(read(file)).length, 0);

/** A script with all that it needs before it runs. */
function withImports(file: string, found = new Set<string>()): Set<string> {
    if (found.has(file)) return found;
    found.add(file);
    const text = read(file).toString();
    for (const [, needed] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)) withImports(needed!, found);
    return found;
}

describe('the scripts of the pages', () => {
    const chart = scripts.filter((file) => file.includes('-chart-'));
    const languages = scripts.filter((file) => /^ui-ups-[a-z]{2}-[\w-]{8}\.js$/.test(file));
    const atOnce = withImports('ui-ups.js');

    it('that come at once are at most 60 kB on their way to the browser, in any language', () => {
        assert.ok(atOnce.size > 1 && languages.length > 0, [...atOnce, ...languages].join(', '));
        for (const language of languages) {
            const bytes = packed(new Set([...atOnce, language]));
            assert.ok(bytes <= AT_ONCE_MOST, `${bytes} bytes: ${[...atOnce, language].join(', ')}`);
        }
    });

    it('bring the styles of all that they show, or are loaded by one that does', () => {
        const STYLE = /\.textContent=("(?:[^"\\]|\\.)*")/;
        const styled = new Map(
            scripts.map((file) => {
                const css = STYLE.exec(read(file).toString())?.[1] ?? '';
                return [file, new Set([...css.matchAll(/\.(rt-[\w-]+)/g)].map(([, name]) => name!))];
            }),
        );
        const loadedBy = (file: string) =>
            scripts.filter((each) => read(each).toString().includes(`import("./${file}")`));
        const all = new Set([...styled.values()].flatMap((names) => [...names]));
        assert.ok(all.size > 100, `${all.size} styles`);
        for (const file of scripts) {
            const around = [file, 'ui-ups.js', ...loadedBy(file)].flatMap((each) => [...withImports(each)]);
            const has = new Set(around.flatMap((each) => [...styled.get(each)!]));
            const used = read(file)
                .toString()
                .replace(STYLE, '')
                .matchAll(/\brt-[\w-]+/g);
            const lacking = [...used].map(([name]) => name).filter((name) => all.has(name) && !has.has(name));
            assert.deepEqual(lacking, [], file);
        }
    });

    it('have the chart in a part of its own, of at most 35 kB', () => {
        const bytes = packed(chart);
        assert.ok(chart.length === 1 && bytes <= CHART_MOST, `${bytes} bytes: ${chart.join(', ')}`);
    });

    it('load each other page when it is opened, at most 20 kB', () => {
        const later = scripts.filter((file) => ![...atOnce, ...chart, ...languages].includes(file));
        assert.ok(later.length >= 3, later.join(', '));
        for (const file of later) assert.ok(packed([file]) <= LATER_MOST, `${file}: ${packed([file])} bytes`);
    });
});
