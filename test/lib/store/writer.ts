import { writeSync } from 'node:fs';
import { SystemClock } from '../../../lib/core/clock';
import { UpsError } from '../../../lib/core/errors';
import { openStore } from '../../../lib/store';
import { episode, logEntry, message } from './support';

/**
 * Run as a child process: `writer <directory> <start> [hold|delete]` opens the store, prints `open`, and then writes without end and prints each
 * number after the writes that it stands for have returned. With `hold` it does nothing; with `delete` it deletes the log, and prints `deleting`
 * when the first entries are gone. Prints the error's code if it cannot open.
 */
function main([directory, start, instead]: string[]): void {
    const clock = new SystemClock();
    const print = (line: string) => writeSync(1, `${line}\n`);
    try {
        const store = openStore({ directory, clock, onProblem: ({ code }) => print(`problem ${code}`) });
        print('open');
        if (instead === 'hold') return void setInterval(() => {}, 1000);
        if (instead === 'delete') {
            void store.deleteLog({}, 'jo');
            return void setImmediate(() => print('deleting'));
        }
        for (let n = Number(start); ; n++) {
            store.transaction(() => {
                store.saveEpisode(episode(`e${n}`));
                store.saveDelivery({ nodeId: 'sender', key: `k${n}`, message: message(`e${n}`), at: clock.now() });
            });
            store.beginJob({ nodeId: 'job', key: `k${n}`, message: message(`e${n}`), at: clock.now() });
            store.append(logEntry(`n${n}`));
            print(String(n));
        }
    } catch (error) {
        print(error instanceof UpsError ? `error ${error.code} ${String(error.data.file)}` : String(error));
    }
}

main(process.argv.slice(2));
