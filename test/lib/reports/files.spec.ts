import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
    energyReport,
    outageReport,
    qualityReport,
    REPORT_CSP,
    reportFile,
    reportSummary,
    type Report,
    type ReportFormat,
} from '../../../lib/reports';
import { ReportLanguage } from '../../../lib/reports';
import type { TemperatureUnit } from '../../../lib/core/units/temperature';
import { wordsIn } from '../../../nodes/shared/words/site-words';
import { BERLIN, sourcesOf } from './samples';
import { episode, EVIL, FORMULA, NOW, SINCE, story } from './outage-story';

const DAY_MS = 86_400_000;
const UNIT = { id: 'unit1', name: EVIL, manufacturer: '"><img src=x onerror=alert(1)>', nominalVoltage: 230 };
const REQUEST = {
    site: { name: `Halle ${EVIL}`, location: 'A & B', contact: "O'Neil" },
    unit: UNIT,
    now: NOW,
    zone: BERLIN,
};

const output = (language: string, unit: TemperatureUnit = 'C') => ({
    language: new ReportLanguage(wordsIn(language), 'Europe/Berlin', unit),
    zone: BERLIN,
});

/** Reads RFC 4180, by a machine of its own. */
function readCsv(text: string): string[][] {
    const rows: string[][] = [];
    let row: string[] = [];
    let cell = '';
    let quoted = false;
    for (let index = 0; index < text.length; index++) {
        const letter = text[index]!;
        if (quoted) {
            if (letter !== '"') cell += letter;
            else if (text[index + 1] === '"') cell += text[++index];
            else quoted = false;
        } else if (letter === '"') quoted = true;
        else if (letter === ',') {
            row.push(cell);
            cell = '';
        } else if (letter === '\r' && text[index + 1] === '\n') {
            row.push(cell);
            rows.push(row);
            [row, cell] = [[], ''];
            index++;
        } else cell += letter;
    }
    assert.equal(cell, '', 'the last line ends as all do');
    return rows;
}

describe('files of a report', () => {
    const reports: Record<string, Report> = {};
    before(async () => {
        const sources = sourcesOf(story);
        const range = { from: SINCE - DAY_MS, to: SINCE + DAY_MS };
        reports.outage = await outageReport(sources, REQUEST, episode);
        reports.energy = await energyReport(sources, REQUEST, range);
        reports.quality = await qualityReport(sources, REQUEST, range, { percent: 10 });
    });
    const content = async (kind: string, format: ReportFormat, language = 'en-US', unit?: TemperatureUnit) =>
        (await reportFile(reports[kind]!, format, output(language, unit))).content;

    it('say what the wall clock did in an outage, and count its length', async () => {
        const sources = sourcesOf(story);
        const of = { ...episode, endedAt: episode.endedAt! - 3_600_000, lastedMs: 726_000 };
        const outage = await outageReport(sources, { ...REQUEST, now: NOW - 3_600_000 }, of);
        const page = (await reportFile(outage, 'html', output('en-US'))).content;
        assert.match(page, /The clock of this computer was set back by 1 h/);
        assert.match(page, /12 min 6 s/);
        assert.match(
            (await reportFile(outage, 'html', output('de'))).content,
            /Uhr dieses Rechners wurde inzwischen um 1 h/,
        );
        assert.match((await reportFile(outage, 'csv', output('en-US'))).content, /\r\nclock,,,,,,,,,-3600,\r\n/);
        assert.doesNotMatch(await content('outage', 'html'), /The clock of this computer/);
        const quality = await qualityReport(
            sourcesOf({ ...story, episodes: [{ ...of, endedAt: episode.endedAt! + 3_600_000 }] }),
            REQUEST,
            { from: SINCE - DAY_MS, to: SINCE + DAY_MS },
            { percent: 10 },
        );
        assert.match(
            (await reportFile(quality, 'html', output('en-US'))).content,
            /The clock of this computer went 1 h ahead/,
        );
    });

    for (const kind of ['outage', 'energy', 'quality']) {
        for (const language of ['en-US', 'de']) {
            it(`${kind} in ${language}: HTML runs nothing, loads nothing, and lets no text become mark-up`, async () => {
                const page = await content(kind, 'html', language);
                assert.match(page, new RegExp(`^<!DOCTYPE html>\\n<html lang="${language}">`));
                assert.doesNotMatch(page, /<script|<img|<link|<iframe|<object|\son\w+="|javascript:|\sstyle="/i);
                assert.doesNotMatch(page.replace(/<style>[\s\S]*<\/style>/, ''), /https?:\/\/(?!example\.org)/);
                assert.doesNotMatch(page, /url\((?!#c\d+h\))|@import/);
                assert.ok(page.includes('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;'));
                const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page)!;
                assert.ok(REPORT_CSP.includes(createHash('sha256').update(style).digest('base64')));
                assert.ok(page.includes(REPORT_CSP.replaceAll("'", '&#39;')));
            });

            it(`${kind} in ${language}: no text is missing, no number is not a number`, async () => {
                const page = await content(kind, 'html', language);
                assert.doesNotMatch(page, /ups-report\.|ups-unit\.|__\w+__|NaN|undefined|Infinity|\[object/);
            });
        }

        it(`${kind}: every table has a caption and headers of columns and rows, every chart a title and a description`, async () => {
            const page = await content(kind, 'html');
            for (const [table] of page.matchAll(/<table>[\s\S]*?<\/table>/g)) {
                assert.match(table, /<caption>[^<]+<\/caption>/);
                assert.match(table, /<thead><tr>(<th scope="col"[^>]*>[^<]*<\/th>)+<\/tr><\/thead>/);
                for (const [row] of table.split('<tbody>')[1]!.matchAll(/<tr>.*<\/tr>/g))
                    assert.match(row, /^<tr><th scope="row"/);
            }
            const ids = new Set<string>();
            for (const [chart] of page.matchAll(/<svg[\s\S]*?<\/svg>/g)) {
                const [, title, text] = /aria-labelledby="(\w+) (\w+)"/.exec(chart)!;
                for (const id of [title!, text!]) {
                    assert.ok(!ids.has(id));
                    ids.add(id);
                    assert.match(chart, new RegExp(`<(title|desc) id="${id}">[^<]{3,}<`));
                }
            }
        });

        it(`${kind}: CSV is one table by RFC 4180, in which no text is a formula`, async () => {
            const text = await content(kind, 'csv', 'de');
            assert.ok(text.startsWith('\ufeff'));
            const rows = readCsv(text.slice(1));
            assert.ok(rows.length > 3);
            for (const row of rows) {
                assert.equal(row.length, rows[0]!.length);
                for (const cell of row)
                    assert.ok(!/^[=+@\t\r]/.test(cell) && !/^-(?![\d.]+(e-?\d+)?$)/.test(cell), cell);
            }
        });

        it(`${kind}: JSON is the report`, async () => {
            assert.deepEqual(JSON.parse(await content(kind, 'json')), JSON.parse(JSON.stringify(reports[kind])));
        });
    }

    it('the CSV of an outage has all readings, jobs and hosts, with times of the zone', async () => {
        const [head, ...rows] = readCsv((await content('outage', 'csv')).slice(1));
        const cells = rows.map((row) => Object.fromEntries(row.map((cell, index) => [head![index]!, cell])));
        const section = (name: string) => cells.filter((row) => row.section === name);
        assert.equal(section('episode')[0]!.from, '2026-03-10T03:12:04+01:00');
        assert.equal(section('job').length, 3);
        assert.equal(section('host').length, 4);
        assert.equal(section('job')[2]!.name, `'${FORMULA}`);
        const charge = section('reading').filter(({ name }) => name === 'charge');
        const dark = charge.filter(({ from }) => Date.parse(from!) >= SINCE && Date.parse(from!) <= episode.endedAt!);
        assert.equal(
            Math.min(...dark.map(({ value }) => Number(value))),
            (reports.outage as Extract<Report, { kind: 'outage' }>).battery.lowestCharge!.value,
        );
    });

    it('speaks the language, the zone and the temperature unit of its site', async () => {
        const german = await content('outage', 'html', 'de');
        assert.match(german, /10\.03\.2026, 03:12:04/);
        assert.match(german, /24,6.°C|25,2.°C/);
        assert.match(german, /fehlgeschlagen|teilweise/);
        const english = await content('outage', 'html', 'en-US', 'F');
        assert.match(english, /Mar 10, 2026, 3:12:04.AM/);
        assert.match(english, /77\.\d.°F/);
        assert.match(await content('energy', 'html', 'de'), /10\.03\.2026/);
    });

    it('sums up in a sentence for a mail', async () => {
        const { title, text } = reportSummary(reports.outage!, output('en-US'));
        assert.match(title, /^Power failure|^Mains/);
        assert.match(text, /12 min 6 s\. 3 jobs ran\. One of them failed/);
    });

    it('names its file by what it is, in plain ASCII', async () => {
        const { filename, contentType } = await reportFile(reports.outage!, 'html', output('de'));
        assert.equal(filename, 'outage-script-alert-x-script-2026-03-10-0312.html');
        assert.equal(contentType, 'text/html; charset=utf-8');
        assert.equal(
            (await reportFile(reports.energy!, 'csv', output('de'))).filename,
            'energy-script-alert-x-script-2026-03-09.csv',
        );
    });
});

describe('the report of an outage of a DC supply', () => {
    const samples = story.samples.map(({ at, charge }) => ({
        at,
        charge,
        dcInputVoltage: at >= SINCE ? 0.4 : 24.2,
        dcOutputVoltage: 23.8,
    }));

    for (const [language, title, columns] of [
        ['en-US', 'DC voltages', 'DC input (V)'],
        ['de', 'DC-Spannungen', 'DC-Eingang (V)'],
    ] as const) {
        it(`has its voltages as a chart and in the table, in ${language}`, async () => {
            const report = await outageReport(sourcesOf({ ...story, samples }), REQUEST, episode);
            const quantities = report.curves.map(({ quantity }) => quantity);
            assert.deepEqual(quantities, ['charge', 'dcInputVoltage', 'dcOutputVoltage']);
            const page = (await reportFile(report, 'html', output(language))).content;
            assert.ok(page.includes(`>${title}<`), 'the chart');
            assert.ok(page.includes(columns), 'the table');
        });
    }
});
