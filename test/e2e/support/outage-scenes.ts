import type { Act, Disturbance, LaneSpec, Phase, Scene, Step } from './scene-player';

/** Seconds of each outage when two come in a row; shorter than a low battery lasts. */
const SHORT = 6;
/** Long enough for a Node-RED that is killed in it to be back before the end. */
const LONG = 13;

const PHASES: Phase[] = [
    'before it is due',
    'while a job runs',
    'after the shutdowns',
    'at the return',
    'while waking',
];
const ACTS: Act[] = ['kill', 'full', 'nodes', 'flows'];

/** Every flow with every battery, and every path. */
export const LANES: LaneSpec[] = [
    { flow: 'timed', charge: 'full', way: 'snmp2c' },
    { flow: 'timed', charge: 'half', way: 'nut' },
    { flow: 'timed', charge: 'low', way: 'snmp1' },
    { flow: 'low', charge: 'full', way: 'snmp1' },
    { flow: 'low', charge: 'half', way: 'snmp2c' },
    { flow: 'low', charge: 'low', way: 'nut' },
    { flow: 'remaining', charge: 'full', way: 'nut' },
    { flow: 'remaining', charge: 'half', way: 'nut' },
    { flow: 'remaining', charge: 'low', way: 'snmp2c' },
    { flow: 'shipped', charge: 'half', way: 'snmp2c' },
];

const outage = (from: number, to: number): Step[] => [
    { at: from, do: 'fail' },
    { at: to, do: 'return' },
];
const two = (gap: number): Step[] => [...outage(0, SHORT), ...outage(SHORT + gap, 2 * SHORT + gap)];
const flaps = Array.from({ length: 10 }, (_, index) => outage(index * 1.6, index * 1.6 + 0.8)).flat();

/** What the mains and the UPS do. */
export const COURSES: Record<string, Step[]> = {
    'a short outage': outage(0, 3),
    'an outage': outage(0, LONG),
    'an outage longer than the low batteries': outage(0, 20),
    'two outages 1 s apart': two(1),
    'two outages 5 s apart': two(5),
    'two outages 30 s apart': two(30),
    'mains flapping ten times': flaps,
    'flapping that ends in an outage': [...flaps, ...outage(16, 16 + LONG)],
    'a UPS silent in mid-outage': [
        { at: 0, do: 'fail' },
        { at: 2, do: 'fall silent' },
        { at: 9, do: 'answer' },
        { at: LONG, do: 'return' },
    ],
    'a UPS silent at the return': [
        { at: 0, do: 'fail' },
        { at: 5, do: 'fall silent' },
        { at: 9, do: 'return' },
        { at: 12, do: 'answer' },
    ],
    // Half full batteries become low in the silence: the first reading after it shows that, and the mains.
    'a UPS silent until after the return': [
        { at: 0, do: 'fail' },
        { at: 2, do: 'fall silent' },
        { at: 9, do: 'return' },
        { at: 12, do: 'answer' },
    ],
    'a card that begins anew in mid-outage': [
        { at: 0, do: 'fail' },
        { at: 3, do: 'restart' },
        { at: LONG, do: 'return' },
    ],
};

/** Not in `SCENES=all`: they take as long as they say. */
export const LONG_COURSES: Record<string, Step[]> = {
    'two outages 2 min apart': two(120),
    'two outages 10 min apart': two(600),
    'two outages 30 min apart': two(1800),
};

const at = (act: Act, phase: Phase, number = 0): Disturbance => ({ act, phase, outage: number });

function scene(course: string, disturbances: Disturbance[] = [], lanes = LANES): Scene {
    const said = disturbances.map(({ act, phase, outage: number }) => {
        const what = act === 'kill' ? 'kill -9' : `deploy (${act})`;
        return `${what} ${phase}${number > 0 ? ' of the second' : ''}`;
    });
    const steps = COURSES[course] ?? LONG_COURSES[course]!;
    return { name: [course, ...said].join(', '), steps, disturbances, lanes };
}

/** What is played with every change: each course, kill and deploy in each phase, on a part of the lanes each. */
export function fewScenes(): Scene[] {
    const lanes = (...indices: number[]) => indices.map((index) => LANES[index]!);
    return [
        scene('two outages 30 s apart', [], lanes(0, 2, 4, 5, 8)),
        scene(
            'two outages 5 s apart',
            [at('kill', 'while a job runs'), at('kill', 'while waking', 1)],
            lanes(1, 2, 4, 5, 7),
        ),
        scene('an outage', [at('kill', 'before it is due'), at('kill', 'at the return')], lanes(0, 2, 4, 5, 8)),
        scene('two outages 1 s apart', [], lanes(1, 2, 4, 5, 8, 9)),
        scene('mains flapping ten times', [at('nodes', 'after the shutdowns')], lanes(0, 2, 4, 5)),
        scene('a UPS silent until after the return', [], lanes(0, 1, 4, 7, 9)),
        scene('a UPS silent in mid-outage', [at('kill', 'after the shutdowns')], lanes(0, 1, 6, 7)),
        scene(
            'a card that begins anew in mid-outage',
            [at('full', 'while a job runs'), at('flows', 'at the return'), at('nodes', 'while waking')],
            lanes(0, 2, 4, 5, 9),
        ),
    ];
}

/** Each course plain, with each act in each phase. */
export function allScenes(): Scene[] {
    return Object.keys(COURSES).flatMap((course) => [
        scene(course),
        ...ACTS.flatMap((act) => PHASES.map((phase) => scene(course, [at(act, phase)]))),
    ]);
}

export function longScenes(): Scene[] {
    return Object.keys(LONG_COURSES).flatMap((course) => [scene(course), scene(course, [at('kill', 'while waking')])]);
}
