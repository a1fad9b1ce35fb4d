import { plainAddress } from '../../core/addresses/ip';
import type { Clock, TimerHandle } from '../../core/clock';
import type { UpsError } from '../../core/errors';
import { RecentClients, type RecentClient } from '../metrics/recent-clients';
import type { Endpoint } from '../shared/listener';
import { ListenerKeeper } from '../shared/listener-keeper';
import { isPort, listenUdp, type ListenUdp, type UdpListener } from '../shared/udp-listener';
import { readApdu, unconfirmedRequest, covRequest, type Apdu } from './apdu';
import { ArrivalLimit } from './arrival-limit';
import { BacnetError, Rejected, Unconfirmed } from './codes';
import { CommunicationControl } from './communication-control';
import { ConfirmedRequests } from './confirmed-requests';
import { Device } from './device';
import { whoHas, whoIs, type Discovered } from './discovery';
import { ForeignDevice, type Registration } from './foreign-device';
import { GLOBAL_BROADCAST, networkNumberFrame, peerName, readFrame, readNpdu, resultFrame, unicastFrame, WHAT_IS_NETWORK_NUMBER, type Npdu, type Peer } from './frames'; // prettier-ignore
import { PacedSender } from './paced-sender';
import { Requests } from './requests';
import type { BacnetServing, Communication } from './serving';
import { Subscriptions } from './subscriptions';

/** Answers to a question without limits come spread over so long: everybody answers, ms. */
const SPREAD_MS = 500;
const MOST_SPREAD = 200;
/** Readings of one moment are told together, ms. */
const GATHER_MS = 20;
const COUNT_MS = 60_000;
/** Longer datagrams than this are not read, bytes: Annex J.1 and room for a router's addresses. */
const LONGEST_DATAGRAM = 1600;

export interface BacnetServerOptions {
    clock: Clock;
    at: Endpoint;
    serving: BacnetServing;
    /** It listens, or does not; a client came or went; it is registered, or not. */
    changed(): void;
    /** Default: a real port. */
    listen?: ListenUdp;
    /** 0 to 1; default: chance. */
    random?: () => number;
}

/** A BACnet/IP device at one UDP port, for one or several UPSs. It goes on over a deploy: `serve` puts other settings in its place. */
export class BacnetServer {
    private readonly clock: Clock;
    private readonly keeper: ListenerKeeper;
    private readonly recent: RecentClients;
    private readonly paced: PacedSender;
    private readonly arrivals: ArrivalLimit;
    private readonly device: Device;
    private readonly subscriptions: Subscriptions;
    private readonly outgoing: ConfirmedRequests;
    private readonly control: CommunicationControl;
    private readonly requests: Requests;
    private readonly foreign: ForeignDevice;
    private readonly spread = new Map<string, TimerHandle>();
    private listener: UdpListener | undefined;
    private unfollow: () => void;
    private gathering: TimerHandle;
    private counting: TimerHandle;
    private counted = 0;
    private stopped = false;

    constructor(private readonly options: BacnetServerOptions) {
        const { clock, at, serving, changed, listen = listenUdp } = options;
        this.clock = clock;
        this.recent = new RecentClients(clock);
        this.paced = new PacedSender(clock);
        this.arrivals = new ArrivalLimit(clock);
        this.outgoing = new ConfirmedRequests(clock);
        this.control = new CommunicationControl(clock, () => {
            this.soon();
            changed();
        });
        this.device = new Device(clock, serving, { subscriptions: () => this.subscriptions.encode() });
        this.subscriptions = new Subscriptions(clock, this.device, {
            areAllowed: () => this.control.communication === 'enabled' && this.keeper.at !== undefined,
            unconfirmed: (peer, content) => this.send(peer, unconfirmedRequest(Unconfirmed.covNotification, content)),
            confirmed: (peer, content, ended) => this.notifyConfirmed(peer, content, ended),
        });
        this.requests = new Requests(clock, this.device, this.subscriptions, this.control, {
            note: (address, asked) => this.note(address, asked),
            changed: () => this.soon(),
        });
        this.foreign = new ForeignDevice(clock, (frame, to) => this.listener?.send(frame, to), changed);
        this.foreign.serve(serving.bbmd, serving.apduTimeoutMs);
        this.subscriptions.restore();
        this.unfollow = serving.follow(() => this.soon());
        this.keeper = new ListenerKeeper(clock, changed, async (failed) => {
            const malformed = ({ address }: Endpoint) =>
                this.device.serving.refused(plainAddress(address), 'malformed');
            this.listener = await listen(at, (message, from) => this.receive(message, from), failed, malformed);
            this.foreign.register();
            this.soon();
            return this.listener;
        });
    }

    /** Where it listens, while it does. */
    get at(): Endpoint | undefined {
        return this.keeper.at;
    }

    get error(): UpsError | undefined {
        return this.keeper.at ? undefined : this.keeper.error;
    }

    get registration(): Registration {
        return this.foreign.registration;
    }

    get communication(): Communication {
        return this.control.communication;
    }

    get subscriptionCount(): number {
        return this.subscriptions.count;
    }

    activeClients(): RecentClient[] {
        return this.recent.list();
    }

    start(): void {
        this.keeper.start();
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        this.stopped = true;
        this.unfollow();
        for (const timer of [this.gathering, this.counting, ...this.spread.values()]) this.clock.clearTimeout(timer);
        for (const each of [this.paced, this.outgoing, this.control, this.requests, this.foreign]) each.destroy();
        this.subscriptions.destroy();
        await this.keeper.stop();
    }

    /** What is answered from now on. */
    serve(serving: BacnetServing): void {
        this.unfollow();
        this.device.serve(serving);
        this.subscriptions.serve();
        this.foreign.serve(serving.bbmd, serving.apduTimeoutMs);
        this.unfollow = serving.follow(() => this.soon());
        this.soon();
    }

    /** One datagram. Public for tests. */
    receive(message: Buffer, from: Endpoint): void {
        const { serving } = this.device;
        const sender = { address: plainAddress(from.address), port: from.port };
        const { address } = sender;
        const isBbmd = this.foreign.isBbmd(sender);
        const isAllowed = serving.senders.allows(address);
        // Forged: nobody could be answered there.
        if (!isPort(sender.port)) return serving.refused(address, 'malformed');
        if (!isAllowed && !isBbmd) {
            // In a BACnet network everybody hears the questions of everybody.
            if (!isToAll(message)) serving.refused(address, 'stranger');
            return;
        }
        if (!this.arrivals.take(address) || !this.paced.hasRoom(address)) return serving.refused(address, 'too-many');
        const frame = message.length <= LONGEST_DATAGRAM ? readFrame(message) : undefined;
        if (!frame) return serving.refused(address, 'malformed');
        if (frame.kind === 'result') return isBbmd ? this.foreign.take(frame.code) : undefined;
        if (frame.kind === 'declined') {
            if (isAllowed) this.sendFrame(sender, resultFrame(frame.code));
            return;
        }
        const station = frame.origin ?? sender;
        if (station === sender ? !isAllowed : !serving.senders.allows(station.address)) return;
        const npdu = readNpdu(frame.npdu);
        if (!npdu) return serving.refused(address, 'malformed');
        this.takeNpdu(npdu, station, frame.isBroadcast);
    }

    private takeNpdu(npdu: Npdu, station: Endpoint, isBroadcast: boolean): void {
        const { destination, isToAll, source, message, priority } = npdu;
        const { networkNumber } = this.device.serving;
        const isHere = destination === undefined || destination === GLOBAL_BROADCAST;
        // This device is no router.
        if (!isHere && (networkNumber === 0 || destination !== networkNumber)) return;
        const peer: Peer = { ...station, ...(source && { remote: source }) };
        if (message !== undefined) {
            const isAsked = message === WHAT_IS_NETWORK_NUMBER && !source && destination === undefined;
            const isSilent = this.control.communication === 'disabled';
            if (isAsked && networkNumber > 0 && !isSilent) this.sendFrame(peer, networkNumberFrame(networkNumber));
            return;
        }
        const apdu = readApdu(npdu.apdu);
        if (!apdu) return this.device.serving.refused(station.address, 'malformed');
        this.takeApdu(apdu, peer, priority, isBroadcast || isToAll || destination === GLOBAL_BROADCAST);
    }

    private takeApdu(apdu: Apdu, peer: Peer, priority: number, isBroadcast: boolean): void {
        switch (apdu.kind) {
            case 'confirmed':
                // Everybody cannot be asked for an answer (clause 5.2).
                if (!isBroadcast) this.requests.take(apdu, peer, (answer) => void this.send(peer, answer, priority));
                return;
            case 'unconfirmed':
                return this.discover(apdu.service, apdu.parameters, peer, priority);
            case 'segment-ack':
                return this.requests.acknowledged(peer, apdu);
            case 'abort-by-client':
                return this.requests.aborted(peer, apdu.invokeId);
            case 'answer':
                return this.outgoing.take(peerName(peer), apdu.invokeId);
        }
    }

    /** Who-Is and Who-Has; other services that nobody answers are passed over, as are damaged ones. */
    private discover(service: number, parameters: Buffer, peer: Peer, priority: number): void {
        const isIt = service === Unconfirmed.whoIs;
        if (!this.mayTell(isIt) || (!isIt && service !== Unconfirmed.whoHas)) return;
        let found: Discovered | undefined;
        try {
            found = isIt ? whoIs(this.device, parameters) : whoHas(this.device, parameters);
        } catch (error) {
            if (error instanceof Rejected || error instanceof BacnetError) return;
            throw error;
        }
        if (!found) return;
        this.note(peer.address, isIt ? 'Who-Is' : 'Who-Has');
        const { apdu, isLimited } = found;
        if (isLimited) return void this.send(peer, apdu, priority);
        const key = `${peerName(peer)} ${apdu.toString('latin1')}`;
        if (this.spread.has(key) || this.spread.size >= MOST_SPREAD) return;
        const { random = Math.random } = this.options;
        const timer = this.clock.setTimeout(() => {
            this.spread.delete(key);
            if (this.mayTell(isIt)) this.send(peer, apdu, priority);
        }, random() * SPREAD_MS);
        this.spread.set(key, timer);
    }

    /** Where nothing may be initiated, I-Am is the one exception (clause 16.1.1.3.1). */
    private mayTell(isIAm: boolean): boolean {
        const { communication } = this.control;
        return communication === 'enabled' || (communication === 'no-initiation' && isIAm);
    }

    private notifyConfirmed(peer: Peer, content: Buffer, ended: (answered: boolean) => void): boolean {
        if (!this.paced.hasRoom(peer.address)) return false;
        const send = (invokeId: number) => {
            if (this.mayTell(false)) this.send(peer, covRequest(invokeId, content), 0, true);
        };
        return this.outgoing.begin(peerName(peer), this.device.serving.apduTimeoutMs, send, ended);
    }

    private send(peer: Peer, apdu: Buffer, priority = 0, expectsReply = false): boolean {
        return this.sendFrame(peer, unicastFrame(apdu, peer, priority, expectsReply));
    }

    private sendFrame({ address, port }: Endpoint, frame: Buffer): boolean {
        return this.paced.send(address, () => this.listener?.send(frame, { address, port }));
    }

    /** A UPS stands otherwise: subscribers are told. */
    private soon(): void {
        if (this.stopped || this.gathering !== undefined) return;
        this.gathering = this.clock.setTimeout(() => {
            this.gathering = undefined;
            this.subscriptions.notify();
        }, GATHER_MS);
    }

    private note(address: string, asked: string): void {
        this.recent.note(address, asked);
        this.countClients();
    }

    /** Clients go without a word: they are counted again each minute while there are any. */
    private countClients(): void {
        const { length } = this.recent.list();
        if (length !== this.counted) {
            this.counted = length;
            this.options.changed();
        }
        if (this.stopped || length === 0 || this.counting !== undefined) return;
        this.counting = this.clock.setTimeout(() => {
            this.counting = undefined;
            this.countClients();
        }, COUNT_MS);
    }
}

/** Annex J.2: Original-Broadcast-NPDU, or one that a BBMD has passed on. */
function isToAll(message: Buffer): boolean {
    return message[0] === 0x81 && (message[1] === 0x0b || message[1] === 0x04);
}
