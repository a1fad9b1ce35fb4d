import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { hostSetting } from '../shared/host';
import { settingChoice, settingNumber } from '../shared/setting-number';
import { CONTACT_SOURCES, readContacts, type ContactRow, type ContactSource } from './config';
import type { ContactInput } from './contact-input';
import type { ContactSetup } from './contacts';
import { ContactsDriver } from './driver';
import { MessageInput } from './message-input';
import { ModbusInput } from './modbus-input';
import { ModbusTcpBits } from './modbus-tcp-bits';
import { SerialInput } from './serial-input';
import { SerialPortLines, type OutputLineState } from './serial-port-lines';

/** The settings of a `ups-contacts`, as its dialog has them. */
export interface ContactsConfig {
    source: ContactSource;
    contacts: readonly ContactRow[];
    /** Seconds between readings. */
    interval: string | number;
    /** ms that a contact must stay the same. */
    debounce: string | number;
    /** Seconds without any message after which the UPS counts as silent; empty: never. */
    maxAge: string | number;
    host: string;
    port: string | number;
    unitId: string | number;
    table: 'discrete' | 'coils';
    /** Seconds to wait for each answer. */
    timeout: string | number;
    /** Path of a serial port. */
    path: string;
    dtr: OutputLineState;
    rts: OutputLineState;
}

export interface ContactsDevice {
    driver: ContactsDriver;
    /** Takes a message, if contacts come by messages. @throws UpsError config-invalid */
    receive?(topic: unknown, payload: unknown): void;
}

/** @throws UpsError config-missing, config-invalid */
export function createContactsDriver(
    config: ContactsConfig,
    clock: Clock,
    warn?: (error: unknown) => void,
): ContactsDevice {
    const source = settingChoice('source', config.source, CONTACT_SOURCES, 'message') as ContactSource;
    const contacts = readContacts(config.contacts, source);
    const common = {
        clock,
        warn,
        contacts,
        intervalMs: settingNumber('interval', config.interval, 1, 0.1, 3600, false) * 1000,
        debounceMs: settingNumber('debounce', config.debounce, 100, 0, 60_000, false),
    };
    if (source === 'message') {
        const empty = config.maxAge === undefined || config.maxAge === '';
        const maxAgeMs = empty ? undefined : settingNumber('maxAge', config.maxAge, 0, 1, 1e6, false) * 1000;
        const input = new MessageInput(
            clock,
            contacts.map((contact) => contact.input),
            maxAgeMs,
        );
        return {
            driver: new ContactsDriver({ ...common, input }),
            receive: (topic, payload) => input.receive(topic, payload),
        };
    }
    const input = source === 'modbus' ? modbusInput(config, contacts, clock) : serialInput(config);
    return { driver: new ContactsDriver({ ...common, input }) };
}

function modbusInput(config: ContactsConfig, contacts: readonly ContactSetup[], clock: Clock): ContactInput {
    const host = hostSetting('host', config.host);
    const bits = new ModbusTcpBits(clock, {
        host,
        port: settingNumber('port', config.port, 502, 1, 65535, true),
        unitId: settingNumber('unitId', config.unitId, 1, 0, 255, true),
        timeoutMs: settingNumber('timeout', config.timeout, 2, 0.1, 60, false) * 1000,
    });
    const addresses = contacts.map(({ input }) => Number(input));
    const table = settingChoice('table', config.table, ['discrete', 'coils'], 'discrete') as ContactsConfig['table'];
    return new ModbusInput(host, bits, table, addresses);
}

function serialInput(config: ContactsConfig): ContactInput {
    const path = required('path', config.path);
    const state = (property: 'dtr' | 'rts') =>
        settingChoice(property, config[property], ['unchanged', 'on', 'off'], 'unchanged') as OutputLineState;
    return new SerialInput(path, new SerialPortLines({ path, dtr: state('dtr'), rts: state('rts') }));
}

function required(property: string, value: string | undefined): string {
    const text = (value ?? '').trim();
    if (!text) throw new UpsError('config-missing', { property });
    return text;
}
