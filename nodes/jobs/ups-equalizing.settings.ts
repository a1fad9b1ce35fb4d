import {
    choice,
    declareNode,
    nodeReference,
    number,
    ownFault,
    reference,
    section,
    text,
} from '../../lib/core/settings';
import { jobSection } from '../shared/fields/job';

const OID = /^\.?\d+(\.\d+)+$/;

export const settings = declareNode({
    type: 'ups-equalizing',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result', 'command'] },
    label: ['battery'],
    role: {
        job: ({ battery, action }) =>
            action === 'pause'
                ? { kind: 'action', does: 'off', to: [`equalizing ${battery}`], ends: true, leaves: 'on' }
                : { kind: 'action', does: 'on', to: [`equalizing ${battery}`] },
    },
    sections: [
        section('', {
            battery: reference('ups-battery', { icon: 'th', required: true }),
            action: choice(['pause', 'resume'], { icon: 'pause', width: 'medium', default: 'pause' }),
            hours: number({
                icon: 'hourglass-half',
                unit: 'h',
                min: 0.1,
                max: 8760,
                default: 4,
                when: { action: 'pause' },
            }),
            // How the battery monitor is told: its own web page is not public.
            way: choice(['message', 'snmp', 'simulator'], { icon: 'exchange', width: 'medium', default: 'message' }),
            device: nodeReference('ups-bacs', { icon: 'server', required: true, when: { way: 'snmp' } }),
            oid: text({
                icon: 'sitemap',
                required: { way: 'snmp' },
                example: '1.3.6.1.4.1.99999.1.0',
                check: (typed) => (OID.test(typed) ? undefined : ownFault('oid', typed)),
                when: { way: 'snmp' },
            }),
            pauseValue: text({ icon: 'pause', default: '{{hours}}', when: { way: 'snmp' } }),
            resumeValue: text({ icon: 'play', default: '0', when: { way: 'snmp' } }),
        }),
        jobSection(),
    ],
});
