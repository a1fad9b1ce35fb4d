import type { DoorChange, RidethroughDoor } from '../../../../lib/door';
import type { BlockQuantity, StateView } from '../../../../lib/views';
import { FEED, SIGN_OF_LIFE_S, type FeedMessage, type Place, type Topic, type Views } from '../../lib/messages';
import { applyPatch, Arrivals, makePatch, type Patch } from '../../lib/patch';
import { steadyPlan } from '../../lib/steady-plan';
import { AskLimit } from './ask-limit';
import type { Connection } from './dashboard-types';

/** The version of the door that these pages speak. */
const DOOR_VERSION = 1;
const TICK_MS = 1000;

/** What the feed needs of its surroundings. */
export interface FeedSurroundings {
    /** The door of the main package, if that is there. */
    door(): RidethroughDoor | undefined;
    /** Epoch ms. */
    wallNow(): number;
    /** Milliseconds of a clock that does not jump. */
    now(): number;
    setInterval(run: () => void, ms: number): unknown;
    clearInterval(timer: unknown): void;
    /** Reports what must not end Node-RED. */
    failed(error: unknown): void;
}

interface Page {
    readonly connection: Connection;
    /** What each of its widgets shows. */
    readonly widgets: Map<string, Set<Topic>>;
    spokenAt: number;
}

/** What a page has asked too soon: the last of each widget. */
interface Waiting {
    readonly connection: Connection;
    readonly widgets: Map<string, readonly Topic[]>;
    place: Place;
}

/**
 * Tells open pages what they show: a full view when a page asks, then changes, at most once a second, to those pages only that show the topic. Costs
 * nothing while no page is open.
 */
export class Feed {
    private readonly pages = new Map<string, Page>();
    private readonly waiting = new Map<string, Waiting>();
    private readonly limit: AskLimit;
    /** Of each topic the view that the pages have: what was not told is in it as they count it themselves. */
    private readonly shown = new Map<Topic, { view: unknown }>();
    private readonly arrivals = new Arrivals();
    private readonly changed = new Set<Topic>();
    private timer: unknown;
    private unsubscribe: (() => void) | undefined;
    private source: RidethroughDoor | undefined;
    private logCount = 0;
    private ticks = 0;

    constructor(private readonly around: FeedSurroundings) {
        this.limit = new AskLimit(() => around.now());
    }

    /**
     * A widget of a page says what it shows now. No topics: nothing any more. A page that asks too often is answered with the next tick.
     * @param place where it stands, and where the other pages are
     */
    ask(connection: Connection, widgetId: string, topics: readonly Topic[], place: Place): void {
        const waiting = this.waiting.get(connection.id) ?? { connection, widgets: new Map(), place };
        if (waiting.widgets.size === 0 && this.limit.take(connection)) {
            this.show(connection, new Map([[widgetId, topics]]), place);
            this.forgetTopics();
        } else {
            waiting.widgets.set(widgetId, topics);
            waiting.place = place;
            this.waiting.set(connection.id, waiting);
        }
        this.startOrStop();
    }

    private show(connection: Connection, widgets: ReadonlyMap<string, readonly Topic[]>, place: Place): void {
        const page = this.pages.get(connection.id) ?? { connection, widgets: new Map(), spokenAt: this.around.now() };
        for (const [id, topics] of widgets) {
            if (topics.length > 0) page.widgets.set(id, new Set(topics));
            else page.widgets.delete(id);
        }
        if (page.widgets.size > 0) this.pages.set(connection.id, page);
        else this.pages.delete(connection.id);
        const asked = new Set([...widgets.values()].flat());
        if (asked.size > 0) this.answer(page, [...asked], place);
    }

    private showWaiting(): void {
        const all = [...this.waiting.values()];
        this.waiting.clear();
        for (const { connection, widgets, place } of all)
            if (connection.connected) this.show(connection, widgets, place);
    }

    /** A widget's node is closed: its pages ask again when it is back. */
    forget(widgetId: string): void {
        for (const pages of [this.pages, this.waiting]) {
            for (const [id, { widgets }] of pages) {
                widgets.delete(widgetId);
                if (widgets.size === 0) pages.delete(id);
            }
        }
        this.forgetTopics();
        this.startOrStop();
    }

    /** How many pages are open. */
    get size(): number {
        return this.pages.size;
    }

    private answer(page: Page, topics: readonly Topic[], place: Place): void {
        const door = this.around.door();
        const why = this.refusal(door, page.connection);
        if (!door || why) {
            // It asks again; until then it gets nothing of what others are told.
            this.pages.delete(page.connection.id);
            this.say(page, { kind: 'refused', why: why ?? 'no-package' });
            return;
        }
        const views = Object.fromEntries(topics.map((topic) => [topic, this.viewOf(door, topic)]));
        // There is one view for all: whoever has a topic already must be up to date with what the new page gets.
        this.spread(topics.map((topic) => [topic, views[topic]]));
        const { apiRoot } = door;
        const info = { ...place, apiRoot, role: door.role(page.connection.request), version: door.state().version };
        this.say(page, { kind: 'full', at: this.around.wallNow(), page: info, views: views as Partial<Views> });
    }

    private refusal(door: RidethroughDoor | undefined, connection: Connection) {
        if (!door) return 'no-package';
        if (door.version !== DOOR_VERSION) return 'old-package';
        return door.role(connection.request) === 'none' ? 'forbidden' : undefined;
    }

    private tell(topics: Iterable<Topic>): void {
        const door = this.around.door();
        if (door)
            this.spread(
                [...topics].filter((topic) => this.shown.has(topic)).map((topic) => [topic, this.viewOf(door, topic)]),
            );
    }

    /** Sends what has changed to the pages that show it. */
    private spread(views: readonly [Topic, unknown][]): void {
        const now = this.around.now() / 1000;
        const since = (object: object) => this.arrivals.since(object, now);
        const patches = new Map<Topic, Patch>();
        for (const [topic, view] of views) {
            this.changed.delete(topic);
            const shown = this.shown.get(topic);
            const patch = shown && makePatch(shown.view, view, { since, roughAges: topic === 'state' });
            if (patch) patches.set(topic, patch);
            if (shown && !patch) continue;
            const next = patch ? applyPatch(shown!.view, patch, since) : view;
            this.arrivals.note(next, now);
            this.shown.set(topic, { view: next });
        }
        if (patches.size === 0) return;
        for (const page of this.pages.values()) {
            const wanted = topicsOf(page);
            const own = [...patches].filter(([topic]) => wanted.has(topic));
            if (own.length > 0) {
                this.say(page, { kind: 'change', at: this.around.wallNow(), patches: Object.fromEntries(own) });
            }
        }
    }

    private viewOf(door: RidethroughDoor, topic: Topic): unknown {
        return JSON.parse(JSON.stringify(this.freshView(door, topic) ?? {}));
    }

    private freshView(door: RidethroughDoor, topic: Topic): unknown {
        switch (topic) {
            case 'state':
                return overviewOf(door.state());
            case 'sources':
                return door.sources();
            case 'plan':
                return steadyPlan(door.plan());
            case 'failures':
                return door.failures();
            case 'log':
                return { count: this.logCount };
            case 'batteries':
                return door.batteries();
            default: {
                const battery = textAfter('battery:', topic);
                if (battery !== undefined) return door.battery(battery);
                const column = textAfter('blocks:', topic);
                if (column !== undefined) {
                    const colon = column.indexOf(':');
                    return door.blocks(column.slice(colon + 1), column.slice(0, colon) as BlockQuantity);
                }
                const judged = textAfter('health:', topic);
                if (judged !== undefined) return door.health(judged);
                const noted = textAfter('inventory:', topic);
                if (noted !== undefined) return door.inventory(noted);
                const unit = door.unit(topic.slice('unit:'.length));
                return unit && { ...unit, at: undefined };
            }
        }
    }

    private say(page: Page, message: FeedMessage): void {
        page.spokenAt = this.around.now();
        page.connection.emit(FEED, message);
    }

    private tick(): void {
        try {
            this.showWaiting();
            this.forgetGone();
            this.listen();
            this.ticks += 1;
            // What changes by the passing of time alone (a value grows old) is told by no change.
            const all = this.ticks % SIGN_OF_LIFE_S === 0;
            this.tell(all ? [...this.shown.keys()] : [...this.changed]);
            const now = this.around.now();
            for (const page of this.pages.values()) {
                const isQuiet = now - page.spokenAt >= SIGN_OF_LIFE_S * 1000 - TICK_MS / 2;
                if (isQuiet && !this.refusal(this.around.door(), page.connection)) {
                    this.say(page, { kind: 'change', at: this.around.wallNow(), patches: {} });
                }
            }
        } catch (error) {
            this.around.failed(error);
        }
    }

    /** The dashboard takes listeners for `disconnect` off its sockets at a deploy, so each socket is looked at. */
    private forgetGone(): void {
        for (const [id, { connection }] of this.pages) if (!connection.connected) this.pages.delete(id);
        this.forgetTopics();
        this.startOrStop();
    }

    private forgetTopics(): void {
        const wanted = new Set([...this.pages.values()].flatMap((page) => [...topicsOf(page)]));
        for (const topic of this.shown.keys()) if (!wanted.has(topic)) this.shown.delete(topic);
    }

    private startOrStop(): void {
        if (this.pages.size > 0 || this.waiting.size > 0) {
            this.timer ??= this.around.setInterval(() => this.tick(), TICK_MS);
            this.listen();
            return;
        }
        if (this.timer !== undefined) this.around.clearInterval(this.timer);
        this.timer = undefined;
        this.unsubscribe?.();
        this.unsubscribe = undefined;
        this.source = undefined;
    }

    /** The door may come later than a page, and is another one after the package was installed anew. */
    private listen(): void {
        const door = this.pages.size > 0 ? this.around.door() : undefined;
        if (door === this.source) return;
        this.unsubscribe?.();
        this.source = door;
        this.unsubscribe = door?.subscribe((change) => this.note(change));
    }

    private note({ kind, id }: DoorChange): void {
        switch (kind) {
            case 'unit':
                this.changed.add('state');
                if (id !== undefined) this.changed.add(`unit:${id}`);
                break;
            case 'source':
                this.changed.add('state').add('sources').add('batteries');
                break;
            case 'battery':
                this.changed.add('batteries').add(`battery:${id}`);
                for (const topic of this.shown.keys())
                    if (topic.startsWith('blocks:') && topic.endsWith(`:${id}`)) this.changed.add(topic);
                break;
            case 'health':
                this.changed.add(`health:${id}`).add(`inventory:${id}`);
                break;
            case 'log':
                this.logCount += 1;
                this.changed.add('log');
                break;
            case 'sites':
                for (const topic of this.shown.keys()) this.changed.add(topic);
                break;
            case 'plan':
            case 'failures':
                this.changed.add('state').add(kind);
                break;
        }
    }
}

/** As exact as an overview shows it: what trembles behind the point is no change of many tiles each second. */
function overviewOf(state: StateView): Views['state'] {
    const { at: _at, units, ...rest } = state;
    return {
        ...rest,
        units: units.map((unit) => ({
            ...unit,
            ...rounded(unit, ['charge', 'load', 'watts'], Math.round),
            ...rounded(unit, ['runtimeSeconds', 'estimatedSeconds'], asShown),
        })),
    };
}

/** Seconds as `Formats.duration` shows them: from ten minutes on without seconds. */
function asShown(seconds: number): number {
    const whole = Math.round(seconds);
    return whole < 600 ? whole : Math.floor(whole / 60) * 60;
}

function rounded<T extends object>(values: T, keys: (keyof T)[], round: (value: number) => number): Partial<T> {
    const known = keys.filter((key) => typeof values[key] === 'number');
    return Object.fromEntries(known.map((key) => [key, round(values[key] as number)])) as Partial<T>;
}

function textAfter(start: string, text: string): string | undefined {
    return text.startsWith(start) ? text.slice(start.length) : undefined;
}

function topicsOf({ widgets }: Page): Set<Topic> {
    return new Set([...widgets.values()].flatMap((topics) => [...topics]));
}
