import {
    declareNode,
    host,
    invalid,
    port,
    reference,
    secret,
    section,
    text,
    tick,
    user,
} from '../../lib/core/settings';
import { deviceFields, pollInterval } from '../shared/fields/device';

/** The characters that upsd allows in a section name of ups.conf; other characters could become a part of the command. */
const UPS_NAME = /^[^\s"\\#=[\]@]+$/;

export const settings = declareNode({
    type: 'ups-nut',
    family: 'devices',
    ports: { inputs: 0, outputs: ['status'] },
    label: ['ups', 'upsName'],
    triesNow: true,
    sections: [
        section('', deviceFields),
        section('device', {
            host: host({ required: true, example: '127.0.0.1' }),
            port: port({ default: 3493 }),
            upsName: text({
                icon: 'tag',
                required: true,
                example: 'ups',
                check: (name) => (UPS_NAME.test(name) ? undefined : invalid('withoutBlanks', name)),
            }),
            tls: reference('tls-config', { icon: 'certificate' }),
            ignoreLowBattery: tick({ icon: 'battery-quarter', default: false }),
        }),
        section('login', { user: user(), password: secret() }),
        section('polling', { interval: pollInterval(0.1) }),
    ],
});
