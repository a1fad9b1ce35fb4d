import { shallowRef, type ShallowRef } from 'vue';
import { FEED, SIGN_OF_LIFE_S, type FeedMessage, type PageInfo, type Topic, type Views } from '../../lib/messages';
import { applyPatch, Arrivals, runOn, speedOf } from '../../lib/patch';

/** As much of socket.io's client as is used; the dashboard provides it. */
export interface Socket {
    readonly connected: boolean;
    on(event: string, listener: (...args: never[]) => void): unknown;
    emit(event: string, ...args: unknown[]): unknown;
}

/** The clocks of a browser. */
export interface Clocks {
    /** Seconds of a clock that does not jump. */
    now(): number;
    setInterval(run: () => void, ms: number): unknown;
    clearInterval(timer: unknown): void;
}

/**
 * `waiting`: asked, no answer yet. `live`: the server speaks. `lost`: it spoke, and does not any more. `refused`: it does not show us anything.
 */
export type Connection = 'waiting' | 'live' | 'lost' | 'refused';
export type Refusal = Extract<FeedMessage, { kind: 'refused' }>['why'];

const TICK_MS = 1000;
/** From a message to the next tick: a server that speaks each second comes before it, and the page is drawn once a second, not twice. */
const AFTER_MESSAGE_MS = 1300;
/** Silence after which a server counts as lost though its socket stands. */
const LONGEST_SILENCE_S = 2.5 * SIGN_OF_LIFE_S;

/**
 * What the server tells, for all widgets of a browser window. It asks for all that is shown whenever the socket is made anew, and goes on by itself
 * over deploys and restarts of the server.
 */
export class Live {
    readonly connection: ShallowRef<Connection> = shallowRef('waiting');
    readonly refusal: ShallowRef<Refusal | undefined> = shallowRef();
    readonly page: ShallowRef<PageInfo | undefined> = shallowRef();
    /** Seconds of the monotonic clock; goes on once a second while something is shown. */
    readonly now: ShallowRef<number>;
    private readonly views = new Map<Topic, ShallowRef<unknown>>();
    private readonly widgets = new Map<string, readonly Topic[]>();
    private readonly arrivals = new Arrivals();
    private heardAt: number;
    private askedAt = 0;
    private serverOffsetMs = 0;
    private timer: unknown;
    private everyMs = 0;

    constructor(
        private readonly socket: Socket,
        private readonly clocks: Clocks,
    ) {
        this.now = shallowRef(clocks.now());
        this.heardAt = clocks.now();
        socket.on(FEED, (message: FeedMessage) => this.hear(message));
        socket.on('connect', () => this.askAll());
        socket.on('disconnect', () => this.lose());
    }

    /** A widget shows these topics from now on; none: it is gone. */
    show(widgetId: string, topics: readonly Topic[]): void {
        if (topics.length > 0) this.widgets.set(widgetId, topics);
        else this.widgets.delete(widgetId);
        this.ask(widgetId, topics);
        if (this.widgets.size === 0) this.stop();
        else if (this.timer === undefined) this.tickEvery(TICK_MS);
    }

    /** The latest view; undefined before the first. It stays when the server is lost. */
    view<T extends Topic>(topic: T): Views[T] | undefined {
        return this.refOf(topic).value as Views[T] | undefined;
    }

    /** A value that runs on by itself, such as an age, as it is now; undefined: not known. */
    running<T extends object>(object: T | undefined, key: keyof T & string): number | undefined {
        const value = object?.[key];
        if (!object || typeof value !== 'number') return undefined;
        const seconds = this.arrivals.since(object, this.now.value, this.heardAt);
        return runOn(key, value, seconds, speedOf(object));
    }

    /** Epoch ms of the server. Goes on once a second. */
    serverNow(): number {
        return this.now.value * 1000 + this.serverOffsetMs;
    }

    /** Seconds since the server said something. */
    silentSeconds(): number {
        return Math.max(0, this.now.value - this.heardAt);
    }

    private refOf(topic: Topic): ShallowRef<unknown> {
        const known = this.views.get(topic) ?? shallowRef();
        this.views.set(topic, known);
        return known;
    }

    private askAll(): void {
        for (const [widgetId, topics] of this.widgets) this.ask(widgetId, topics);
    }

    private ask(widgetId: string, topics: readonly Topic[]): void {
        this.askedAt = this.clocks.now();
        // What is sent while there is no socket would come later, and twice.
        if (this.socket.connected) this.socket.emit('widget-change', widgetId, { topics });
    }

    private hear(message: FeedMessage): void {
        const now = this.clocks.now();
        if (message.kind === 'refused') {
            this.heardAt = now;
            this.refusal.value = message.why;
            this.connection.value = 'refused';
            return;
        }
        this.serverOffsetMs = message.at - now * 1000;
        if (message.kind === 'full') {
            this.page.value = message.page;
            for (const [topic, view] of Object.entries(message.views)) this.keep(topic as Topic, view, now);
        } else {
            for (const [topic, patch] of Object.entries(message.patches)) {
                const before = this.refOf(topic as Topic).value;
                if (before === undefined) continue;
                this.keep(
                    topic as Topic,
                    applyPatch(before, patch, (object) => this.arrivals.since(object, now)),
                    now,
                );
            }
        }
        this.heardAt = now;
        this.now.value = now;
        if (this.timer !== undefined) this.tickEvery(AFTER_MESSAGE_MS);
        // Changes may still come to a page that has asked for more and has no answer yet.
        if (message.kind === 'full' || this.connection.value === 'lost') this.connection.value = 'live';
        this.refusal.value = undefined;
    }

    private keep(topic: Topic, view: unknown, now: number): void {
        this.arrivals.note(view, now);
        this.refOf(topic).value = view;
    }

    private lose(): void {
        if (this.connection.value === 'live') this.connection.value = 'lost';
    }

    private tickEvery(ms: number): void {
        this.stop();
        this.everyMs = ms;
        this.timer = this.clocks.setInterval(() => this.tick(), ms);
    }

    private stop(): void {
        if (this.timer !== undefined) this.clocks.clearInterval(this.timer);
        this.timer = undefined;
    }

    private tick(): void {
        if (this.everyMs !== TICK_MS) this.tickEvery(TICK_MS);
        const now = this.clocks.now();
        this.now.value = now;
        if (now - this.heardAt <= LONGEST_SILENCE_S) return;
        this.lose();
        if (now - this.askedAt >= SIGN_OF_LIFE_S) this.askAll();
    }
}
