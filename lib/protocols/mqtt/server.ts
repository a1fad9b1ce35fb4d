import type { Clock, TimerHandle } from '../../core/clock';
import { asUpsError, type UpsError } from '../../core/errors';
import type { EventInfo } from '../../core/messages';
import type { ServedUps } from '../../core/served/served-ups';
import { EventQueue } from './event-queue';
import type { LinkEvents, MqttLink, OpenLink } from './link';
import type { CommandOutcome, MqttMessage, MqttMode, Received, ServedName } from './mode';

/** What a node serves, between two deploys. */
export interface MqttServing {
    readonly upses: readonly ServedName[];
    of(upsId: string): ServedUps | undefined;
    /** Carries out what a client has sent; never rejects. */
    order(upsId: string, order: unknown): Promise<CommandOutcome>;
    refused(reason: 'message' | 'too-many' | 'subscription' | 'publication'): void;
    /** Topics that this node has left at this broker, over restarts. */
    readonly left: { get(): readonly string[]; keep(topics: readonly string[]): void };
}

export type MqttState =
    | { state: 'idle' | 'connecting' | 'closed' }
    /** `isHeld`: it waits for the primary host. `isSteady`: it has lasted; before, the broker may be one that takes a client and cuts it. */
    | { state: 'ready'; since: number; isHeld: boolean; isSteady: boolean }
    | { state: 'waiting'; error: UpsError };

interface MqttServerOptions {
    clock: Clock;
    open: OpenLink;
    clientId: string;
    mode: MqttMode;
    serving: MqttServing;
    /** The state, or a count, is another one. */
    changed(): void;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 15_000;
/** From then on the next loss of the connection is tried again soon, and it is told that the broker was reached. */
const STEADY_MS = 20_000;
/** Several values of one reading, and several readings of one moment, are told together. */
const GATHER_MS = 50;
/** Messages that the broker has not taken yet. */
const MOST_UNDER_WAY = 500;
/** Messages at once: ten thousand UPSs are told in turns, and Node-RED goes on in between. */
const PER_TURN = 100;
const TURN_MS = 1;
/** Who wants everything anew again and again gets it this often. */
const AGAIN_MS = 2000;
const MOST_COMMANDS = 8;
/** So long an intended end waits for the broker. */
const END_MS = 2000;

/** Tells UPSs to a broker, by one mode, over a connection that comes again. It outlives deploys: each gives it another `MqttServing`. */
export class MqttServer {
    state: MqttState = { state: 'idle' };
    /** Messages since the start. */
    published = 0;
    private readonly events = new EventQueue();
    private readonly dirty = new Set<string>();
    private urgent: MqttMessage[] = [];
    private serving: MqttServing;
    private link: MqttLink | undefined;
    private hasBegun = false;
    private underWay = 0;
    private commands = 0;
    private retryMs = FIRST_RETRY_MS;
    private againAt = -Infinity;
    private retrying: TimerHandle;
    private steadying: TimerHandle;
    private pumping: TimerHandle;
    private pumpingAt = 0;
    private asking: TimerHandle;

    constructor(private readonly options: MqttServerOptions) {
        this.serving = options.serving;
    }

    start(): void {
        const { serving } = this;
        this.options.mode.serve(serving.upses);
        this.connect();
    }

    /** From now on it serves this; nothing is told that was told before. */
    serve(serving: MqttServing): void {
        this.serving = serving;
        const ending = this.options.mode.serve(serving.upses);
        if (this.state.state === 'idle' || this.state.state === 'closed') return;
        if (this.hasBegun) {
            this.urgent.push(...ending);
            this.tidy();
        }
        const ids = new Set(serving.upses.map(({ id }) => id));
        for (const id of this.dirty) if (!ids.has(id)) this.dirty.delete(id);
        for (const id of ids) this.touch(id);
    }

    /** A UPS may stand otherwise. */
    touch(upsId: string): void {
        this.dirty.add(upsId);
        this.later(GATHER_MS);
    }

    event(upsId: string, event: EventInfo): void {
        this.events.add({ upsId, event, late: !this.hasBegun });
        this.dirty.add(upsId);
        this.pump();
    }

    /** What waits for the broker. */
    get waiting(): { events: number; lostEvents: number; upses: number } {
        return { events: this.events.size, lostEvents: this.events.lost, upses: this.dirty.size };
    }

    /** Ends it in order. @param removed nothing is left at the broker. Idempotent, never rejects. */
    async stop(removed = false): Promise<void> {
        const { clock, mode } = this.options;
        const { link } = this;
        if (this.state.state === 'closed') return;
        const isOpen = this.state.state === 'ready';
        this.enter({ state: 'closed' });
        for (const timer of [this.retrying, this.steadying, this.pumping, this.asking]) clock.clearTimeout(timer);
        if (!link) return;
        this.link = undefined;
        if (!isOpen) {
            link.destroy();
            return;
        }
        const send = (message: MqttMessage) => link.publish(message, () => undefined);
        if (this.hasBegun) mode.end().forEach(send);
        if (removed) {
            for (const topic of new Set([...this.serving.left.get(), ...mode.retained()])) send(emptied(topic));
            this.serving.left.keep([]);
        }
        await this.ended(link);
    }

    /** A broker that does not answer any more is not waited for. */
    private async ended(link: MqttLink): Promise<void> {
        const { clock } = this.options;
        const timer = clock.setTimeout(() => link.destroy(), END_MS);
        await link.end();
        clock.clearTimeout(timer);
    }

    private connect(): void {
        const { open, clientId, mode } = this.options;
        this.enter({ state: 'connecting' });
        mode.forget();
        this.underWay = 0;
        let link: MqttLink | undefined;
        const isThis = () => link !== undefined && this.link === link;
        const events: LinkEvents = {
            open: () => {
                if (isThis()) this.opened(link!);
            },
            message: (topic, payload, retained) => {
                if (!isThis()) return;
                for (const each of mode.receive(topic, payload, retained)) this.take(each);
            },
            closed: (error) => {
                if (isThis()) this.disconnected(error);
            },
        };
        try {
            link = this.link = open({ clientId, will: mode.will() }, events);
        } catch (error) {
            this.disconnected(asUpsError(error, 'host-unreachable', { host: clientId }));
        }
    }

    private opened(link: MqttLink): void {
        const { mode, clock } = this.options;
        const subscribed = (granted: boolean) => {
            if (this.link !== link) return;
            if (!granted) this.serving.refused('subscription');
            this.enter({ state: 'ready', since: clock.now(), isHeld: true, isSteady: false });
            this.steadying = clock.setTimeout(() => this.steady(), STEADY_MS);
            this.begin();
        };
        if (mode.subscriptions.length > 0) link.subscribe(mode.subscriptions, subscribed);
        else subscribed(true);
    }

    private steady(): void {
        this.retryMs = FIRST_RETRY_MS;
        if (this.state.state === 'ready') this.enter({ ...this.state, isSteady: true });
    }

    private begin(): void {
        if (this.state.state !== 'ready' || this.hasBegun) return;
        const first = this.options.mode.begin();
        if (!first) {
            this.options.changed();
            return;
        }
        this.hasBegun = true;
        this.enter({ ...this.state, isHeld: false });
        this.tellAll(first);
        this.tidy();
        this.pump();
    }

    private tellAll(first: MqttMessage[]): void {
        this.urgent.push(...first);
        for (const { id } of this.serving.upses) this.dirty.add(id);
    }

    /** Takes back what an earlier name, prefix or mode, or a UPS that is gone, has left at the broker. */
    private tidy(): void {
        const { left } = this.serving;
        const wanted = this.options.mode.retained();
        const before = left.get();
        const isWanted = new Set(wanted);
        const stale = before.filter((topic) => !isWanted.has(topic));
        this.urgent.push(...stale.map(emptied));
        const known = new Set(before);
        if (stale.length > 0 || wanted.some((topic) => !known.has(topic))) left.keep(wanted);
    }

    private take(received: Received): void {
        switch (received.kind) {
            case 'refused':
                this.serving.refused('message');
                break;
            case 'released':
                this.begin();
                break;
            case 'held':
                void this.startOver();
                break;
            case 'again':
                this.again();
                break;
            case 'command':
                void this.order(received.upsId, received.order);
        }
    }

    private again(): void {
        const { clock, mode } = this.options;
        if (this.asking !== undefined) return;
        const wait = Math.max(0, this.againAt + AGAIN_MS - clock.monotonic());
        this.asking = clock.setTimeout(() => {
            this.asking = undefined;
            if (!this.hasBegun) return;
            this.againAt = clock.monotonic();
            mode.forget();
            this.tellAll(mode.begin() ?? []);
            this.pump();
        }, wait);
    }

    private async order(upsId: string, order: unknown): Promise<void> {
        if (this.commands >= MOST_COMMANDS) {
            this.serving.refused('too-many');
            return;
        }
        this.commands++;
        const outcome = await this.serving.order(upsId, order).finally(() => this.commands--);
        if (!this.hasBegun) return;
        this.urgent.push(...this.options.mode.result(upsId, outcome));
        this.pump();
    }

    /** The primary host is gone: the end is told, and the next connection waits for it. */
    private async startOver(): Promise<void> {
        const { link } = this;
        if (!link || !this.hasBegun) return;
        this.options.mode.end().forEach((message) => link.publish(message, () => undefined));
        this.lost();
        this.link = undefined;
        this.enter({ state: 'connecting' });
        await this.ended(link);
        if (this.state.state === 'connecting' && !this.link) this.connect();
    }

    private disconnected(error: UpsError): void {
        this.lost();
        this.link = undefined;
        this.enter({ state: 'waiting', error });
        const { clock } = this.options;
        this.retrying = clock.setTimeout(() => this.connect(), this.retryMs);
        this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
    }

    private lost(): void {
        this.options.clock.clearTimeout(this.steadying);
        this.hasBegun = false;
        this.urgent = [];
        this.events.disconnected();
    }

    private later(ms: number): void {
        const { clock } = this.options;
        const at = clock.monotonic() + ms;
        if (!this.hasBegun || (this.pumping !== undefined && this.pumpingAt <= at)) return;
        clock.clearTimeout(this.pumping);
        this.pumpingAt = at;
        this.pumping = clock.setTimeout(() => {
            this.pumping = undefined;
            this.pump();
        }, ms);
    }

    /** Publishes what waits: what is urgent first, events before values, of each UPS its last ones. */
    private pump(): void {
        const { link } = this;
        if (!link || !this.hasBegun) return;
        for (let sent = 0; sent < PER_TURN && this.underWay < MOST_UNDER_WAY; sent++) {
            if (!this.next(link)) return;
        }
        // Else the next message that the broker takes goes on.
        if (this.underWay < MOST_UNDER_WAY) this.later(TURN_MS);
    }

    /** @returns whether there was anything to be looked at */
    private next(link: MqttLink): boolean {
        const message = this.urgent.shift();
        if (message) {
            this.publish(link, message);
            return true;
        }
        const event = this.events.next();
        if (event) {
            const { upsId } = event.told;
            if (this.dirty.has(upsId)) this.tell(link, upsId);
            event.sent();
            const messages = this.options.mode.event(event.told);
            if (messages.length === 0) event.over();
            for (const each of messages) this.publish(link, each, event.over);
            return true;
        }
        const [upsId] = this.dirty;
        if (upsId === undefined) return false;
        this.tell(link, upsId);
        return true;
    }

    private tell(link: MqttLink, upsId: string): void {
        this.dirty.delete(upsId);
        const served = this.serving.of(upsId);
        if (!served) return;
        for (const message of this.options.mode.ups(served)) this.publish(link, message);
    }

    private publish(link: MqttLink, message: MqttMessage, taken?: () => void): void {
        this.underWay++;
        this.published++;
        link.publish(message, (sent, refused) => {
            if (this.link !== link) return;
            this.underWay--;
            // What the broker does not take now, it takes no better later.
            if (sent || refused) taken?.();
            if (refused) this.serving.refused('publication');
            if (this.underWay === MOST_UNDER_WAY - 1) this.later(TURN_MS);
        });
    }

    private enter(state: MqttState): void {
        this.state = state;
        this.options.changed();
    }
}

/** The broker forgets what it has kept. */
function emptied(topic: string): MqttMessage {
    return { topic, payload: '', qos: 1, retain: true };
}
