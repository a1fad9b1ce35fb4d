import { EventEmitter } from 'node:events';
import { DcUps, type DcUpsOptions } from './dc-ups';
import {
    answerFrame,
    COMMANDS,
    identityData,
    settingsData,
    STATUS,
    statusData,
    type DeviceIdentity,
    type Request,
} from './wire';

/** Order numbers by the rated current, A (DURAmax manual, "Described versions"). */
export const MODELS = { '5': '2934940000', '10': '2934950000', '20': '2934960000', '40': '2934970000' } as const;
export type Model = keyof typeof MODELS;

export interface DuramaxOptions extends DcUpsOptions {
    /** Rated current, A; default 10. */
    model?: Model;
    serial?: string;
}

/** Faults of the device and its cable; they can be changed at any time. */
export interface DuramaxFaults {
    /** The cable is out: no answers; the line server also closes what is open. */
    unplugged: boolean;
    /** Bytes of each answer that are sent; the rest never comes. */
    stallAfter?: number;
    /** Every answer has a wrong checksum. */
    badChecksum: boolean;
    /** Bytes that belong to no frame come before each answer. */
    garbage: boolean;
    /** Changes are carried out and not acknowledged. */
    noAcknowledge: boolean;
    /** Clock ms by which each answer is late. */
    delayMs: number;
}

/**
 * A simulated DURAmax DC UPS: takes requests, and returns the bytes of the answer. **Its protocol is our own, and not Weidmüller's**; its limits and
 * values are made up.
 */
export class Duramax extends EventEmitter<{ request: [Request]; unplugged: [] }> {
    readonly ups: DcUps;
    readonly identity: DeviceIdentity;
    readonly faults: DuramaxFaults = {
        unplugged: false,
        badChecksum: false,
        garbage: false,
        noAcknowledge: false,
        delayMs: 0,
    };
    /** Number of requests that have come. */
    requests = 0;

    constructor({ model = '10', serial = 'SIM0000001', ...options }: DuramaxOptions) {
        super();
        this.ups = new DcUps(options);
        this.identity = { model: `DURAmax DC UPS 24V ${model}A`, serial, firmware: '1.0.0', hardware: '1.0.0' };
    }

    /** The bytes of the answer; undefined: none comes. */
    receive(request: Request): Uint8Array | undefined {
        this.requests++;
        this.emit('request', request);
        if (this.faults.unplugged) return undefined;
        const data = this.carriedOut(request);
        if (!data) return undefined;
        const { stallAfter, badChecksum, garbage } = this.faults;
        const frame = answerFrame(request.command, data);
        if (badChecksum) frame[frame.length - 1]! ^= 0x55;
        const bytes = garbage ? Uint8Array.of(0x00, 0x5a, 0xff, 0x5a, 0x02, ...frame) : frame;
        return stallAfter === undefined ? bytes : bytes.subarray(0, stallAfter);
    }

    unplug(unplugged: boolean): void {
        this.faults.unplugged = unplugged;
        if (unplugged) this.emit('unplugged');
    }

    /** Stops its timers; idempotent. */
    destroy(): void {
        this.ups.destroy();
        this.removeAllListeners();
    }

    private carriedOut({ command, data }: Request): Uint8Array | undefined {
        const { ups, faults } = this;
        switch (command) {
            case COMMANDS.identity:
                return identityData(this.identity);
            case COMMANDS.status:
                return statusData(ups);
            case COMMANDS.settings:
                return settingsData(ups);
            case COMMANDS.write: {
                if (data.length !== 3) return undefined;
                const [number = 0, high = 0, low = 0] = data;
                const refused = ups.write(number, high * 256 + low);
                return faults.noAcknowledge ? undefined : Uint8Array.of(number, refused ? STATUS[refused] : STATUS.ok);
            }
            case COMMANDS.resetLatch: {
                const outcome = ups.resetLatch();
                const status = outcome === 'done' ? STATUS.ok : STATUS[outcome];
                return faults.noAcknowledge ? undefined : Uint8Array.of(status);
            }
            default:
                return undefined;
        }
    }
}
