import type { UpsError } from '../../core/errors';
import type { UnansweredRequests } from './unanswered-requests';
import { exceptionOf, type ModbusBlock } from './line';
import type { ModbusRequests } from './modbus-client';
import type { RtuLink } from './rtu-link';

/**
 * Requests over a serial line, where answers have no transaction number. A late answer must not be taken for another
 * request's answer.
 */
export class RtuClient implements ModbusRequests {
    constructor(
        private readonly client: ModbusRequests,
        private readonly link: RtuLink,
        private readonly unansweredRequests: UnansweredRequests,
    ) {}

    /**
     * If a late answer with the shape of this block may still come, reads the same registers by a request whose answer differs,
     * if the device supports it.
     */
    async read(unitId: number, block: ModbusBlock): Promise<number[]> {
        for (const parts of this.unansweredRequests.alternatives(unitId, block)) {
            const values = await this.readParts(unitId, parts);
            if (values) return values.slice(0, block.count);
        }
        return this.client.read(unitId, block);
    }

    async writeCoil(unitId: number, address: number, on: boolean): Promise<void> {
        if (this.link.echoes === undefined) await this.learnEcho(unitId, { table: 'coil', address, count: 1 });
        await this.client.writeCoil(unitId, address, on);
    }

    async writeRegister(unitId: number, address: number, word: number): Promise<void> {
        if (this.link.echoes === undefined) await this.learnEcho(unitId, { table: 'holding', address, count: 1 });
        await this.client.writeRegister(unitId, address, word);
    }

    /** @returns undefined if the device refuses one of the parts */
    private async readParts(unitId: number, parts: readonly ModbusBlock[]): Promise<number[] | undefined> {
        const values: number[] = [];
        try {
            for (const part of parts) values.push(...(await this.client.read(unitId, part)));
        } catch (error) {
            if (exceptionOf(error) === undefined) throw error;
            return undefined;
        }
        return values;
    }

    /** The answer to a write equals its echo: before a write, find out whether the adapter echoes. */
    private async learnEcho(unitId: number, block: ModbusBlock): Promise<void> {
        await this.client.read(unitId, block).catch((error: UpsError) => {
            // A device may have writable places that cannot be read; an echo would have been noticed all the same.
            if (error.code === 'interrupted' || !this.link.isOpen) throw error;
        });
        this.link.echoes ??= false;
    }
}
