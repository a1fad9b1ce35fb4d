import { UpsError } from '../../core/errors';
import { UPS_MIB } from '../snmp/oids';
import type { SnmpValue } from '../snmp/transport';
import type { AuxBackend } from './backend';
import type { AuxPort } from './ports';

/** What the backend needs of an SNMP device: objects read and written in turn with its polls. */
export interface SnmpObjects {
    readonly host: string;
    /** @throws UpsError device-silent, device-refused, access-denied */
    read(oid: string): Promise<SnmpValue>;
    write(oid: string, value: number): Promise<void>;
}

const OID = /^\.?\d+(\.\d+)+$/;

/**
 * Ports of a GENEREX card by their short names: `aux1` to `aux4`, the digital inputs `in1` to `in4` and outputs `out1` to `out4` of a
 * SENSORMANAGER. 0 is off, 1 on (the maker's MIB, see protocol-facts.md; not seen on a real card). Others by object identifier.
 */
export function objectOf(address: string): string {
    const [, kind, digit] = /^(aux|in|out)([1-4])$/i.exec(address.trim()) ?? [];
    const number = Number(digit);
    if (kind === undefined) {
        if (OID.test(address.trim())) return address.trim().replace(/^\./, '');
        const expected = 'aux1 to aux4, in1 to in4, out1 to out4, or an object identifier';
        throw new UpsError('config-invalid', { property: 'ports', value: address, expected });
    }
    if (kind.toLowerCase() === 'aux') return `${UPS_MIB}.1.11.${number}.0`;
    return `${UPS_MIB}.1.12.${number + (kind.toLowerCase() === 'in' ? 8 : 12)}.1.0`;
}

/** Relays and contacts of a card over SNMP, through the connection of its `ups-snmp`. */
export class SnmpBackend implements AuxBackend {
    readonly readsBack = true;
    private readonly objects: string[];

    /** @throws UpsError config-invalid */
    constructor(
        private readonly device: () => SnmpObjects | undefined,
        ports: readonly AuxPort[],
    ) {
        this.objects = ports.map(({ address }, index) => objectOf(address || `aux${index + 1}`));
    }

    async read(): Promise<(boolean | undefined)[]> {
        const device = this.connected();
        const states: (boolean | undefined)[] = [];
        for (const oid of this.objects) {
            const value = await device.read(oid);
            states.push(value === 0 || value === 1 ? value === 1 : undefined);
        }
        return states;
    }

    async write(port: number, closed: boolean): Promise<void> {
        await this.connected().write(this.objects[port]!, closed ? 1 : 0);
    }

    close(): Promise<void> {
        return Promise.resolve();
    }

    private connected(): SnmpObjects {
        const device = this.device();
        if (!device) throw new UpsError('config-missing', { property: 'device' });
        return device;
    }
}
