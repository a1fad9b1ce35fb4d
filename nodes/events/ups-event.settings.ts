import { declareNode, events, section, tick } from '../../lib/core/settings';
import { chosenUps } from '../shared/fields/ups';

export const settings = declareNode({
    type: 'ups-event',
    family: 'events',
    version: 2,
    migrations: {
        // The first flows of version 1 have no `all`: an empty list meant every event.
        2: ({ all, events: ids }) => (all === undefined ? { all: !Array.isArray(ids) || ids.length === 0 } : {}),
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
