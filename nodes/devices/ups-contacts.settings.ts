import { declareNode, host, port, section } from '../../lib/core/settings';
import { contactDebounce, contactRows, contactSource, contactSources, contactTable } from '../shared/fields/contacts';
import { answerTimeout, deviceFields, pollInterval } from '../shared/fields/device';
import { outputLines, serialPath } from '../shared/fields/serial';

const { modbus: MODBUS, serial: SERIAL } = contactSources();

export const settings = declareNode({
    type: 'ups-contacts',
    family: 'devices',
    ports: { inputs: 1, outputs: ['status'] },
    label: ['ups'],
    triesNow: true,
    sections: [
        section('', deviceFields),
        section('source', {
            ...contactSource(),
            host: host({ required: true, example: '192.0.2.10', when: MODBUS }),
            port: port({ default: 502, when: MODBUS }),
            ...contactTable(),
            timeout: answerTimeout({ min: 0.1, max: 60, default: 2, when: MODBUS }),
            path: serialPath({ icon: 'plug', example: '/dev/ttyS0', when: SERIAL }),
            ...outputLines(SERIAL),
        }),
        section('contacts', contactRows()),
        section('reading', { interval: pollInterval(0.1), ...contactDebounce() }),
    ],
});
