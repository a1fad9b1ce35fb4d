import { strict as assert } from 'node:assert';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../../lib/core/clock';
import { UpsError } from '../../../../lib/core/errors';
import {
    CommandExecutor,
    checkActions,
    planCommand,
    type CommandOutcome,
    type PlannedCommand,
} from '../../../../lib/protocols/rccmd/executor';
import { SpawnRunner } from '../../../../lib/protocols/rccmd/spawn-runner';
import { FakeClock } from '../../../support/fake-clock';
import { inEnglish } from '../../../support/in-english';

const refused = (error: unknown) => error instanceof UpsError && error.code === 'command-not-allowed';

describe('RCCMD allow-list', () => {
    const actions = checkActions([
        { verb: 'MSG_EXECUTE', text: 'stop.sh', command: '/opt/stop', args: ['--now'] },
        { verb: 'execute', text: 'backup *', command: '/opt/backup', args: ['--name={text}', '{text}'] },
        { verb: 'shutdown', command: '/sbin/shutdown', args: ['-h', 'now'] },
    ]);

    it('starts what it has, and nothing else', () => {
        assert.deepEqual(planCommand(actions, { verb: 'MSG_EXECUTE', text: 'stop.sh' }), {
            command: '/opt/stop',
            args: ['--now'],
        });
        assert.deepEqual(planCommand(actions, { verb: 'MSG_SHUTDOWN', text: 'anything' })?.command, '/sbin/shutdown');
        for (const text of ['stop.sh ; reboot', 'STOP.SH', '/opt/stop', '', 'backup', '{text}']) {
            assert.equal(planCommand(actions, { verb: 'MSG_EXECUTE', text }), undefined, text);
        }
        assert.equal(planCommand(actions, { verb: 'MSG_TRAP', text: 'stop.sh' }), undefined);
        assert.equal(planCommand([], { verb: 'MSG_EXECUTE', text: 'stop.sh' }), undefined);
    });

    it('passes a text on as one argument only where the list says so', () => {
        const text = 'backup a b; $(reboot) `x` "{text}"';
        assert.deepEqual(planCommand(actions, { verb: 'MSG_EXECUTE', text })?.args, [`--name=${text}`, text]);
    });

    it('passes on no text that is unfit to be an argument', () => {
        const any = checkActions([{ verb: 'execute', command: '/opt/x', args: ['{text}'] }]);
        const paths = ['/etc/passwd', '../stop', 'a/b', '..', 'a..b', 'C:\\x', '..\\x'];
        for (const text of ['', '-rf', '--help', 'a\u001b[2J', 'a\u0085', 'x'.repeat(257), ...paths]) {
            assert.throws(() => planCommand(any, { verb: 'MSG_EXECUTE', text }), refused, JSON.stringify(text));
        }
    });

    it('takes no entry that is not a plain program', () => {
        const bad = [
            { verb: '', command: '/bin/true' },
            { verb: 'x', command: 'true' },
            { verb: 'x', command: './true' },
            { verb: 'x', command: '/bin/true\0' },
            { verb: 'x', command: '/bin/true', args: 'a b' as unknown as string[] },
            { verb: 'x', command: '/bin/true', args: ['a\0b'] },
            { verb: 'x', command: '/bin/true', args: [1 as unknown as string] },
        ];
        for (const action of bad) assert.throws(() => checkActions([action]), UpsError, JSON.stringify(action));
    });
});

describe('RCCMD executor', () => {
    it('does not start the same command line twice at once, nor again within its quiet time', async () => {
        const clock = new FakeClock();
        const started: string[] = [];
        const runner = {
            run: (planned: PlannedCommand, timeoutMs: number) =>
                new Promise<CommandOutcome>((resolve) => {
                    started.push([planned.command, ...planned.args].join(' '));
                    clock.setTimeout(() => resolve({ ...planned, ok: true, output: '', ms: timeoutMs }), 10_000);
                }),
        };
        const executor = new CommandExecutor(runner, clock, { timeoutMs: 7 });
        const run = (arg: string) => executor.execute({ command: '/x', args: [arg] });
        const first = run('a');
        assert.equal(await run('a'), undefined);
        const other = run('b');
        await clock.advance(9000);
        assert.equal(await run('a'), undefined, 'still running');
        await clock.advance(1000);
        assert.deepEqual([(await first)?.ms, (await other)?.ok], [7, true]);
        const again = run('a');
        await clock.advance(10_000);
        assert.equal((await again)?.ok, true);
        assert.deepEqual(started, ['/x a', '/x b', '/x a']);
    });

    it('starts no flood of programs, whatever texts come', async () => {
        const clock = new FakeClock();
        let started = 0;
        const runner = {
            run: (planned: PlannedCommand): Promise<CommandOutcome> => {
                started++;
                return new Promise((resolve) =>
                    clock.setTimeout(() => resolve({ ...planned, ok: true, output: '', ms: 1000 }), 1000),
                );
            },
        };
        const executor = new CommandExecutor(runner, clock);
        const runs = Array.from({ length: 100 }, (_, n) => executor.execute({ command: '/x', args: [String(n)] }));
        await clock.advance(1000);
        const outcomes = await Promise.all(runs);
        assert.equal(started, 8);
        assert.equal(outcomes.filter((outcome) => outcome?.ok).length, 8);
        assert.match(inEnglish(outcomes[99]?.error ?? ''), /running already/);
    });
});

describe('RCCMD program runner', () => {
    const runner = new SpawnRunner(new SystemClock());
    const node = process.execPath;
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), 'rccmd-'))));
    after(() => rmSync(folder, { recursive: true }));

    it('uses no shell', async () => {
        const file = join(folder, 'seen.json');
        const hostile = `; touch ${join(folder, 'pwned')} $(touch ${join(folder, 'pwned')})`;
        const write = `require('fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.argv.slice(1)))`;
        const outcome = await runner.run({ command: node, args: ['-e', write, hostile, '*', '%PATH%'] }, 20_000);
        assert.equal(outcome.ok, true, inEnglish(outcome.error));
        assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), [hostile, '*', '%PATH%']);
        assert.equal(existsSync(join(folder, 'pwned')), false);
    });

    it('tells exit code and output, and keeps little of it', async () => {
        const print = "process.stdout.write('y'.repeat(100000), () => process.exit(3))";
        const outcome = await runner.run({ command: node, args: ['-e', print] }, 20_000);
        assert.deepEqual([outcome.ok, outcome.exitCode, inEnglish(outcome.error)], [false, 3, 'exit code 3']);
        assert.equal(outcome.output, 'y'.repeat(8192));
    });

    it('does not pass on our secrets', async () => {
        process.env.NODE_RED_CREDENTIAL_SECRET = 'geheim';
        try {
            const outcome = await runner.run({ command: node, args: ['-p', 'JSON.stringify(process.env)'] }, 20_000);
            assert.equal(outcome.ok, true);
            assert.doesNotMatch(outcome.output, /geheim/);
        } finally {
            delete process.env.NODE_RED_CREDENTIAL_SECRET;
        }
    });

    it('says why a program could not be started', async () => {
        assert.equal((await runner.run({ command: join(folder, 'none'), args: [] }, 1000)).error, 'ENOENT');
    });

    it('does not wait for what a program left behind, and has all that the program itself printed', async () => {
        const outcome = await runner.run({ command: '/bin/sh', args: ['-c', 'sleep 5 & echo started'] }, 20_000);
        assert.deepEqual([outcome.ok, outcome.output], [true, 'started\n']);
        assert.ok(outcome.ms < 4000);
    });

    it('ends what takes too long', async () => {
        const outcome = await runner.run({ command: node, args: ['-e', 'setInterval(() => {}, 1000)'] }, 300);
        assert.deepEqual([outcome.ok, outcome.error], [false, 'timeout']);
    });
});
