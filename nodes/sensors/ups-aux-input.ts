import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said } from '../../lib/core/language/sentence';
import { EVENT_LEVELS, type EventLevel } from '../../lib/core/events/ids';
import { ContactSource } from '../../lib/core/sensors/contact-source';
import type { AuxModule } from '../../lib/protocols/aux/aux-module';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { asClosed, CONTACT_WORDS } from '../../lib/core/words';
import { auxModuleNode, tellModule } from '../shared/config/aux-of';
import type { UpsAuxModuleNode } from '../shared/config/config-nodes';
import { shown } from '../../lib/flow/messages/coerce';
import { flowOf } from '../shared/runtime/flow-of';
import { moduleUsersOf } from '../shared/config/module-users';
import { numberOr } from '../shared/settings/numbers';
import { attachSource, homeOf } from '../shared/source/source-node';
import { wordsOf } from '../shared/words/site-words';
import { asSentence, errorText, eventText } from '../shared/words/texts';
import { contactLook } from './contact-look';

interface UpsAuxInputConfig extends NodeDef {
    /** Keeps the state and the log; default: the only site. */
    site?: string;
    /** Id of an `ups-aux-module`. */
    module: string;
    /** Name of one of its ports; an output tells when it is switched. */
    port: string;
    /** ms */
    debounce: string | number;
    /** s without an answer of the module; 0: never. */
    timeout: string | number;
    level: EventLevel;
}

export = (RED: NodeAPI) => {
    function UpsAuxInput(this: Node, config: UpsAuxInputConfig) {
        RED.nodes.createNode(this, config);
        let stop: (() => void) | undefined;
        const letGo = moduleUsersOf(RED).use(config.module);
        this.on('close', letGo);
        const attached = attachSource(RED, this, () => {
            const { module } = moduleOf(RED, config);
            const name = config.name || `${module.name} ${config.port}`;
            const home = homeOf(RED, config.site);
            const words = wordsOf(RED, home.site);
            const sentence = (id: string, active: boolean) => `${name}: ${eventText(words, `contact-${id}`, active)}`;
            const source = new ContactSource({
                ...home,
                id: this.id,
                name,
                clock: flowOf(RED).clock,
                config: {
                    // The port of the module knows what its contact means.
                    contact: 'no',
                    debounceMs: numberOr('debounce', config.debounce, 0, 0, 3_600_000),
                    timeoutSeconds: numberOr('timeout', config.timeout, 10, 0, 31_536_000),
                    level: settingChoice('level', config.level, EVENT_LEVELS, 'info') as EventLevel,
                },
                intervalMs: () => module.intervalMs,
                text: sentence,
            });
            const take = () => {
                const on = module.ports.find((port) => port.name === config.port)?.on;
                if (on !== undefined) source.take(on);
                tellModule(RED, module, home.site, this.id);
                attached?.show();
            };
            return {
                source,
                home,
                sentence,
                look: () => contactLook(RED, source, module.failure),
                begin: () => {
                    stop = module.onReading(take);
                    take();
                },
                end: () => stop?.(),
            };
        });
        this.on('input', (message, _send, done) => {
            try {
                report(moduleOf(RED, config), config.port, message.payload);
                done();
            } catch (error) {
                done(asSentence(errorText(RED, error)));
            }
        });
    }
    RED.nodes.registerType('ups-aux-input', UpsAuxInput as never);
};

/** @throws UpsError config-missing, config-invalid, module-faulty */
function moduleOf(
    RED: NodeAPI,
    { module: id, port }: UpsAuxInputConfig,
): { module: AuxModule; node: UpsAuxModuleNode } {
    const node = auxModuleNode(RED, id);
    const { module } = node;
    if (!port) throw new UpsError('config-missing', { property: 'port' });
    const names = module.ports.map(({ name }) => name);
    if (!names.includes(port)) {
        throw new UpsError('config-invalid', { property: 'port', value: port, expected: names.join(', ') });
    }
    return { module, node };
}

/** A contact behind messages (backend `message`), or one of a simulated module that somebody plays. @throws UpsError */
function report({ module, node }: { module: AuxModule; node: UpsAuxModuleNode }, port: string, payload: unknown): void {
    const closed = asClosed(payload);
    if (closed === undefined) {
        throw new UpsError('payload-unknown', { value: shown(payload), expected: CONTACT_WORDS });
    }
    if (!node.contacts)
        throw new UpsError('not-supported', { device: module.name, command: said('command.contactByMessage') });
    node.contacts.report(
        module.ports.findIndex(({ name }) => name === port),
        closed,
    );
}
