import {
    choice,
    declareNode,
    invalid,
    missing,
    number,
    reference,
    secret,
    section,
    text,
    tick,
    user,
} from '../../lib/core/settings';
import { answerTimeout, deviceFields, pollInterval } from '../shared/fields/device';
import { MAPS } from '../shared/fields/cs141-maps';
import { modbusEndpoint, modbusUnit } from '../shared/fields/modbus';

const SENSORS = ['none', 'sm-t-com', 'sm-t-h-com', 'sensormanager', 'sitemanager', 'sitemonitor'] as const;
const WEB = { http: true } as const;

export const settings = declareNode({
    type: 'ups-cs141',
    family: 'devices',
    ports: { inputs: 0, outputs: ['status'] },
    label: ['ups', 'host', 'path'],
    triesNow: true,
    sections: [
        section('', deviceFields),
        section('device', {
            ...modbusEndpoint(),
            unitId: modbusUnit({ max: 247 }),
            map: choice(MAPS, { icon: 'table', default: 'default' }),
            outages: choice(['inferred', 'told'], { icon: 'bolt', default: 'inferred' }),
            addressing: choice(['zero', 'one'], { icon: 'sort-numeric-asc', default: 'zero' }),
        }),
        section('sensors', {
            sensors: choice(SENSORS, { icon: 'thermometer-half', default: 'none' }),
            // A SITEMONITOR has inputs only.
            sensorScale: number({
                icon: 'times',
                min: 0.0001,
                max: 1000,
                default: 1,
                when: { sensors: { not: ['none', 'sitemonitor'] } },
            }),
        }),
        section('polling', {
            interval: pollInterval(0.2),
            timeout: answerTimeout({ min: 0.1, max: 10, default: 2 }),
        }),
        section('web', {
            http: tick({ icon: 'globe', default: false }),
            httpUrl: text({ icon: 'globe', example: 'http://192.0.2.10', check: webAddressFault, when: WEB }),
            user: user({ required: true, when: WEB }),
            password: secret({ required: true, when: WEB }),
            httpInterval: number({ icon: 'refresh', unit: 's', min: 2, max: 3600, default: 10, when: WEB }),
            tls: reference('tls-config', { icon: 'certificate', when: WEB }),
        }),
    ],
    checks: {
        // The default over TCP is the host; but URLs do not support zones (WHATWG).
        httpUrl: ({ httpUrl, transport, host }) =>
            httpUrl === '' && (transport === 'rtu' || host.includes('%')) ? missing() : undefined,
    },
});

function webAddressFault(typed: string) {
    const url = URL.canParse(typed) ? new URL(typed) : undefined;
    const isWeb = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
    // A password in the address would be visible.
    return isWeb ? undefined : invalid('webAddress', url?.host ?? '');
}
