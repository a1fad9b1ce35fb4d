import { MOST_NUMBERS, splitNumbers } from '../../lib/core/addresses/phone';
import { declareNode, labelText, number, phones, reference, section, template, whole } from '../../lib/core/settings';
import { jobSection } from '../shared/fields/job';
import { firstOf } from '../shared/fields/job-label';

export const settings = declareNode({
    type: 'ups-sms',
    family: 'jobs',
    ports: { inputs: 1, outputs: ['result'] },
    label({ to }, { t }) {
        const first = firstOf(splitNumbers(labelText(to)));
        return first && `${t('palette')}: ${first}`;
    },
    role: { job: () => ({ kind: 'info' }) },
    sections: [
        section('', {
            modem: reference('ups-modem', { icon: 'signal', required: true }),
            to: phones({ required: true, most: MOST_NUMBERS, lines: 2, example: '+491761234567, +491769876543' }),
            text: template({ default: '{{event.text}}', lines: 3 }),
        }),
        section('advanced', {
            // Each part is an SMS that costs money.
            maxParts: whole({ icon: 'clone', min: 1, max: 20, default: 4 }),
            retries: whole({ icon: 'repeat', min: 0, max: 20, default: 2 }),
            // Longest wait of a part for the modem.
            timeout: number({ icon: 'clock-o', unit: 's', min: 1, max: 3600, default: 120 }),
        }),
        jobSection(),
    ],
});
