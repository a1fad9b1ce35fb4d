import { commandOf, everyWrite, playAll, portions } from './crew';
import { inOwnTurn } from './kernel/virtual-time';
import { bundleEngine } from './machine/bundle';
import { Engine } from './machine/engine';
import { play, type RunOptions } from './run';
import { scenarioOf, type Wish } from './scenario/scenario';
import type { Failure, Report } from './worker';

const HELP = `npm run simulate -- [options]

  --seed S          plays this seed alone, and tells its story; without it, many
  --seeds N         so many seeds (1000)
  --from S          the first of them (1)
  --outages N       so many outages in each, instead of as many as its seed chooses
  --every-write S   this seed once for each write of the journal, killed at it
  --kill-at W       with --seed: killed at this write; W-: before it is durable
  --workers N       so many side by side (as many as there are cores)
  --quiet           tells only what failed`;

interface Options {
    seed?: number;
    seeds: number;
    from: number;
    wish: Wish;
    everyWrite?: number;
    killAt?: RunOptions['killAtWrite'];
    workers?: number;
    quiet: boolean;
}

const MOST_SHOWN = 20;

void main();

async function main(): Promise<void> {
    process.env.TZ = 'UTC';
    const options = read(process.argv.slice(2));
    if (!options) return console.log(HELP);
    const begun = performance.now();
    const failed =
        options.seed !== undefined
            ? await playOne(options.seed, options)
            : options.everyWrite !== undefined
              ? await playEveryWrite(options.everyWrite, options)
              : await playMany(options);
    if (!options.quiet) console.log(`${((performance.now() - begun) / 1000).toFixed(1)} s`);
    process.exitCode = failed ? 1 : 0;
}

function read(words: string[]): Options | undefined {
    const options: Options = { seeds: 1000, from: 1, wish: {}, quiet: false };
    for (let at = 0; at < words.length; at++) {
        const number = () => {
            const value = Number(words[++at]);
            if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${words[at - 1]} takes a whole number`);
            return value;
        };
        switch (words[at]) {
            case '--seed':
                options.seed = number();
                break;
            case '--seeds':
                options.seeds = number();
                break;
            case '--from':
                options.from = number();
                break;
            case '--outages':
                options.wish.outages = Math.max(1, number());
                break;
            case '--every-write':
                options.everyWrite = number();
                break;
            case '--kill-at': {
                const [, write, not] = /^(\d+)(-?)$/.exec(words[++at] ?? '') ?? [];
                if (!write) throw new Error('--kill-at takes the number of a write, such as 12 or 12-');
                options.killAt = { write: Number(write), durable: not !== '-' };
                break;
            }
            case '--workers':
                options.workers = number();
                break;
            case '--quiet':
                options.quiet = true;
                break;
            default:
                return undefined;
        }
    }
    return options;
}

async function playOne(seed: number, { wish, killAt, quiet }: Options): Promise<boolean> {
    const engine = new Engine(await bundleEngine());
    const scenario = scenarioOf(seed, wish);
    const uncaught = (error: unknown) => console.log(String((error as Error)?.stack ?? error));
    const run = () => play(engine, scenario, { killAtWrite: killAt, uncaught });
    const { faults, happenings, hash, writes } = await inOwnTurn(run);
    if (!quiet) {
        const lies = scenario.lies.map(({ kind }) => kind).join(', ') || 'none';
        console.log(`flow: ${scenario.flow.kind}, by ${scenario.wire}; lies of the device: ${lies}`);
        for (const { t, ...rest } of happenings)
            console.log(`${(t / 1000).toFixed(3).padStart(9)}  ${JSON.stringify(rest)}`);
    }
    console.log(`seed ${seed}: ${faults.length === 0 ? 'nothing is wrong' : 'failed'}; hash ${hash}, ${writes} writes`);
    for (const { t, rule, text } of faults) console.log(`  ${(t / 1000).toFixed(3)} s, ${rule}: ${text}`);
    return faults.length > 0;
}

async function playEveryWrite(seed: number, { wish, workers, quiet }: Options): Promise<boolean> {
    const engine = new Engine(await bundleEngine());
    const { writes } = await inOwnTurn(() => play(engine, scenarioOf(seed, wish)));
    const report = await playAll({ tasks: everyWrite(seed, writes), wish, workers });
    console.log(`seed ${seed}, killed at each of ${writes} writes, before and after it`);
    tell(report, wish, quiet);
    return report.failures.length > 0;
}

async function playMany({ seeds, from, wish, workers, quiet }: Options): Promise<boolean> {
    let told = performance.now();
    let shown = 0;
    const report = await playAll({
        tasks: portions(from, seeds),
        wish,
        workers,
        progress: ({ played, failures }) => {
            // A campaign may last for hours: what fails is told at once.
            for (; shown < Math.min(failures.length, MOST_SHOWN); shown++)
                console.log(describe(failures[shown]!, wish));
            if (quiet || performance.now() - told < 30_000) return;
            told = performance.now();
            console.log(`${played} of ${seeds} seeds, ${failures.length} failed`);
        },
    });
    tell(report, wish, quiet, shown);
    return report.failures.length > 0;
}

function tell({ played, befell, writes, failures, kinds }: Report, wish: Wish, quiet: boolean, shown = 0): void {
    for (const failure of failures.slice(shown, MOST_SHOWN)) console.log(describe(failure, wish));
    if (failures.length > MOST_SHOWN) console.log(`and ${failures.length - MOST_SHOWN} more`);
    const each = (befell / Math.max(1, played)).toFixed(1);
    if (!quiet)
        console.log(
            Object.entries(kinds)
                .map(([kind, count]) => `${kind}: ${count}`)
                .join(', '),
        );
    console.log(`${played} runs, ${failures.length} failed; ${each} faults in each, ${writes} writes of the journal`);
}

function describe(failure: Failure, wish: Wish): string {
    const [first] = failure.faults;
    const more = failure.faults.length > 1 ? ` (and ${failure.faults.length - 1} more)` : '';
    const again = failure.replays ? '' : '  NOT THE SAME WHEN PLAYED AGAIN\n';
    return `seed ${failure.seed} (${failure.kind}): ${first!.rule}, ${(first!.t / 1000).toFixed(3)} s: ${first!.text}${more}
${again}  hash ${failure.hash}:  ${commandOf(failure, wish)}`;
}
