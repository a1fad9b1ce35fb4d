import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { HEALTH_REASONS, type HealthReason } from '../../../lib/core/batteries/health/reasons';
import { batteryHealth, type BatteryHealth } from '../../../lib/core/batteries/health/health';
import type { DischargeCurves } from '../../../lib/core/batteries/health/discharge-curves';
import { layoutOf } from '../../../lib/core/batteries/layout';
import { Slices } from '../../../lib/core/turns';
import {
    batteryDischargeReport,
    batteryHealthReport,
    batteryReplacementReport,
    REPORT_CSP,
    reportFile,
    ReportLanguage,
    reportSummary,
    type BatteryDischargeReport,
    type BatteryHealthReport,
    type BatteryReport,
    type DischargeStory,
    type ReportFormat,
} from '../../../lib/reports';
import { reasonText } from '../../../lib/reports/battery-reasons';
import { wordsIn } from '../../../nodes/shared/words/site-words';
import { BATTERY, batteryReports } from './battery-story';
import { EVIL, FORMULA } from './outage-story';
import { BERLIN } from './samples';

const DAY_MS = 86_400_000;
const UNIT = { id: 'battery1', name: EVIL, manufacturer: '"><img src=x onerror=alert(1)>', model: 'FG 100' };
const ONSET = Date.UTC(2026, 0, 10, 2);
const REQUEST = {
    site: { name: `Halle ${EVIL}`, contact: "O'Neil" },
    unit: UNIT,
    now: ONSET + 20 * DAY_MS,
    zone: BERLIN,
};
const NAMES = { strings: ['A', EVIL], blocks: [EVIL, undefined, FORMULA] };

const output = (language: string, unit: 'C' | 'F' = 'C') => ({
    language: new ReportLanguage(wordsIn(language), 'Europe/Berlin', unit),
    zone: BERLIN,
});
const file = async (report: BatteryReport, format: ReportFormat, language = 'en-US', unit?: 'C' | 'F') =>
    (await reportFile(report, format, output(language, unit))).content;

/** By hand: two strings of one block, 10 A each for an hour; the second block is at 10.4 V after half of it. */
const byHand = (): DischargeCurves => {
    const at = Array.from({ length: 67 }, (_, i) => -300 + 60 * i);
    const on = (second: number) => second > 0;
    return {
        id: 'd-7',
        onset: ONSET,
        end: ONSET + 3_600_000,
        times: at.map((second) => ONSET + second * 1000),
        voltage: [
            at.map((second) => (on(second) ? 12 : 13.6)),
            at.map((second) => (on(second) ? (second >= 1800 ? 10.4 : 12) : 13.5)),
        ],
        current: [at.map((second) => (on(second) ? -10 : 0)), at.map((second) => (on(second) ? -10 : 0))],
        temperature: [21, 23],
    };
};
const dischargeReport = (curves: DischargeCurves, more: Partial<DischargeStory> = {}) =>
    batteryDischargeReport(REQUEST, { curves, battery: BATTERY, names: NAMES, ...more }, new Slices());

describe('the report of a discharge of a battery', () => {
    const hand = { battery: { layout: layoutOf(2, 2), nominalVoltage: 12, capacityAh: 100 } };

    it('says when, how much, which block was lowest and which was empty early', async () => {
        const report = await dischargeReport(byHand(), hand);
        assert.deepEqual([report.since, report.until, report.seconds], [ONSET, ONSET + 3_600_000, 3600]);
        // 10 A for 59.5 min, as the current comes within the first minute; twice.
        assert.ok(Math.abs(report.ampereHours! - 19.83) < 0.01, `${report.ampereHours}`);
        assert.ok(Math.abs(report.kilowattHours! - 0.23) < 0.005, `${report.kilowattHours}`);
        assert.equal(report.endVoltage, 10.5);
        assert.deepEqual(
            report.early.map(({ module, string, seconds }) => [module, string, seconds]),
            [[2, 2, 1800]],
        );
        const [lowest, other] = report.blocks;
        assert.deepEqual(
            [lowest!.module, lowest!.voltsBefore, lowest!.voltsAtEnd, lowest!.lowest!.volts, lowest!.celsius],
            [2, 13.5, 10.4, 10.4, 23],
        );
        assert.deepEqual([other!.module, other!.voltsAtEnd, other!.capacity], [1, 12, undefined]);
        // It was empty after 29.5 min of 10 A, at 23 °C: 4.9 Ah of 100, by 1.024.
        assert.ok(Math.abs(lowest!.capacity!.percent - 4.7) < 0.2, `${lowest!.capacity!.percent}`);
        assert.ok(Math.abs(report.strings[0]!.meanCurrent! - 9.84) < 0.01);
        assert.ok(Math.abs(report.strings[0]!.depth! - 0.099) < 0.001);
    });

    it('takes the amounts of who kept the record, and names what it did not see', async () => {
        const story = { ...hand, ampereHours: 21, kilowattHours: 0.3, onsetMissed: true, lasts: true };
        const report = await dischargeReport(byHand(), { ...story, gaps: [{ from: ONSET, to: ONSET + 60_000 }] });
        assert.deepEqual([report.ampereHours, report.kilowattHours, report.until], [21, 0.3, undefined]);
        const page = await file(report, 'html');
        assert.match(page, /60 min so far|1 h so far/);
        assert.match(page, /already discharging when it was first read/);
        assert.match(page, /The readings have one gap/);
    });

    it('of which next to nothing is known says so', async () => {
        const empty: DischargeCurves = { id: 'x', onset: ONSET, end: ONSET, times: [], voltage: [], current: [] };
        const report = await dischargeReport(empty, { battery: { layout: BATTERY.layout } });
        assert.deepEqual([report.ampereHours, report.endVoltage, report.curves], [undefined, undefined, []]);
        for (const language of ['en-US', 'de']) {
            const page = await file(report, 'html', language);
            assert.doesNotMatch(page, /NaN|undefined|Infinity|<svg/);
        }
        assert.match(await file(report, 'html'), /The end voltage of a block is not known/);
        const blind = { ...byHand(), current: [undefined, undefined], temperature: undefined };
        const without = await dischargeReport(blind as unknown as DischargeCurves, hand);
        assert.equal(without.ampereHours, undefined);
        assert.doesNotMatch(await file(without, 'html', 'de'), /NaN|undefined|Infinity/);
    });

    it('speaks the language, the zone and the temperature unit of its site', async () => {
        const report = await dischargeReport(byHand(), hand);
        const german = await file(report, 'html', 'de');
        assert.match(german, /Batterieentladung: 10\.01\.2026, 03:00:00/);
        assert.match(german, /13,50.V bis 13,60.V|13,5.V bis 13,6.V/);
        assert.match(german, /Ein Block erreichte die Schlussspannung/);
        assert.match(await file(report, 'html', 'en-US', 'F'), /69\.8.°F to 73\.4.°F/);
        const { filename } = await reportFile(report, 'csv', output('de'));
        assert.equal(filename, 'battery-discharge-script-alert-x-script-2026-01-10-0300.csv');
        assert.match(reportSummary(report, output('en-US')).text, /Taken out: 19\.8.Ah, 0\.23.kWh/);
    });

    it('has its CSV by sections, with times of the zone', async () => {
        const rows = (await file(await dischargeReport(byHand(), hand), 'csv')).split('\r\n');
        assert.equal(rows[0], '\ufeffsection,module,string,name,from,to,value,plusMinus,unit,code,text');
        assert.ok(rows.includes('early,2,2,endVoltage,2026-01-10T03:30:00+01:00,,1800,,s,,'));
        assert.ok(rows.includes('block,2,2,voltsAtEnd,,,10.4,,V,,'));
        assert.ok(rows.some((row) => row.startsWith('reading,,,median,2026-01-10T02:55:00+01:00,,13.55,')));
    });
});

describe('files of the reports on a battery', () => {
    const reports: Record<string, BatteryReport> = {};
    let health: BatteryHealth;

    before(async () => {
        Object.assign(reports, await batteryReports(REQUEST, NAMES, ['', '', '', '', EVIL]));
        health = (reports.health as BatteryHealthReport).health;
    });

    it('find the weak block and the one that fails', () => {
        assert.deepEqual(
            [...health.ranking].sort((a, b) => a - b),
            [5, 10],
        );
        assert.deepEqual(health.ranking[0], 5);
    });

    for (const kind of ['discharge', 'health', 'replacement']) {
        for (const language of ['en-US', 'de']) {
            it(`${kind} in ${language}: HTML runs nothing, loads nothing, lets no name become mark-up, lacks no text`, async () => {
                const page = await file(reports[kind]!, 'html', language);
                assert.match(page, new RegExp(`^<!DOCTYPE html>\\n<html lang="${language}">`));
                assert.doesNotMatch(page, /<script|<img|<link|<iframe|\son\w+="|\sstyle="|@import/i);
                assert.ok(page.includes('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;'));
                const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page)!;
                assert.ok(REPORT_CSP.includes(createHash('sha256').update(style).digest('base64')));
                assert.doesNotMatch(page, /ups-report\.|ups-unit\.|__\w+__|NaN|undefined|Infinity|\[object/);
                for (const [chart] of page.matchAll(/<svg[\s\S]*?<\/svg>/g))
                    assert.match(chart, /<title id="\w+">[^<]{3,}<.*<desc id="\w+">[^<]{3,}</);
            });
        }

        it(`${kind}: CSV is one table in which no name is a formula; JSON is the report`, async () => {
            const lines = (await file(reports[kind]!, 'csv')).slice(1).split('\r\n').filter(Boolean);
            for (const line of lines) assert.doesNotMatch(line, /(^|,)"?[=+@]/);
            assert.ok(lines.length > 2);
            assert.deepEqual(JSON.parse(await file(reports[kind]!, 'json')), JSON.parse(JSON.stringify(reports[kind])));
        });
    }

    it('the health says in words why a block stands out, and until when', async () => {
        const page = await file(reports.health!, 'html');
        assert.match(page, /16 blocks, in strings: 2\./);
        assert.match(page, /<th scope="row" class="n">1<\/th><td class="f">5<\/td>/);
        assert.match(page, /Capacity \d\d.% of that of its string \(± \d\), by its voltage curve/);
        assert.match(page, /Its impedance rises: \d\d.% over its baseline, \+\d\.?\d?.% a week, seen since /);
        assert.match(page, /It reaches the limit between \w+ \d+, 2026 and \w+ \d+, 2026/);
        assert.match(page, /Float voltage: not measured yet; blocks: 16/);
        assert.match(await file(reports.health!, 'html', 'de'), /Er erreicht die Grenze zwischen dem \d\d\.\d\d\.2026/);
    });

    it('the replacement list says when, and has the notes of the inventory', async () => {
        const page = await file(reports.replacement!, 'html', 'de');
        assert.match(page, /2 von 16 Blöcken stehen auf der Liste/);
        assert.match(page, /jetzt/);
        assert.match(page, /zwischen dem \d\d\.\d\d\.2026 und dem \d\d\.\d\d\.2026/);
        const rows = (await file(reports.replacement!, 'csv')).split('\r\n');
        assert.match(
            rows.find((row) => row.startsWith('replacement,10,2,by-date,'))!,
            /,2026-\d\d-\d\dT.*,2026-/,
        );
        const none = batteryReplacementReport(REQUEST, { ...health, ranking: [] });
        assert.match(await file(none, 'html'), /none of 16 blocks has to be replaced/);
    });

    it('a battery of 512 blocks has them all, within 2 MB', async () => {
        const big = batteryHealth({ now: REQUEST.now, layout: layoutOf(512, 16) });
        const page = await file(batteryHealthReport(REQUEST, big), 'html');
        assert.equal([...page.matchAll(/<tr>/g)].length, 2 * (1 + 512) + 1 + 16);
        assert.ok(page.length < 2_000_000);
    });

    it('every reason has its words in every language', () => {
        for (const language of ['en-US', 'de'])
            for (const code of HEALTH_REASONS) {
                const reason: HealthReason = {
                    code,
                    grade: 'watch',
                    value: 31,
                    limit: 30,
                    plusMinus: 4,
                    by: 'observed',
                };
                const text = reasonText({ ...reason, since: ONSET, perWeek: 1 }, output(language).language);
                assert.doesNotMatch(text, /ups-report|__|undefined|NaN/);
                assert.match(text, /31/);
            }
    });

    it('shows what a discharge was like before, at its end and in between', async () => {
        const report = reports.discharge as BatteryDischargeReport;
        assert.deepEqual(
            report.curves.map(({ quantity }) => quantity),
            ['median', 'lowest', 'highest', 'block', 'block', 'block', 'current'],
        );
        assert.equal(report.blocks[0]!.module, 5);
        const page = await file(report, 'html');
        assert.equal([...page.matchAll(/<svg /g)].length, 3);
        assert.match(page, />block 5</);
        assert.doesNotMatch(page, />-0[\s\u00a0<]/);
    });
});
