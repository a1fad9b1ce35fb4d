import type { Node, NodeAPI, NodeDef } from 'node-red';
import { UpsError } from '../../lib/core/errors';
import type { Words } from '../../lib/core/language/words';
import { EVENT_LEVELS, type EventLevel } from '../../lib/core/events/ids';
import { ContactSource } from '../../lib/core/sensors/contact-source';
import { settingChoice } from '../../lib/protocols/shared/setting-number';
import { asClosed, CONTACT_WORDS } from '../../lib/core/words';
import { shown } from '../../lib/flow/messages/coerce';
import { flowOf } from '../shared/runtime/flow-of';
import { numberOr } from '../shared/settings/numbers';
import { attachSource, homeOf, propertyOf } from '../shared/source/source-node';
import { wordsOf } from '../shared/words/site-words';
import { asSentence, errorText, eventText, statusText } from '../shared/words/texts';
import { unitOf } from '../shared/config/unit-of';
import { contactLook } from './contact-look';
import { followValue, readEveryMs } from './unit-value';

interface UpsDigitalInputConfig extends NodeDef {
    /** Keeps the state and the log; default: the only site. */
    site?: string;
    contact: 'no' | 'nc';
    /** ms */
    debounce: string | number;
    /** s; 0: never. */
    timeout: string | number;
    level: EventLevel;
    /** Sentences for the two edges; default: name and state. */
    alarmText: string;
    normalText: string;
    source: 'message' | 'unit';
    property: string;
    topic: string;
    ups: string;
    /** Name of one of the UPS's contacts (`environment.contacts`). */
    value: string;
}

export = (RED: NodeAPI) => {
    function UpsDigitalInput(this: Node, config: UpsDigitalInputConfig) {
        RED.nodes.createNode(this, config);
        let stop: (() => void) | undefined;
        const attached = attachSource(RED, this, () => {
            const home = homeOf(RED, config.site);
            const words = wordsOf(RED, home.site);
            const source = makeSource(RED, words, this, config, home);
            const begin = readings(RED, config, (value) => void take(value));
            return {
                source,
                home,
                sentence: (id, active) => sentence(words, source.name, config, id, active),
                look: () => contactLook(RED, source),
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
        this.on('input', (message, _send, done) => {
            try {
                if (config.source !== 'unit' && (!config.topic || message.topic === config.topic)) {
                    const value = propertyOf(RED, message, config.property);
                    if (!take(value)) {
                        throw new UpsError('payload-unknown', { value: shown(value), expected: CONTACT_WORDS });
                    }
                }
                done();
            } catch (error) {
                done(asSentence(errorText(RED, error)));
            }
        });
    }
    RED.nodes.registerType('ups-digital-input', UpsDigitalInput as never);
};

/** @throws UpsError config-invalid */
function makeSource(
    RED: NodeAPI,
    words: Words,
    node: Node,
    config: UpsDigitalInputConfig,
    home: ReturnType<typeof homeOf>,
) {
    const name = config.name || statusText(words, 'digitalInput');
    return new ContactSource({
        ...home,
        id: node.id,
        name,
        clock: flowOf(RED).clock,
        ups: config.source === 'unit' ? unitOf(RED, config.ups).unit : undefined,
        config: {
            contact: settingChoice('contact', config.contact, ['no', 'nc'], 'no') as 'no' | 'nc',
            debounceMs: numberOr('debounce', config.debounce, 50, 0, 3_600_000),
            timeoutSeconds: numberOr('timeout', config.timeout, 0, 0, 31_536_000),
            level: settingChoice('level', config.level, EVENT_LEVELS, 'alarm') as EventLevel,
        },
        intervalMs: () => (config.source === 'unit' ? readEveryMs(unitOf(RED, config.ups).unit) : 0),
        text: (id, active) => sentence(words, name, config, id, active),
    });
}

/** @throws UpsError config-missing, config-invalid */
function readings(RED: NodeAPI, config: UpsDigitalInputConfig, take: (value: unknown) => void): () => () => void {
    if (config.source !== 'unit') return () => () => {};
    const { unit } = unitOf(RED, config.ups);
    if (!config.value) throw new UpsError('config-missing', { property: 'value' });
    return () => followValue(unit, ({ environment }) => environment?.contacts?.[config.value], take);
}

function sentence(words: Words, name: string, config: UpsDigitalInputConfig, id: string, active: boolean): string {
    const own = active ? config.alarmText : config.normalText;
    return id === 'on' && own ? own : `${name}: ${eventText(words, `contact-${id}`, active)}`;
}
