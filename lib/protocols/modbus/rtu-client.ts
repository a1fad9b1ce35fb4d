import type { UpsError } from '../../core/errors';
import type { Doubts } from './doubts';
import { exceptionOf, type ModbusBlock } from './line';
import type { ModbusRequests } from './modbus-client';
import type { RtuLink } from './rtu-link';

/** Asks over a serial line, where answers carry no number, so that no answer can be taken for another's. */
export class RtuClient implements ModbusRequests {
    constructor(
        private readonly client: ModbusRequests,
        private readonly link: RtuLink,
        private readonly doubts: Doubts,
    ) {}

    /** A late answer of this shape may still come: the same is read in a way whose answer looks different, if the device takes one. */
    async read(unitId: number, block: ModbusBlock): Promise<number[]> {
        for (const parts of this.doubts.detours(unitId, block)) {
            const values = await this.readParts(unitId, parts);
            if (values) return values.slice(0, block.count);
        }
        return this.client.read(unitId, block);
    }

    async writeCoil(unitId: number, address: number, on: boolean): Promise<void> {
        if (this.link.echoes === undefined) await this.learnEcho(unitId, address);
        await this.client.writeCoil(unitId, address, on);
    }

    /** @returns undefined when the device refuses one of them */
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

    /** The answer to a write is its echo: which of the two has come can be said only once it is known whether the adapter echoes. */
    private async learnEcho(unitId: number, address: number): Promise<void> {
        await this.client.read(unitId, { table: 'coil', address, count: 1 }).catch((error: UpsError) => {
            // One that writes coils and reads none may still be there; with an echo it would have been heard.
            if (error.code === 'interrupted' || !this.link.isOpen) throw error;
        });
        this.link.echoes ??= false;
    }
}
