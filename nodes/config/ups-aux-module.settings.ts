import {
    choice,
    declareNode,
    invalid,
    nodeReference,
    number,
    ownFault,
    reference,
    rows,
    section,
    text,
    tick,
    type FieldFault,
} from '../../lib/core/settings';
import { gxPortOf } from '../../lib/core/batteries/gx-port';
import { answerTimeout, pollInterval } from '../shared/fields/device';
import { modbusEndpoint, modbusUnit } from '../shared/fields/modbus';

const MODBUS = { backend: 'modbus' } as const;
const MOST_PORTS = 256;

export const settings = declareNode({
    type: 'ups-aux-module',
    family: 'config',
    nameRequired: true,
    triesNow: true,
    sections: [
        section('', {
            backend: choice(['modbus', 'gpio', 'snmp', 'bacs', 'message', 'simulated'], {
                icon: 'plug',
                default: 'modbus',
            }),
            ...modbusEndpoint(MODBUS),
            unitId: modbusUnit({ max: 255, when: MODBUS }),
            timeout: answerTimeout({ min: 0.1, max: 60, default: 2, when: MODBUS }),
            device: nodeReference('ups-snmp', { icon: 'server', required: true, when: { backend: 'snmp' } }),
            battery: reference('ups-battery', { icon: 'th', required: true, when: { backend: 'bacs' } }),
            interval: pollInterval(0.1),
        }),
        section('ports', {
            ports: rows(
                {
                    name: text(),
                    output: tick({ default: false }),
                    // Normally closed.
                    nc: tick({ default: false }),
                    address: text(),
                    values: text({ example: '1/0' }),
                    powerUp: tick({ default: false }),
                    // Seconds after the start.
                    powerUpDelay: number({ min: 0, max: 86_400, default: 0, blank: true }),
                },
                {
                    icon: 'toggle-on',
                    default: [{ name: 'Relay 1', output: 'true', nc: 'false' }],
                    atLeastOne: 'ports',
                    unique: { column: 'name', rule: 'ports' },
                    check: (port, sibling) => portFault(port, String(sibling('backend'))),
                },
            ),
        }),
    ],
    checks: {
        ports: ({ ports }) =>
            ports.length > MOST_PORTS ? invalid('atMostPorts', ports.length, { most: MOST_PORTS }) : undefined,
    },
});

interface Port {
    name: string;
    output: boolean;
    address: string;
    values: string;
}

function portFault({ name, output, address, values }: Port, backend: string): FieldFault | undefined {
    if (name === '') return ownFault('name');
    if (backend === 'bacs') return gxPortOf(address) === undefined ? ownFault('address', address) : undefined;
    if (backend === 'snmp') return snmpFault(address, values, output);
    if (address === '' || backend === 'message' || backend === 'simulated') return undefined;
    const number = Number(address);
    const most = backend === 'modbus' ? 65_535 : Infinity;
    return Number.isInteger(number) && number >= 0 && number <= most ? undefined : ownFault('address', address);
}

/** An SNMP object may use 1 and 2, or other numbers: outputs are switched only with numbers that a person has chosen. */
function snmpFault(address: string, values: string, output: boolean): FieldFault | undefined {
    const [, closed, open] = /^\s*(-?\d{1,10})\s*\/\s*(-?\d{1,10})\s*$/.exec(values) ?? [];
    const isObject = /^\.?\d+(\.\d+)+$/.test(address);
    if (address !== '' && !isObject && !/^(aux|in|out)[1-4]$/i.test(address)) return ownFault('address', address);
    if (closed !== undefined && closed !== open) return undefined;
    return (isObject && output) || values.trim() !== '' ? ownFault('values', values) : undefined;
}
