import type { RemoteInfo } from 'node:dgram';
import snmp, { ErrorStatus, PduType } from 'net-snmp';
import type { SnmpUser } from '../snmp/config';
import { netSnmpUser } from '../snmp/net-snmp-user';
import { MOST_BYTES, type SnmpAnswer, type SnmpRequest, type WireVarbind } from './responder';

/** Where an answer goes. */
export type Sender = Pick<RemoteInfo, 'address' | 'port'>;

/** A request as net-snmp has decoded it; its community or its user is one of those that were given. */
export interface DecodedRequest extends Omit<SnmpRequest, 'mayWrite'> {
    /** request-id */
    id: number;
    /** v1, v2c */
    community?: string;
    /** v3: msgUserName and contextName. */
    user?: string;
    context: string;
    from: Sender;
}

/** Why a message was not answered. Reasons of net-snmp would hold communities and digests. */
export type Unanswered = 'malformed' | 'wrong-community' | 'wrong-user' | 'wrong-key' | 'not-decrypted';

/** Our identity as an SNMPv3 engine, at one moment. */
export interface EngineTime {
    boots: number;
    /** Seconds since `boots` grew. */
    seconds: number;
}

export interface MessagesOptions {
    /** snmpEngineID, hexadecimal. */
    engineId: string;
    users: readonly SnmpUser[];
    /** Undefined: no answer. */
    respond(request: DecodedRequest): SnmpAnswer | undefined | Promise<SnmpAnswer | undefined>;
    send(message: Buffer, to: Sender): void;
    unanswered(reason: Unanswered, from: Sender): void;
    /** Absent: net-snmp's constants. */
    engineTime?(): EngineTime;
    /** Bytes of the longest answer. */
    mostBytes?: number;
}

/** The used parts of net-snmp's agent, whose types are `any`. */
interface NetSnmpAgent {
    engine: { engineBoots: number; engineTime: number };
    authorizer: { communities: string[]; addUser(user: snmp.User): void };
    getRequest: Handler;
    getNextRequest: Handler;
    getBulkRequest: Handler;
    setRequest: Handler;
    onProxyRequest: Handler;
    sendResponse(socket: unknown, to: Sender, request: RequestMessage, response: ResponsePdu): void;
}

type Handler = (socket: unknown, message: RequestMessage, from: Sender) => void;
type Receive = (message: Buffer, from: Sender) => void;

interface ResponsePdu {
    varbinds: WireVarbind[];
    errorStatus: number;
    errorIndex: number;
}

interface RequestMessage {
    version: number;
    community?: string | Buffer;
    msgSecurityParameters?: {
        msgUserName: string | Buffer;
        msgAuthoritativeEngineBoots: number;
        msgAuthoritativeEngineTime: number;
    };
    pdu: Omit<SnmpRequest, 'mayWrite' | 'version'> & {
        id: number;
        contextName?: string | Buffer;
        getResponsePduForRequest(): ResponsePdu;
    };
}

const ANSWERED: ReadonlySet<number> = new Set([
    PduType.GetRequest,
    PduType.GetNextRequest,
    PduType.GetBulkRequest,
    PduType.SetRequest,
]);

/**
 * Decodes and encodes SNMP messages by net-snmp, and checks users and keys by it; the requests are answered by `respond`. The request handlers of net-snmp's
 * own agent never run: one GETBULK of three million repetitions holds them for more than ten seconds. Nothing of its error texts is passed on.
 */
export class SnmpMessages {
    private readonly agent: NetSnmpAgent;
    private receiveByNetSnmp: Receive = () => undefined;
    private sent: (message: Buffer, to: Sender) => void;

    constructor(private readonly options: MessagesOptions) {
        this.sent = options.send;
        this.agent = this.createAgent();
        for (const user of options.users) this.agent.authorizer.addUser(netSnmpUser(user));
    }

    /**
     * Never throws.
     * @param communities those that may ask, of v1 and v2c
     */
    receive(message: Buffer, from: Sender, communities: readonly string[]): void {
        const { authorizer, engine } = this.agent;
        authorizer.communities = [...communities];
        const time = this.options.engineTime?.();
        if (time) Object.assign(engine, { engineBoots: time.boots, engineTime: time.seconds });
        try {
            this.receiveByNetSnmp(message, from);
        } catch {
            this.options.unanswered('malformed', from);
        }
    }

    private createAgent(): NetSnmpAgent {
        const { engineId } = this.options;
        const socket = {
            on: (event: string, listener: Receive) => {
                if (event === 'message') this.receiveByNetSnmp = listener;
                return socket;
            },
            bind: () => socket,
            close: () => undefined,
            address: () => ({ address: '', port: 0 }),
            send: (message: Buffer, _offset: number, _length: number, port: number, address: string) =>
                this.sent(message, { port, address }),
        };
        const agent = snmp.createAgent(
            { port: 1, address: '', engineID: engineId, dgramModule: { createSocket: () => socket } } as never,
            (error: (Error & { rinfo?: Sender }) | null) => {
                if (error) this.options.unanswered(reasonOf(error), error.rinfo ?? { address: '', port: 0 });
            },
        ) as unknown as NetSnmpAgent;
        const handler: Handler = (wire, message, from) => this.handle(wire, message, from);
        agent.getRequest = agent.getNextRequest = agent.getBulkRequest = agent.setRequest = handler;
        // It gets all requests with a context.
        agent.onProxyRequest = handler;
        return agent;
    }

    private handle(wire: unknown, message: RequestMessage, from: Sender): void {
        const { pdu, version, community, msgSecurityParameters } = message;
        if (!ANSWERED.has(pdu.type)) return this.options.unanswered('malformed', from);
        const { id, type, varbinds, nonRepeaters, maxRepetitions, contextName = '' } = pdu;
        const answer = this.options.respond({
            ...{ id, type, version, varbinds, nonRepeaters, maxRepetitions, from },
            ...(community !== undefined && { community: String(community) }),
            ...(msgSecurityParameters && { user: String(msgSecurityParameters.msgUserName) }),
            context: String(contextName),
        });
        if (!(answer instanceof Promise)) return this.reply(wire, message, from, answer);
        answer.then(
            (late) => this.reply(wire, message, from, late),
            () => this.reply(wire, message, from, failed(ErrorStatus.GeneralError)),
        );
    }

    private reply(wire: unknown, message: RequestMessage, from: Sender, answer: SnmpAnswer | undefined): void {
        if (!answer) return;
        const { mostBytes = MOST_BYTES, engineTime } = this.options;
        const time = engineTime?.();
        // The authoritative engine tells its own time (RFC 3414, section 3.1); net-snmp would send back that of the request.
        if (time && message.msgSecurityParameters)
            Object.assign(message.msgSecurityParameters, {
                msgAuthoritativeEngineBoots: time.boots,
                msgAuthoritativeEngineTime: time.seconds,
            });
        const encoded = this.encode(wire, message, from, answer);
        const fits = encoded !== undefined && encoded.length <= mostBytes;
        const errorStatus = encoded === undefined ? ErrorStatus.GeneralError : ErrorStatus.TooBig;
        const sent = fits ? encoded : this.encode(wire, message, from, failed(errorStatus));
        if (sent) this.options.send(sent, from);
    }

    /** Undefined: net-snmp cannot encode it. */
    private encode(wire: unknown, message: RequestMessage, from: Sender, answer: SnmpAnswer): Buffer | undefined {
        let encoded: Buffer | undefined;
        const { sent } = this;
        this.sent = (bytes) => (encoded = bytes);
        try {
            const response = message.pdu.getResponsePduForRequest();
            const { isReport, ...told } = answer;
            Object.assign(response, told, isReport && { type: PduType.Report });
            this.agent.sendResponse(wire, from, message, response);
        } catch {
            encoded = undefined;
        } finally {
            this.sent = sent;
        }
        return encoded;
    }
}

const failed = (errorStatus: ErrorStatus): SnmpAnswer => ({ varbinds: [], errorStatus, errorIndex: 0 });

function reasonOf(error: Error): Unanswered {
    const { code } = error as Error & { code?: unknown };
    const { EAuthFailure, ECouldNotDecrypt } = snmp.ResponseInvalidCode as unknown as Record<string, number>;
    if (error.name === 'ResponseInvalidError') {
        if (code === EAuthFailure) return 'wrong-key';
        if (code === ECouldNotDecrypt) return 'not-decrypted';
    }
    if (error.message.startsWith('Local community')) return 'wrong-community';
    if (error.message.startsWith('Local user')) return 'wrong-user';
    return 'malformed';
}
