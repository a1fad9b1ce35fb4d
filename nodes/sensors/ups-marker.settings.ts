import { MARKER_LOGICS, MARKER_UNKNOWN, MOST_INPUTS } from '../../lib/core/markers/marker-logic';
import {
    choice,
    declareNode,
    invalid,
    ownFault,
    section,
    special,
    stored,
    tick,
    whole,
    type Stored,
} from '../../lib/core/settings';
import { eventLevel, sourceSite } from '../shared/fields/sensor';

type Sources = Readonly<Record<string, string>>;

/** `<source>/<event>` of each input. */
const topics = special<readonly string[]>({
    icon: 'sign-in',
    initial: [],
    empty: { fault: ownFault('inputs') },
    read(raw) {
        if (!Array.isArray(raw) || raw.length === 0) return { fault: ownFault('inputs') };
        const strange: unknown = raw.find((each) => typeof each === 'object');
        if (strange !== undefined) return { fault: invalid('text', strange) };
        const chosen = raw.map(String);
        const twice = chosen.find((topic, index) => chosen.indexOf(topic) !== index);
        if (twice !== undefined) return { fault: invalid('eachTopicOnce', twice) };
        if (chosen.length > MOST_INPUTS) {
            return { fault: invalid('atMostEntries', chosen.length, { max: MOST_INPUTS }) };
        }
        return { value: chosen };
    },
    schema: { type: 'array', minItems: 1, maxItems: MOST_INPUTS, uniqueItems: true },
});

/** The source of each topic, by the id of its node: the source may be renamed, or another may have the same name. */
const sources = stored<Sources>({
    initial: {},
    empty: { value: {} },
    read: (raw) => ({ value: typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? (raw as Sources) : {} }),
    // Anything else means that nothing is known.
    schema: { anyOf: [{ type: 'object' }, {}] },
});

/**
 * Flows that were written by hand or by a program may have the topics as `inputs`; the editor stores the number of a node's ports under
 * that name.
 */
function topicsOfInputs({ topics: listed, inputs }: Stored): Stored {
    return (listed === undefined || listed === null) && Array.isArray(inputs) ? { topics: inputs } : {};
}

export const settings = declareNode({
    type: 'ups-marker',
    family: 'sensors',
    version: 2,
    migrations: { 2: topicsOfInputs },
    ports: { inputs: 1, outputs: ['event'] },
    nameRequired: true,
    role: { source: () => ({ events: ['on'] }), eventPrefix: 'marker-' },
    sections: [
        section('', {
            site: sourceSite(),
            logic: choice(MARKER_LOGICS, { icon: 'code-fork', default: 'and' }),
            count: whole({ icon: 'hashtag', min: 1, default: 2, when: { logic: 'n-of-m' } }),
            inverted: tick({ icon: 'adjust', default: false }),
            unknown: choice(MARKER_UNKNOWN, { icon: 'question-circle-o', default: 'inactive' }),
            level: eventLevel('alarm'),
        }),
        section('inputs', { topics, sources }),
    ],
    checks: {
        count: ({ count, topics: { length } }) =>
            count > length ? invalid('wholeBetween', count, { min: 1, max: length }) : undefined,
    },
});
