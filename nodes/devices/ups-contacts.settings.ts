import {
    choice,
    declareNode,
    host,
    number,
    ownFault,
    port,
    rows,
    section,
    text,
    whole,
    type FieldFault,
} from '../../lib/core/settings';
import { answerTimeout, deviceFields, pollInterval } from '../shared/fields/device';
import { outputLines, serialPath } from '../shared/fields/serial';

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

const MESSAGE = { source: 'message' } as const;
const MODBUS = { source: 'modbus' } as const;
const SERIAL = { source: 'serial' } as const;
const HIGHEST_ADDRESS = 65_535;

export const settings = declareNode({
    type: 'ups-contacts',
    family: 'devices',
    ports: { inputs: 1, outputs: ['status'] },
    label: ['ups'],
    triesNow: true,
    sections: [
        section('', deviceFields),
        section('source', {
            source: choice(['message', 'modbus', 'serial'], { icon: 'sign-in', width: 'medium', default: 'message' }),
            maxAge: number({ icon: 'clock-o', unit: 's', min: 1, max: 1e6, optional: true, when: MESSAGE }),
            host: host({ required: true, example: '192.0.2.10', when: MODBUS }),
            port: port({ default: 502, when: MODBUS }),
            unitId: whole({ icon: 'hashtag', min: 0, max: 255, default: 1, when: MODBUS }),
            table: choice(['discrete', 'coils'], { icon: 'table', width: 'medium', default: 'discrete', when: MODBUS }),
            timeout: answerTimeout({ min: 0.1, max: 60, default: 2, when: MODBUS }),
            path: serialPath({ icon: 'plug', example: '/dev/ttyS0', when: SERIAL }),
            ...outputLines(SERIAL),
        }),
        section('contacts', {
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
                },
            ),
        }),
        section('reading', {
            interval: pollInterval(0.1),
            debounce: number({ icon: 'filter', unit: 'ms', min: 0, max: 60_000, default: 100 }),
        }),
    ],
});

/** A contact that comes by message needs no input: its own name is the topic. */
function inputFault(input: string, source: string): FieldFault | undefined {
    if (source === 'serial') return /^(CTS|DCD|DSR)$/i.test(input) ? undefined : ownFault('line', input);
    if (source !== 'modbus') return undefined;
    const isAddress = /^\d+$/.test(input) && Number(input) <= HIGHEST_ADDRESS;
    return isAddress ? undefined : ownFault('address', input, { max: HIGHEST_ADDRESS });
}
