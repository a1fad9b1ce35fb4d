import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { Words } from '../../lib/core/language/words';
import { ContactSource } from '../../lib/core/sensors/contact-source';
import { readLeniently, readSettings, type SettingsOf } from '../../lib/core/settings';
import { asClosed, CONTACT_WORDS } from '../../lib/core/plain-values';
import { shortText } from '../../lib/flow/messages/coerce';
import { registerDeclared } from '../shared/settings/define-node';
import { flowOf } from '../shared/runtime/flow-of';
import { attachSource, contextOf, propertyOf } from '../shared/source/source-node';
import { wordsOf } from '../shared/words/site-words';
import { asSentence, errorText, eventText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { contactStatus } from './contact-status';
import { channelIn } from '../../lib/core/status/channels';
import { followValue, readEveryMs, valueAt } from './unit-value';
import { settings } from './ups-digital-input.settings';

type Own = SettingsOf<typeof settings>;

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (node, config) => {
        // These settings are needed even if others are invalid.
        const { source: kind, topic, property } = readLeniently(settings, config);
        let stop: (() => void) | undefined;
        const attached = attachSource(RED, node, () => {
            const own = readSettings(settings, config);
            const context = contextOf(RED, own.site);
            const words = wordsOf(RED, context.site);
            const source = makeSource(RED, words, node, own, context);
            const begin = readings(RED, own, (value) => void take(value));
            return {
                source,
                context,
                sentence: (id, active) => sentence(words, source.name, own, id, active),
                nodeStatus: () => contactStatus(RED, source),
                begin: () => (stop = begin()),
                end: () => stop?.(),
            };
        });
        const take = (value: unknown): boolean => {
            const closed = asClosed(value);
            if (closed === undefined) return false;
            attached?.source.take(closed);
            attached?.show();
            return true;
        };
        node.on('input', (message, _send, done) => {
            try {
                if (kind === 'message' && (!topic || message.topic === topic)) {
                    const value = propertyOf(RED, message, property);
                    if (!take(value)) {
                        throw new UpsError('payload-unknown', { value: shortText(value), expected: CONTACT_WORDS });
                    }
                }
                done();
            } catch (error) {
                done(asSentence(errorText(RED, error)));
            }
        });
    });
};

function makeSource(RED: NodeAPI, words: Words, node: Node, own: Own, context: ReturnType<typeof contextOf>) {
    const name = own.name || statusText(words, 'digitalInput');
    const isOfUnit = own.source === 'unit';
    return new ContactSource({
        ...context,
        id: node.id,
        name,
        clock: flowOf(RED).clock,
        ups: isOfUnit ? unitOf(RED, own.ups).unit : undefined,
        config: {
            contact: own.contact,
            debounceMs: own.debounce,
            timeoutSeconds: own.timeout,
            level: own.level,
        },
        intervalMs: () => (isOfUnit ? readEveryMs(unitOf(RED, own.ups).unit) : 0),
        text: (id, active) => sentence(words, name, own, id, active),
    });
}

/** @throws UpsError config-missing */
function readings(RED: NodeAPI, own: Own, take: (value: unknown) => void): () => () => void {
    if (own.source !== 'unit') return () => () => {};
    const { unit } = unitOf(RED, own.ups);
    const { value } = own;
    if (channelIn(value) !== undefined) return () => followValue(unit, (status) => valueAt(status, value), take);
    return () => followValue(unit, ({ environment }) => environment?.contacts?.[value], take);
}

function sentence(words: Words, name: string, { alarmText, normalText }: Own, id: string, active: boolean): string {
    const own = active ? alarmText : normalText;
    return id === 'on' && own ? own : `${name}: ${eventText(words, `contact-${id}`, active)}`;
}
