import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeRedProcess } from './support/node-red-process';
import { allScenes, fewScenes, longScenes } from './support/outage-scenes';
import { ScenePlayer, type Judged, type Played, type Scene } from './support/scene-player';

/** `all` plays the whole matrix, `long` gaps of up to 30 min; SCENES_ONLY is a part of the name. See CONTRIBUTING.md. */
const WHICH = process.env.SCENES ?? 'few';
const ONLY = new RegExp(process.env.SCENES_ONLY ?? '');
/** A folder for the story of each scene. */
const KEEP = process.env.SCENES_KEEP;
const PARALLEL = Number(process.env.SCENES_PARALLEL ?? 4);
/** A scene in which something took so much longer than it should, s, is judged by a second playing: what was late may be the machine's doing. */
const TOO_BUSY = 0.5;

const known: Record<string, () => Scene[]> = { few: fewScenes, all: allScenes, long: longScenes };
const scenes = known[WHICH]!().filter(({ name }) => ONLY.test(name));

describe('outages on the wire: the state of every host at the end', function () {
    this.timeout(40 * 60_000);
    const played = new Map<string, Promise<Played>>();

    // Side by side, so many at a time; each test below waits for its own.
    before(() => {
        const waiting = scenes.map((scene) => {
            const turn = deferred<number>();
            const play = turn.promise.then((network) => playJudged(scene, network));
            // A failure counts in its own test.
            const over = play.then(nothing, nothing);
            played.set(scene.name, play);
            return { turn, over };
        });
        const next = async (network: number): Promise<void> => {
            const scene = waiting.shift();
            if (!scene) return;
            scene.turn.resolve(network);
            await scene.over;
            return next(network);
        };
        for (let network = 0; network < PARALLEL; network++) void next(network);
    });
    after(() => NodeRedProcess.killAll());

    for (const { name } of scenes) {
        it(name, async () => {
            const { judged, log, output } = await played.get(name)!;
            const wrong = judged.filter(({ faults }) => faults.length > 0);
            const said = `${judged.map(line).join('\n')}\n\n${log}`;
            if (KEEP) writeFileSync(join(KEEP, `${name.replace(/\W+/g, '-')}.txt`), `${said}\n\n${output}`);
            assert.equal(wrong.length, 0, said);
        });
    }
});

const nothing = () => undefined;

async function playJudged(scene: Scene, network: number): Promise<Played> {
    const first = await ScenePlayer.play(scene, network);
    const isWrong = first.judged.some(({ faults }) => faults.length > 0);
    return isWrong && first.longestLag > TOO_BUSY ? ScenePlayer.play(scene, network) : first;
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
    let resolve!: (value: T) => void;
    return { promise: new Promise<T>((done) => (resolve = done)), resolve };
}

function line({ lane, host, expected, actual, faults }: Judged): string {
    const verdict = faults.length > 0 ? `WRONG ${faults.join('; ')}` : 'ok';
    return `${lane}, ${host}: ${expected} | ${actual} | ${verdict}`;
}
