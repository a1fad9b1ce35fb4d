import { declareNode, events, isBlank, section, tick } from '../../lib/core/settings';
import { chosenUps } from '../shared/fields/ups';

export const settings = declareNode({
    type: 'ups-event',
    family: 'events',
    version: 2,
    migrations: {
        // The first flows of version 1 have no `all`: no list, or an empty one, meant every event.
        2: ({ all, events: ids }) => {
            const meansAll = isBlank(ids) || (Array.isArray(ids) && ids.length === 0);
            return all === undefined ? { all: meansAll } : {};
        },
    },
    ports: { inputs: 0, outputs: ['event'] },
    sections: [
        section('', {
            ups: chosenUps(),
            all: tick({ icon: 'asterisk', default: false }),
            events: events({ atLeastOne: 'events', when: { all: false } }),
            onlyOnBattery: tick({ icon: 'battery-half', default: false }),
        }),
    ],
    role: {
        source: ({ ups, all, events: chosen, onlyOnBattery }) => ({
            source: ups,
            events: all ? ['*'] : chosen,
            onlyOnBattery,
        }),
    },
});
