import { isAbsolute, join } from 'node:path';
import type { NodeAPI, NodeDef } from 'node-red';
import type { TemperatureUnit } from '../../lib/core/units/temperature';
import { openStore, type Store } from '../../lib/store/store';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { serveAdmin } from '../shared/admin/admin';
import type { UpsSiteNode } from '../shared/config/config-nodes';
import { isDryRun } from '../shared/settings/flags';
import { publishLog } from '../shared/admin/log-admin';
import { flowOf } from '../shared/runtime/flow-of';
import { numberOr } from '../shared/settings/numbers';
import { SiteDiary } from '../shared/config/site-diary';
import { StoreVoice } from '../shared/config/store-voice';
import { languages, processWords, wordsIn } from '../shared/words/site-words';
import { errorText, statusText } from '../shared/words/texts';

interface UpsSiteConfig extends NodeDef {
    location: string;
    contact: string;
    /** Folder of the store; relative to the user directory; empty = `ridethrough`. */
    directory: string;
    /** Also from the environment, as text. */
    dryRun?: boolean | string;
    /** While another process has the store: only look on, or work all the same. Default: watch. */
    whenInUse?: 'watch' | 'work';
    temperatureUnit?: TemperatureUnit;
    /** Of the event log, mails and reports; empty: as Node-RED runs. */
    language?: string;
    dataLogSeconds: string | number;
}

export = (RED: NodeAPI) => {
    function UpsSite(this: UpsSiteNode, config: UpsSiteConfig) {
        RED.nodes.createNode(this, config);
        const directory = config.directory || 'ridethrough';
        const dryRun = isDryRun(config.dryRun, (error) => this.error(errorText(RED, error)));
        const choice = (
            property: 'whenInUse' | 'temperatureUnit' | 'language',
            allowed: string[],
            otherwise: string,
        ) => {
            try {
                return settingChoice(property, config[property], allowed, otherwise);
            } catch (error) {
                this.error(errorText(RED, error));
                return otherwise;
            }
        };
        const watch = choice('whenInUse', ['watch', 'work'], 'watch') === 'watch';
        const language = config.language?.trim() ? choice('language', languages(), '') : '';
        const words = language ? wordsIn(language) : processWords(RED);
        let store: Store;
        const voice = new StoreVoice(RED, this, words, () => store);
        try {
            store = openStore({
                directory: isAbsolute(directory) ? directory : join(RED.settings.userDir ?? process.cwd(), directory),
                clock: flowOf(RED).clock,
                whenInUse: watch ? 'watch' : 'work',
                repeatText: (text, count, since, kind) =>
                    statusText(words, kind === 'job' ? 'timesSince' : 'flapping', {
                        text,
                        count,
                        time: { date: since },
                    }),
                onProblem: (problem) => voice.problem(problem),
            });
        } catch (error) {
            // Its units say what they lack, and watch on without a store.
            this.error(errorText(RED, error));
            if (dryRun) {
                flowOf(RED).registry.dryWithoutStore.add(this.id);
                this.on('close', () => flowOf(RED).registry.dryWithoutStore.delete(this.id));
            }
            return;
        }
        this.dataLogSeconds = 180;
        try {
            this.dataLogSeconds = numberOr('dataLogSeconds', config.dataLogSeconds, 180, 0, 86_400);
        } catch (error) {
            this.error(errorText(RED, error));
        }
        this.runtime = {
            id: this.id,
            name: config.name || this.id,
            location: config.location,
            contact: config.contact,
            dryRun,
            temperatureUnit: choice('temperatureUnit', ['C', 'F'], 'C') as TemperatureUnit,
            words,
            clock: flowOf(RED).clock,
            store,
            get watching() {
                return watch && store.mode === 'waiting';
            },
        };
        const leave = flowOf(RED).registry.addSite(this.runtime);
        voice.follow();
        serveAdmin(RED);
        const stopPublishing = publishLog(RED, this.runtime);
        const diary = new SiteDiary(RED, this.runtime);
        const close = () => {
            diary.close();
            leave();
            stopPublishing();
            voice.close();
            store.close();
        };
        this.on('close', (done: () => void) => {
            flowOf(RED)
                .closing.othersHaveClosed()
                .then(close)
                .catch((error: Error) => this.warn(error.message))
                .finally(done);
        });
    }
    RED.nodes.registerType('ups-site', UpsSite as never);
};
