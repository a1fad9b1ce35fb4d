import type { Clock } from '../../core/clock';
import type { Identity } from '../../core/status/status';
import { contactsOf, type ContactRow, type ContactSource } from './config';
import type { ContactInput } from './contact-input';
import type { ContactSetup } from './contacts';
import { ContactsDriver } from './driver';
import { MessageInput } from './message-input';
import { ModbusInput } from './modbus-input';
import { ModbusTcpBits } from './modbus-tcp-bits';
import { SerialInput } from './serial-input';
import { SerialPortLines, type OutputLineState } from './serial-port-lines';

export interface ContactsSettings {
    source: ContactSource;
    contacts: readonly ContactRow[];
    /** Seconds between readings. */
    interval: number;
    /** Milliseconds for which a contact must stay the same. */
    debounce: number;
    /** Seconds without a message after which the UPS counts as silent; undefined: never. */
    maxAge: number | undefined;
    /** For `modbus`, like the next four. */
    host: string;
    port: number;
    unitId: number;
    table: 'discrete' | 'coils';
    /** Seconds to wait for each answer. */
    timeout: number;
    /** For `serial`: path of the port. */
    path: string;
    dtr: OutputLineState;
    rts: OutputLineState;
    /** What is known of the UPS without asking it. */
    identity?: Identity;
}

export interface ContactsDevice {
    driver: ContactsDriver;
    /** Takes a message, if contacts come by messages. @throws UpsError config-invalid */
    receive?(topic: unknown, payload: unknown): void;
}

export function createContactsDriver(
    settings: ContactsSettings,
    clock: Clock,
    warn?: (error: unknown) => void,
): ContactsDevice {
    const { source, interval, debounce, maxAge, identity } = settings;
    const contacts = contactsOf(settings.contacts, source);
    const common = { clock, warn, contacts, intervalMs: interval * 1000, debounceMs: debounce, identity };
    if (source === 'message') {
        const input = new MessageInput(
            clock,
            contacts.map((contact) => contact.input),
            maxAge === undefined ? undefined : maxAge * 1000,
        );
        return {
            driver: new ContactsDriver({ ...common, input }),
            receive: (topic, payload) => input.receive(topic, payload),
        };
    }
    const input = source === 'modbus' ? modbusInput(settings, contacts, clock) : serialInput(settings);
    return { driver: new ContactsDriver({ ...common, input }) };
}

function modbusInput(
    { host, port, unitId, timeout, table }: ContactsSettings,
    contacts: readonly ContactSetup[],
    clock: Clock,
): ContactInput {
    const bits = new ModbusTcpBits(clock, { host, port, unitId, timeoutMs: timeout * 1000 });
    const addresses = contacts.map(({ input }) => Number(input));
    return new ModbusInput(host, bits, table, addresses);
}

function serialInput({ path, dtr, rts }: ContactsSettings): ContactInput {
    return new SerialInput(path, new SerialPortLines({ path, dtr, rts }));
}
