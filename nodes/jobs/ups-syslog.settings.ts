import {
    choice,
    declareNode,
    hosts,
    labelText,
    number,
    ownFault,
    port,
    reference,
    section,
    shorten,
    template,
    text,
    whole,
} from '../../lib/core/settings';
import { FACILITIES, isDataId, SEVERITIES, SYSLOG_FORMATS, SYSLOG_PORT } from '../../lib/core/syslog/parameters';
import { bothEdgesSection } from '../shared/fields/job';

export const settings = declareNode({
    type: 'ups-syslog',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label: ({ hosts: list }) => (labelText(list) ? `syslog ${shorten(list, 24)}` : ''),
    role: { job: () => ({ kind: 'info' }) },
    sections: [
        section('', {
            mode: choice(['events', 'log'], { icon: 'random', default: 'events' }),
            hosts: hosts({ required: true, example: '192.0.2.10, log.example.org:514' }),
            port: port({ default: SYSLOG_PORT }),
            transport: choice(['udp', 'tcp', 'tls'], { icon: 'exchange', default: 'tcp', width: 'medium' }),
            tls: reference('tls-config', { icon: 'certificate', when: { transport: 'tls' } }),
            // Over UDP each datagram is one message.
            framing: choice(['octets', 'lines'], {
                icon: 'ellipsis-h',
                default: 'octets',
                when: { transport: { not: 'udp' } },
            }),
        }),
        section('message', {
            format: choice(SYSLOG_FORMATS, { icon: 'file-text-o', default: 'rfc5424' }),
            facility: choice(FACILITIES, { icon: 'folder-o', default: 'local0', width: 'medium' }),
            severity: choice(['auto', ...SEVERITIES], { icon: 'exclamation-triangle', default: 'auto' }),
            appName: text({ icon: 'cube', default: 'ridethrough', example: 'ridethrough' }),
            hostname: text({ icon: 'desktop' }),
            dataId: text({
                icon: 'code',
                suggested: 'ridethrough@32473',
                example: 'ridethrough@32473',
                check: (id) => (isDataId(id) ? undefined : ownFault('dataId', id)),
                when: { format: 'rfc5424' },
            }),
            text: template({ default: '{{event.text}}' }),
        }),
        section('sending', {
            timeout: number({ icon: 'clock-o', unit: 's', min: 0.1, max: 60, default: 5 }),
            retries: whole({ icon: 'repeat', min: 0, max: 20, default: 0 }),
        }),
        bothEdgesSection({ log: 'errors' }),
    ],
});
