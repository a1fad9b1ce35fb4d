import type { Clock, TimerHandle } from '../../core/clock';
import { isIPv4 } from '../../core/addresses/ip';
import { BacnetError, ErrorClass, ErrorCode, idNumber, Property, Rejected, RejectReason, Reliability, type ObjectId } from './codes'; // prettier-ignore
import type { Device } from './device';
import { idName, statusFlags, type Point, type PointState } from './object';
import { peerName, type Peer } from './frames';
import { isPort } from '../shared/udp-listener';
import { TagReader } from './tag-reader';
import { TagWriter, type Encode } from './tag-writer';

export const MOST_SUBSCRIPTIONS = 200;
/** Ages and countdowns go on without any news, ms. */
const TICK_MS = 1000;
/** After a restart, nothing is notified before the first reading, but after this time its absence is, ms. */
const FIRST_READING_MS = 30_000;
/** What nobody has confirmed is told again: an alarm must not be lost with the network that failed with the mains, ms. */
const AGAIN_MS = 60_000;

interface Subscription {
    peer: Peer;
    /** Subscriber process identifier. */
    process: number;
    object: ObjectId;
    confirmed: boolean;
    /** Monotonic ms; undefined: for ever. */
    expires: number | undefined;
    /** What was asked, ms. */
    lifetimeMs: number | undefined;
    /** Where it is kept. */
    slot: number;
    /** What was notified last. */
    told?: PointState;
    /** Monotonic ms: until then the first reading after a restart is waited for. */
    waitsUntil?: number;
    /** A confirmed notification is not answered yet. */
    isUnderWay?: true;
    /** Monotonic ms: what was told last was not confirmed, and is told again then. */
    againAt?: number;
}

/** How notifications leave. */
export interface Notifications {
    /** @returns whether it was sent, or will be */
    unconfirmed(peer: Peer, content: Buffer): boolean;
    /** @param ended it was answered, or nobody answers @returns whether it is under way */
    confirmed(peer: Peer, content: Buffer, ended: (answered: boolean) => void): boolean;
    /** Whether DeviceCommunicationControl allows them. */
    areAllowed(): boolean;
}

/** Who wants to be told of changes of which object (clause 13.1), over restarts. */
export class Subscriptions {
    private readonly all = new Map<string, Subscription>();
    private timer: TimerHandle;
    private isRestored = false;

    constructor(
        private readonly clock: Clock,
        private readonly device: Device,
        private readonly out: Notifications,
    ) {}

    get count(): number {
        return this.all.size;
    }

    /** Those that the journal has, once. */
    restore(): void {
        if (this.isRestored) return;
        this.isRestored = true;
        const now = this.clock.monotonic();
        for (let slot = 0; slot < MOST_SUBSCRIPTIONS; slot++) {
            const kept = readKept(this.device.serving.kept(nameOf(slot)), this.clock.now());
            if (!kept) continue;
            const { left, ...subscription } = kept;
            const expires = left === undefined ? undefined : now + left;
            this.all.set(keyOf(kept), { ...subscription, slot, expires, waitsUntil: now + FIRST_READING_MS });
        }
        this.schedule();
    }

    /** After a deploy: who is not allowed any more is told nothing, and the journal may be another one. */
    serve(): void {
        for (const [key, subscription] of this.all) {
            if (!this.device.serving.senders.allows(subscription.peer.address)) this.remove(key);
            else this.keep(subscription);
        }
        // Of those that have ended while the node was being replaced.
        const taken = new Set([...this.all.values()].map(({ slot }) => slot));
        const { serving } = this.device;
        for (let slot = 0; slot < MOST_SUBSCRIPTIONS; slot++) {
            if (!taken.has(slot) && serving.kept(nameOf(slot)) !== undefined) serving.keep(nameOf(slot), undefined);
        }
    }

    /** SubscribeCOV (clause 13.14); notifies at the next `notify`. @returns what was asked, for people @throws BacnetError, Rejected */
    subscribe(peer: Peer, parameters: Buffer): string {
        const request = new TagReader(parameters);
        const process = request.unsigned(0);
        const object = request.objectId(1);
        const confirmed = request.optionalBoolean(2);
        const lifetime = request.optionalUnsigned(3);
        request.end();
        const key = keyOf({ peer, process, object });
        if (confirmed === undefined && lifetime === undefined) {
            this.remove(key);
            return `SubscribeCOV (end) ${idName(object)}`;
        }
        if (confirmed === undefined) throw new Rejected(RejectReason.missingRequiredParameter);
        if (!this.device.find(object)) throw new BacnetError(ErrorClass.object, ErrorCode.unknownObject);
        if (!this.device.findPoint(object)) {
            throw new BacnetError(ErrorClass.object, ErrorCode.optionalFunctionalityNotSupported);
        }
        this.expire();
        const slot = this.all.get(key)?.slot ?? this.freeSlot();
        if (slot === undefined) throw new BacnetError(ErrorClass.resources, ErrorCode.noSpaceToAddListElement);
        // Lifetime 0, or none: for ever.
        const lifetimeMs = lifetime ? lifetime * 1000 : undefined;
        const expires = lifetimeMs === undefined ? undefined : this.clock.monotonic() + lifetimeMs;
        const subscription = { peer, process, object, confirmed, expires, lifetimeMs, slot };
        this.keep(subscription);
        this.all.set(key, subscription);
        this.schedule();
        return `SubscribeCOV ${idName(object)}`;
    }

    /** Tells each subscriber what has changed since it was told last. */
    notify(): void {
        this.expire();
        if (!this.out.areAllowed()) return;
        const states = new Map<number, [Point, PointState] | undefined>();
        for (const subscription of this.all.values()) {
            if (subscription.isUnderWay) continue;
            const id = idNumber(subscription.object);
            if (!states.has(id)) {
                const point = this.device.findPoint(subscription.object);
                states.set(id, point && [point, point.state()]);
            }
            const found = states.get(id);
            if (found) this.notifyOf(subscription, ...found);
        }
    }

    /** Active_COV_Subscriptions (clause 12.11). */
    encode(): Encode {
        return (to) => {
            for (const { peer, process, object, confirmed, expires } of this.all.values()) {
                const point = this.device.findPoint(object);
                to.open(0);
                to.open(0);
                to.open(1);
                to.unsigned(peer.remote?.network ?? 0);
                to.octets(peer.remote?.mac ?? macOf(peer));
                to.close(1);
                to.close(0);
                to.unsigned(process, 1);
                to.close(0);
                to.open(1);
                to.objectId(object, 0);
                to.enumerated(Property.presentValue, 1);
                to.close(1);
                to.boolean(confirmed, 2);
                to.unsigned(this.secondsLeft(expires), 3);
                if (point && point.increment > 0) to.real(point.increment, 4);
            }
        };
    }

    destroy(): void {
        this.clock.clearTimeout(this.timer);
        this.all.clear();
    }

    private notifyOf(subscription: Subscription, point: Point, now: PointState): void {
        const { waitsUntil = 0, told, againAt = Infinity, peer, confirmed } = subscription;
        const time = this.clock.monotonic();
        const isUnread = now.reliability === Reliability.communicationFailure;
        if (isUnread && time < waitsUntil) return;
        if (told && !hasChanged(told, now, point.increment) && time < againAt) return;
        const content = this.contentOf(subscription, point, now);
        if (!confirmed) {
            if (this.out.unconfirmed(peer, content)) subscription.told = now;
            return;
        }
        const isUnderWay = this.out.confirmed(peer, content, (answered) => {
            subscription.isUnderWay = undefined;
            subscription.againAt = answered ? undefined : this.clock.monotonic() + AGAIN_MS;
            // What has changed meanwhile.
            this.notify();
        });
        if (!isUnderWay) return;
        subscription.told = now;
        subscription.isUnderWay = true;
    }

    /** ConfirmedCOVNotification and UnconfirmedCOVNotification have the same contents (clauses 13.6, 13.7). */
    private contentOf({ process, object, expires }: Subscription, point: Point, state: PointState): Buffer {
        const to = new TagWriter();
        to.unsigned(process, 0);
        to.objectId(this.device.id, 1);
        to.objectId(object, 2);
        to.unsigned(this.secondsLeft(expires), 3);
        to.open(4);
        to.enumerated(Property.presentValue, 0);
        to.open(2);
        point.encode(state.value)(to);
        to.close(2);
        to.enumerated(Property.statusFlags, 0);
        to.open(2);
        statusFlags(state.reliability)(to);
        to.close(2);
        to.close(4);
        return to.bytes;
    }

    /** 0: for ever. */
    private secondsLeft(expires: number | undefined): number {
        if (expires === undefined) return 0;
        const left = Math.ceil((expires - this.clock.monotonic()) / 1000);
        return Math.min(Math.max(1, left), MOST_UNSIGNED);
    }

    private expire(): void {
        const now = this.clock.monotonic();
        for (const [key, { expires }] of this.all) if (expires !== undefined && now >= expires) this.remove(key);
    }

    private remove(key: string): void {
        const subscription = this.all.get(key);
        if (!subscription) return;
        this.device.serving.keep(nameOf(subscription.slot), undefined);
        this.all.delete(key);
    }

    private freeSlot(): number | undefined {
        const taken = new Set([...this.all.values()].map(({ slot }) => slot));
        for (let slot = 0; slot < MOST_SUBSCRIPTIONS; slot++) if (!taken.has(slot)) return slot;
        return undefined;
    }

    private keep({ peer, process, object, confirmed, expires, lifetimeMs, slot }: Subscription): void {
        const { address, port, remote } = peer;
        this.device.serving.keep(nameOf(slot), {
            ...{ address, port, process, type: object.type, instance: object.instance, confirmed },
            ...(remote && { network: remote.network, mac: remote.mac.toString('hex') }),
            ...(expires !== undefined && { until: this.clock.now() + expires - this.clock.monotonic(), lifetimeMs }),
        });
    }

    private schedule(): void {
        if (this.timer !== undefined || this.all.size === 0) return;
        this.timer = this.clock.setTimeout(() => {
            this.timer = undefined;
            this.notify();
            this.schedule();
        }, TICK_MS);
    }
}

/** Clause 13.1: the flags differ, or the value by its increment at least. What was or is no number differs by its flags. */
function hasChanged(told: PointState, now: PointState, increment: number): boolean {
    if (told.reliability !== now.reliability) return true;
    if (Number.isNaN(told.value) || Number.isNaN(now.value)) {
        return Number.isNaN(told.value) !== Number.isNaN(now.value);
    }
    const difference = Math.abs(told.value - now.value);
    return increment > 0 ? difference >= increment : difference > 0;
}

function keyOf({ peer, process, object }: Pick<Subscription, 'peer' | 'process' | 'object'>): string {
    return `${peerName(peer)} ${process} ${idNumber(object)}`;
}

/** Annex J.1.2: four octets of the address, two of the port. */
function macOf({ address, port }: Peer): Buffer {
    return Buffer.from([...address.split('.').map(Number), port >> 8, port & 0xff]);
}

const MOST_UNSIGNED = 0xffff_ffff;

const nameOf = (slot: number) => `cov-${slot}`;

/** What the journal has, whoever may have changed it. @param wallNow epoch ms @returns `left` in ms */
function readKept(
    kept: unknown,
    wallNow: number,
): (Pick<Subscription, 'peer' | 'process' | 'object' | 'confirmed' | 'lifetimeMs'> & { left?: number }) | undefined {
    if (typeof kept !== 'object' || kept === null) return undefined;
    const { address, port, network, mac, process, type, instance, confirmed, until, ...rest } = kept as Record<
        string,
        unknown
    >;
    const numbers = [process, type, instance];
    if (typeof address !== 'string' || !isIPv4(address) || !numbers.every(isWhole)) return undefined;
    if (!isPort(port as number)) return undefined;
    const lifetimeMs = typeof rest.lifetimeMs === 'number' ? rest.lifetimeMs : undefined;
    if (until !== undefined && (typeof until !== 'number' || until <= wallNow)) return undefined;
    const isRemote = isWhole(network) && typeof mac === 'string';
    return {
        peer: {
            ...{ address, port: port as number },
            ...(isRemote && { remote: { network: network as number, mac: Buffer.from(mac, 'hex') } }),
        },
        process: process as number,
        object: { type: type as number, instance: instance as number },
        confirmed: confirmed === true,
        lifetimeMs,
        // The clock may have been set back meanwhile.
        ...(until !== undefined && { left: Math.min(until - wallNow, lifetimeMs ?? Infinity) }),
    };
}

/** As BACnet encodes it: 32 bits at most. */
const isWhole = (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_UNSIGNED;
