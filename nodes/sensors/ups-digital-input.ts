import type { Node, NodeAPI } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { Words } from '../../lib/core/language/words';
import { strangeState, wordOf } from '../../lib/core/sensors/active-states';
import { ContactSource } from '../../lib/core/sensors/contact-source';
import { readLeniently, readSettings, type SettingsOf } from '../../lib/core/settings';
import { asClosed, CONTACT_WORDS } from '../../lib/core/plain-values';
import type { NodeState } from '../../lib/flow/ports';
import { shortText } from '../../lib/flow/messages/coerce';
import { registerDeclared } from '../shared/settings/define-node';
import { flowOf } from '../shared/runtime/flow-of';
import { attachSource, contextOf, propertyOf } from '../shared/source/source-node';
import { wordsOf } from '../shared/words/site-words';
import { asSentence, errorText, eventText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { readingOf } from '../shared/device/device-readings';
import { noChannel } from '../shared/device/no-channel';
import type { PathFailure } from '../../lib/core/unit/device-path';
import { contactStatus } from './contact-status';
import { followChannel } from './device-channel';
import { channelIn, channelOf } from '../../lib/core/status/channels';
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
            const warn = (error: unknown) => node.warn(errorText(RED, error));
            const fault = channelFault(RED, own, warn);
            const begin = readings(RED, own, { take: (value) => void take(value), warn, seen: () => attached?.show() });
            return {
                source,
                context,
                sentence: (id, active) => sentence(words, source.name, own, id, active),
                nodeStatus: () => fault() ?? contactStatus(RED, source, failureOf(RED, own)),
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
        intervalMs: () => intervalNow(RED, own),
        text: (id, active) => sentence(words, name, own, id, active),
    });
}

/** @throws UpsError config-missing */
function readings(
    RED: NodeAPI,
    own: Own,
    { take, warn, seen }: Record<'take' | 'warn', (value: unknown) => void> & { seen(): void },
): () => () => void {
    if (own.source === 'channel') {
        const active = new Set(own.activeStates.map(wordOf));
        return () =>
            followChannel(
                RED,
                own.device,
                own.channel,
                warn,
                ({ state, value }) => {
                    const told = state ?? value;
                    if (told !== undefined) take(active.has(wordOf(told)));
                    else seen();
                },
                seen,
            );
    }
    if (own.source !== 'unit') return () => () => {};
    const { unit } = unitOf(RED, own.ups);
    const { value } = own;
    if (channelIn(value) !== undefined) return () => followValue(unit, (status) => valueAt(status, value), take);
    return () => followValue(unit, ({ environment }) => environment?.contacts?.[value], take);
}

/**
 * What is wrong with the channel by the last reading of its device: there is none of this name, or it does not have a state in which the input is
 * active, so that the input would be at rest for ever. Told once.
 */
function channelFault(
    RED: NodeAPI,
    { source, device, channel, activeStates }: Own,
    warn: (error: unknown) => void,
): () => [NodeState, string] | undefined {
    const told = new Set<string>();
    const fault = (error: UpsError): [NodeState, string] => {
        if (!told.has(error.code)) warn(error);
        told.add(error.code);
        return ['warning', statusText(RED, error.code)];
    };
    return () => {
        const { status, statesOf } = (source === 'channel' && readingOf(RED, device)) || {};
        if (!status) return undefined;
        if (!channelOf(status, channel)) return fault(noChannel(channel, status));
        const states = statesOf?.(channel);
        const strange = states && strangeState(activeStates, states);
        if (strange === undefined) return undefined;
        return fault(new UpsError('no-such-state', { channel, state: strange, states: { list: [...states!] } }));
    };
}

/** ms between the readings; 0 if not known. */
function intervalNow(RED: NodeAPI, { source, ups, device }: Own): number {
    if (source === 'channel') return readingOf(RED, device)?.intervalMs ?? 0;
    return source === 'unit' ? readEveryMs(unitOf(RED, ups).unit) : 0;
}

/** Why the device of a channel has no readings. */
function failureOf(RED: NodeAPI, { source, device }: Own): PathFailure | undefined {
    return source === 'channel' ? readingOf(RED, device)?.failure : undefined;
}

function sentence(words: Words, name: string, { alarmText, normalText }: Own, id: string, active: boolean): string {
    const own = active ? alarmText : normalText;
    return id === 'on' && own ? own : `${name}: ${eventText(words, `contact-${id}`, active)}`;
}
