import assert from 'node:assert/strict';
import { decode, type DecoderMemory } from '../../../../lib/protocols/snmp/decode';
import type { SnmpValue } from '../../../../lib/protocols/snmp/transport';
import { UnitBench } from '../../../support/fake-ups';

const UPS = '1.3.6.1.2.1.33.1';
/** Objects by what stands behind upsObjects; null: the card has none. */
type Objects = Record<string, SnmpValue>;

const MAINS: Objects = { '2.1.0': 2, '2.2.0': 0, '2.3.0': 40, '2.4.0': 100, '3.3.1.3.1': 230, '4.1.0': 3, '6.1.0': 0 };
const ALARM: Objects = { '6.1.0': 1, '6.2.1.2.1': `${UPS}.6.3.2` };
const DEAD: Objects = { '2.4.0': 90, '3.3.1.3.1': 0 };

/** Cards by what they tell: on mains, and in the second `i` of an outage. */
const CARDS: Record<string, { mains: Objects; outage(i: number): Objects }> = {
    'all there is': { mains: {}, outage: (i) => ({ ...DEAD, ...ALARM, '4.1.0': 5, '2.2.0': i }) },
    'no alarms': { mains: { '6.1.0': null }, outage: (i) => ({ ...DEAD, '4.1.0': 5, '2.2.0': i }) },
    'no seconds, and a live input': { mains: {}, outage: () => ({ '4.1.0': 5, '2.4.0': 90 }) },
    'a source that stays normal': { mains: {}, outage: (i) => ({ ...DEAD, '2.2.0': i, '2.4.0': 95 - i }) },
    'no source, no alarms': {
        mains: { '4.1.0': null, '6.1.0': null },
        outage: (i) => ({ ...DEAD, '2.2.0': i, '2.4.0': 95 - i }),
    },
    'the alarm alone': { mains: { '4.1.0': 1 }, outage: () => ALARM },
};

const SECONDS = { before: 5, outage: 20, after: 20 } as const;
const AWAY_MS = [500, 5000, 40_000] as const;
const ALL = SECONDS.before + SECONDS.outage + SECONDS.after;

describe('An outage, killed in any second of it, is one', () => {
    for (const [name, card] of Object.entries(CARDS)) {
        it(`of a card that tells ${name}, by a driver that remembers nothing`, () => {
            for (let killed = 1; killed < ALL; killed++)
                assert.deepEqual(play(card, killed, AWAY_MS[killed % 3]!), ['on', 'off'], `${killed} s`);
        });
    }
});

/** The edges of `power-fail`. */
function play({ mains, outage }: (typeof CARDS)[string], killed: number, awayMs: number): string[] {
    let bench = new UnitBench();
    let memory: DecoderMemory = {};
    const edges: string[] = [];
    const note = () =>
        edges.push(...bench.edges.filter(({ id }) => id === 'power-fail').map(({ active }) => (active ? 'on' : 'off')));
    for (let second = 0; second < ALL; second++) {
        if (second === killed) {
            note();
            bench = bench.restart(awayMs);
            memory = {};
        }
        const since = second - SECONDS.before;
        const now = since >= 0 && since < SECONDS.outage ? outage(since + 1) : {};
        const told = Object.entries({ ...MAINS, ...mains, ...now }).filter(([, value]) => value !== null);
        const read = decode(new Map(told.map(([oid, value]) => [`${UPS}.${oid}`, value])), bench.clock.now(), memory);
        memory = read.memory;
        bench.driver.read(read.status);
        bench.clock.advanceSync(1000);
    }
    note();
    return edges;
}
