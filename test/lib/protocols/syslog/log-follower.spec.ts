import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { UpsError } from '../../../../lib/core/errors';
import type { LogEntry, NewLogEntry } from '../../../../lib/core/journal/event-log';
import { LogFollower } from '../../../../lib/protocols/syslog/log-follower';
import type { Store } from '../../../../lib/store';
import { Bench, logEntry, Writer } from '../../store/support';

const OWN = 'syslog:server';
const settle = async () => {
    for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
};

/** A follower of the log of a store, and what its server has taken. */
class Following {
    readonly taken: string[] = [];
    readonly notes: string[] = [];
    /** How many `send` calls there were. */
    sends = 0;
    down = false;
    allowed: 'send' | 'pass' | 'wait' = 'send';
    /** Set: the next send waits until it is called. */
    held: (() => void) | undefined;
    hold = false;
    private follower: LogFollower;

    constructor(
        private readonly bench: Bench,
        private store: Store,
    ) {
        this.follower = this.make();
    }

    start(): void {
        this.follower.start();
    }

    stop(): Promise<void> {
        return this.follower.stop();
    }

    /** As a deploy or a restart does, on the same server. */
    async restart(): Promise<void> {
        await this.stop();
        this.store = this.bench.reopen();
        this.follower = this.make();
        this.start();
        await settle();
    }

    /** As a kill does: nobody stops it, and nobody notes anything any more. */
    killed(): void {
        this.store = this.bench.reopen();
        this.follower = this.make();
        this.start();
    }

    async write(...texts: string[]): Promise<void> {
        for (const text of texts) this.store.append({ ...logEntry(text), at: this.bench.clock.now() });
        await settle();
    }

    append(entry: Partial<NewLogEntry>): void {
        this.store.append({ ...logEntry(''), at: this.bench.clock.now(), ...entry });
    }

    moved(): void {
        this.follower.storeReplaced();
    }

    private make(): LogFollower {
        const { store } = this;
        const follower = new LogFollower({
            clock: this.bench.clock,
            log: {
                after: (id, limit) => store.logEntriesAfter(id, limit),
                newestId: () => store.newestLogId(),
                position: () => store.getValue('counters', 'p') as number | undefined,
                keepPosition: (id) => store.setValue('counters', 'p', id),
            },
            send: (entries) => this.send(entries),
            isOwn: ({ eventId }) => eventId === OWN,
            mode: () => this.allowed,
            events: {
                state: () => {},
                lost: (error) => this.note(`lost ${error.code}`),
                found: (count) => this.note(`found ${count}`),
            },
        });
        store.subscribe(() => setImmediate(() => follower.checkNow()));
        return follower;
    }

    private note(text: string): void {
        this.notes.push(text);
        this.store.append({ ...logEntry(text), at: this.bench.clock.now(), eventId: OWN });
    }

    private async send(entries: readonly LogEntry[]): Promise<void> {
        this.sends++;
        if (this.hold) await new Promise<void>((done) => (this.held = done));
        if (this.down) throw new UpsError('host-unreachable', { host: 'server', reason: 'ECONNREFUSED' });
        this.taken.push(...entries.map(({ text }) => text));
    }
}

describe('following the event log', () => {
    let bench: Bench;
    let following: Following;
    const many = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `entry ${from + n}`);

    beforeEach(async () => {
        bench = new Bench();
        const store = bench.open();
        store.append(logEntry('before the first start'));
        following = new Following(bench, store);
        following.start();
        await settle();
    });
    afterEach(async () => {
        await following.stop();
        bench.dispose();
    });

    it('sends every entry as it is written, in order, from the first start on', async () => {
        await following.write('Mains failed', 'sysog_USV_15');
        await following.write('Mains are back');
        assert.deepEqual(following.taken, ['Mains failed', 'sysog_USV_15', 'Mains are back']);
    });

    it('sends an event in the words of the Log job behind it, which come a moment later', async () => {
        const edge = { eventId: 'power-fail', episode: 'u:1', active: true };
        following.append({ ...edge, kind: 'event', text: 'Mains failed' });
        await settle();
        following.append({ ...edge, kind: 'log', text: 'Hall 3 is on battery', inPlaceOfEvent: true });
        await following.write('afterwards');
        await bench.clock.advance(1000);
        await settle();
        assert.deepEqual(following.taken, ['Hall 3 is on battery', 'afterwards']);
    });

    it('keeps what came while the server was away, in order and once, and says it twice only: lost and found', async () => {
        following.down = true;
        await following.write(...many(0, 50));
        await bench.clock.advance(600_000);
        await following.write(...many(50, 60));
        assert.deepEqual(following.notes, ['lost host-unreachable']);
        assert.ok(following.sends < 20, `${following.sends} tries`);
        following.down = false;
        await bench.clock.advance(60_000);
        await settle();
        assert.deepEqual(following.taken, many(0, 60), 'none of its own notes among them');
        assert.deepEqual(following.notes, ['lost host-unreachable', 'found 60']);
    });

    it('does not feed itself when the server comes and goes', async () => {
        for (let n = 0; n < 100; n++) {
            following.down = n % 2 === 0;
            await following.write(`entry ${n}`);
            await bench.clock.advance(3000);
        }
        following.down = false;
        await bench.clock.advance(120_000);
        assert.deepEqual(following.taken, many(0, 100));
        assert.ok(following.notes.length <= 4, following.notes.join());
    });

    it('loses and doubles nothing over a deploy, and over a restart while the server is away', async () => {
        await following.write(...many(0, 10));
        await following.restart();
        await following.write(...many(10, 20));
        following.down = true;
        await following.write(...many(20, 30));
        await following.restart();
        await following.write(...many(30, 40));
        following.down = false;
        await bench.clock.advance(120_000);
        await settle();
        assert.deepEqual(following.taken, many(0, 40));
    });

    it('lets a message come to its end when it stops, and knows of it afterwards', async () => {
        following.hold = true;
        await following.write('on its way');
        const stopped = following.restart();
        await settle();
        following.hold = false;
        following.held!();
        await stopped;
        await following.write('next');
        assert.deepEqual(following.taken, ['on its way', 'next']);
    });

    it('stops within seconds though the server never answers', async () => {
        following.hold = true;
        await following.write('on its way');
        let over = false;
        void following.stop().then(() => (over = true));
        await bench.clock.advance(5000);
        assert.equal(over, false);
        following.down = true;
        following.held!();
        await settle();
        assert.equal(over, true);
    });

    it('sends again what was on its way when the process was killed: never is an entry lost', async () => {
        following.hold = true;
        await following.write('on its way');
        const lost = following.held;
        following.hold = false;
        following.killed();
        await settle();
        assert.deepEqual(following.taken, ['on its way']);
        lost!();
        await settle();
    });

    it('passes over what is written in a dry run, and waits while another process does the work', async () => {
        following.allowed = 'pass';
        await following.write('rehearsed');
        following.allowed = 'send';
        await following.write('real');
        following.allowed = 'wait';
        await following.write('theirs');
        assert.deepEqual(following.taken, ['real']);
        following.allowed = 'send';
        following.moved();
        await settle();
        assert.deepEqual(following.taken, ['real', 'theirs']);
    });

    it('knows again what it has sent when the store comes back to a file in which it has other numbers', async () => {
        await following.write(...many(0, 5));
        await following.stop();
        bench.closeAll();
        const elsewhere = `${bench.directory}.old`;
        renameSync(bench.directory, elsewhere);
        writeFileSync(bench.directory, 'in the way');
        const store = bench.open();
        assert.equal(store.mode, 'memory');
        following = new Following(bench, store);
        following.start();
        await following.write(...many(5, 8));
        assert.deepEqual(following.taken, many(5, 8));
        store.onMode(() => setImmediate(() => following.moved()));
        rmSync(bench.directory);
        renameSync(elsewhere, bench.directory);
        bench.clock.advanceSync(60_000);
        assert.equal(store.mode, 'disk');
        await following.write(...many(8, 10));
        assert.deepEqual(following.taken, many(5, 10));
    });

    it('goes on behind the other process whose store it takes over', async () => {
        await following.write('ours');
        await following.stop();
        bench.closeAll();
        const other = new Writer(bench.directory, 1, 'hold');
        assert.equal(await other.firstLine(), 'open');
        const store = bench.open({}, bench.directory, 'watch');
        following = new Following(bench, store);
        following.allowed = 'wait';
        store.onTakenOver(() => {
            following.allowed = 'send';
            setImmediate(() => following.moved());
        });
        following.start();
        await other.kill();
        bench.clock.advanceSync(10_000);
        assert.equal(store.mode, 'disk');
        await following.write('after the take-over');
        assert.deepEqual(following.taken, ['after the take-over']);
    }).timeout(20_000);
});
