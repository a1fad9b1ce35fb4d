import { choice, declareNode, host, number, port, reference, section, tick, whole } from '../../lib/core/settings';
import { answerTimeout } from '../shared/fields/device';
import { modbusEndpoint, modbusUnit } from '../shared/fields/modbus';
import { privacyNeedsAuthentication, snmpFieldsWhen } from '../shared/fields/snmp';

const MODBUS = { way: ['modbus', 'both'] } as const;
const SNMP = { way: ['snmp', 'both'] } as const;

/** A divisor of an SNMP object: its unit is not printed (CS141 manual, "RFC 1628 MIB – BACS extension"). */
const divisor = (otherwise: number) =>
    number({ icon: 'times', min: 0.001, max: 100_000, default: otherwise, when: SNMP });

export const settings = declareNode({
    type: 'ups-bacs',
    family: 'devices',
    ports: { inputs: 0, outputs: ['readings'] },
    label: ['battery', 'host', 'path'],
    triesNow: true,
    sections: [
        section('', {
            battery: reference('ups-battery', { icon: 'th', required: true }),
        }),
        section('device', {
            way: choice(['modbus', 'snmp', 'both'], { icon: 'exchange', width: 'medium', default: 'modbus' }),
            ...modbusEndpoint(MODBUS),
            unitId: modbusUnit({ max: 247, when: MODBUS }),
            addressing: choice(['zero', 'one'], { icon: 'sort-numeric-asc', default: 'zero', when: MODBUS }),
        }),
        section(
            'snmp',
            {
                // Empty: the address of the Modbus side.
                snmpHost: host({ example: '192.0.2.10', when: SNMP }),
                snmpPort: port({ default: 161, when: SNMP }),
                ...snmpFieldsWhen(SNMP),
                // What other programs read from real cards; no unit is printed.
                voltageDivisor: divisor(100),
                stringVoltageDivisor: divisor(100),
                temperatureDivisor: divisor(10),
                impedanceDivisor: divisor(100),
                currentDivisor: divisor(100),
                fahrenheit: tick({ icon: 'thermometer-half', default: false, when: SNMP }),
                indexBase: choice(['auto', '0', '1'], {
                    icon: 'sort-numeric-asc',
                    width: 'medium',
                    default: 'auto',
                    when: SNMP,
                }),
                // What their numbers mean is printed nowhere.
                stringAlarms: choice(['inferred', 'none'], { icon: 'bell-o', default: 'inferred', when: SNMP }),
            },
            { when: SNMP },
        ),
        section('polling', {
            // All values; empty: 10 s over TCP, 30 s on a serial line and by SNMP. Flags are read each second.
            interval: number({ icon: 'refresh', unit: 's', min: 1, max: 3600, optional: true }),
            timeout: answerTimeout({ min: 0.1, max: 60, default: 2 }),
            retries: whole({ icon: 'repeat', min: 0, max: 10, default: 1, when: SNMP }),
            // 0: no traps.
            trapPort: port({ icon: 'bell-o', min: 0, default: 0, blank: true, when: SNMP }),
        }),
    ],
    checks: {
        authProtocol: privacyNeedsAuthentication,
        snmpHost: ({ way, transport, host: modbusHost, snmpHost }) =>
            snmpHost === '' && (way === 'snmp' || (way === 'both' && (transport === 'rtu' || modbusHost === '')))
                ? { code: 'config-missing', rule: 'required' }
                : undefined,
    },
});
