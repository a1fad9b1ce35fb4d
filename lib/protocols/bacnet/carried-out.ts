import { createHash } from 'node:crypto';
import type { Clock, TimerHandle } from '../../core/clock';
import { errorAnswer, RETRIES, simpleAck, type ConfirmedRequest } from './apdu';
import { ErrorClass, ErrorCode } from './codes';
import { peerName, type Peer } from './frames';
import type { Written } from './write-service';

/** A command that takes longer counts as accepted, and the event log has its end, ms. */
const WAITS_MS = 700;
const MOST = 200;

interface Known {
    /** When it came, or else was answered; monotonic ms. */
    at: number;
    /** Undefined: it is being carried out. */
    answer?: Buffer;
}

/** Commands of clients, each carried out once: a client that gets no answer sends its request again, with the same invoke id. */
export class CarriedOut {
    private readonly known = new Map<string, Known>();
    private readonly timers = new Set<TimerHandle>();

    constructor(private readonly clock: Clock) {}

    /**
     * Whether this request has come before; it is answered again as it was, or will be.
     * @param timeoutMs after which clients try again
     */
    isRepeated(peer: Peer, request: ConfirmedRequest, timeoutMs: number, send: (apdu: Buffer) => void): boolean {
        const now = this.clock.monotonic();
        for (const [key, { at, answer }] of this.known) {
            if (answer && now - at >= timeoutMs * (RETRIES + 1)) this.known.delete(key);
        }
        const before = this.known.get(keyOf(peer, request));
        if (before?.answer) send(before.answer);
        return before !== undefined;
    }

    /** Carries out what was written, and answers. */
    begin(
        peer: Peer,
        request: ConfirmedRequest,
        { target, command }: Written,
        by: string,
        send: (apdu: Buffer) => void,
    ): void {
        const { invokeId, service } = request;
        const done = simpleAck(invokeId, service);
        if (!command) return send(done);
        const known: Known = { at: this.clock.monotonic() };
        this.known.set(keyOf(peer, request), known);
        if (this.known.size > MOST) this.known.delete(this.known.keys().next().value!);
        const answer = (apdu: Buffer) => {
            this.clock.clearTimeout(timer);
            this.timers.delete(timer);
            if (known.answer) return;
            known.answer = apdu;
            known.at = this.clock.monotonic();
            send(apdu);
        };
        // Of a silent UPS nothing is accepted that it has not answered.
        const isHeard = target.served()?.knowledge === 'live';
        const timer = isHeard ? this.clock.setTimeout(() => answer(done), WAITS_MS) : undefined;
        if (isHeard) this.timers.add(timer);
        const { device } = ErrorClass;
        const failed = () => answer(errorAnswer(invokeId, service, device, ErrorCode.operationalProblem));
        target.order(command, by).then(() => answer(done), failed);
    }

    destroy(): void {
        for (const timer of this.timers) this.clock.clearTimeout(timer);
        this.timers.clear();
    }
}

function keyOf(peer: Peer, { invokeId, parameters }: ConfirmedRequest): string {
    return `${peerName(peer)} ${invokeId} ${createHash('sha256').update(parameters).digest('base64')}`;
}
