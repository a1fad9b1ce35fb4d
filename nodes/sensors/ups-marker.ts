import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ScalableClock } from '../../lib/core/clock';
import { EVENT_LEVELS, type EventLevel } from '../../lib/core/events/ids';
import { UpsError } from '../../lib/core/errors';
import { said } from '../../lib/core/language/sentence';
import { contradiction } from '../../lib/core/markers/loops';
import {
    MARKER_LOGICS,
    MARKER_UNKNOWN,
    MarkerSource,
    type MarkerConfig,
    type MarkerLogic,
} from '../../lib/core/markers/marker-source';
import { settingChoice, settingTick } from '../../lib/protocols/shared/setting-number';
import { readEventMessage } from '../../lib/flow/messages/coerce';
import { whenRemembered } from '../../lib/flow/delivery/decided';
import { onInput } from '../shared/source/event-input';
import { flowOf, siteWords } from '../shared/runtime/flow-of';
import type { Look } from '../shared/words/node-status';
import { wholeOr } from '../shared/settings/numbers';
import { attachSource, homeOf } from '../shared/source/source-node';
import { errorText, eventText, statusText } from '../shared/words/texts';
import { surroundings, type InputSources } from './marker-inputs';

interface UpsMarkerConfig extends NodeDef {
    /** Keeps the state and the log; default: the only site. */
    site?: string;
    logic: MarkerLogic;
    count: string | number;
    inverted: boolean;
    /**
     * Topics of its inputs, `<source>/<event>`. Also taken from `inputs`, where a flow made by hand or by a program may have them: the
     * editor cannot, because it keeps the number of a node's ports under that name.
     */
    topics?: string[];
    inputs?: unknown;
    /** Noted by the dialog: which source a topic was chosen for. Flows of older versions have names alone. */
    sources?: InputSources;
    unknown: MarkerConfig['unknown'];
    level: EventLevel;
}

export = (RED: NodeAPI) => {
    function UpsMarker(this: Node, config: UpsMarkerConfig) {
        RED.nodes.createNode(this, config);
        const words = siteWords(RED, config.site);
        const name = config.name || statusText(words, 'marker');
        const sentence = (active: boolean) => `${name}: ${eventText(words, 'marker-on', active)}`;
        const attached = attachSource(RED, this, () => {
            const home = homeOf(RED, config.site);
            const clock = new ScalableClock(flowOf(RED).clock);
            const logic = settingChoice('logic', config.logic, MARKER_LOGICS, 'and') as MarkerLogic;
            const inputs = topicsOf(config);
            const most = Math.max(1, inputs.length);
            const source = new MarkerSource({
                ...home,
                id: this.id,
                name,
                clock,
                around: surroundings(RED, this, config.sources, clock),
                config: {
                    logic,
                    count: logic === 'n-of-m' ? wholeOr('count', config.count, 2, 1, most) : undefined,
                    inverted: settingTick('inverted', config.inverted, false),
                    inputs,
                    unknown: settingChoice(
                        'unknown',
                        config.unknown,
                        MARKER_UNKNOWN,
                        'inactive',
                    ) as MarkerConfig['unknown'],
                    level: settingChoice('level', config.level, EVENT_LEVELS, 'alarm') as EventLevel,
                },
                text: sentence,
                decide: (event, decided) => whenRemembered(flowOf(RED), event, decided),
            });
            let rings = 0;
            return {
                source,
                home,
                sentence: (_id, active) => sentence(active),
                look: () => (rings ? ['error', statusText(RED, 'notConfigured')] : look(RED, source)),
                begin: () => {
                    for (const way of ringsOf(RED, source)) {
                        rings++;
                        this.error(errorText(RED, ringError(RED, way)));
                    }
                },
            };
        });
        onInput(RED, this, (message) => {
            const { topic, payload, event } = readEventMessage(message, flowOf(RED).clock.now());
            attached?.source.take(topic, payload, event);
            attached?.show();
        });
    }
    RED.nodes.registerType('ups-marker', UpsMarker as never);
};

/** Cuts the rings in which this marker contradicts itself: they would go round without end. */
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

function topicsOf({ topics, inputs }: UpsMarkerConfig): string[] {
    const listed: unknown = topics ?? inputs;
    return Array.isArray(listed) ? listed.map(String) : [];
}

/** `2/3`: so many of its inputs are active; with a question mark if some are unknown. */
function look(RED: NodeAPI, source: MarkerSource): [Look, string] {
    const inputs = source.inputs();
    const active = inputs.filter((input) => input.active).length;
    const unknown = inputs.some((input) => input.active === undefined) ? '?' : '';
    const on = source.isActive('on');
    const text = `${statusText(RED, on ? 'contactOn' : 'contactOff')} ${active}/${inputs.length}${unknown}`;
    return [on ? 'alarm' : unknown ? 'starting' : 'ok', text];
}
