import type { NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import { said } from '../../lib/core/language/sentence';
import { ContactSource } from '../../lib/core/sensors/contact-source';
import type { AuxModule } from '../../lib/protocols/aux/aux-module';
import { readLeniently, readSettings } from '../../lib/core/settings';
import { asClosed, CONTACT_WORDS } from '../../lib/core/plain-values';
import { auxModuleNode, logModuleFailure } from '../shared/config/aux-of';
import type { UpsAuxModuleNode } from '../shared/config/config-nodes';
import { shortText } from '../../lib/flow/messages/coerce';
import { registerDeclared } from '../shared/settings/define-node';
import { flowOf } from '../shared/runtime/flow-of';
import { moduleUsersOf } from '../shared/config/module-users';
import { attachSource, contextOf } from '../shared/source/source-node';
import { wordsOf } from '../shared/words/site-words';
import { asSentence, errorText, eventText } from '../shared/words/texts';
import { contactStatus } from './contact-status';
import { settings } from './ups-aux-input.settings';

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (node, config) => {
        // These settings are needed even if others are invalid.
        const chosen = readLeniently(settings, config);
        let stop: (() => void) | undefined;
        node.on('close', moduleUsersOf(RED).use(chosen.module));
        const attached = attachSource(RED, node, () => {
            const own = readSettings(settings, config);
            const { port } = own;
            const { module } = moduleOf(RED, own);
            const name = own.name || `${module.name} ${port}`;
            const context = contextOf(RED, own.site);
            const words = wordsOf(RED, context.site);
            const sentence = (id: string, active: boolean) => `${name}: ${eventText(words, `contact-${id}`, active)}`;
            const source = new ContactSource({
                ...context,
                id: node.id,
                name,
                clock: flowOf(RED).clock,
                config: {
                    // The port of the module already defines the meaning of its contact.
                    contact: 'no',
                    debounceMs: own.debounce,
                    timeoutSeconds: own.timeout,
                    level: own.level,
                },
                intervalMs: () => module.intervalMs,
                text: sentence,
            });
            const take = () => {
                const on = module.ports.find((each) => each.name === port)?.on;
                if (on !== undefined) source.take(on);
                logModuleFailure(RED, module, context.site, node.id);
                attached?.show();
            };
            return {
                source,
                context,
                sentence,
                nodeStatus: () => contactStatus(RED, source, module.failure),
                begin: () => {
                    stop = module.onReading(take);
                    take();
                },
                end: () => stop?.(),
            };
        });
        node.on('input', (message, _send, done) => {
            try {
                report(moduleOf(RED, chosen), chosen.port, message.payload);
                done();
            } catch (error) {
                done(asSentence(errorText(RED, error)));
            }
        });
    });
};

/** @throws UpsError config-missing, config-invalid, module-faulty */
function moduleOf(
    RED: NodeAPI,
    { module: id, port }: { module: string; port: string },
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

/** Sets a contact by message (backend `message`), or one of a simulated module. @throws UpsError */
function report({ module, node }: { module: AuxModule; node: UpsAuxModuleNode }, port: string, payload: unknown): void {
    const closed = asClosed(payload);
    if (closed === undefined) {
        throw new UpsError('payload-unknown', { value: shortText(payload), expected: CONTACT_WORDS });
    }
    if (!node.contacts)
        throw new UpsError('not-supported', { device: module.name, command: said('command.contactByMessage') });
    node.contacts.report(
        module.ports.findIndex(({ name }) => name === port),
        closed,
    );
}
