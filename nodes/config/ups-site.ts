import { isAbsolute, join } from 'node:path';
import type { NodeAPI } from 'node-red';
import type { Words } from '../../lib/core/language/words';
import type { UpsError } from '../../lib/core/errors';
import { faultError, invalid, type SettingsOf } from '../../lib/core/settings';
import { openSeries, openStore, type SeriesStore, type Store } from '../../lib/store';
import { serveAdmin } from '../shared/admin/admin';
import type { UpsSiteNode } from '../shared/config/config-nodes';
import { sampleSite } from '../shared/config/site-samplers';
import { sourceLogOf } from '../shared/config/source-log';
import { publishLog } from '../shared/admin/log-admin';
import { flowOf } from '../shared/runtime/flow-of';
import { registerDeclared, settingsOrDefaults } from '../shared/settings/define-node';
import { LifecycleLog } from '../shared/config/lifecycle-log';
import { StoreReporter } from '../shared/config/store-reporter';
import { languages, processWords, wordsIn } from '../shared/words/site-words';
import { errorText, statusText } from '../shared/words/texts';
import { settings } from './ups-site.settings';

const DAYS_IN_YEAR = 365.25;

/** @throws UpsError config-invalid */
function wordsFor(RED: NodeAPI, language: string): Words {
    if (!language) return processWords(RED);
    if (languages().includes(language)) return wordsIn(language);
    const choices = languages().join(', ');
    throw faultError({ ...invalid('choice', language, { choices }), property: 'language' }, settings);
}

type Own = SettingsOf<typeof settings>;

/** The history of values beside the journal: where its file fails, jobs and events go on all the same. */
function openSeriesOf(
    RED: NodeAPI,
    store: Store,
    directory: string,
    { fineDays, quarterYears, hourYears, recordingYears }: Own,
    onProblem: (problem: UpsError) => void,
): SeriesStore {
    const isInUse = store.mode === 'waiting';
    return openSeries({
        directory,
        clock: flowOf(RED).clock,
        retention: {
            fineDays,
            quarterDays: quarterYears * DAYS_IN_YEAR,
            hourDays: hourYears * DAYS_IN_YEAR,
            recordingDays: recordingYears * DAYS_IN_YEAR,
        },
        old: store.oldDataLog,
        isInUse,
        // That the directory is in use was said of the journal.
        onProblem: (problem) => {
            if (problem.code !== 'store-in-use' || store.mode !== 'waiting') onProblem(problem);
        },
    });
}

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (made, config) => {
        const node = made as UpsSiteNode;
        const own = settingsOrDefaults(RED, node, settings, config);
        const { location, contact, dryRun, temperatureUnit, significantDigits, whenInUse } = own;
        const directory = own.directory || 'ridethrough';
        const watch = whenInUse === 'watch';
        let words: Words;
        try {
            words = wordsFor(RED, own.language);
        } catch (error) {
            node.error(errorText(RED, error));
            words = processWords(RED);
        }
        const place = isAbsolute(directory) ? directory : join(RED.settings.userDir ?? process.cwd(), directory);
        let store: Store;
        let series: SeriesStore;
        const reporter = new StoreReporter(RED, node, words, () => store);
        try {
            store = openStore({
                directory: place,
                clock: flowOf(RED).clock,
                site: node.id,
                whenInUse,
                retention: {
                    logEntries: own.logEntries,
                    logAge: { activeMonths: own.logMonths, archivedMonths: own.archiveMonths },
                },
                deletionLine: ({ who, before, entries }) => ({
                    source: own.name || node.id,
                    text: statusText(words, before === undefined ? 'logDeleted' : 'logDeletedBefore', {
                        who,
                        entries,
                        ...(before !== undefined && { before: { date: before } }),
                    }),
                    nodeId: node.id,
                }),
                repeatText: (text, count, since, kind) =>
                    statusText(words, kind === 'job' ? 'timesSince' : 'flapping', {
                        text,
                        count,
                        time: { date: since },
                    }),
                onProblem: (problem) => reporter.problem(problem),
            });
            series = openSeriesOf(RED, store, place, own, (problem) => reporter.problem(problem));
        } catch (error) {
            // Its units report the failure, and keep watching without a store.
            node.error(errorText(RED, error));
            if (dryRun) {
                flowOf(RED).registry.dryWithoutStore.add(node.id);
                node.on('close', () => flowOf(RED).registry.dryWithoutStore.delete(node.id));
            }
            return;
        }
        node.runtime = {
            id: node.id,
            name: own.name || node.id,
            location,
            contact,
            dryRun,
            temperatureUnit,
            significantDigits,
            words,
            clock: flowOf(RED).clock,
            store,
            series,
            dataLogSeconds: own.dataLogSeconds,
            sourceLog: sourceLogOf(own),
            get watching() {
                return watch && store.mode === 'waiting';
            },
        };
        const leave = flowOf(RED).registry.addSite(node.runtime);
        reporter.follow();
        serveAdmin(RED);
        const stopPublishing = publishLog(RED, node.runtime);
        const stopSampling = sampleSite(flowOf(RED), node.runtime);
        const lifecycle = new LifecycleLog(RED, node.runtime);
        const close = () => {
            lifecycle.close();
            stopSampling();
            leave();
            stopPublishing();
            reporter.close();
            series.close();
            store.close();
        };
        node.on('close', (done: () => void) => {
            flowOf(RED)
                .closing.othersHaveClosed()
                .then(close)
                .catch((error: Error) => node.warn(error.message))
                .finally(done);
        });
    });
};
