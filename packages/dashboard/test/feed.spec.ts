import assert from 'node:assert/strict';
import type { DoorChange, RidethroughDoor } from '../../../lib/door';
import type { Role } from '../../../lib/views';
import { FEED, type FeedMessage, type Topic } from '../lib/messages';
import { Feed } from '../nodes/shared/feed';
import type { Connection } from '../nodes/shared/dashboard-types';
import { Live } from '../ui/lib/live';

/** A page's socket, which keeps what it is told. */
class Page implements Connection {
    connected = true;
    readonly told: FeedMessage[] = [];
    readonly request = { headers: {} };

    constructor(readonly id: string) {}

    emit(event: string, message: unknown): void {
        assert.equal(event, FEED);
        this.told.push(structuredClone(message) as FeedMessage);
    }

    /** What has come since the last look. */
    news(): FeedMessage[] {
        return this.told.splice(0);
    }
}

/** The main package, as the feed sees it. */
class FakeDoor {
    version = 1;
    apiRoot = '/ridethrough/api/v1';
    who: Role = 'view';
    units: Record<string, unknown>[] = [{ id: 'a', load: 20, ageSeconds: 0, speed: 1 }];
    listeners = new Set<(change: DoorChange) => void>();
    asked = 0;
    state = () => ({ at: this.asked++, version: '1.2.3', sites: [], bar: {}, units: this.units });
    unit = (id: string) => this.units.find((unit) => unit.id === id);
    sources = () => [];
    batteries = () => [];
    voltage: Record<string, number> = { 1: 13.5, 2: 13.5 };
    battery = (id: string) => (id === 'room' ? { id, modules: 2, ageSeconds: 0 } : undefined);
    blocks = (id: string, quantity: string) => (id === 'room' ? { unit: quantity, values: this.voltage } : undefined);
    lacks = ['none yet'];
    health = (id: string) => (id === 'room' ? { modules: 2, lacks: this.lacks } : undefined);
    inventory = (id: string) => (id === 'room' ? { columns: ['Maker'], blocks: [] } : undefined);
    plan = () => ({ at: 0, sources: [] as object[], complete: true });
    failures = () => [];
    role = () => this.who;
    subscribe = (listener: (change: DoorChange) => void) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    };

    tells(change: DoorChange): void {
        for (const listener of this.listeners) listener(change);
    }
}

const place = { base: '/dashboard', pages: { 'ui-ups-unit': '/dashboard/unit' } };

describe('the feed of the pages', () => {
    let door: FakeDoor | undefined;
    let ms: number;
    let tick: (() => void) | undefined;
    let feed: Feed;
    let failures: unknown[];

    beforeEach(() => {
        door = new FakeDoor();
        ms = 0;
        tick = undefined;
        failures = [];
        feed = new Feed({
            door: () => door as unknown as RidethroughDoor | undefined,
            now: () => ms,
            wallNow: () => 1_000_000 + ms,
            setInterval: (run) => ((tick = run), 1),
            clearInterval: () => (tick = undefined),
            failed: (error) => failures.push(error),
        });
    });
    afterEach(() => assert.deepEqual(failures, []));

    const pass = (seconds: number) => {
        for (let second = 0; second < seconds; second += 1) {
            ms += 1000;
            for (const unit of door?.units ?? []) unit.ageSeconds = Number(unit.ageSeconds) + 1;
            tick?.();
        }
    };
    const open = (name: string, ...topics: Topic[]) => {
        const page = new Page(name);
        feed.ask(page, `widget of ${name}`, topics, place);
        return page;
    };

    it('answers a page with all that it asks for, and where it is', () => {
        const page = open('one', 'state', 'unit:a', 'unit:gone');
        const [answer] = page.news();
        assert.ok(answer?.kind === 'full');
        assert.deepEqual(answer.page, { ...place, apiRoot: '/ridethrough/api/v1', role: 'view', version: '1.2.3' });
        assert.equal(answer.views.state?.units[0]?.id, 'a');
        assert.equal(answer.views['unit:a']?.load, 20);
        assert.deepEqual(answer.views['unit:gone'], {});
    });

    it('tells a change once, within a second, and only to the pages that show it', () => {
        const [overview, plan] = [open('one', 'state'), open('two', 'plan')];
        [overview, plan].forEach((page) => page.news());
        door!.units[0]!.load = 21;
        door!.tells({ kind: 'unit', id: 'a' });
        door!.tells({ kind: 'unit', id: 'a' });
        assert.deepEqual(overview.news(), []);
        pass(1);
        const [change, ...more] = overview.news();
        assert.deepEqual(change, {
            kind: 'change',
            at: 1_001_000,
            patches: { state: { props: { units: { items: { changed: { a: { props: { load: { set: 21 } } } } } } } } },
        });
        assert.deepEqual([more, plan.news()], [[], []]);
        pass(2);
        assert.deepEqual(overview.news(), []);
    });

    it('sends of a battery the quantity that is on the page, and then the blocks that changed alone', () => {
        const [bars, other] = [open('one', 'blocks:voltage:room'), open('two', 'battery:room')];
        const [answer] = bars.news();
        assert.ok(answer?.kind === 'full');
        assert.deepEqual(answer.views, { 'blocks:voltage:room': { unit: 'voltage', values: { 1: 13.5, 2: 13.5 } } });
        other.news();
        door!.voltage = { 1: 13.5, 2: 13.4 };
        door!.tells({ kind: 'battery', id: 'room' });
        door!.tells({ kind: 'battery', id: 'another' });
        pass(1);
        assert.deepEqual(bars.news(), [
            {
                kind: 'change',
                at: 1_001_000,
                patches: { 'blocks:voltage:room': { props: { values: { props: { 2: { set: 13.4 } } } } } },
            },
        ]);
        assert.deepEqual(other.news(), []);
        // A block that falls silent is no zero.
        door!.voltage = { 1: 13.5 };
        door!.tells({ kind: 'battery', id: 'room' });
        pass(1);
        const [gone] = bars.news();
        assert.ok(gone?.kind === 'change');
        assert.deepEqual(gone.patches['blocks:voltage:room'], { props: { values: { props: { 2: null } } } });
    });

    it('sends health and inventory of a battery when they are others, and not with each of its values', () => {
        const page = open('one', 'health:room', 'inventory:room');
        const [answer] = page.news();
        assert.ok(answer?.kind === 'full');
        assert.deepEqual(answer.views, {
            'health:room': { modules: 2, lacks: ['none yet'] },
            'inventory:room': { columns: ['Maker'], blocks: [] },
        });
        door!.lacks = [];
        door!.tells({ kind: 'battery', id: 'room' });
        pass(1);
        assert.deepEqual(page.news(), []);
        door!.tells({ kind: 'health', id: 'room' });
        pass(1);
        assert.deepEqual(page.news(), [
            { kind: 'change', at: 1_002_000, patches: { 'health:room': { props: { lacks: { set: [] } } } } },
        ]);
    });

    it('asks for nothing while nothing changes, and gives a sign of life each 5 s', () => {
        const page = open('one', 'state');
        page.news();
        const before = door!.asked;
        pass(4);
        assert.deepEqual([page.news(), door!.asked], [[], before]);
        pass(1);
        assert.deepEqual(page.news(), [{ kind: 'change', at: 1_005_000, patches: {} }]);
    });

    it('does not tell what trembles behind the point, as an overview does not show it', () => {
        const page = open('one', 'state', 'unit:a');
        page.news();
        door!.units[0]!.load = 20.3;
        door!.tells({ kind: 'unit', id: 'a' });
        pass(1);
        assert.deepEqual(page.news(), [
            { kind: 'change', at: 1_001_000, patches: { 'unit:a': { props: { load: { set: 20.3 } } } } },
        ]);
    });

    it('does not tell an overview the seconds of a runtime that it shows in minutes', () => {
        const page = open('one', 'state');
        const say = (runtimeSeconds: number) => {
            Object.assign(door!.units[0]!, { runtimeSeconds, estimatedSeconds: runtimeSeconds });
            door!.tells({ kind: 'unit', id: 'a' });
            pass(1);
            const text = JSON.stringify(page.news());
            return /"runtimeSeconds":\{"set":([\d.]+)\}/.exec(text)?.[1];
        };
        assert.deepEqual([1714.5, 1715.8, 1739.4, 1740.1, 599.6, 59.4, 58.2].map(say), [
            ...['1680', undefined, undefined, '1740'],
            ...['600', '59', '58'],
        ]);
    });

    it('tells nothing of what would happen if the mains failed now, as long as that is the same', () => {
        const page = open('one', 'plan');
        page.news();
        door!.plan = () => {
            const at = 1_000_000 + ms;
            const step = { key: 'k', state: 'planned', due: { at: at + 120_000, estimated: false } };
            return { at, sources: [{ sourceId: 'ups', running: false, steps: [step] }], complete: true };
        };
        door!.tells({ kind: 'plan' });
        pass(1);
        assert.match(JSON.stringify(page.news()), /"due":\{"at":120000,/);
        for (let second = 0; second < 20; second += 1) {
            door!.tells({ kind: 'plan' });
            pass(1);
        }
        assert.equal(
            page.news().some((message) => message.kind === 'change' && Object.keys(message.patches).length > 0),
            false,
        );
    });

    it('tells within 5 s what changes by the passing of time alone', () => {
        const page = open('one', 'state');
        page.news();
        door!.units[0]!.stale = true;
        pass(5);
        assert.match(JSON.stringify(page.news()), /"stale":\{"set":true\}/);
    });

    it('brings a page that comes later to the same view as the others', () => {
        const first = open('one', 'state');
        first.news();
        door!.units[0]!.load = 33;
        const second = open('two', 'state');
        assert.match(JSON.stringify(first.news()), /33/);
        assert.match(JSON.stringify(second.news().at(-1)), /"load":33/);
        pass(1);
        assert.deepEqual([first.news(), second.news()], [[], []]);
    });

    it('lets nothing drift that a page counts itself, however much changes beside it', () => {
        const socket = { connected: true, hears: (_message: FeedMessage) => {} };
        const live = new Live(
            {
                connected: true,
                on: (event, listener) =>
                    void (event === FEED && (socket.hears = listener as (message: FeedMessage) => void)),
                emit: () => {},
            },
            { now: () => ms / 1000, setInterval: () => 0, clearInterval: () => {} },
        );
        const page = open('one', 'state');
        Object.assign(door!.units[0]!, { staleSeconds: 10, secondsOnBattery: 1, speed: 2 });
        for (let second = 1; second <= 60; second += 1) {
            // It is read each second; its count of seconds is 0.4 s late each time, and right at the end.
            Object.assign(door!.units[0]!, { load: second, ageSeconds: -0.9, secondsOnBattery: 1 + 2 * second - 0.4 });
            door!.tells({ kind: 'unit', id: 'a' });
            pass(1);
            for (const message of page.news()) socket.hears(message);
            const [unit] = live.view('state')?.units ?? [];
            const [age, onBattery] = [live.running(unit, 'ageSeconds')!, live.running(unit, 'secondsOnBattery')!];
            assert.ok(age <= 6, `after ${second} s an age of ${age} s`);
            assert.ok(Math.abs(onBattery - 2 * second) < 3, `after ${second} s ${onBattery} s on battery`);
        }
    });

    it('forgets pages that are gone, and listens and ticks no more when none is left', () => {
        const page = open('one', 'state');
        assert.equal(door!.listeners.size, 1);
        page.connected = false;
        pass(1);
        assert.deepEqual([feed.size, door!.listeners.size, tick], [0, 0, undefined]);
    });

    it('forgets what a widget showed when its page leaves it, or its node is closed', () => {
        const page = open('one', 'state');
        feed.ask(page, 'bar', ['plan'], place);
        feed.forget('widget of one');
        page.news();
        door!.units[0]!.load = 50;
        door!.tells({ kind: 'unit', id: 'a' });
        pass(1);
        assert.deepEqual(page.news(), []);
        feed.ask(page, 'bar', [], place);
        assert.equal(feed.size, 0);
    });

    it('tells nothing to whom the role allows nothing', () => {
        const allowed = open('one', 'state');
        door!.who = 'none';
        const page = open('two', 'state');
        assert.deepEqual(page.news(), [{ kind: 'refused', why: 'forbidden' }]);
        door!.units[0]!.load = 99;
        door!.tells({ kind: 'unit', id: 'a' });
        pass(6);
        assert.deepEqual(page.news(), []);
        assert.equal(allowed.connected, true);
    });

    it('says so when the main package is not there, or speaks otherwise', () => {
        door!.version = 2;
        assert.deepEqual(open('one', 'state').news(), [{ kind: 'refused', why: 'old-package' }]);
        door = undefined;
        assert.deepEqual(open('two', 'state').news(), [{ kind: 'refused', why: 'no-package' }]);
    });

    it('counts the changes of the log, and sends none of its entries', () => {
        const page = open('one', 'log');
        page.news();
        door!.tells({ kind: 'log' });
        door!.tells({ kind: 'log' });
        pass(1);
        assert.deepEqual(page.news().at(-1), {
            kind: 'change',
            at: 1_001_000,
            patches: { log: { props: { count: { set: 2 } } } },
        });
    });

    describe('to a page that asks without end', () => {
        const flood = (page: Page, times: number, topics: Topic[] = ['state', 'plan']) => {
            for (let n = 0; n < times; n += 1) feed.ask(page, `widget ${n % 3}`, topics, place);
        };

        it('answers a few times a second at most', () => {
            const page = new Page('one');
            flood(page, 5000);
            const atOnce = page.news().length;
            const made = door!.asked;
            assert.ok(atOnce > 2 && atOnce <= 20 && made <= 40, `${atOnce} answers, ${made} views`);
            for (let second = 0; second < 10; second += 1) {
                flood(page, 1000);
                pass(1);
            }
            assert.ok(door!.asked - made <= 120, `${door!.asked - made} views in 10 s`);
            assert.ok(page.news().length <= 120);
        });

        it('nor more often if it takes back each time what it has asked', () => {
            const page = new Page('one');
            for (let n = 0; n < 1000; n += 1) {
                feed.ask(page, 'widget', ['state'], place);
                feed.ask(page, 'widget', [], place);
            }
            assert.ok(door!.asked <= 40, `${door!.asked} views`);
            pass(2);
            assert.equal(feed.size, 0);
        });

        it('gives what was asked last, and then is as quick as before', () => {
            const page = new Page('one');
            flood(page, 100);
            feed.ask(page, 'widget 0', ['unit:a'], place);
            page.news();
            pass(1);
            const answer = page.news().find(({ kind }) => kind === 'full');
            assert.ok(answer?.kind === 'full');
            assert.equal(answer.views['unit:a']?.load, 20);
            pass(10);
            page.news();
            feed.ask(page, 'widget 0', ['state'], place);
            assert.equal(page.news()[0]?.kind, 'full');
        });

        it('and answers others at once all the while', () => {
            flood(new Page('one'), 1000);
            assert.equal(open('two', 'state').news()[0]?.kind, 'full');
        });

        it('forgets its questions when it is gone', () => {
            const page = new Page('one');
            flood(page, 100);
            page.connected = false;
            pass(2);
            assert.deepEqual([feed.size, tick], [0, undefined]);
        });
    });

    it('outlives a door that fails', () => {
        const page = open('one', 'state');
        page.news();
        door!.state = () => {
            throw new Error('no view');
        };
        door!.tells({ kind: 'unit', id: 'a' });
        pass(1);
        assert.equal((failures.splice(0)[0] as Error).message, 'no view');
        assert.notEqual(tick, undefined);
    });
});
