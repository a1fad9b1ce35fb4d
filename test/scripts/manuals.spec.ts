import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(__dirname, '..', '..');
const PAGE = 'docs/manuals.md';
const FOLDERS = [
    'lib',
    'nodes',
    'simulators',
    'test',
    'bench',
    'scripts',
    'docs',
    'locales',
    'README.md',
    'CONTRIBUTING.md',
];

/** Help in German says `CS141-Handbuch`. */
const MANUAL = /(CS141|RMCU|DURAmax)( manual|-Handbuch)|UPS serial protocol 1\.44/;
const CITATION = new RegExp(
    `(${MANUAL.source})(?:,? \\(?|,? in \\(?)((?:(?:, | and | und |; )?["“„][^"”“]+["”“])+)`,
    'g',
);

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...FOLDERS], {
    cwd: root,
    encoding: 'utf8',
})
    .split('\n')
    .filter(
        (file) =>
            (/\.(ts|mjs|cjs|md|html)$/.test(file) || /^locales\/.*\.json$/.test(file)) &&
            file !== PAGE &&
            existsSync(join(root, file)),
    );

/** What people read in a file: its comments, or all of a page. One string for each, without line breaks. */
function prose(file: string): string[] {
    const text = readFileSync(join(root, file), 'utf8');
    const isPage = file.endsWith('.md') || file.startsWith('locales/');
    const parts = isPage
        ? text.split(file.endsWith('.json') ? /(?<!\\)"/ : /\n\s*\n|<\/(?:p|li|dd|td)>/)
        : [...text.matchAll(/\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n)+|\/\/ .*$/gm)].map(([comment]) => comment);
    return parts.map((part) => part.replace(/^\s*(\/\*+|\*+\/?|\/\/)/gm, ' ').replace(/\s+/g, ' '));
}

const comments = files.flatMap((file) => prose(file).map((text) => ({ file, text })));

/** Every place that `pattern` finds, as `file: text around it`. */
const found = (pattern: RegExp) =>
    comments.flatMap(({ file, text }) =>
        [...text.matchAll(new RegExp(pattern, 'g'))].map(
            (match) => `${file}: ${text.slice(Math.max(0, match.index - 40), match.index + 60)}`,
        ),
    );

describe('What is cited', () => {
    const page = readFileSync(join(root, PAGE), 'utf8');
    /** Names of standards, and the headings listed under each title. */
    const names = [...page.matchAll(/^\| ([A-Z0-9][^|"]*?) *\|/gm)].map(([, name]) => name!);
    const headings = new Map(
        page
            .split(/^## /m)
            .map((part) => [
                part.split('\n', 1)[0]!,
                [...part.matchAll(/^\| "([^|]+)" *\|/gm)].map(([, heading]) => heading!),
            ]),
    );

    it('is found by these patterns at all', () => {
        assert.ok(found(MANUAL).length > 80);
        assert.ok(found(CITATION).length > 80);
        assert.ok(found(/RFC \d+/).length > 100);
    });

    it('no manual by a line, which no reader can look up', () => {
        assert.deepEqual(found(/\b[Mm]anual,? \(?lines?\b|\b(?<!of )lines? (from )?\d{3,}\b/), []);
    });

    it('no manual without its name', () => {
        const nameless = found(
            /(?<!CS141 |RMCU |DURAmax |DURAmax hardware |of the |\[)\b[Mm]anual\b(?! bypass|,? by hand|\.md|s? and standards)|\bthe manual('s)?\b/,
        );
        assert.deepEqual(
            nameless.filter((place) => !/^(README|docs\/\S+): .*manual\]?\(?|the manual itself/.test(place)),
            [],
        );
    });

    it('no heading that docs/manuals.md does not list', () => {
        const unlisted = comments.flatMap(({ file, text }) =>
            [...text.matchAll(CITATION)].flatMap(([, manual, , , quoted]) => {
                const known = headings.get(manual!.replace('-Handbuch', ' manual')) ?? [];
                return [...quoted!.matchAll(/["“„]([^"”“]+)["”“]/g)]
                    .map(([, heading]) => heading!.replace(/,$/, ''))
                    .filter((heading) => !known.some((listed) => listed.startsWith(heading)))
                    .map((heading) => `${file}: ${manual}, "${heading}"`);
            }),
        );
        assert.deepEqual(unlisted, []);
    });

    it('no standard that docs/manuals.md does not list', () => {
        const standard =
            /\bRFC \d+|\b3GPP (?:TS )?\d+\.\d+|\bModbus (?:Application Protocol|over Serial Line|Messaging on TCP\/IP)|\bAMD publication \d+|\b(?:FIPS|IEC|IEEE|ISO) \d+/g;
        const unlisted = comments.flatMap(({ file, text }) =>
            [...text.matchAll(standard)]
                .map(([name]) => name.replace(/^3GPP (?=\d)/, '3GPP TS '))
                .filter((name) => !names.includes(name))
                .map((name) => `${file}: ${name}`),
        );
        assert.deepEqual([...new Set(unlisted)], []);
    });

    it('no page that is not in the repository', () => {
        const isThere = (name: string, file: string) =>
            existsSync(join(root, name)) ||
            existsSync(join(root, file, '..', name)) ||
            files.some((other) => basename(other) === name);
        const dangling = comments.flatMap(({ file, text }) =>
            [...text.matchAll(/(?<![\w/.:-])(?:[\w.-]+\/)*[\w-]+\.md\b/g)]
                .map(([name]) => name)
                .filter((name) => !isThere(name, file) && name !== 'manuals.md')
                .map((name) => `${file}: ${name}`),
        );
        assert.deepEqual([...dangling, ...found(/\b(?:reference|specs|cases)\/[\w-]+/)], []);
    });
});
