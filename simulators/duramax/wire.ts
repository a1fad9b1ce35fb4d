import { isIntact, withChecksum } from '../../lib/protocols/frames/checksum';
import { MODES, PHASES, SOURCES } from './course';
import type { DcUps } from './dc-ups';
import { WIRE_SETTINGS } from './settings';

/**
 * The frames of the simulated DURAmax: a protocol of our own, and not Weidmüller's, which is not public. A request is A5, the command, the count of
 * data bytes, the data, and the CRC-16 of Modbus RTU; an answer is 5A and the same. Numbers have their high byte first.
 */
export const REQUEST = 0xa5;
export const ANSWER = 0x5a;
const HEAD_BYTES = 3;
const CRC_BYTES = 2;

export const COMMANDS = { identity: 0x01, status: 0x02, settings: 0x03, write: 0x10, resetLatch: 0x11 } as const;

/** What the answer to a write, or to a reset of the latch, says. */
export const STATUS = { ok: 0, mode: 1, limits: 2, unknown: 3, fault: 4, nothing: 5 } as const;

export interface Request {
    command: number;
    data: Uint8Array;
}

/** Splits a stream of bytes into requests; what is none is skipped, and one with a wrong checksum too. */
export class RequestReader {
    private rest = new Uint8Array(0);

    push(bytes: Uint8Array): Request[] {
        this.rest = Uint8Array.of(...this.rest, ...bytes);
        const requests: Request[] = [];
        for (;;) {
            const start = this.rest.indexOf(REQUEST);
            this.rest = start < 0 ? new Uint8Array(0) : this.rest.slice(start);
            if (this.rest.length < HEAD_BYTES) return requests;
            const length = HEAD_BYTES + this.rest[2]! + CRC_BYTES;
            if (this.rest.length < length) return requests;
            const frame = this.rest.slice(0, length);
            if (!isIntact('crc16', frame)) {
                this.rest = this.rest.slice(1);
                continue;
            }
            requests.push({ command: frame[1]!, data: frame.slice(HEAD_BYTES, -CRC_BYTES) });
            this.rest = this.rest.slice(length);
        }
    }

    reset(): void {
        this.rest = new Uint8Array(0);
    }
}

export function answerFrame(command: number, data: Uint8Array): Uint8Array {
    return withChecksum('crc16', Uint8Array.of(ANSWER, command, data.length, ...data));
}

export interface DeviceIdentity {
    model: string;
    serial: string;
    firmware: string;
    hardware: string;
}

export function identityData({ model, serial, firmware, hardware }: DeviceIdentity): Uint8Array {
    const padded = (text: string, length: number) => Buffer.from(text.padEnd(length, '\0').slice(0, length), 'latin1');
    return Buffer.concat([padded(model, 24), padded(serial, 16), padded(firmware, 8), padded(hardware, 8)]);
}

export function statusData(ups: DcUps): Uint8Array {
    const view = ups.view();
    const data = Buffer.alloc(25);
    const bits = (...flags: boolean[]) => flags.reduce((sum, flag, bit) => sum + (flag ? 2 ** bit : 0), 0);
    const onBattery = view.source === 'battery';
    data.writeUInt8((MODES.indexOf(view.mode) + 1) % MODES.length, 0);
    data.writeUInt8(SOURCES.indexOf(view.source), 1);
    data.writeUInt8(PHASES.indexOf(view.phase), 2);
    data.writeUInt16BE(Math.round(view.inputVoltage * 100), 3);
    data.writeUInt16BE(Math.round(view.outputVoltage * 100), 5);
    data.writeUInt16BE(Math.round(view.outputCurrent * 100), 7);
    data.writeUInt16BE(Math.round(view.batteryVoltage * 100), 9);
    data.writeInt16BE(Math.round(view.batteryCurrent * 100), 11);
    data.writeUInt8(Math.round(view.chargePercent), 13);
    data.writeInt16BE(Math.round(view.temperature * 10), 14);
    data.writeUInt16BE(Math.min(0xffff, view.bufferSeconds), 16);
    data.writeUInt16BE(Math.min(0xffff, view.phaseSeconds), 18);
    data.writeUInt16BE(
        bits(onBattery, view.overvoltage, view.tooHot, view.latched, view.phase === 'shutdown', view.source === 'off'),
        20,
    );
    data.writeUInt8(bits(view.batteryLow, view.batteryEmpty, view.replace), 22);
    data.writeUInt8(bits(view.replace), 23);
    data.writeUInt8(bits(onBattery, view.batteryLow, view.latched || view.replace), 24);
    return data;
}

export function settingsData(ups: DcUps): Uint8Array {
    const { settings } = ups.view();
    const data = Buffer.alloc(18);
    let offset = 0;
    for (const { raw, bytes } of WIRE_SETTINGS) {
        data.writeUIntBE(raw(settings), offset, bytes);
        offset += bytes;
    }
    return data;
}
