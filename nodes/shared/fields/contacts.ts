import { choice, number, ownFault, rows, text, whole, type AllOf, type FieldFault } from '../../../lib/core/settings';

const CONTACTS = [
    'power-fail',
    'battery-low',
    'battery-depleted',
    'battery-bad',
    'on-bypass',
    'bypass-bad',
    'overload',
    'over-temperature',
    'input-bad',
    'output-bad',
    'output-off',
    'ups-off',
    'charger-failed',
    'fan-failure',
    'inverter-failure',
    'general-fault',
    'test-in-progress',
    'shutdown-imminent',
    'emergency-power-off',
    'generator-on',
] as const;

const HIGHEST_ADDRESS = 65_535;

/** Conditions of the settings of one kind of input. @param when the condition under which contacts are read at all */
export function contactSources(when: AllOf = {}) {
    return {
        message: { ...when, source: 'message' },
        modbus: { ...when, source: 'modbus' },
        serial: { ...when, source: 'serial' },
    } as const;
}

/** Where contacts are read; the host, the port and the serial port are fields of the node. */
export function contactSource(when: AllOf = {}) {
    const { message } = contactSources(when);
    return {
        source: choice(['message', 'modbus', 'serial'], {
            icon: 'sign-in',
            width: 'medium',
            default: 'message',
            when,
        }),
        maxAge: number({ icon: 'clock-o', unit: 's', min: 1, max: 1e6, optional: true, when: message }),
    };
}

/** What of a Modbus module holds the contacts. */
export function contactTable(when: AllOf = {}) {
    const { modbus } = contactSources(when);
    return {
        unitId: whole({ icon: 'hashtag', min: 0, max: 255, default: 1, when: modbus }),
        table: choice(['discrete', 'coils'], { icon: 'table', width: 'medium', default: 'discrete', when: modbus }),
    };
}

/** The contacts, and what each of them means. */
export function contactRows(when: AllOf = {}) {
    return {
        contacts: rows(
            {
                contact: choice(CONTACTS, { default: 'power-fail', required: true }),
                type: choice(['no', 'nc'], { default: 'no', required: true }),
                input: text(),
            },
            {
                icon: 'toggle-on',
                default: [
                    { contact: 'power-fail', type: 'no' },
                    { contact: 'battery-low', type: 'no' },
                ],
                atLeastOne: 'contacts',
                unique: { column: 'contact', rule: 'contacts' },
                check: ({ input }, sibling) => inputFault(input, String(sibling('source'))),
                when,
            },
        ),
    };
}

/** How long a contact must stay the same until it counts. */
export function contactDebounce(when: AllOf = {}) {
    return { debounce: number({ icon: 'filter', unit: 'ms', min: 0, max: 60_000, default: 100, when }) };
}

/** A contact that comes by message needs no input: its own name is the topic. */
function inputFault(input: string, source: string): FieldFault | undefined {
    if (source === 'serial') return /^(CTS|DCD|DSR)$/i.test(input) ? undefined : ownFault('line', input);
    if (source !== 'modbus') return undefined;
    const isAddress = /^\d+$/.test(input) && Number(input) <= HIGHEST_ADDRESS;
    return isAddress ? undefined : ownFault('address', input, { max: HIGHEST_ADDRESS });
}
