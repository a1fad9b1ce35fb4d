import {
    choice,
    declareNode,
    invalid,
    list,
    networkFault,
    numberChoice,
    port,
    reference,
    rows,
    section,
    text,
    tick,
    whole,
} from '../../lib/core/settings';
import { serialPath } from '../shared/fields/serial';
import { clients, mostClients, servedAt } from '../shared/fields/server';
import { MAPS } from '../shared/fields/cs141-maps';

const TCP = { transport: ['tcp', 'both'] } as const;
const RTU = { transport: ['rtu', 'both'] } as const;

export const settings = declareNode({
    type: 'ups-modbus-server',
    family: 'servers',
    ports: { inputs: 0, outputs: [] },
    label: ['port'],
    sections: [
        section('', {
            site: reference('ups-site', { icon: 'building-o' }),
            units: rows(
                {
                    unitId: whole({ min: 1, max: 247, default: 1 }),
                    // Name of the UPS, or the id of its ups-unit: Node-RED tracks no references in tables.
                    ups: text({ required: true, example: 'UPS 1' }),
                    map: choice(MAPS, { default: 'default' }),
                    // Name of its battery of many blocks, or the id of its ups-battery; empty: none.
                    bacs: text({ example: 'Battery 1' }),
                },
                { icon: 'battery-full', atLeastOne: 'units', unique: { column: 'unitId', rule: 'unitTwice' } },
            ),
            // What registers read whose value is not known.
            unknownAs: choice(['-1', '-9999', 'exception'], { icon: 'question', default: '-1' }),
            // Unit ids 0 and 255 mean the first UPS.
            answerAnyUnit: tick({ icon: 'asterisk', default: false }),
            writes: tick({ icon: 'pencil', default: false, warn: true }),
            // Modbus has no log-in: who may write is known by his address alone. Empty: nobody.
            writers: list({
                icon: 'user',
                entry: networkFault,
                example: '192.0.2.10',
                when: { writes: true, transport: ['tcp', 'both'] },
            }),
            // Nobody on a serial line says who he is.
            lineWrites: tick({
                icon: 'pencil-square-o',
                default: false,
                warn: true,
                when: { writes: true, transport: ['rtu', 'both'] },
            }),
        }),
        section('listen', {
            transport: choice(['tcp', 'rtu', 'both'], { icon: 'exchange', width: 'medium', default: 'tcp' }),
            address: { ...servedAt(), options: { ...servedAt().options, when: TCP } },
            port: port({ default: 502, when: TCP }),
            path: serialPath({ example: '/dev/ttyS0', when: RTU as never }),
            // CS141 manual, "Modbus function codes": up to 38400.
            baudRate: numberChoice([1200, 2400, 4800, 9600, 19200, 38400], {
                icon: 'tachometer',
                width: 'medium',
                default: 9600,
                when: RTU,
            }),
            parity: choice(['none', 'even', 'odd'], {
                icon: 'check-square-o',
                width: 'medium',
                default: 'none',
                when: RTU,
            }),
            stopBits: numberChoice([1, 2], { icon: 'pause', width: 'short', default: 1, when: RTU }),
        }),
        section('who', { clients: clients(), mostClients: mostClients(64) }),
    ],
    checks: {
        units: ({ units }) => (units.length > 247 ? invalid('atMostEntries', units.length, { max: 247 }) : undefined),
    },
});
