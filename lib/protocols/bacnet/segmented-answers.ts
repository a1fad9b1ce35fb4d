import type { Clock, TimerHandle } from '../../core/clock';
import { ackSegment, RETRIES, SEGMENT_HEAD, type ConfirmedRequest, type SegmentAck } from './apdu';
import { Aborted, AbortReason } from './codes';
import { peerName, type Peer } from './frames';

/** Segments that are sent without an acknowledgement between, if the client agrees. */
const WINDOW = 16;
/** Answers under way: of all clients, and of one. */
const MOST = 32;
const MOST_OF_ONE = 4;

interface Answer {
    peer: string;
    address: string;
    request: Pick<ConfirmedRequest, 'invokeId' | 'service'>;
    segments: readonly Uint8Array[];
    send(apdu: Buffer): void;
    /** The first one of the present window, from 0. */
    first: number;
    window: number;
    tries: number;
    timer: TimerHandle;
}

/** Answers that are too long for one APDU, and go in segments (clause 5.4.5, state SEGMENTED_RESPONSE). */
export class SegmentedAnswers {
    private readonly answers = new Map<string, Answer>();

    constructor(private readonly clock: Clock) {}

    get count(): number {
        return this.answers.size;
    }

    /** @param to whom it is for @throws Aborted the client cannot take it, or too many are under way */
    begin(
        to: Peer,
        request: ConfirmedRequest,
        content: Buffer,
        mostApdu: number,
        timeoutMs: number,
        send: (apdu: Buffer) => void,
    ): void {
        if (!request.takesSegments) throw new Aborted(AbortReason.segmentationNotSupported);
        const room = mostApdu - SEGMENT_HEAD;
        const count = Math.ceil(content.length / room);
        if (count > request.mostSegments) throw new Aborted(AbortReason.bufferOverflow);
        const peer = peerName(to);
        const { address } = to;
        const key = `${peer} ${request.invokeId}`;
        this.end(key);
        const own = [...this.answers.values()].filter((answer) => answer.peer === peer).length;
        if (own >= MOST_OF_ONE || !this.hasRoom(address)) throw new Aborted(AbortReason.outOfResources);
        const { invokeId, service } = request;
        const answer: Answer = {
            ...{ peer, address, request: { invokeId, service }, send, first: 0, window: 1, tries: 0, timer: undefined },
            segments: Array.from({ length: count }, (_, index) => content.subarray(index * room, (index + 1) * room)),
        };
        this.answers.set(key, answer);
        this.sendWindow(key, answer, timeoutMs);
    }

    take(from: Peer, { invokeId, sequence, window }: SegmentAck, timeoutMs: number): void {
        const key = `${peerName(from)} ${invokeId}`;
        const answer = this.answers.get(key);
        if (!answer) return;
        // A window is 1 to 127 segments (clause 20.1.6.5).
        if (window < 1 || window > 127) return this.end(key);
        const inWindow = (sequence - answer.first) & 0xff;
        // An older one, again: clause 5.4.5.2, DuplicateACK_Received. The first window has one segment only, whatever is proposed.
        if (inWindow >= answer.window) return;
        answer.first += inWindow + 1;
        answer.window = Math.min(window, WINDOW);
        answer.tries = 0;
        if (answer.first >= answer.segments.length) return this.end(key);
        this.sendWindow(key, answer, timeoutMs);
    }

    abort(from: Peer, invokeId: number): void {
        this.end(`${peerName(from)} ${invokeId}`);
    }

    destroy(): void {
        for (const key of this.answers.keys()) this.end(key);
    }

    /** Of an address that has more than its part, under whatever ports, the oldest answer makes room: it may acknowledge none of them. */
    private hasRoom(address: string): boolean {
        if (this.answers.size < MOST) return true;
        const counts = new Map<string, number>();
        for (const each of this.answers.values()) counts.set(each.address, (counts.get(each.address) ?? 0) + 1);
        const [greedy, most] = [...counts].reduce((one, other) => (other[1] > one[1] ? other : one));
        if (most <= (counts.get(address) ?? 0) + 1) return false;
        for (const [key, each] of this.answers) if (each.address === greedy) return (this.end(key), true);
        return false;
    }

    private sendWindow(key: string, answer: Answer, timeoutMs: number): void {
        const { segments, first, window, request } = answer;
        this.clock.clearTimeout(answer.timer);
        answer.timer = this.clock.setTimeout(() => {
            if (++answer.tries > RETRIES) this.end(key);
            else this.sendWindow(key, answer, timeoutMs);
        }, timeoutMs);
        segments.slice(first, first + window).forEach((content, index) => {
            const sequence = first + index;
            const hasMore = sequence < segments.length - 1;
            answer.send(ackSegment(request, { sequence, window: WINDOW, hasMore, content }));
        });
    }

    private end(key: string): void {
        const answer = this.answers.get(key);
        this.clock.clearTimeout(answer?.timer);
        this.answers.delete(key);
    }
}
