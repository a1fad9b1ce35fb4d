import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseLinks, safeUrl } from '../ui/lib/links';
import { chooseLanguage, Texts } from '../ui/lib/texts';

const PACKAGE = resolve(__dirname, '..');
type Catalogue = Record<string, unknown>;

/** Every key with its text. */
function leaves(catalogue: unknown, path = ''): [string, string][] {
    if (typeof catalogue !== 'object' || catalogue === null) return [[path, String(catalogue)]];
    return Object.entries(catalogue).flatMap(([key, value]) => leaves(value, path ? `${path}.${key}` : key));
}

function catalogueOf(folder: string): Map<string, string> {
    const all = readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Catalogue);
    return new Map(all.flatMap((each) => leaves(each)));
}

const placeholders = (text: string) => [...new Set(text.match(/__\w+?__/g))].sort();

describe('the texts of the pages', () => {
    for (const [english, german] of [
        ['ui/texts/en', 'ui/texts/de'],
        ['locales/en-US', 'locales/de'],
    ] as const) {
        it(`of ${english} are in German too, each with the same values`, () => {
            const [wanted, found] = [english, german].map((folder) => catalogueOf(join(PACKAGE, folder)));
            assert.deepEqual([...found!.keys()].sort(), [...wanted!.keys()].sort());
            for (const [key, text] of wanted!) {
                assert.ok(found!.get(key) || text === '', `${key} is empty`);
                assert.deepEqual(placeholders(found!.get(key)!), placeholders(text), key);
            }
        });
    }

    it('are all there that the pages ask for', () => {
        const known = catalogueOf(join(PACKAGE, 'ui/texts/en'));
        const has = (key: string) => known.has(key) || known.has(`${key}_other`);
        const sources = readdirSync(join(PACKAGE, 'ui'), { recursive: true, encoding: 'utf8' }).filter((file) =>
            /\.(vue|ts)$/.test(file),
        );
        const missing = sources.flatMap((file) => {
            const source = readFileSync(join(PACKAGE, 'ui', file), 'utf8');
            return [...source.matchAll(/\bsay\(\s*'([\w.-]+)'/g)]
                .map(([, key]) => key!)
                .filter((key) => !has(key) && !key.startsWith('rule.') && !key.startsWith('event.'))
                .map((key) => `${file}: ${key}`);
        });
        assert.deepEqual(missing, []);
        assert.ok(sources.length > 20);
    });

    it('fill in values and choose the form of a number', () => {
        const texts = new Texts('de', [
            { a: { hosts_one: '__count__ Rechner von __name__', hosts_other: '__count__ Rechner' } },
        ]);
        assert.equal(texts.say('a.hosts', { count: 1, name: 'x' }), '1 Rechner von x');
        assert.equal(texts.say('a.hosts', { count: 12_345 }), '12.345 Rechner');
        assert.equal(texts.say('a.unknown'), 'a.unknown');
        assert.equal(texts.find('a.unknown'), undefined);
    });

    it('are in the language of the browser, and English where that is not spoken', () => {
        assert.deepEqual(chooseLanguage(['fr', 'de-CH', 'en'], ['en', 'de']), { language: 'de', locale: 'de-CH' });
        assert.deepEqual(chooseLanguage(['fr'], ['en', 'de']), { language: 'en', locale: 'en' });
    });
});

describe('links and logo of the bar', () => {
    it('are names with an address', () => {
        assert.deepEqual(parseLinks('Our wiki https://wiki.example/ups, /rota'), [
            { name: 'Our wiki', url: 'https://wiki.example/ups' },
            { name: '/rota', url: '/rota' },
        ]);
        assert.deepEqual(parseLinks(undefined), []);
    });

    it('never run a script', () => {
        for (const url of ['javascript:alert(1)', 'data:text/html,x', '//other.example', 'wiki'])
            assert.equal(safeUrl(url), undefined);
        assert.deepEqual(parseLinks('Trap javascript:alert(1)'), []);
    });
});
