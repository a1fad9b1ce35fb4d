import { declareNode, host, port, section, whole } from '../../lib/core/settings';
import { answerTimeout, deviceFields, pollInterval } from '../shared/fields/device';
import { privacyNeedsAuthentication, snmpFields } from '../shared/fields/snmp';

export const settings = declareNode({
    type: 'ups-snmp',
    family: 'devices',
    ports: { inputs: 0, outputs: ['status'] },
    label: ['ups', 'host'],
    triesNow: true,
    sections: [
        section('', deviceFields),
        section('device', {
            host: host({ required: true, example: '192.0.2.10' }),
            port: port({ default: 161 }),
            ...snmpFields,
        }),
        section('polling', {
            interval: pollInterval(0.1),
            timeout: answerTimeout({ min: 0.05, max: 60, default: 2 }),
            retries: whole({ icon: 'repeat', min: 0, max: 10, default: 1 }),
            // 0: no traps.
            trapPort: port({ icon: 'bell-o', min: 0, default: 0, blank: true }),
        }),
    ],
    checks: { authProtocol: privacyNeedsAuthentication },
});
