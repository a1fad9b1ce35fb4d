import { isAbsolute, join } from 'node:path';
import type { NodeAPI } from 'node-red';
import type { Words } from '../../lib/core/language/words';
import { faultError, invalid } from '../../lib/core/settings';
import { openStore, type Store } from '../../lib/store/store';
import { serveAdmin } from '../shared/admin/admin';
import type { UpsSiteNode } from '../shared/config/config-nodes';
import { publishLog } from '../shared/admin/log-admin';
import { flowOf } from '../shared/runtime/flow-of';
import { registerDeclared, settingsOrDefaults } from '../shared/settings/define-node';
import { LifecycleLog } from '../shared/config/lifecycle-log';
import { StoreReporter } from '../shared/config/store-reporter';
import { languages, processWords, wordsIn } from '../shared/words/site-words';
import { errorText, statusText } from '../shared/words/texts';
import { settings } from './ups-site.settings';

/** @throws UpsError config-invalid */
function wordsFor(RED: NodeAPI, language: string): Words {
    if (!language) return processWords(RED);
    if (languages().includes(language)) return wordsIn(language);
    const choices = languages().join(', ');
    throw faultError({ ...invalid('choice', language, { choices }), property: 'language' }, settings);
}

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (made, config) => {
        const node = made as UpsSiteNode;
        const own = settingsOrDefaults(RED, node, settings, config);
        const { location, contact, dryRun, temperatureUnit, whenInUse } = own;
        const directory = own.directory || 'ridethrough';
        const watch = whenInUse === 'watch';
        let words: Words;
        try {
            words = wordsFor(RED, own.language);
        } catch (error) {
            node.error(errorText(RED, error));
            words = processWords(RED);
        }
        let store: Store;
        const reporter = new StoreReporter(RED, node, words, () => store);
        try {
            store = openStore({
                directory: isAbsolute(directory) ? directory : join(RED.settings.userDir ?? process.cwd(), directory),
                clock: flowOf(RED).clock,
                whenInUse,
                repeatText: (text, count, since, kind) =>
                    statusText(words, kind === 'job' ? 'timesSince' : 'flapping', {
                        text,
                        count,
                        time: { date: since },
                    }),
                onProblem: (problem) => reporter.problem(problem),
            });
        } catch (error) {
            // Its units report the failure, and keep watching without a store.
            node.error(errorText(RED, error));
            if (dryRun) {
                flowOf(RED).registry.dryWithoutStore.add(node.id);
                node.on('close', () => flowOf(RED).registry.dryWithoutStore.delete(node.id));
            }
            return;
        }
        node.dataLogSeconds = own.dataLogSeconds;
        node.runtime = {
            id: node.id,
            name: own.name || node.id,
            location,
            contact,
            dryRun,
            temperatureUnit,
            words,
            clock: flowOf(RED).clock,
            store,
            get watching() {
                return watch && store.mode === 'waiting';
            },
        };
        const leave = flowOf(RED).registry.addSite(node.runtime);
        reporter.follow();
        serveAdmin(RED);
        const stopPublishing = publishLog(RED, node.runtime);
        const lifecycle = new LifecycleLog(RED, node.runtime);
        const close = () => {
            lifecycle.close();
            leave();
            stopPublishing();
            reporter.close();
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
