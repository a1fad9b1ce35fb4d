import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { UPS_MIB } from '../snmp/oids';
import type { SnmpValue } from '../snmp/transport';
import type { AuxBackend } from './backend';
import type { AuxPort } from './ports';

/** Reads and writes objects of an SNMP device, in turn with its polls. */
export interface SnmpObjects {
    readonly host: string;
    /** @throws UpsError device-silent, device-refused, access-denied */
    readObject(oid: string): Promise<SnmpValue>;
    writeObject(oid: string, value: number): Promise<void>;
}

const OID = /^\.?\d+(\.\d+)+$/;

/**
 * The object of a port. Short names for GENEREX cards: `aux1` to `aux4`, the digital inputs `in1` to `in4` and the outputs `out1`
 * to `out4` of a SENSORMANAGER; 0 is off, 1 is on (the maker's UPS-MIB of 2024; not seen on a real card). Other ports by object
 * identifier.
 */
export function objectOf(address: string): string {
    const [, kind, digit] = /^(aux|in|out)([1-4])$/i.exec(address.trim()) ?? [];
    const number = Number(digit);
    if (kind === undefined) {
        if (OID.test(address.trim())) return address.trim().replace(/^\./, '');
        const expected = said('expected.snmpPort');
        throw new UpsError('config-invalid', { property: 'ports', value: address, expected });
    }
    if (kind.toLowerCase() === 'aux') return `${UPS_MIB}.1.11.${number}.0`;
    return `${UPS_MIB}.1.12.${number + (kind.toLowerCase() === 'in' ? 8 : 12)}.1.0`;
}

/** An object with its values for a closed and an open contact. */
interface SnmpPort {
    oid: string;
    closed: number;
    open: number;
    /** The values were entered in the dialog. */
    chosen: boolean;
}

const VALUES = /^\s*(-?\d{1,10})\s*\/\s*(-?\d{1,10})\s*$/;

/**
 * Object and values of a port. The values of short names are known; other objects may use 1 and 2 or others, so their outputs are
 * switched only with entered values.
 * @throws UpsError config-invalid
 */
export function snmpPortOf({ address = '', values = '', output }: AuxPort, place: number): SnmpPort {
    const named = address.trim() || `aux${place}`;
    const oid = objectOf(named);
    const [, closed, open] = VALUES.exec(values) ?? [];
    if (closed !== undefined && closed !== open)
        return { oid, closed: Number(closed), open: Number(open), chosen: true };
    if (values.trim() !== '' || (output && OID.test(named))) throw withoutValues(`${named} ${values}`.trim());
    return { oid, closed: 1, open: 0, chosen: false };
}

function withoutValues(value: string): UpsError {
    const expected = said('expected.snmpValues');
    return new UpsError('config-invalid', { property: 'ports', value, expected });
}

/** Relays and contacts of a card over SNMP, through the connection of its `ups-snmp`. */
export class SnmpBackend implements AuxBackend {
    readonly readsBack = true;
    private readonly objects: SnmpPort[];
    /** Last readings with a value that is neither "closed" nor "open". */
    private readonly strange = new Map<number, unknown>();

    /** @throws UpsError config-invalid */
    constructor(
        private readonly device: () => SnmpObjects | undefined,
        ports: readonly AuxPort[],
    ) {
        this.objects = ports.map((port, index) => snmpPortOf(port, index + 1));
    }

    async read(): Promise<(boolean | undefined)[]> {
        const device = this.connected();
        const states: (boolean | undefined)[] = [];
        for (const [index, { oid, closed, open }] of this.objects.entries()) {
            const value = await device.readObject(oid);
            const known = value === closed || value === open;
            if (known) this.strange.delete(index);
            else this.strange.set(index, value);
            states.push(known ? value === closed : undefined);
        }
        return states;
    }

    async write(port: number, closed: boolean): Promise<void> {
        const object = this.objects[port]!;
        if (!object.chosen && this.strange.has(port)) {
            throw withoutValues(`${object.oid} = ${String(this.strange.get(port))}`);
        }
        await this.connected().writeObject(object.oid, closed ? object.closed : object.open);
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
