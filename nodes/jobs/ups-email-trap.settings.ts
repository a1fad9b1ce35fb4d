import { declareNode, mails, reference, section } from '../../lib/core/settings';
import { MOST_RECIPIENTS } from '../../lib/core/addresses/mail';
import { bothEdgesSection } from '../shared/fields/job';
import { recipientLabel } from '../shared/fields/job-label';
import { withoutWires } from '../shared/fields/without-wires';

export const settings = declareNode({
    type: 'ups-email-trap',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label: recipientLabel,
    role: { job: () => ({ kind: 'info' }) },
    sections: [
        section('', {
            account: reference('ups-mail-account', { icon: 'envelope-o', required: true }),
            to: mails({ required: true, most: MOST_RECIPIENTS, example: 'nms@example.org' }),
        }),
        section('automatic', withoutWires()),
        bothEdgesSection({ edge: 'both' }),
    ],
});
