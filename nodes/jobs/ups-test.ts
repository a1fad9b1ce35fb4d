import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { Sentence, SentenceData } from '../../lib/core/language/sentence';
import type { Words } from '../../lib/core/language/words';
import { abortTest, runTest, type TestProgress, type TestReport } from '../../lib/core/unit/test-run';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { checkSettings } from '../shared/settings/check-settings';
import { JobFailure, attachJob, type JobConfig } from '../shared/job/job';
import { numberOr } from '../shared/settings/numbers';
import { errorText, statusText } from '../shared/words/texts';
import { orderReport, resultOf, unitOf } from '../shared/config/unit-of';

interface UpsTestConfig extends JobConfig {
    ups: string;
    test: 'battery' | 'full' | 'custom' | 'self' | 'abort';
    /** Of a custom test. */
    minutes: string | number;
}

const TESTS = ['battery', 'full', 'custom', 'self', 'abort'];

export = (RED: NodeAPI) => {
    function UpsTest(this: Node, config: UpsTestConfig) {
        RED.nodes.createNode(this, config);
        const chosen = () => {
            const test = settingChoice('test', config.test, TESTS, 'battery') as UpsTestConfig['test'];
            const minutes = test === 'custom' ? numberOr('minutes', config.minutes, 5, 0.1, 1440) : undefined;
            return { test, minutes };
        };
        const what = (ups: string): Sentence => {
            const { test, minutes = 0 } = chosen();
            return own(`order.${test}`, { ups, time: { seconds: minutes * 60 } });
        };
        checkSettings(RED, this, () => what(unitOf(RED, config.ups).unit.name));
        attachJob(RED, this, config, {
            type: 'ups-test',
            busyLook: 'testing',
            describe: ({ words }) => words.sentence(what(unitOf(RED, config.ups).unit.name)),
            run: async ({ progress, saveProgress, signal, words }) => {
                const { unit } = unitOf(RED, config.ups);
                const { test, minutes } = chosen();
                if (test === 'abort') {
                    const result = await abortTest(unit);
                    return { summary: orderReport(words, what(unit.name), resultOf(result)), detail: result };
                }
                const report = await runTest(unit, {
                    test,
                    minutes,
                    progress: progress as TestProgress | undefined,
                    saveProgress,
                    lowLoad: (percent, least) =>
                        this.warn(errorText(RED, new UpsError('test-low-load', { ups: unit.name, percent, least }))),
                    signal,
                });
                const came = orderReport(words, what(unit.name), own(`result.${report.result}`));
                const summary = [came, ...seenOf(words, report)].join('; ');
                if (report.result !== 'unknown') return { summary, detail: report };
                const reason = own('noResult');
                throw new JobFailure(new UpsError('command-failed', { command: `test ${test}`, reason }), {
                    summary,
                    detail: report,
                });
            },
        });
    }
    RED.nodes.registerType('ups-test', UpsTest as never);
};

const own = (key: string, data?: SentenceData): Sentence => ({ key: `ups-test.said.${key}`, data });

/** What a test has shown, in words. */
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
