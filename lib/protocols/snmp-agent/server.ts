import type { RemoteInfo } from 'node:dgram';
import { ErrorStatus, ObjectType, PduType } from 'net-snmp';
import { plainAddress } from '../../core/addresses/ip';
import type { Clock, TimerHandle } from '../../core/clock';
import type { UpsError } from '../../core/errors';
import type { Endpoint } from '../shared/listener';
import { ListenerKeeper } from '../shared/listener-keeper';
import { listenUdp, type ListenUdp, type UdpListener } from '../shared/udp-listener';
import { AgentClients, type AgentClient } from './agent-clients';
import { AgentUps, type SetOrder } from './agent-ups';
import { readHeader, type CommunityHeader, type UsmHeader } from './headers';
import { SnmpMessages, type DecodedRequest } from './messages';
import { RequestPace } from './request-pace';
import { MOST_BYTES, type SnmpAnswer } from './responder';
import { SeenSets } from './seen-sets';
import { refusalOf } from './set-refusals';
import type { AgentServing, AgentVersion, ServedTarget } from './serving';
import { AgentTraps } from './traps/agent-traps';
import { Usm, type UsmFault } from './usm';

/** Longer requests than this are not read, bytes. */
const LONGEST_REQUEST = 4096;
/** RFC 3412: every engine takes so many bytes. */
const SHORTEST_ANSWER = 484;
/** Bytes of an answer around its variables, without names and communities: headers, engine ids, digest, salt and padding. */
const AROUND = { community: 40, user: 220 };
/** A manager waits a second for its answer: a command that takes longer counts as accepted, and the event log has its end, ms. */
const SET_WAITS_MS = 700;

const COUNT_MS = 60_000;

/** snmpUnknownContexts (RFC 3412, section 5). */
const UNKNOWN_CONTEXTS = '1.3.6.1.6.3.12.1.5.0';

const VERSIONS: Readonly<Record<number, AgentVersion>> = { 0: '1', 1: '2c', 3: '3' };

export interface SnmpServerOptions {
    clock: Clock;
    at: Endpoint;
    serving: AgentServing;
    /** It listens, or does not; a manager came or went. */
    changed(): void;
    /** The SETs that were seen; default: of this agent alone. */
    sets?: SeenSets;
    /** Default: a real port. */
    listen?: ListenUdp;
}

/** Who asks now. */
interface Asking {
    message: Buffer;
    from: Pick<RemoteInfo, 'address' | 'port'>;
    /** Of v3. */
    header?: UsmHeader;
    /** For people: the user, or `community`. */
    who: string;
    user?: string;
    write: boolean;
    /** Named with the community. */
    ups?: string;
    room: number;
}

/**
 * An SNMP agent (RFC 3416, 3414) at one UDP port, for one or several UPSs. It goes on over a deploy: `serve` puts other settings in its place.
 */
export class SnmpServer {
    readonly clients: AgentClients;
    private readonly keeper: ListenerKeeper;
    private readonly pace: RequestPace;
    private readonly sets: SeenSets;
    private readonly upss = new Map<string, AgentUps>();
    private readonly startedAt: number;
    private readonly timers = new Set<TimerHandle>();
    private readonly traps: AgentTraps;
    private listener: UdpListener | undefined;
    private serving: AgentServing;
    private messages!: SnmpMessages;
    private usm!: Usm;
    private asking: Asking | undefined;
    private counted = 0;
    private unknownContexts = 0;
    private counting: TimerHandle;
    private stopped = false;

    constructor(private readonly options: SnmpServerOptions) {
        const { clock, at, serving, changed, listen = listenUdp } = options;
        this.clients = new AgentClients(clock);
        this.pace = new RequestPace(clock);
        this.sets = options.sets ?? new SeenSets(clock);
        this.startedAt = clock.monotonic();
        this.serving = serving;
        this.serve(serving);
        this.traps = new AgentTraps({
            clock,
            upTime: () => this.upTime(),
            serving: () => this.serving,
            ups: (name) => this.ups(name),
        });
        this.keeper = new ListenerKeeper(clock, changed, async (failed) => {
            const receive = (message: Buffer, from: RemoteInfo) => this.receive(message, from);
            const malformed = ({ address }: RemoteInfo) => this.serving.refused(plainAddress(address), 'malformed');
            return (this.listener = await listen(at, receive, failed, malformed));
        });
    }

    /** Where it listens, while it does. */
    get at(): Endpoint | undefined {
        return this.keeper.at;
    }

    get error(): UpsError | undefined {
        return this.keeper.at ? undefined : this.keeper.error;
    }

    activeClients(): AgentClient[] {
        return this.clients.active();
    }

    start(): void {
        this.keeper.start();
        this.traps.start();
    }

    /** Idempotent. */
    async stop(): Promise<void> {
        this.stopped = true;
        this.traps.stop();
        this.options.clock.clearTimeout(this.counting);
        for (const timer of this.timers) this.options.clock.clearTimeout(timer);
        this.timers.clear();
        await this.keeper.stop();
    }

    /** What is answered from now on. */
    serve(serving: AgentServing): void {
        this.serving = serving;
        const { engineId, users } = serving;
        this.usm = new Usm(engineId, users, () => serving.engineTime());
        this.messages = new SnmpMessages({
            engineId,
            users,
            engineTime: () => serving.engineTime(),
            respond: (request) => this.respond(request),
            send: (message, to) => this.listener?.send(message, to),
            unanswered: (reason, { address }) => {
                const { header, from } = this.asking ?? {};
                // Its digest was right: whoever has sent it has another privacy password (RFC 3414, section 3.2, step 8).
                if (!header?.hasPrivacy || !from) return serving.refused(plainAddress(address), reason);
                serving.refused(plainAddress(address), 'not-decrypted');
                this.report(header, 'not-decrypted', from);
            },
        });
    }

    /** One datagram. Public for tests. */
    receive(message: Buffer, from: Pick<RemoteInfo, 'address' | 'port'>): void {
        const { serving } = this;
        const address = plainAddress(from.address);
        if (!serving.senders.allows(address)) return serving.refused(address, 'stranger');
        if (!this.pace.take(address)) return serving.refused(address, 'too-many');
        const header = message.length <= LONGEST_REQUEST ? readHeader(message) : undefined;
        if (!header) return serving.refused(address, 'malformed');
        if (!serving.versions.includes(VERSIONS[header.version]!)) return serving.refused(address, 'version');
        if (header.version === 3) this.receiveV3(message, header, from, address);
        else this.receiveCommunity(message, header, from, address);
    }

    private receiveCommunity(
        message: Buffer,
        header: CommunityHeader,
        from: Pick<RemoteInfo, 'address' | 'port'>,
        address: string,
    ): void {
        const told = header.community.toString('utf8');
        const known = this.communityOf(told, address);
        if (!known) return this.serving.refused(address, 'wrong-community');
        const room = MOST_BYTES - AROUND.community - header.community.length;
        this.ask({ message, from, who: 'community', ...known, room }, [told]);
    }

    /** `community`, or `community@ups`. */
    private communityOf(told: string, address: string): { write: boolean; ups?: string } | undefined {
        const row = (community: string) =>
            this.serving.communities.find(
                (each) => each.community !== '' && each.community === community && each.senders.allows(address),
            );
        const whole = row(told);
        if (whole) return { write: whole.write };
        const at = told.lastIndexOf('@');
        const part = at > 0 ? row(told.slice(0, at)) : undefined;
        return part && { write: part.write, ups: told.slice(at + 1) };
    }

    private receiveV3(
        message: Buffer,
        header: UsmHeader,
        from: Pick<RemoteInfo, 'address' | 'port'>,
        address: string,
    ): void {
        const checked = this.usm.check(message, header);
        if (typeof checked === 'string') {
            // Every manager begins with an unknown engine, and learns the time by a report.
            if (checked !== 'unknown-engine' && checked !== 'outside-window') this.serving.refused(address, checked);
            return this.report(header, checked, from);
        }
        const most = Math.min(MOST_BYTES, Math.max(SHORTEST_ANSWER, header.maxSize));
        const room = most - AROUND.user - checked.name.length;
        const { name, write } = checked;
        this.ask({ message, from, header, who: name, user: name, write, room }, []);
    }

    private report(header: UsmHeader, fault: UsmFault, to: Pick<RemoteInfo, 'address' | 'port'>): void {
        const report = this.usm.report(header, fault);
        if (report) this.listener?.send(report, to);
    }

    private ask(asking: Asking, communities: string[]): void {
        this.asking = asking;
        try {
            this.messages.receive(asking.message, asking.from, communities);
        } finally {
            this.asking = undefined;
        }
    }

    private respond(request: DecodedRequest): SnmpAnswer | undefined | Promise<SnmpAnswer | undefined> {
        const { asking, serving } = this;
        if (!asking) return undefined;
        const { from, id, context, ...rest } = request;
        const address = plainAddress(from.address);
        // RFC 1157 has no such request, and no answer to it.
        if (request.version === 0 && request.type === PduType.GetBulkRequest)
            return void serving.refused(address, 'malformed');
        const name = (request.version === 3 ? context : asking.ups) || (serving.names[0] ?? '');
        const target = this.targetOf(name);
        if (!target) {
            serving.refused(address, 'no-ups');
            return request.version === 3 ? this.unknownContext() : undefined;
        }
        this.clients.note(address, asking.user, request);
        this.countClients();
        const mayWrite = serving.writes && asking.write;
        const isSet = request.type === PduType.SetRequest;
        if (isSet && mayWrite) {
            const values = JSON.stringify(request.varbinds);
            const again = `${address} ${from.port} ${asking.who} ${id} ${name} ${values}`;
            if (this.sets.isRepeated(asking.message, again)) return void serving.refused(address, 'repeated');
        }
        const ups = this.upsOf(name, target);
        const room = asking.room - Buffer.byteLength(context);
        const { answer, orders, undo } = ups.respond({ ...rest, mayWrite, room });
        if (isSet && answer.errorStatus !== ErrorStatus.NoError) {
            const refusal = refusalOf(request, answer, (oid) => ups.read(oid) !== undefined);
            serving.setRefused?.({ address, who: asking.who, ups: name, ...refusal });
        }
        if (orders.length === 0) return answer;
        return this.carriedOut(answer, target, orders, undo, `${asking.who} (SNMP, ${address})`);
    }

    /** Managers go without a word: they are counted again each minute while there are any. */
    private countClients(): void {
        const { clock, changed } = this.options;
        const { length } = this.clients.active();
        if (length !== this.counted) {
            this.counted = length;
            changed();
        }
        if (this.stopped || length === 0 || this.counting !== undefined) return;
        this.counting = clock.setTimeout(() => {
            this.counting = undefined;
            this.countClients();
        }, COUNT_MS);
    }

    /** The report for a context that does not exist (RFC 3413, section 3.2). */
    private unknownContext(): SnmpAnswer {
        const value = (this.unknownContexts = (this.unknownContexts + 1) % 2 ** 32);
        const varbinds = [{ oid: UNKNOWN_CONTEXTS, type: ObjectType.Counter, value }];
        return { varbinds, errorStatus: ErrorStatus.NoError, errorIndex: 0, isReport: true };
    }

    private targetOf(name: string): ServedTarget | undefined {
        return this.serving.names.includes(name) ? this.serving.target(name) : undefined;
    }

    /** What is served under a name; default: the first one. */
    ups(name = this.serving.names[0] ?? ''): AgentUps | undefined {
        const target = this.targetOf(name);
        return target && this.upsOf(name, target);
    }

    private upsOf(name: string, target: ServedTarget): AgentUps {
        const known = this.upss.get(name);
        const ups = known ?? new AgentUps(() => this.upTime(), this.options.clock);
        ups.target = target;
        ups.serving = this.serving;
        if (!known) ups.restore(this.serving.memory?.read(name));
        this.upss.set(name, ups);
        return ups;
    }

    /** sysUpTime, 1/100 s. */
    private upTime(): number {
        return Math.round((this.options.clock.monotonic() - this.startedAt) / 10);
    }

    private carriedOut(
        answer: SnmpAnswer,
        target: ServedTarget,
        orders: readonly SetOrder[],
        undo: () => void,
        by: string,
    ): Promise<SnmpAnswer> {
        const { clock } = this.options;
        // Where a manager has heard that its command is accepted, the lock stays as it was told.
        let isTold = false;
        const all = async (): Promise<SnmpAnswer> => {
            for (const [done, { command, index }] of orders.entries()) {
                try {
                    await target.order(command, by);
                } catch {
                    if (!isTold) undo();
                    // RFC 3416, section 4.2.5: a command that was carried out cannot be taken back.
                    const { CommitFailed, UndoFailed } = ErrorStatus;
                    const fault = done === 0 ? CommitFailed : UndoFailed;
                    return { ...answer, errorStatus: fault, errorIndex: done === 0 ? index + 1 : 0 };
                }
            }
            return answer;
        };
        let timer: TimerHandle;
        const accepted = new Promise<SnmpAnswer>((resolve) => {
            timer = clock.setTimeout(() => {
                isTold = true;
                resolve(answer);
            }, SET_WAITS_MS);
            this.timers.add(timer);
        });
        return Promise.race([all(), accepted]).finally(() => {
            clock.clearTimeout(timer);
            this.timers.delete(timer);
        });
    }
}
