import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const { nodes } = (
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { 'node-red': { nodes: Record<string, string> } }
)['node-red'];
const LANGUAGES = readdirSync(join(root, 'locales'));
const familyOf = (file: string) => file.split('/')[2] ?? '';

const HEADINGS: Record<string, Record<'fails' | 'status' | 'example', string>> = {
    'en-US': { fails: 'When it fails', status: 'Status', example: 'Example' },
    de: { fails: 'Wenn etwas nicht geht', status: 'Status', example: 'Beispiel' },
};
const SIGNS: Record<string, string[]> = {
    'en-US': ['green dot', 'yellow dot', 'red dot', 'blue dot', 'grey ring', 'blue ring', 'red ring', 'none'],
    de: [
        'grüner Punkt',
        'gelber Punkt',
        'roter Punkt',
        'blauer Punkt',
        'grauer Ring',
        'blauer Ring',
        'roter Ring',
        'keine',
    ],
};
/** Configuration nodes have no place on the canvas; a site shows a status all the same. */
const WITHOUT_STATUS = ['ups-unit', 'ups-battery', 'ups-mail-account', 'ups-modem', 'ups-aux-module'];
const WITHOUT_MESSAGES = [
    'ups-site',
    'ups-battery',
    'ups-mail-account',
    'ups-modem',
    'ups-aux-module',
    'ups-metrics',
    'ups-modbus-server',
    'ups-bacnet-server',
    'ups-mqtt',
    'ups-nut-server',
    'ups-snmp-agent',
];

const pageOf = (language: string, type: string) =>
    join('dist', 'nodes', familyOf(nodes[type]!), 'locales', language, `${type}.html`);

function sections(page: string): Map<string, string> {
    return new Map(
        page
            .split('<h3>')
            .slice(1)
            .map((part) => part.split('</h3>') as [string, string]),
    );
}

/** What the example in English says of its event. */
const englishText = (type: string) => {
    const page = readFileSync(join(root, pageOf('en-US', type)), 'utf8');
    return /"text": "(.*)"/.exec(page)?.[1];
};

const rowsOf = (section: string) =>
    [...section.matchAll(/<tr>\s*<td>([\s\S]*?)<\/td>\s*<td>([\s\S]*?)<\/td>\s*<\/tr>/g)].map(([, first, second]) =>
        [first!, second!].map((cell) => cell.replace(/\s+/g, ' ').trim()),
    );

describe('Help', () => {
    for (const language of LANGUAGES) {
        const { fails, status, example } = HEADINGS[language]!;
        const words = readFileSync(join(root, 'locales', language, 'ups-unit.json'), 'utf8');
        for (const type of Object.keys(nodes)) {
            describe(`of ${type} in ${language}`, () => {
                let page: Map<string, string>;
                let text: string;
                before(() => {
                    text = readFileSync(join(root, pageOf(language, type)), 'utf8');
                    page = sections(text);
                });

                it('is whole: no part is left to be put in', () => {
                    assert.doesNotMatch(text, /<!-- part:/);
                });

                it('says when it fails, what one sees then, and what to do', () => {
                    const rows = rowsOf(page.get(fails) ?? '');
                    assert.ok(rows.length > 0, fails);
                    for (const [see, todo] of rows) assert.ok(see && todo, `${see}: ${todo}`);
                });

                if (!WITHOUT_STATUS.includes(type)) {
                    it('says what each status means, in the words that the node shows', () => {
                        const rows = rowsOf(page.get(status) ?? '');
                        assert.ok(rows.length > 1, status);
                        for (const [shown, meaning] of rows) {
                            const [sign, word = ''] = shown!.split(', <b>');
                            assert.ok(SIGNS[language]!.includes(sign!), `${shown}`);
                            // Without figures and what changes.
                            const fixed = word.replace('</b>', '').replace(/^… /, '').split(/[…\d]/)[0]!.trim();
                            assert.ok(words.includes(fixed), `${fixed} is not in the catalogue`);
                            assert.ok(meaning);
                        }
                    });
                }

                if (!WITHOUT_MESSAGES.includes(type)) {
                    it('has a message as an example, of the form that the node sends', () => {
                        const [, json = ''] = /<pre>([\s\S]*?)<\/pre>/.exec(page.get(example) ?? '') ?? [];
                        const message = JSON.parse(json.replaceAll('&lt;', '<').replaceAll('&amp;', '&')) as Record<
                            string,
                            unknown
                        >;
                        assert.equal(typeof message.topic, 'string');
                        assert.notEqual(message.payload, undefined);
                        if (message.job) {
                            const {
                                type: jobType,
                                startedAt,
                                endedAt,
                            } = message.job as Record<string, number | string>;
                            assert.equal(jobType, type);
                            assert.ok(startedAt! <= endedAt!);
                        }
                        if (message.event) {
                            const { id, source, sourceId, active, since, at, episode, text } = message.event as Record<
                                string,
                                string | number
                            >;
                            assert.equal(message.topic, `${source}/${id}`);
                            assert.equal(message.payload, active);
                            assert.ok(since! <= at! && text);
                            // A sentence, which is said in the language of the page.
                            if (language !== 'en-US') assert.notEqual(text, englishText(type));
                            assert.ok(String(episode).startsWith(`${sourceId}:${id}:`), `${episode}`);
                        }
                    });
                }

                it('has its lists in the catalogue, and says where the table of the settings goes', () => {
                    const page = join(root, 'locales', language, `${type}.html`);
                    // A page that the catalogue makes has its table anyhow.
                    if (!existsSync(page)) return;
                    const source = readFileSync(page, 'utf8');
                    assert.equal(source.split('<!-- settings -->').length, 2);
                    for (const list of [fails, status, example]) assert.ok(!sections(source).has(list), list);
                });
            });
        }
    }

    const writtenPages = (language: string) =>
        Object.keys(nodes).filter((type) => existsSync(join(root, 'locales', language, `${type}.html`)));

    it('has the same parts in every language', () => {
        const parts = (language: string) =>
            writtenPages(language).map((type) =>
                [
                    ...readFileSync(join(root, 'locales', language, `${type}.html`), 'utf8').matchAll(
                        /<!-- part: ([\w-]+) -->/g,
                    ),
                ].map(([, name]) => name!),
            );
        for (const language of LANGUAGES) {
            assert.deepEqual(parts(language), parts('en-US'), language);
            for (const name of parts(language).flat())
                assert.ok(existsSync(join(root, 'locales', language, 'parts', `${name}.html`)), name);
        }
    });
});
