import { choice, declareNode, host, invalid, ownFault, port, section, text, whole } from '../../lib/core/settings';
import { serialPath } from '../shared/fields/serial';

const SERIAL = { transport: 'serial' } as const;
const TCP = { transport: 'tcp' } as const;

export const settings = declareNode({
    type: 'ups-modem',
    family: 'config',
    triesNow: true,
    sections: [
        section('', {
            transport: choice(['serial', 'tcp'], { icon: 'exchange', width: 'medium', default: 'serial' }),
            path: serialPath({ icon: 'plug', example: '/dev/ttyUSB0', when: SERIAL }),
            baudRate: whole({ icon: 'tachometer', min: 300, max: 4_000_000, default: 115_200, when: SERIAL }),
            host: host({ icon: 'globe', required: true, when: TCP }),
            port: port({ required: true, when: TCP }),
            pin: text({
                icon: 'key',
                credential: 'password',
                width: 'short',
                check: (pin) => (/^\d{4,8}$/.test(pin) ? undefined : invalid('pin', '')),
            }),
        }),
        section('advanced', {
            mode: choice(['auto', 'pdu', 'text'], { icon: 'envelope-o', width: 'medium', default: 'auto' }),
            serviceCentre: text({
                icon: 'phone',
                check: (typed) =>
                    /^(\+?\d{3,20})?$/.test(withoutSeparators(typed)) ? undefined : ownFault('serviceCentre', typed),
            }),
        }),
    ],
});

/** The number without the characters with which people group digits. */
export function withoutSeparators(phoneNumber: string): string {
    return phoneNumber.replace(/[\s()./-]/g, '');
}
