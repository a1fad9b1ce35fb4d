import { MOST_RECIPIENTS } from '../../lib/core/addresses/mail';
import {
    choice,
    declareNode,
    mails,
    number,
    ownFault,
    reference,
    section,
    template,
    text,
    tick,
} from '../../lib/core/settings';
import { bothEdgesSection } from '../shared/fields/job';
import { recipientLabel } from '../shared/fields/job-label';
import { withoutWires } from '../shared/fields/without-wires';

const DAY_MINUTES = 24 * 60;
const LONGEST_HOURS = 31 * 24;
const TIME_OF_DAY = /^([01]?\d|2[0-3]):[0-5]\d$/;

/** The event alone: for one without values of a UPS, such as that of a sensor or of a battery without a UPS. */
export const EVENT_TEXT = '{{event.text}}';
/** The event, and how the UPS is. */
export const PROPOSED_TEXT = `${EVENT_TEXT}\n\n{{ups.name}}: {{battery.chargePercent}} %, {{battery.timeRemaining}}`;

export const settings = declareNode({
    type: 'ups-email',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label: recipientLabel,
    role: { job: () => ({ kind: 'info' }) },
    sections: [
        section('', {
            account: reference('ups-mail-account', { icon: 'envelope-o', required: true }),
            to: mails({
                required: true,
                most: MOST_RECIPIENTS,
                example: 'operator@example.org, chief@example.org',
            }),
            subject: template({ icon: 'header', default: '{{ups.name}}: {{event.text}}' }),
            text: template({
                default: PROPOSED_TEXT,
                lines: 7,
            }),
            html: tick({ icon: 'code', default: false }),
            attachEventLog: tick({ icon: 'paperclip', default: false }),
            attachDataLog: tick({ default: false }),
            minimumMinutes: number({ icon: 'hourglass-half', unit: 'min', min: 0, max: DAY_MINUTES, default: 0 }),
            digest: tick({ icon: 'object-group', default: false }),
            // Longest wait from the first mail of an outage.
            digestMinutes: number({
                icon: 'clock-o',
                unit: 'min',
                min: 1,
                max: DAY_MINUTES,
                default: 60,
                when: { digest: true },
            }),
        }),
        section('automatic', withoutWires([{ automatic: true }, { statusMode: { not: 'never' } }])),
        section('status', {
            statusMode: choice(['never', 'interval', 'daily'], { icon: 'calendar', default: 'never' }),
            statusHours: number({
                icon: 'repeat',
                unit: 'h',
                min: 0.1,
                max: LONGEST_HOURS,
                default: 24,
                when: { statusMode: 'interval' },
            }),
            statusTime: text({
                icon: 'clock-o',
                width: 'short',
                example: '07:30',
                default: '07:30',
                check: (typed) => (TIME_OF_DAY.test(typed) ? undefined : ownFault('statusTime', typed)),
                when: { statusMode: 'daily' },
            }),
        }),
        bothEdgesSection(),
    ],
});
