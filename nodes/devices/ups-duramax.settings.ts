import { choice, declareNode, host, port, section, whole } from '../../lib/core/settings';
import { contactDebounce, contactRows, contactSource, contactSources, contactTable } from '../shared/fields/contacts';
import { answerTimeout, deviceFields, pollInterval } from '../shared/fields/device';
import { deviceMap } from '../shared/fields/device-map';
import { outputLines, serialPath } from '../shared/fields/serial';

const CONTACTS = { way: 'contacts' } as const;
const TCP = { way: 'tcp' } as const;
const SERIAL = { way: 'serial' } as const;
const FRAMES = { way: ['serial', 'tcp'] } as const;
const READ_AT = contactSources(CONTACTS);
/** Whatever is read over a network, or at a serial port. */
const NETWORK = [TCP, READ_AT.modbus];
const PORT = [SERIAL, READ_AT.serial];

/** The ids of the shipped maps, as `FRAME_MAPS` has them. */
const MAPS = ['simulated-duramax'] as const;

export const settings = declareNode({
    type: 'ups-duramax',
    family: 'devices',
    ports: { inputs: 1, outputs: ['status'] },
    label: ['ups'],
    triesNow: true,
    sections: [
        section('', deviceFields),
        section('device', {
            way: choice(['contacts', 'serial', 'tcp'], { icon: 'plug', default: 'contacts' }),
            // Rated current, A.
            model: choice(['told', '5', '10', '20', '40'], { icon: 'microchip', width: 'medium', default: 'told' }),
            // Where the rotary switch stands, if the device does not tell it.
            mode: choice(['user', 'pc'], { icon: 'dot-circle-o', width: 'medium', default: 'user', when: FRAMES }),
        }),
        section('line', {
            ...contactSource(CONTACTS),
            host: host({ required: true, example: '192.0.2.10', when: NETWORK }),
            // Empty: that of a Modbus module, or of a serial server.
            port: port({ optional: true, when: NETWORK }),
            ...contactTable(CONTACTS),
            path: serialPath({ example: '/dev/ttyACM0', when: PORT }),
            baudRate: whole({ icon: 'tachometer', min: 50, max: 4_000_000, default: 9600, when: SERIAL }),
            ...outputLines(PORT),
            timeout: answerTimeout({ min: 0.1, max: 60, default: 2, when: [...NETWORK, SERIAL] }),
        }),
        section('contacts', contactRows(CONTACTS), { when: CONTACTS }),
        section(
            'frames',
            {
                map: choice([...MAPS, 'own'], { icon: 'table', default: 'simulated-duramax', when: FRAMES }),
                ownMap: deviceMap({ places: 'frames', when: { ...FRAMES, map: 'own' } }),
            },
            { when: FRAMES },
        ),
        section('reading', { interval: pollInterval(0.1), ...contactDebounce(CONTACTS) }),
    ],
});
