import { isAbsolute, join } from 'node:path';
import type { NodeAPI, NodeDef } from 'node-red';
import type { TemperatureUnit } from '../../lib/core/units/temperature';
import { openStore, type Store } from '../../lib/store/store';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { serveAdmin } from '../shared/admin';
import type { UpsSiteNode } from '../shared/config-nodes';
import { isDryRun } from '../shared/flags';
import { publishLog } from '../shared/log-admin';
import { flowOf } from '../shared/flow-of';
import { numberOr } from '../shared/numbers';
import { SiteDiary } from '../shared/site-diary';
import { StoreVoice } from '../shared/store-voice';
import { errorText, statusText } from '../shared/texts';

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
    dataLogSeconds: string | number;
}

export = (RED: NodeAPI) => {
    function UpsSite(this: UpsSiteNode, config: UpsSiteConfig) {
        RED.nodes.createNode(this, config);
        const directory = config.directory || 'ridethrough';
        const dryRun = isDryRun(config.dryRun, (error) => this.error(errorText(RED, error)));
        const choice = (property: 'whenInUse' | 'temperatureUnit', allowed: string[], otherwise: string) => {
            try {
                return settingChoice(property, config[property], allowed, otherwise);
            } catch (error) {
                this.error(errorText(RED, error));
                return otherwise;
            }
        };
        const watch = choice('whenInUse', ['watch', 'work'], 'watch') === 'watch';
        let store: Store;
        const voice = new StoreVoice(RED, this, () => store);
        try {
            store = openStore({
                directory: isAbsolute(directory) ? directory : join(RED.settings.userDir ?? process.cwd(), directory),
                clock: flowOf(RED).clock,
                whenInUse: watch ? 'watch' : 'work',
                repeatText: (text, count, since, kind) =>
                    statusText(RED, kind === 'job' ? 'timesSince' : 'flapping', {
                        text,
                        count,
                        time: new Date(since).toLocaleString(),
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
