import assert from 'node:assert/strict';
import { checkMap, mapFaultText } from '../../../../lib/protocols/device-map/check-map';
import { simulatedDuramax } from '../../../../lib/protocols/device-map/maps/simulated-duramax';
import { Prng } from '../../../simulation/kernel/prng';
import { inEnglish } from '../../../support/in-english';

type Json = Record<string, unknown>;

/** The shipped map with one change. */
function changed(change: (map: { frames: Json[]; items: Json[]; commands: Json[] }) => void): unknown {
    const map = structuredClone(simulatedDuramax) as unknown as { frames: Json[]; items: Json[]; commands: Json[] };
    change(map);
    return map;
}

const faultsOf = (map: unknown) =>
    (checkMap(map).faults ?? []).map(({ item, rule }) => (item === undefined ? rule : `${item}: ${rule}`));

describe('Checking the frames of a map', () => {
    it('finds nothing wrong with the shipped one, also when it was JSON', () => {
        assert.deepEqual(faultsOf(simulatedDuramax), []);
        assert.deepEqual(checkMap(JSON.parse(JSON.stringify(simulatedDuramax))).map, simulatedDuramax);
    });

    it('says when two answers can not be told apart', () => {
        const told = (change: Parameters<typeof changed>[0]) => {
            const read = checkMap(changed(change));
            assert.ok(read.map, JSON.stringify(read.faults));
            return read.warnings.map((each) => inEnglish(mapFaultText(each)));
        };
        assert.deepEqual(
            told(() => undefined),
            [],
        );
        const [alike] = told(({ frames }) => (frames[2]!.start = '5a'));
        assert.match(alike!, /^The answers to status and identity look alike\./);
        // The same start, and never the same length.
        const apart = told(({ frames }) => {
            Object.assign(frames[0]!, { start: '5a 05', length: 60 });
            Object.assign(frames[1]!, { start: '5a 05', length: 40 });
        });
        assert.deepEqual(apart, []);
    });

    const set = (map: { items: Json[] }) => map.items.find(({ id }) => id === 'idleSeconds')!.set as Json;
    const cases: [string, Parameters<typeof changed>[0], string[]][] = [
        ['no request', ({ frames }) => delete frames[0]!.request, ['status: hex']],
        ['a request that is no hex', ({ frames }) => (frames[0]!.request = 'a5 2'), ['status: hex']],
        ['no start', ({ frames }) => (frames[1]!.start = ''), ['settings: hex']],
        ['a checksum that nobody knows', ({ frames }) => (frames[1]!.checksum = 'crc32'), ['settings: oneOf']],
        ['a length that is none', ({ frames }) => (frames[1]!.length = 0), ['settings: frameLength']],
        [
            'a place of the length that is none',
            ({ frames }) => (frames[1]!.length = { offset: 2 }),
            ['settings: frameLength'],
        ],
        ['a misspelt key', ({ frames }) => (frames[1]!.lenght = 3), ['settings: key']],
        ['a pause that is none', ({ frames }) => (frames[1]!.every = -1), ['settings: every']],
        [
            'two of one name',
            ({ frames }) => (frames[2]!.id = 'settings'),
            ['model: noFrame', 'serial: noFrame', 'firmware: noFrame', 'hardware: noFrame', 'settings: twice'],
        ],
        ['no list', (map) => ((map as Json).frames = {}), []],
        [
            'a value in a frame that is not there',
            ({ items }) => ((items[4]!.at as Json).frame = 'state'),
            ['mode: noFrame'],
        ],
        ['a setting without an answer', (map) => delete set(map).answer, ['idleSeconds: frameWrite']],
        ['a setting without a place', (map) => (set(map).value = { offset: 4 }), ['idleSeconds: frameValue']],
        ['a text as the place', (map) => (set(map).value = { offset: 4, type: 'text' }), ['idleSeconds: frameValue']],
        ['limits the wrong way round', (map) => Object.assign(set(map), { min: 9, max: 3 }), ['idleSeconds: minMax']],
        ['a limit that is no number', (map) => (set(map).max = '9'), ['idleSeconds: number']],
        [
            'a status without what is good',
            (map) => (set(map).status = { at: { offset: 3, type: 'u8' } }),
            ['idleSeconds: frameStatus'],
        ],
        [
            'a value that is no setting, and is written',
            ({ items }) => ((items[4]!.to = 'channel:mode'), (items[4]!.set = {})),
            [],
        ],
        ['a command without frames', ({ commands }) => (commands[0]!.send = []), ['latch-reset: frameWrite']],
        [
            'a status at a label',
            (map) => Object.assign(set(map).status as Json, { at: { label: 'x' } }),
            ['idleSeconds: statusPlace'],
        ],
        [
            'a status at an object',
            (map) => Object.assign(set(map).status as Json, { at: { oid: '1.3.6' } }),
            ['idleSeconds: statusPlace'],
        ],
        [
            'a status in another frame',
            (map) => Object.assign((set(map).status as Json).at as Json, { frame: 'status' }),
            ['idleSeconds: statusFrame'],
        ],
        [
            'a status behind the longest answer',
            (map) => Object.assign((set(map).status as Json).at as Json, { offset: 258 }),
            ['idleSeconds: frameEnd'],
        ],
        [
            'a status in the checksum of the answer',
            (map) => Object.assign(set(map).answer as Json, { length: 6 }),
            ['idleSeconds: frameEnd'],
        ],
        [
            'a value behind the end of its frame',
            ({ frames, items }) => ((frames[1]!.length = 22), (items.at(-1)!.at as Json).offset === 19),
            ['idleSeconds: frameEnd'],
        ],
        [
            'a condition in a frame that is not there',
            ({ items }) => (items[4]!.when = { at: { frame: 'nosuch', offset: 1, type: 'u8' } }),
            ['mode: noFrame'],
        ],
        [
            'a value on the bytes of the command',
            (map) => (set(map).value = { offset: 1, type: 'u16' }),
            ['idleSeconds: valuePlace'],
        ],
        [
            'states that are no numbers, or too great ones',
            ({ items }) => (items.find(({ id }) => id === 'inputOvp')!.states = { a: 'auto', 70000: 'latch' }),
            ['inputOvp: stateNumber', 'inputOvp: stateNumber'],
        ],
        ['a default beyond the limits', (map) => (set(map).default = 3601), ['idleSeconds: defaultNumber']],
        ['a default that is a text', (map) => (set(map).default = '10'), ['idleSeconds: defaultNumber']],
        [
            'a default that is no state',
            ({ items }) => ((items.find(({ id }) => id === 'inputOvp')!.set as Json).default = 'x'),
            ['inputOvp: defaultState'],
        ],
        [
            'a setting that is no value of a frame',
            ({ items }) => (items.find(({ id }) => id === 'idleSeconds')!.at = { label: 'Idle' }),
            ['idleSeconds: setPlace'],
        ],
        [
            'a command that is written in both ways',
            ({ commands }) => (commands[0]!.set = [{ at: { oid: '1.3.6' }, value: 1 }]),
            ['latch-reset: setOrSend'],
        ],
        [
            'a status of a command at a label',
            ({ commands }) => (((commands[0]!.send as Json[])[0]!.status as Json).at = { label: 'x' }),
            ['latch-reset: statusPlace'],
        ],
    ];
    for (const [what, change, faults] of cases)
        it(`refuses ${what}`, () => {
            const found = faultsOf(changed(change));
            assert.notDeepEqual(found, []);
            if (faults.length > 0) assert.deepEqual(found, faults);
            for (const fault of checkMap(changed(change)).faults ?? []) {
                const text = inEnglish(mapFaultText(fault));
                assert.doesNotMatch(text, /said|undefined|__/, text);
            }
        });

    it('takes bytes that are held free for the value, and a command without set', () => {
        const map = changed((shipped) => {
            set(shipped).send = 'a5 10 03 0b 00 00';
            delete shipped.commands[0]!.set;
        });
        assert.deepEqual(faultsOf(map), []);
        assert.deepEqual(checkMap(map).map?.commands?.[0]?.set, []);
    });

    it('refuses frames as a command of a map without frames', () => {
        const { send } = simulatedDuramax.commands![0]!;
        const items = [{ id: 'v', at: { oid: '1.3.6.1' }, kind: 'number', to: 'channel:v' }];
        for (const set of [[], undefined])
            assert.deepEqual(
                faultsOf({
                    ...{ version: 1, id: 'm', name: 'm', judgedBy: 'm', items },
                    commands: [{ does: 'shutdown.output', set, send }],
                }),
                ['shutdown.output: sendFrames'],
            );
    });

    it('refuses an offset in a map without frames', () => {
        const { frames: _frames, ...rest } = simulatedDuramax;
        assert.ok(faultsOf({ ...rest, commands: [] }).every((fault) => fault.endsWith(': noFrames')));
    });

    it('takes or refuses a mutated map, and never breaks', () => {
        const prng = new Prng(11);
        const text = JSON.stringify(simulatedDuramax);
        const values = [null, -1, 1e9, NaN, '', 'zz', [], {}, true];
        for (let n = 0; n < Number(process.env.MUTATIONS ?? 1000); n++) {
            const map = JSON.parse(text) as Json;
            let at: Json = map;
            for (;;) {
                const keys = Object.keys(at);
                if (keys.length === 0) break;
                const key = prng.pick(keys);
                const inner = at[key];
                if (typeof inner === 'object' && inner !== null && prng.chance(0.8)) {
                    at = inner as Json;
                    continue;
                }
                if (prng.chance(0.3)) delete at[key];
                else at[key] = prng.pick(values);
                break;
            }
            const { map: good, faults } = checkMap(map);
            assert.ok(good || (faults && faults.length > 0));
        }
    });
});
