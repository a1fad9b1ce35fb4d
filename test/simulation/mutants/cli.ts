import { spawnSync, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hire, portions } from '../crew';
import { Prng } from '../kernel/prng';
import { bundleEngine, bundledFiles, sourceOf } from '../machine/bundle';
import { ROOT } from '../machine/given';
import type { Report, Task } from '../worker';
import { allMutations } from './all-mutations';
import { withoutEquivalents } from './equivalent';
import { chosen, mutated, type Mutation } from './mutations';
import { SpecsByFile } from './specs-by-file';

/** So many specs are played at once, in so long: what takes longer never ends, also on a busy machine. */
const SPECS_AT_ONCE = 12;
const SPEC_LIMIT_MS = 200_000;
/** On a busy machine, too. */
const TASK_LIMIT_MS = 120_000;

interface Settings {
    count: number;
    seeds: number;
    seed: number;
    from: number;
    step: number;
    report?: string;
}

type Fate = 'auditor' | 'specs' | 'survived';

async function main(): Promise<void> {
    const settings = read(process.argv.slice(2));
    const prng = new Prng(settings.seed, 'mutants');
    const all = allMutations();
    const mutants = chosen(withoutEquivalents(all), settings.count, prng);
    const player = new Player();
    const played = await bundledFiles();
    const specs = await SpecsByFile.read();
    const folder = mkdtempSync(join(tmpdir(), 'ridethrough-mutants-'));
    const fates: Record<Fate, number> = { auditor: 0, specs: 0, survived: 0 };
    const say = (line: string) => {
        console.log(line);
        if (settings.report) appendFileSync(settings.report, `${line}\n`);
    };
    /** The nearest specs are asked first, because they answer fastest. */
    const fateOf = async (file: string, text: string): Promise<Fate> => {
        const { beside, others } = specs.of(file);
        if (specsNotice(beside, file, text, folder)) return 'specs';
        if (played.has(file) && (await auditorNotices(player, file, text, settings.seeds))) return 'auditor';
        return specsNotice(others, file, text, folder) ? 'specs' : 'survived';
    };
    say(`${mutants.length} of ${all.length} mutants`);
    try {
        if (await player.notices(await bundleEngine(), settings.seeds))
            throw new Error(`The engine as it is fails in the first ${settings.seeds} seeds: each mutant would`);
        for (let at = settings.from; at < mutants.length; at += settings.step) {
            const mutant = mutants[at]!;
            const text = mutated(sourceOf(mutant.file), mutant);
            const begun = performance.now();
            const fate = await fateOf(mutant.file, text);
            fates[fate]++;
            const seconds = ((performance.now() - begun) / 1000).toFixed(0);
            say(
                `${at} ${fate.padEnd(8)} ${mutant.file}:${mutant.line} ${mutant.kind}: ${shown(mutant)} (${seconds} s)`,
            );
        }
    } finally {
        rmSync(folder, { recursive: true, force: true });
        player.end();
    }
    const total = fates.auditor + fates.specs + fates.survived;
    const killed = ((100 * (total - fates.survived)) / total).toFixed(1);
    say(
        `${total} mutants: ${fates.auditor} noticed by the auditor, ${fates.specs} by specs, ${fates.survived} survived: ${killed} % killed`,
    );
}

function read(words: string[]): Settings {
    const value = (name: string, otherwise: number) => {
        const at = words.indexOf(`--${name}`);
        return at < 0 ? otherwise : Number(words[at + 1]);
    };
    const report = words.indexOf('--report');
    return {
        count: value('count', 200),
        seeds: value('seeds', 200),
        seed: value('seed', 1),
        from: value('from', 0),
        step: value('step', 1),
        report: report < 0 ? undefined : words[report + 1],
    };
}

/** One worker for all mutants, as long as none of them keeps it for ever. */
class Player {
    private worker: ChildProcess | undefined;

    async notices(source: string, seeds: number): Promise<boolean> {
        if (this.worker) this.worker.send({ source, wish: {} });
        else this.worker = hire({ source, wish: {} });
        for (const task of portions(1, seeds, 4)) {
            const report = await this.play(task);
            if (!report || report.failures.length > 0) return true;
        }
        return false;
    }

    /** @returns undefined: it does not start, or does not end */
    private play(task: Task): Promise<Report | undefined> {
        const worker = this.worker!;
        return new Promise((resolve) => {
            const over = (report?: Report) => {
                clearTimeout(timer);
                worker.off('message', over);
                worker.off('exit', failed);
                if (!report) this.end();
                resolve(report);
            };
            const timer = setTimeout(() => over(), TASK_LIMIT_MS);
            const failed = () => over();
            worker.once('message', over);
            worker.once('exit', failed);
            worker.send(task);
        });
    }

    end(): void {
        const { worker } = this;
        this.worker = undefined;
        worker?.kill('SIGKILL');
    }
}

async function auditorNotices(player: Player, file: string, text: string, seeds: number): Promise<boolean> {
    return player.notices(await bundleEngine({ file, text }), seeds);
}

function specsNotice(specs: string[], file: string, text: string, folder: string): boolean {
    const replaced = join(folder, 'replaced.ts');
    writeFileSync(replaced, text);
    for (let at = 0; at < specs.length; at += SPECS_AT_ONCE) {
        if (specsFail(specs.slice(at, at + SPECS_AT_ONCE), file, replaced)) return true;
    }
    return false;
}

function specsFail(specs: string[], file: string, replaced: string): boolean {
    const { status } = spawnSync(
        process.execPath,
        [
            '--require',
            join(__dirname, 'replaced-source.cjs'),
            join(ROOT, 'node_modules/mocha/bin/mocha.js'),
            '--bail',
            // A busy machine is not a fault that was noticed.
            '--timeout',
            '60000',
            '--reporter',
            'dot',
            ...specs,
        ],
        {
            cwd: ROOT,
            timeout: SPEC_LIMIT_MS,
            stdio: 'ignore',
            env: { ...process.env, REPLACED_FILE: join(ROOT, file), REPLACED_BY: replaced },
        },
    );
    // One that never ends is noticed, too.
    return status !== 0;
}

function shown({ from, to }: Mutation): string {
    const short = (text: string) => text.replace(/\s+/g, ' ').slice(0, 70);
    return `${short(from)}  →  ${short(to)}`;
}

void main();
