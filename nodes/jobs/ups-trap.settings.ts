import {
    choice,
    declareNode,
    hosts,
    invalid,
    labelText,
    number,
    ownFault,
    port,
    section,
    shorten,
    text,
    tick,
    whole,
} from '../../lib/core/settings';
import { DEFAULT_ALARM_ROOT, TRAP_PORT, UNKNOWN_MINUTES } from '../../lib/core/snmp/notify';
import { answerTimeout } from '../shared/fields/device';
import { edgelessSection } from '../shared/fields/job';
import { privacyNeedsAuthentication, snmpFields } from '../shared/fields/snmp';

/** RFC 3411 section 5: whole octets, 5 to 32. */
const ENGINE_ID = /^(0x)?([0-9a-f]{2}){5,32}$/i;
const V3 = { version: '3' } as const;
const OID = /^\.?\d+(\.\d+)+$/;

const { version, ...credentials } = snmpFields;

export const settings = declareNode({
    type: 'ups-trap',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label: ({ hosts: list, kind }, { t }) =>
        labelText(list) ? `${t(`short.${labelText(kind)}`)} ${shorten(list, 24)}` : '',
    role: { job: () => ({ kind: 'info' }) },
    triesNow: true,
    sections: [
        section('', {
            hosts: hosts({ required: true, example: '192.0.2.10, nms.example.org:1162' }),
            port: port({ default: TRAP_PORT }),
            version,
            kind: choice(['trap', 'inform'], { icon: 'bullhorn', default: 'trap' }),
            ...credentials,
            engineId: text({
                icon: 'fingerprint',
                required: V3,
                check: (typed) => (ENGINE_ID.test(typed) ? undefined : invalid('engineId', typed)),
                when: V3,
            }),
        }),
        section('content', {
            alarmRoot: text({
                icon: 'sitemap',
                default: DEFAULT_ALARM_ROOT,
                example: DEFAULT_ALARM_ROOT,
                check: (typed) => (OID.test(typed) ? undefined : ownFault('alarmRoot', typed)),
            }),
            lowBattMinutes: number({ icon: 'battery-quarter', unit: 'min', min: 0, max: 1440, default: 2 }),
            unknownMinutes: whole({
                icon: 'question-circle-o',
                unit: 'min',
                min: 0,
                max: 2 ** 31 - 1,
                default: UNKNOWN_MINUTES,
            }),
            everyAlarm: tick({ icon: 'plus-square-o', default: false }),
        }),
        section('sending', {
            timeout: answerTimeout({ min: 0.05, max: 60, default: 2 }),
            retries: whole({ icon: 'repeat', min: 0, max: 10, default: 2 }),
        }),
        edgelessSection(),
    ],
    checks: {
        kind: ({ kind, version: chosen }) =>
            kind === 'inform' && chosen === '1' ? invalid('trapForV1', kind) : undefined,
        authProtocol: privacyNeedsAuthentication,
    },
});
