import assert from 'node:assert/strict';
import { NodeRedProcess } from './support/node-red-process';
import { DUE, OUTAGE_SECONDS, OutageCourse, REPEAT, STALE_SECONDS } from './support/outage-course';

/** How many outages each kind of disturbance is tried in; more for a soak: COURSE_ROUNDS=50. */
const ROUNDS = Number(process.env.COURSE_ROUNDS ?? 1);
const PARALLEL = 2;
/** From the due moment, or the first moment after it at which Node-RED was up, to the bytes on the wire. */
const LATE_SECONDS = 2.5;
const EARLY_SECONDS = 0.4;
/** Within so long a busy machine has polled the card at least once. */
const SEEN_SECONDS = 1;
/** Runtime is an estimate: by a charge in whole percent, and by what this very discharge teaches. */
const ESTIMATE_EARLY_SECONDS = 1.5;

type Disturbance = (course: OutageCourse) => Promise<void>;

const kill: Disturbance = async (course) => {
    await course.kill9();
    await course.start();
};

/** Plays one outage with disturbances at random moments, and judges what reached the hosts. */
async function play(course: OutageCourse, disturb: Disturbance[], { earliest = 0.1, grace = 0 } = {}): Promise<void> {
    await course.failMains();
    const moments = disturb
        .map((_, index) =>
            index === disturb.length - 1 && Math.random() < 0.4
                ? OUTAGE_SECONDS
                : earliest + Math.random() * (13 - earliest),
        )
        .sort((a, b) => a - b);
    let returned = false;
    for (const [index, moment] of moments.entries()) {
        if (moment >= OUTAGE_SECONDS) {
            await course.until(OUTAGE_SECONDS);
            course.returnMains();
            returned = true;
            await course.until(OUTAGE_SECONDS + Math.random() * 0.8);
        } else {
            await course.until(moment);
        }
        await disturb[index](course);
    }
    await course.until(OUTAGE_SECONDS);
    if (!returned) course.returnMains();
    await course.until(Math.max(OUTAGE_SECONDS, course.seconds) + 4);
    await judge(course, moments, grace);
}

async function judge(course: OutageCourse, moments: number[], grace: number): Promise<void> {
    const resumed = await course.resumed();
    const story = JSON.stringify({ moments, up: course.up, arrivals: course.arrivals, resumed }, null, 1);
    for (const [label, due] of Object.entries(DUE)) {
        const times = course.times(label);
        assert.ok(times.length >= 1, `${label} is lost: ${story}\n${course.output}`);
        const again = resumed.filter((text) => text.includes(label)).length;
        assert.ok(times.length <= 1 + again, `${label} came ${times.length} times: ${story}`);
        const early = label === 'remaining30' ? ESTIMATE_EARLY_SECONDS : EARLY_SECONDS;
        assert.ok(times[0] >= due - early, `${label} came early: ${story}`);
        assert.ok(times[0] <= course.firstChance(due) + LATE_SECONDS + grace, `${label} came late: ${story}`);
    }
    const repeats = course.times('MSG_SHUTDOWN');
    assert.ok(repeats.length >= course.repeatsPossible() / 2, `the repeated shutdown is lost: ${story}`);
    assert.ok((repeats[0] ?? Infinity) >= REPEAT.first - EARLY_SECONDS, `the repeated shutdown came early: ${story}`);
    assert.ok((repeats.at(-1) ?? 0) <= course.returnedAt + LATE_SECONDS, `it goes on after the end: ${story}`);
    const gaps = repeats.slice(1).map((time, index) => time - repeats[index]);
    const tooClose = gaps.filter((gap) => gap < REPEAT.every * 0.3).length;
    assert.ok(tooClose <= moments.length, `repeats follow too closely: ${story}`);
    const clear = course.times('MSG_WAKEUP');
    assert.ok(clear.length >= 1, `the all-clear is lost: ${story}\n${course.output}`);
    assert.ok(clear.length <= 1 + resumed.filter((text) => /wakeup/i.test(text)).length, `two all-clears: ${story}`);
    assert.ok(clear[0] >= course.returnedAt, `the all-clear came early: ${story}`);
}

/** Several courses side by side, each with several outages. */
async function playAll(
    disturbances: () => Disturbance[],
    options?: { earliest?: number; grace?: number },
): Promise<void> {
    const courses = await Promise.all(Array.from({ length: PARALLEL }, () => OutageCourse.create()));
    try {
        await Promise.all(
            courses.map(async (course) => {
                await course.start();
                for (let round = 0; round < ROUNDS; round++) await play(course, disturbances(), options);
            }),
        );
    } finally {
        await Promise.all(courses.map((course) => course.close()));
    }
}

describe('an outage, with our own process disturbed in the middle', function () {
    this.timeout((ROUNDS * (OUTAGE_SECONDS + 15) + 60) * 1000);

    after(() => NodeRedProcess.killAll());

    // An outage that was not seen before the first kill is known from the first sight after it: a poll takes up to half a second.
    it('kill -9 twice at random moments: nothing fires twice, nothing is lost, all at their true times', () =>
        playAll(() => [kill, kill], { earliest: SEEN_SECONDS }));

    it('deploys of each kind at random moments change nothing of it', () =>
        playAll(() => [
            (course) => course.deploy('nodes'),
            (course) => course.deploy('flows'),
            (course) => course.deploy('full'),
        ]));

    it('a card that falls silent with the mains, and kill -9 on top: the order stays', () =>
        playAll(
            () => [
                async (course) => {
                    course.fallSilent(true);
                    await course.until(Math.min(13, course.seconds + Math.random() * 3));
                    await kill(course);
                    await course.until(OUTAGE_SECONDS - 1);
                    course.fallSilent(false);
                },
            ],
            // What is not seen before the silence cannot be known; after the restart, silence must last before it counts.
            { earliest: 1.5, grace: STALE_SECONDS },
        ));
});
