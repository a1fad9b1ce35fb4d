import type { Node, NodeAPI } from 'node-red';
import type { ScalableClock } from '../../lib/core/clock';
import { UpsError } from '../../lib/core/errors';
import { said } from '../../lib/core/language/sentence';
import type { EventSource } from '../../lib/core/events/source';
import type { InputEvent, MarkerSurroundings } from '../../lib/core/markers/inputs';
import { flowOf } from '../shared/runtime/flow-of';
import { errorText } from '../shared/words/texts';
import { sourcesBefore } from '../shared/runtime/wiring';

/** `<id of the source>/<event>`, by the topic that the dialog shows. */
export type InputSources = Readonly<Record<string, string>>;

/**
 * How a marker finds the sources of its inputs: by the id that its dialog has stored. If that source is not wired to it (the flow was
 * copied, or is older than these ids), by the name, first among the wired sources. An ambiguous name is reported once, and then identifies
 * the input.
 */
export function surroundings(
    RED: NodeAPI,
    node: Node,
    noted: InputSources | undefined,
    clock: ScalableClock,
): MarkerSurroundings {
    let wired: EventSource[] | undefined;
    return {
        source: (id) => flowOf(RED).registry.source(id),
        onSource: (listener) => flowOf(RED).registry.onSource(listener),
        setSpeed: (speed) => clock.setSpeed(speed),
        bind: (topic) => {
            wired ??= sourcesBefore(RED, node).flatMap((id) => standingFor(RED, flowOf(RED).registry.source(id)) ?? []);
            const bound = locate(topic, noted?.[topic], wired, flowOf(RED).registry.sources());
            if (bound.length > 1) {
                const error = { property: 'topics', value: topic, expected: said('expected.oneSource') };
                node.warn(errorText(RED, new UpsError('config-invalid', error)));
            }
            return bound;
        },
    };
}

/** The events that a topic refers to: none, one, or several if its name is ambiguous. */
export function locate(
    topic: string,
    noted: string | undefined,
    wired: readonly EventSource[],
    all: readonly EventSource[],
): InputEvent[] {
    const byId = (sources: readonly EventSource[]) => (noted ? named(noted, sources, ({ id }) => id) : []);
    const byName = (sources: readonly EventSource[]) => named(topic, sources, ({ name }) => name);
    const ways = [byId(wired), byName(wired), byId(all), byName(all)];
    return ways.find((found) => found.length > 0) ?? [];
}

/** Finds `<key>/<event>`; if several keys match, the longest. */
function named(text: string, sources: readonly EventSource[], keyOf: (source: EventSource) => string): InputEvent[] {
    const fits = sources.filter((source) => !source.standsFor && text.startsWith(`${keyOf(source)}/`));
    const longest = Math.max(...fits.map((source) => keyOf(source).length));
    const unique = new Set(fits.filter((source) => keyOf(source).length === longest));
    return [...unique].map((source) => ({ sourceId: source.id, eventId: text.slice(longest + 1) }));
}

function standingFor(RED: NodeAPI, source: EventSource | undefined): EventSource | undefined {
    return source?.standsFor ? flowOf(RED).registry.source(source.standsFor) : source;
}
