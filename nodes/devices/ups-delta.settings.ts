import { choice, declareNode, host, numberChoice, port, section, tick, whole } from '../../lib/core/settings';
import { answerTimeout, deviceFields, pollInterval } from '../shared/fields/device';
import { outputLines, serialPath } from '../shared/fields/serial';

const SERIAL = { transport: 'serial' } as const;
const TCP = { transport: 'tcp' } as const;

export const settings = declareNode({
    type: 'ups-delta',
    family: 'devices',
    ports: { inputs: 0, outputs: ['status'] },
    label: ['ups'],
    triesNow: true,
    sections: [
        section('', deviceFields),
        section('line', {
            transport: choice(['serial', 'tcp'], { icon: 'plug', width: 'medium', default: 'serial' }),
            path: serialPath({ icon: 'terminal', example: '/dev/ttyS0', when: SERIAL }),
            baudRate: numberChoice([1200, 2400, 4800, 9600], {
                icon: 'tachometer',
                width: 'medium',
                default: 2400,
                when: SERIAL,
            }),
            ...outputLines(SERIAL),
            host: host({ required: true, example: '192.0.2.10', when: TCP }),
            // Port of a serial device server.
            port: port({ default: 4001, when: TCP }),
            address: whole({ icon: 'hashtag', min: 0, max: 99, default: 0 }),
        }),
        section('polling', {
            interval: pollInterval(0.2),
            timeout: answerTimeout({ min: 0.1, max: 60, default: 1.5 }),
            byteDelay: whole({ icon: 'ellipsis-h', unit: 'ms', min: 0, max: 100, default: 0 }),
        }),
        section('commands', {
            offerAll: tick({ icon: 'list', default: false }),
            returnOrder: choice(['before', 'after'], { icon: 'sort-numeric-asc', default: 'before' }),
        }),
    ],
});
