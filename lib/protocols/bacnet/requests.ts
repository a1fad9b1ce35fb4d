import type { Clock } from '../../core/clock';
import { abortAnswer, complexAck, errorAnswer, LONGEST_APDU, rejectAnswer, simpleAck, type ConfirmedRequest, type SegmentAck } from './apdu'; // prettier-ignore
import { CarriedOut } from './carried-out';
import { Aborted, AbortReason, BacnetError, Confirmed, ErrorCode, Rejected, RejectReason } from './codes';
import type { CommunicationControl } from './communication-control';
import type { Device } from './device';
import type { Peer } from './frames';
import { readMany, readOne } from './read-services';
import { SegmentedAnswers } from './segmented-answers';
import type { Subscriptions } from './subscriptions';
import { TagWriter } from './tag-writer';
import { WorkLimit } from './work-limit';
import { readWrite } from './write-service';

/** Bytes of an answer before its content. */
const ACK_HEAD = 3;

type Send = (apdu: Buffer) => void;

/** Who is told of requests. */
export interface RequestEvents {
    note(address: string, asked: string): void;
    /** There is something to notify. */
    changed(): void;
}

/** Confirmed requests and their answers (clause 5.4.5). What cannot be answered is declined by Error, Reject or Abort. */
export class Requests {
    private readonly segmented: SegmentedAnswers;
    private readonly carriedOut: CarriedOut;
    private readonly work: WorkLimit;

    constructor(
        clock: Clock,
        private readonly device: Device,
        private readonly subscriptions: Subscriptions,
        private readonly control: CommunicationControl,
        private readonly events: RequestEvents,
    ) {
        this.segmented = new SegmentedAnswers(clock);
        this.carriedOut = new CarriedOut(clock);
        this.work = new WorkLimit(clock);
    }

    take(request: ConfirmedRequest, peer: Peer, send: Send): void {
        const { invokeId, service, isSegmented } = request;
        const isControl = service === Confirmed.deviceCommunicationControl;
        if (this.control.communication === 'disabled' && !isControl) return;
        try {
            if (isSegmented) throw new Aborted(AbortReason.segmentationNotSupported);
            this.answer(request, peer, send);
        } catch (error) {
            if (error instanceof BacnetError) send(errorAnswer(invokeId, service, error.errorClass, error.code));
            else if (error instanceof Rejected) send(rejectAnswer(invokeId, error.reason));
            else if (error instanceof Aborted) send(abortAnswer(invokeId, error.reason));
            else throw error;
        }
    }

    acknowledged(peer: Peer, ack: SegmentAck): void {
        this.segmented.take(peer, ack, this.device.serving.apduTimeoutMs);
    }

    aborted(peer: Peer, invokeId: number): void {
        this.segmented.abort(peer, invokeId);
    }

    destroy(): void {
        this.segmented.destroy();
        this.carriedOut.destroy();
    }

    private answer(request: ConfirmedRequest, peer: Peer, send: Send): void {
        const { invokeId, service, parameters } = request;
        const { serving } = this.device;
        switch (service) {
            case Confirmed.readProperty:
                return this.read(request, peer, readOne, send);
            case Confirmed.readPropertyMultiple:
                return this.read(request, peer, readMany, send);
            case Confirmed.subscribeCov: {
                const asked = this.subscriptions.subscribe(peer, parameters);
                this.events.note(peer.address, asked);
                send(simpleAck(invokeId, service));
                return this.events.changed();
            }
            case Confirmed.writeProperty:
                if (serving.writes) return this.write(request, peer, send);
                break;
            case Confirmed.deviceCommunicationControl:
                if (serving.password === '') break;
                this.control.take(serving, peer.address, parameters);
                this.events.note(peer.address, 'DeviceCommunicationControl');
                return send(simpleAck(invokeId, service));
        }
        throw new Rejected(RejectReason.unrecognizedService);
    }

    private read(request: ConfirmedRequest, peer: Peer, service: typeof readMany, send: Send): void {
        const { address } = peer;
        if (!this.work.allows(address)) throw new Aborted(AbortReason.outOfResources);
        const to = new TagWriter();
        try {
            this.events.note(address, service(this.device, request.parameters, to));
        } finally {
            this.work.spend(address, to.bytes.length);
        }
        this.tell(request, peer, to.bytes, send);
    }

    private tell(request: ConfirmedRequest, peer: Peer, content: Buffer, send: Send): void {
        const { invokeId, service } = request;
        const mostApdu = Math.min(request.mostApdu, LONGEST_APDU);
        if (content.length + ACK_HEAD <= mostApdu) return send(complexAck(invokeId, service, content));
        const { apduTimeoutMs } = this.device.serving;
        this.segmented.begin(peer, request, content, mostApdu, apduTimeoutMs, send);
    }

    private write(request: ConfirmedRequest, peer: Peer, send: Send): void {
        const { serving } = this.device;
        const { address } = peer;
        const mayWrite = serving.writers.allows(address);
        this.events.note(address, 'WriteProperty');
        if (this.carriedOut.isRepeated(peer, request, serving.apduTimeoutMs, send)) return;
        try {
            const written = readWrite(this.device, request.parameters, mayWrite);
            this.carriedOut.begin(peer, request, written, `${address} (BACnet)`, send);
        } catch (error) {
            const isDenied = error instanceof BacnetError && error.code === ErrorCode.writeAccessDenied;
            if (isDenied && !mayWrite) serving.refused(address, 'no-right');
            throw error;
        }
    }
}
