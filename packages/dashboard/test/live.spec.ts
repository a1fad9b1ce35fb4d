import assert from 'node:assert/strict';
import { FEED, type FeedMessage } from '../lib/messages';
import { makePatch } from '../lib/patch';
import { Live, type Socket } from '../ui/lib/live';

/** A dashboard's socket and a browser's clock, by hand. */
class Browser implements Socket {
    connected = true;
    seconds = 100;
    readonly asked: [string, string[]][] = [];
    private readonly listeners = new Map<string, ((...args: never[]) => void)[]>();
    private ticks: (() => void) | undefined;
    readonly live = new Live(this, {
        now: () => this.seconds,
        setInterval: (run) => ((this.ticks = run), 1),
        clearInterval: () => (this.ticks = undefined),
    });

    on(event: string, listener: (...args: never[]) => void): void {
        this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    }

    emit(event: string, widgetId: string, { topics }: { topics: string[] }): void {
        assert.equal(event, 'widget-change');
        this.asked.push([widgetId, topics]);
    }

    happens(event: string, ...args: unknown[]): void {
        for (const listener of this.listeners.get(event) ?? []) (listener as (...args: unknown[]) => void)(...args);
    }

    says(message: FeedMessage): void {
        this.happens(FEED, message);
    }

    pass(seconds: number): void {
        for (let second = 0; second < seconds; second += 1) {
            this.seconds += 1;
            this.ticks?.();
        }
    }

    get isTicking(): boolean {
        return this.ticks !== undefined;
    }
}

const tile = { id: 'u', name: 'UPS 1', ageSeconds: 2, secondsOnBattery: 30, speed: 1 };
const view = (units: object[]) => ({ version: '1', sites: [], bar: {}, units }) as never;
const full = (units: object[]): FeedMessage => ({
    kind: 'full',
    at: 1_000_000,
    page: { apiRoot: '/api', role: 'view', base: '/dashboard', pages: {}, version: '1' },
    views: { state: view(units) },
});

describe('what a page knows', () => {
    let browser: Browser;
    beforeEach(() => {
        browser = new Browser();
        browser.live.show('w', ['state']);
    });
    const unit = () => browser.live.view('state')!.units[0]!;

    it('is asked for, and waits for the answer', () => {
        assert.deepEqual(browser.asked, [['w', ['state']]]);
        assert.equal(browser.live.connection.value, 'waiting');
        assert.equal(browser.live.view('state'), undefined);
        browser.says(full([tile]));
        assert.equal(browser.live.connection.value, 'live');
        assert.equal(unit().name, 'UPS 1');
    });

    it('goes on by itself between two messages: ages, durations, the time of the server', () => {
        browser.says(full([tile]));
        browser.pass(4);
        assert.equal(browser.live.running(unit(), 'ageSeconds'), 6);
        assert.equal(browser.live.running(unit(), 'secondsOnBattery'), 34);
        assert.equal(browser.live.serverNow(), 1_004_000);
        assert.equal(browser.live.running(unit(), 'charge'), undefined);
    });

    it('changes as it is told, without a jump of what runs', () => {
        browser.says(full([tile]));
        browser.pass(3);
        const patch = makePatch(view([tile]), view([{ ...tile, ageSeconds: 5, secondsOnBattery: 33, load: 12 }]), {
            since: () => 3,
        })!;
        browser.says({ kind: 'change', at: 1_003_000, patches: { state: patch } });
        browser.pass(1);
        assert.equal(unit().load, 12);
        assert.equal(browser.live.running(unit(), 'secondsOnBattery'), 34);
    });

    it('stays when the server is killed, but counts as lost at once, with its age', () => {
        browser.says(full([tile]));
        browser.connected = false;
        browser.happens('disconnect');
        browser.pass(7);
        assert.equal(browser.live.connection.value, 'lost');
        assert.equal(browser.live.silentSeconds(), 7);
        assert.equal(unit().name, 'UPS 1');
    });

    it('is asked for again when the socket is back, and lives again with the answer', () => {
        browser.says(full([tile]));
        browser.connected = false;
        browser.happens('disconnect');
        browser.connected = true;
        browser.happens('connect');
        assert.equal(browser.asked.length, 2);
        assert.equal(browser.live.connection.value, 'lost');
        browser.says(full([{ ...tile, name: 'UPS 2' }]));
        assert.equal(browser.live.connection.value, 'live');
        assert.equal(unit().name, 'UPS 2');
    });

    it('is lost when the server hangs: its socket stands, and it says nothing', () => {
        browser.says(full([tile]));
        browser.pass(12);
        assert.equal(browser.live.connection.value, 'live');
        browser.pass(1);
        assert.equal(browser.live.connection.value, 'lost');
        assert.ok(browser.asked.length >= 2, 'it asks again');
        browser.says({ kind: 'change', at: 1_013_000, patches: {} });
        assert.equal(browser.live.connection.value, 'live');
    });

    it('is nothing to whom the server refuses it, with the reason', () => {
        browser.says({ kind: 'refused', why: 'forbidden' });
        assert.equal(browser.live.connection.value, 'refused');
        assert.equal(browser.live.refusal.value, 'forbidden');
        browser.pass(13);
        assert.equal(browser.asked.length, 2, 'rights may come later');
    });

    it('costs nothing when nothing is shown', () => {
        browser.live.show('w', []);
        assert.deepEqual(browser.asked.at(-1), ['w', []]);
        assert.equal(browser.isTicking, false);
    });

    it('ignores changes of what it has no view of', () => {
        browser.says({ kind: 'change', at: 1, patches: { plan: { props: {} } } });
        assert.equal(browser.live.view('plan'), undefined);
        assert.equal(browser.live.connection.value, 'waiting');
    });
});

describe('the seconds of a page', () => {
    /** A browser whose time passes in steps of 50 ms; the times at which something is drawn anew. */
    function drawn(speaks: (ms: number) => boolean, seconds: number): number[] {
        let ms = 0;
        let interval: { run: () => void; every: number; since: number } | undefined;
        const heard: ((message: FeedMessage) => void)[] = [];
        const live = new Live(
            {
                connected: true,
                on: (event, listener) => event === FEED && heard.push(listener as never),
                emit: () => {},
            },
            {
                now: () => ms / 1000,
                setInterval: (run, every) => (interval = { run, every, since: ms }),
                clearInterval: (timer) => void (interval === timer && (interval = undefined)),
            },
        );
        live.show('w', ['state']);
        const times: number[] = [];
        let last = live.now.value;
        for (; ms <= seconds * 1000; ms += 50) {
            if (interval && ms - interval.since >= interval.every) {
                interval.since = ms;
                interval.run();
            }
            if (speaks(ms))
                for (const hear of heard) hear(ms === 0 ? full([tile]) : { kind: 'change', at: ms, patches: {} });
            if (live.now.value !== last) times.push(ms / 1000);
            last = live.now.value;
        }
        return times;
    }

    it('are drawn once, also if the server speaks each second, a little sooner or later', () => {
        const speaks = (ms: number) => ms % 1000 === (Math.floor(ms / 1000) % 3) * 100;
        const times = drawn(speaks, 20);
        assert.ok(times.length >= 19 && times.length <= 21, times.join(' '));
    });

    it('go on each second while the server is silent', () => {
        const times = drawn((ms) => ms === 0, 10);
        assert.deepEqual(times, [1.3, 2.3, 3.3, 4.3, 5.3, 6.3, 7.3, 8.3, 9.3]);
    });
});
