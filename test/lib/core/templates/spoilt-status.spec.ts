import assert from 'node:assert/strict';
import { emptyStatus } from '../../../../lib/core/status/status';
import { fillTemplate, WILDCARDS, type WildcardContext } from '../../../../lib/core/templates/wildcards';

const NOON = new Date(2026, 0, 15, 12, 0, 0).getTime();
const EVERYTHING = WILDCARDS.map(({ path }) => `{{${path}}}`).join(' ');

/** As a change or function node on the way may leave them. */
const SPOILT: Record<string, unknown> = {
    'of another node': { fill: 'red', text: 'x' },
    'a number': 5,
    'emptied groups': { identity: null, battery: null, output: { lines: [] }, derived: null },
    'cut down': { ...emptyStatus(NOON), input: undefined, test: undefined },
    'with lines that are none': { ...emptyStatus(NOON), bypass: { lines: [null] } },
    'with alarms as text': { ...emptyStatus(NOON), alarms: 'on-battery' },
};

describe('wildcards of messages that somebody has spoilt', () => {
    for (const [what, status] of Object.entries(SPOILT)) {
        it(`read NA where the status is ${what}, and fail nothing`, () => {
            const message = { topic: 'a/b', status } as WildcardContext['message'];
            const text = fillTemplate(`{{msg.topic}} {{battery.chargePercent}} ${EVERYTHING}`, { now: NOON, message });
            assert.match(text, /^a\/b NA /);
        });
    }

    it('read NA for values that are none', () => {
        const event = { id: 'x', value: { toString: 1 }, since: 'yesterday', at: {}, text: null };
        const message = { topic: 'a/b', event } as unknown as WildcardContext['message'];
        const text = fillTemplate(`{{event.id}} {{event.value}} {{event.text}} ${EVERYTHING}`, { now: NOON, message });
        assert.match(text, /^x NA NA /);
    });
});
