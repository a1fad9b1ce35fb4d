import { openSeries, type SeriesOwner } from '../../lib/store';
import { reading } from './three-phase-reading';
import { VirtualClock } from './virtual-clock';

const DAY_MS = 86_400_000;
const SAMPLE_EVERY_MS = 180_000;
const PER_DAY = DAY_MS / SAMPLE_EVERY_MS;
/** So many days differ; then they come again. */
const DIFFERENT_DAYS = 10;

/**
 * The history of three-phase UPSs until now, a sample each 180 s.
 * @param packed false: as it stands before the background has had a turn
 */
export async function fillSeries(
    directory: string,
    owners: readonly SeriesOwner[],
    { days, packed = true }: { days: number; packed?: boolean },
): Promise<void> {
    const clock = new VirtualClock(Date.now() - days * DAY_MS);
    const series = openSeries({
        directory,
        clock,
        onProblem: (problem) => {
            throw problem;
        },
    });
    const readings = Array.from({ length: DIFFERENT_DAYS * PER_DAY }, (_, n) => reading(n));
    try {
        for (let n = 0; n < days * PER_DAY; n++) {
            for (const owner of owners) series.sample(owner, clock.now(), readings[n % readings.length]!);
            clock.pass(SAMPLE_EVERY_MS);
            // Once a day the background has its turn, step by step.
            if (packed && n % PER_DAY === 10) clock.runTimers(30_000, () => {}, performance.now.bind(performance));
        }
        await series.flush();
    } finally {
        series.close();
    }
}
