import type { NodeAPI } from 'node-red';
import { ScalableClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { said } from '../../lib/core/language/sentence';
import { contradiction } from '../../lib/core/markers/loops';
import { MarkerSource } from '../../lib/core/markers/marker-source';
import { readLeniently, readSettings } from '../../lib/core/settings';
import { sourceIndicator } from '../../lib/views/source-indicator';
import { readEventMessage } from '../../lib/flow/messages/coerce';
import { whenMemoryConfirmed } from '../../lib/flow/delivery/event-confirmation';
import { onInput } from '../shared/source/event-input';
import { flowOf, siteWords } from '../shared/runtime/flow-of';
import type { NodeState } from '../../lib/flow/ports';
import { registerDeclared } from '../shared/settings/define-node';
import { attachSource, contextOf } from '../shared/source/source-node';
import { errorText, eventText, statusText } from '../shared/words/texts';
import { surroundings } from './marker-inputs';
import { settings } from './ups-marker.settings';

export = (RED: NodeAPI) => {
    registerDeclared(RED, settings, (node, config) => {
        // These settings are needed even if others are invalid.
        const chosen = readLeniently(settings, config);
        const words = siteWords(RED, chosen.site);
        const name = chosen.name || statusText(words, 'marker');
        const sentence = (active: boolean) => `${name}: ${eventText(words, 'marker-on', active)}`;
        const attached = attachSource(RED, node, () => {
            const { site, topics, sources, logic, count, inverted, unknown, level } = readSettings(settings, config);
            const context = contextOf(RED, site);
            const clock = new ScalableClock(flowOf(RED).clock);
            const source = new MarkerSource({
                ...context,
                id: node.id,
                name,
                clock,
                around: surroundings(RED, node, sources, clock),
                config: { logic, count, inverted, inputs: topics, unknown, level },
                text: sentence,
                decide: (event, decided) => whenMemoryConfirmed(flowOf(RED), event, decided),
            });
            let rings = 0;
            return {
                source,
                context,
                sentence: (_id, active) => sentence(active),
                nodeStatus: () => (rings ? ['error', statusText(RED, 'notConfigured')] : nodeStatus(RED, source)),
                begin: () => {
                    for (const way of ringsOf(RED, source)) {
                        rings++;
                        node.error(errorText(RED, ringError(RED, way)));
                    }
                },
            };
        });
        onInput(RED, node, (message) => {
            const { topic, payload, event } = readEventMessage(message, flowOf(RED).clock.now());
            attached?.source.take(topic, payload, event);
            attached?.show();
        });
    });
};

/** Cuts the loops in which this marker contradicts itself: they would never settle. */
function* ringsOf(RED: NodeAPI, source: MarkerSource): Generator<string[]> {
    const others = flowOf(RED)
        .registry.sources()
        .filter((other) => other instanceof MarkerSource);
    const parts = others.map(({ part }) => part);
    for (let way = contradiction(source.part, parts); way; way = contradiction(source.part, parts)) {
        source.ignore(way[0]!);
        yield way;
    }
}

function ringError(RED: NodeAPI, way: readonly string[]): UpsError {
    return new UpsError('config-invalid', {
        property: 'topics',
        value: [...way]
            .reverse()
            .map((key) => readable(RED, key))
            .join(' → '),
        expected: said('expected.noRing'),
    });
}

/** `<id>/<event>` with the name of the source. */
function readable(RED: NodeAPI, key: string): string {
    const [id, ...event] = key.split('/');
    const source = flowOf(RED).registry.source(id!);
    return source ? `${source.name}/${event.join('/')}` : key;
}

/** `2/3`: the number of active inputs; with a question mark if some are unknown. */
function nodeStatus(RED: NodeAPI, source: MarkerSource): [NodeState, string] {
    const inputs = source.inputs();
    const active = inputs.filter((input) => input.active).length;
    const unknown = inputs.some((input) => input.active === undefined) ? '?' : '';
    const on = source.isActive('on');
    const text = `${statusText(RED, on ? 'contactOn' : 'contactOff')} ${active}/${inputs.length}${unknown}`;
    return [sourceIndicator(source), text];
}
