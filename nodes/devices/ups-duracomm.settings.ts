import {
    choice,
    declareNode,
    host,
    invalid,
    number,
    port,
    secret,
    section,
    text,
    user,
    whole,
} from '../../lib/core/settings';

import { answerTimeout, deviceFields } from '../shared/fields/device';
import { deviceMap } from '../shared/fields/device-map';
import { privacyNeedsAuthentication, snmpFieldsWhen } from '../shared/fields/snmp';

const SNMP = { way: 'snmp' } as const;
const PAGE = { way: 'page' } as const;
const CSV = { way: 'csv' } as const;
const WEB_LOG = { ...CSV, csvFrom: 'web' } as const;
const WEB = [PAGE, WEB_LOG];
const OID = /^\.?\d+(\.\d+){3,}$/;

const volts = (icon: string, usual: number) => number({ icon, unit: 'V', min: 0, max: 500, default: usual });

export const settings = declareNode({
    type: 'ups-duracomm',
    family: 'devices',
    ports: { inputs: 0, outputs: ['status'] },
    label: ['ups', 'host', 'csvFile'],
    triesNow: true,
    sections: [
        section('', deviceFields),
        section('device', {
            way: choice(['snmp', 'page', 'csv'], { icon: 'exchange', default: 'snmp' }),
            csvFrom: choice(['web', 'file'], { icon: 'file-text-o', default: 'web', when: CSV }),
            host: host({ required: true, example: '192.0.2.20', when: [SNMP, ...WEB] }),
            port: port({ default: 161, when: SNMP }),
            ...snmpFieldsWhen(SNMP),
            webPort: port({ default: 80, when: WEB }),
            page: choice(['/', '/m'], { icon: 'file-o', width: 'medium', default: '/', when: PAGE }),
            csvPath: text({ icon: 'link', default: '/RMCU.CSV', when: WEB_LOG }),
            csvFile: text({
                icon: 'file-o',
                required: true,
                example: '/var/lib/rmcu/RMCU*.CSV',
                when: { ...CSV, csvFrom: 'file' },
            }),
            webUser: user({ when: WEB }),
            webPassword: secret({ when: WEB }),
        }),
        section(
            'log',
            {
                // One column, or two: the day and the time of day.
                csvTime: text({
                    icon: 'clock-o',
                    required: true,
                    example: 'Date, Time',
                    when: CSV,
                    check: (typed) => (typed.split(',').length > 2 ? invalid('text', typed) : undefined),
                }),
                csvFormat: text({
                    icon: 'calendar',
                    required: true,
                    example: 'MM/DD/YY HH:mm:ss',
                    most: 64,
                    when: CSV,
                }),
                csvSite: text({ icon: 'building-o', when: CSV }),
                // IANA name; empty: that of this machine.
                zone: text({ icon: 'globe', example: 'America/Chicago', when: CSV }),
                // RMCU manual, "Specifications": 1 minute to 1 hour.
                csvMinutes: whole({ icon: 'refresh', unit: 'min', min: 1, max: 60, default: 1, when: CSV }),
            },
            { when: CSV },
        ),
        section('values', {
            map: deviceMap({ places: (sibling) => (sibling('way') === 'snmp' ? 'objects' : 'labels') }),
        }),
        section('supply', {
            mainsFail: volts('flash', 100),
            mainsBack: volts('undo', 107),
            disconnectAt: volts('battery-empty', 10.4),
            reconnectAt: volts('battery-half', 12.5),
        }),
        section(
            'polling',
            {
                interval: number({ icon: 'refresh', unit: 's', min: 0.5, max: 3600, default: 2, when: [SNMP, PAGE] }),
                timeout: answerTimeout({ min: 0.05, max: 60, default: 2, when: SNMP }),
                retries: whole({ icon: 'repeat', min: 0, max: 10, default: 1, when: SNMP }),
                // 0: no traps.
                trapPort: port({ icon: 'bell-o', min: 0, default: 0, blank: true, when: SNMP }),
                bootTrap: text({
                    icon: 'power-off',
                    example: '1.3.6.1.4.1.8072.9999.9999.34.3.0.1',
                    when: { ...SNMP, trapPort: 'filled' },
                    check: (typed) => (OID.test(typed) ? undefined : invalid('oid', typed)),
                }),
            },
            { when: [SNMP, PAGE] },
        ),
    ],
    checks: {
        authProtocol: privacyNeedsAuthentication,
        mainsBack: ({ mainsFail, mainsBack }) => above(mainsBack, mainsFail),
        reconnectAt: ({ disconnectAt, reconnectAt }) => above(reconnectAt, disconnectAt),
    },
});

/** A state that begins below one limit ends at or above another one, which is not lower. */
function above(back: number, below: number) {
    return back >= below ? undefined : invalid('numberBetween', back, { min: below, max: 500 });
}
