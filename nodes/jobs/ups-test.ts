import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { Sentence, SentenceData } from '../../lib/core/language/sentence';
import type { Words } from '../../lib/core/language/words';
import { abortTest, runTest, type TestProgress, type TestReport } from '../../lib/core/unit/test-run';
import { checkSettings } from '../shared/settings/check-settings';
import { defineJob } from '../shared/job/define-job';
import { JobFailure } from '../shared/job/job';
import { errorText, statusText } from '../shared/words/texts';
import { commandReport, resultOf, unitOf } from '../shared/config/unit-of';
import { settings } from './ups-test.settings';

export = (RED: NodeAPI) => {
    defineJob(RED, settings, ({ node, settings: { ups, test, minutes } }) => {
        const unitNow = () => unitOf(RED, ups).unit;
        const what = (): Sentence => own(`order.${test}`, { ups: unitNow().name, time: { seconds: minutes * 60 } });
        checkSettings(RED, node, unitNow);
        return {
            busyState: 'testing',
            describe: ({ words }) => words.sentence(what()),
            run: async ({ progress, saveProgress, signal, words }) => {
                const unit = unitNow();
                if (test === 'abort') {
                    const result = await abortTest(unit);
                    return { summary: commandReport(words, what(), resultOf(result)), detail: result };
                }
                const report = await runTest(unit, {
                    test,
                    minutes: test === 'custom' ? minutes : undefined,
                    progress: progress as TestProgress | undefined,
                    saveProgress,
                    lowLoad: (percent, least) =>
                        node.warn(errorText(RED, new UpsError('test-low-load', { ups: unit.name, percent, least }))),
                    signal,
                });
                const came = commandReport(words, what(), own(`result.${report.result}`));
                const summary = [came, ...seenOf(words, report)].join('; ');
                if (report.result !== 'unknown') return { summary, detail: report };
                const reason = own('noResult');
                throw new JobFailure(new UpsError('command-failed', { command: `test ${test}`, reason }), {
                    summary,
                    detail: report,
                });
            },
        };
    });
};

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-test.said.${key}`, data });

/** The result of a test, in words. */
function seenOf(words: Words, report: TestReport): string[] {
    const { minutesOnBattery: minutes, chargeBefore, chargeAfter, lowLoadPercent: load } = report;
    const said: string[] = [];
    if (minutes > 0) said.push(statusText(words, 'testOnBattery', { minutes }));
    if (chargeBefore !== undefined && chargeAfter !== undefined) {
        const [before, after] = [chargeBefore, chargeAfter].map(Math.round);
        said.push(statusText(words, 'testCharge', { before, after }));
    }
    if (load !== undefined) said.push(statusText(words, 'testLowLoad', { load }));
    return said;
}
