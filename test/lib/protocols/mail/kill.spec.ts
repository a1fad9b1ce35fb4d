import { deepEqual, equal, ok } from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../support/eventually';
import { SmtpSink } from './smtp-sink';

const KILLS = 6;

describe('mail queue under kill -9', function () {
    this.timeout(120_000);
    let directory: string;
    let sink: SmtpSink;
    let child: ChildProcess | undefined;

    before(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-kill-'));
        sink = await new SmtpSink().start();
    });
    after(async () => {
        child?.kill('SIGKILL');
        await sink.stop();
        rmSync(directory, { recursive: true, force: true });
    });

    /** Starts the process; resolves when it has said its first word. */
    async function start(queued: Set<number>, ...more: string[]): Promise<ChildProcess> {
        const script = join(__dirname, 'queue-process.ts');
        const process_ = spawn(
            process.execPath,
            ['--require', 'tsx/cjs', script, directory, String(sink.port), ...more],
            {
                stdio: ['ignore', 'pipe', 'inherit'],
            },
        );
        child = process_;
        process_.stdout.on('data', (data: Buffer) => {
            for (const word of data.toString().split('\n')) if (/^\d+$/.test(word)) queued.add(Number(word));
        });
        await once(process_.stdout!, 'data');
        return process_;
    }

    it('loses no mail; one that goes out twice is known by its Message-ID', async () => {
        const queued = new Set<number>();
        for (let kill = 0; kill < KILLS; kill++) {
            const process_ = await start(queued);
            const enough = queued.size + 3 + Math.floor(Math.random() * 12);
            while (queued.size < enough) await once(process_.stdout!, 'data');
            process_.kill('SIGKILL');
            await once(process_, 'exit');
        }
        const process_ = await start(queued, 'drain');
        const arrived = () => new Set(sink.mails.map(({ parsed }) => Number(parsed.subject?.replace('mail ', ''))));
        await eventually(() => [...queued].every((number) => arrived().has(number)), 60_000);
        process_.kill('SIGKILL');
        await once(process_, 'exit');

        ok(queued.size > KILLS, `only ${queued.size} mails were queued`);
        const ids = new Map<string, Set<string>>();
        for (const { parsed } of sink.mails) {
            const known = ids.get(parsed.subject!) ?? new Set();
            ids.set(parsed.subject!, known.add(parsed.messageId!));
        }
        deepEqual(
            [...ids].filter(([, messageIds]) => messageIds.size > 1),
            [],
        );
        const order = [...ids.keys()].map((subject) => Number(subject.replace('mail ', '')));
        deepEqual(
            order,
            order.toSorted((a, b) => a - b),
            'oldest first, over all restarts',
        );
        ok(sink.mails.length - ids.size <= KILLS, 'at most the one under way at each kill goes out twice');
        equal(ids.size >= queued.size, true);
    });
});
