import { writeSync } from 'node:fs';
import { FakeClock } from '../../../support/fake-clock';
import { openSeries } from '../../../../lib/store/series';
import { MINUTE, SECOND, UPS } from './support';

const START = Date.UTC(2026, 0, 15);
const OWNERS = 3;

/**
 * Run as a child process: `writer <directory> <first> [hold]` opens the series, prints `open`, and, unless told to hold, samples without end, in a time of its own that passes quickly, so that days are packed,
 * and prints each number after the sample with this number has been kept.
 */
function main([directory, first, mode]: string[]): void {
    const clock = new FakeClock(START + Number(first) * 180 * SECOND);
    const print = (line: string) => writeSync(1, `${line}\n`);
    const store = openSeries({ directory, clock, onProblem: ({ code }) => print(`problem ${code}`) });
    print('open');
    if (mode === 'hold') return void setInterval(() => {}, 1000);
    for (let n = Number(first); ; n++) {
        for (let owner = 0; owner < OWNERS; owner++) {
            store.sample({ ...UPS, id: `u${owner}` }, clock.now(), [{ quantity: 'number', unit: '', value: n }]);
        }
        print(String(n));
        clock.jumpWall(180 * SECOND);
        if (n % 40 === 0) clock.advanceSync(MINUTE + 10 * MINUTE);
        // What the background work takes is not to be taken from the wall.
        if (n % 40 === 0) clock.jumpWall(-11 * MINUTE);
    }
}

main(process.argv.slice(2));
